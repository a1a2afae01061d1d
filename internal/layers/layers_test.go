package layers_test

import (
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema/schematest"
)

type app struct {
	Server struct {
		Addr string
		Port int
	}
	Hosts  []string
	Limits map[string]int
	Zones  map[string]struct{ Weight int }
	Token  []byte
	After  time.Duration
	Peer   netip.Addr
	On     *bool
	Free   any
	TLS    *struct{ Cert string }
	Rest   map[string]any `mapstructure:",remain"`
}

// flatten returns the values of a tree as key=text.
func flatten(n *document.Node, key string, into map[string]string) map[string]string {
	if n.Kind != document.Map && n.Kind != document.List {
		into[key] = n.Text
	}
	for i := range n.Children {
		name := n.Children[i].Key
		if n.Kind == document.List {
			name = "[]"
		}
		flatten(&n.Children[i].Node, strings.TrimPrefix(key+"."+name, "."), into)
	}
	return into
}

func TestAValueOfDefaultsSetsWhatIsNotZero(t *testing.T) {
	off := false
	v := app{On: &off, Hosts: []string{"a"}, Limits: map[string]int{"x": 0}, Token: []byte("tok"), After: time.Second,
		Free: map[string]any{"k": 1}, Rest: map[string]any{"extra": "e"}}
	v.Server.Port = 80
	tree := layers.FromValue(schematest.Of[app](t), reflect.ValueOf(v))
	want := map[string]string{"server.port": "80", "on": "false", "hosts.[]": "a", "limits.x": "0", "token": "tok", "after": "1s",
		"free.k": "1", "extra": "e"}
	if got := flatten(tree.Root, "", map[string]string{}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if layers.FromValue(schematest.Of[app](t), reflect.ValueOf(app{})) != nil {
		t.Error("a zero value sets something")
	}
}

func TestAValueOfDefaultsIsCopied(t *testing.T) {
	v := app{Token: []byte("tok")}
	tree := layers.FromValue(schematest.Of[app](t), reflect.ValueOf(v))
	v.Token[0] = 'x'
	if got := tree.NativeValue(&tree.Root.Children[0].Node); string(got.([]byte)) != "tok" {
		t.Errorf("got %q", got)
	}
}

func TestEveryNodeHasItsOrigin(t *testing.T) {
	env, _ := layers.ReadEnv(schematest.Of[app](t), layers.EnvOptions{Prefix: "APP"}, []string{"APP_SERVER_ADDR=a", `APP_ZONES={"eu": {"weight": 1}}`, "APP_TLS_CERT=c"})
	var visit func(n *document.Node, key string)
	visit = func(n *document.Node, key string) {
		if at := env.Layer.Origin(n); len(n.Children) == 0 && (at.Kind != problem.Env || !strings.Contains(strings.ToUpper(key), strings.TrimPrefix(at.Name, "APP"))) {
			t.Errorf("%s comes from %v", key, at)
		}
		for i := range n.Children {
			visit(&n.Children[i].Node, key+"_"+n.Children[i].Key)
		}
	}
	visit(env.Layer.Root, "")
}

func TestABuilderReportsWhatClashes(t *testing.T) {
	put := func(b *layers.Builder, name string, path ...string) *problem.Origin {
		var at keypath.Path
		for _, key := range path {
			at = at.Child(keypath.Field(key))
		}
		return b.Put(at, document.Node{Kind: document.String, Text: name}, problem.Origin{Name: name})
	}
	for _, test := range [][2][]string{
		{{"a"}, {"a"}},           // the same key
		{{"a", "b"}, {"a"}},      // a section and a key of it
		{{"a"}, {"a", "b"}},      // the same, the other way round
		{{"a"}, {"a", "b", "c"}}, // on a deeper level
	} {
		var b layers.Builder
		if clash := put(&b, "first", test[0]...); clash != nil {
			t.Errorf("the first clashes with %v", clash)
		}
		if clash := put(&b, "second", test[1]...); clash == nil || clash.Name != "first" {
			t.Errorf("%v: clashes with %v", test, clash)
		}
		if n := len(flatten(b.Layer(0).Root, "", map[string]string{})); n != 1 {
			t.Errorf("%v: %d values", test, n)
		}
	}
}

func TestANameWithADotCanBeAKey(t *testing.T) {
	type dotted struct {
		Key string `mapstructure:"a.b"`
	}
	s := schematest.Of[dotted](t)
	tree, faults := layers.FromKeyFiles(s, nil, []layers.KeyFile{{Name: "a.b", Path: "/a.b", Data: []byte("x")}}, 0)
	if len(faults) > 0 || flatten(tree.Root, "", map[string]string{})["a.b"] != "x" {
		t.Errorf("got %v", faults)
	}
}

func TestServiceLinksAreRecognized(t *testing.T) {
	for _, text := range []string{"tcp://10.0.0.1:80", "udp://10.0.0.1:53", "sctp://[fd00::A]:9", "tcp://fd00::1:80"} {
		if !layers.IsServiceLink(text) {
			t.Errorf("%q is one", text)
		}
	}
	for _, text := range []string{"", "80", "tcp", "tcp://", "tcp://10.0.0.1", "tcp://10.0.0.1:", "tcp://:80", "tcp://10.0.0.1:80/", "tcp://10.0.0.1:8o",
		"tcp://host:80", "http://10.0.0.1:80", "TCP://10.0.0.1:80", " tcp://10.0.0.1:80", "tcp://10.0.0.1:80\n", "10.0.0.1:80", "://10.0.0.1:80"} {
		if layers.IsServiceLink(text) {
			t.Errorf("%q is none", text)
		}
	}
}

func TestVariablesOfServicesGetAHint(t *testing.T) {
	linked := []string{"APP_SERVICE_HOST", "APP_SERVICE_PORT", "APP_SERVICE_PORT_HTTP", "APP_PORT", "APP_PORT_80_TCP", "APP_PORT_80_UDP_PROTO",
		"APP_PORT_80_SCTP_PORT", "APP_DB_PORT_80_TCP_ADDR"}
	unlinked := []string{"APP_SERVICE_HOSTS", "APP_SERVICE_PORT_", "APP_SERVICE_PORT_A-B", "APP_PORT_TCP", "APP_PORT_80", "APP_PORT_80_TCP_HOST", "APP_XPORT"}
	var environ []string
	for _, name := range slices.Concat(linked, unlinked) {
		environ = append(environ, name+"=tcp://10.0.0.1:80")
	}
	env, _ := layers.ReadEnv(schematest.Of[app](t), layers.EnvOptions{Prefix: "APP"}, environ)
	if len(env.Unknown) != len(environ) {
		t.Fatalf("%d unknown variables of %d", len(env.Unknown), len(environ))
	}
	for _, fault := range env.Unknown {
		if hinted := fault.Hint == layers.ServiceLinkHint; hinted != slices.Contains(linked, fault.Origin.Name) {
			t.Errorf("%s has the hint %q", fault.Origin.Name, fault.Hint)
		}
	}
}

// No environment makes ReadEnv fail, and no fault contains the text of a variable.
func FuzzEnv(f *testing.F) {
	s := schematest.Of[app](f)
	f.Add("APP_SERVER_ADDR", "x")
	f.Add("APP_LIMITS", "a=1,b")
	f.Add("APP_ZONES", `{"a": {`)
	f.Add("APP_HOSTS_FILE", "/x\x00")
	f.Add("APP_SERVER", "tcp://10.0.0.1:80")
	f.Add("APP_ZONES_EU_WEIGHT", "1")
	f.Add("APP_ZONES__EU__weight_FILE", "/x")
	f.Add("app_HOSTS_0", "a")
	f.Fuzz(func(t *testing.T, name, value string) {
		env, faults := layers.ReadEnv(s, layers.EnvOptions{Prefix: "APP"}, []string{name + "=" + value})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		known := env.Layer != nil || len(env.Problems) > 0 || len(env.Files) > 0 || env.Entries != nil
		var found []problem.Problem
		if env.Entries != nil {
			_, found = env.Entries.Layer([]*layers.Layer{{Root: &document.Node{Kind: document.Map}}}, nil)
		}
		if !strings.HasPrefix(strings.ToUpper(name), "APP_") && (known || len(env.Unknown) > 0) {
			t.Errorf("%q is none of ours", name)
		}
		if len(value) > 12 && utf8.ValidString(value) && !strings.Contains(name, value) {
			for _, fault := range slices.Concat(env.Problems, env.Unknown, found) {
				if strings.Contains(fault.Message+fault.Hint, value) {
					t.Errorf("the value %q is in %q", value, fault.Message+fault.Hint)
				}
			}
		}
	})
}
