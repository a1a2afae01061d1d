package configetcd_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/internal/testkit"
)

// holding plays a server that has keys, each with its name as the value.
func holding(keys ...string) *played {
	p := &played{}
	p.get = func(key string, opts []clientv3.OpOption) (*clientv3.GetResponse, error) {
		r := &clientv3.GetResponse{Header: &etcdserverpb.ResponseHeader{ClusterId: 1, Revision: 7}}
		op := clientv3.OpGet(key, opts...)
		for _, k := range keys {
			if k == key || len(op.RangeBytes()) > 0 && k >= key && k < string(op.RangeBytes()) {
				r.Kvs = append(r.Kvs, &mvccpb.KeyValue{Key: []byte(k), Value: []byte(k)})
			}
		}
		return r, nil
	}
	return p
}

// list returns what was read, in short.
func list(r config.Reading) string {
	var items []string
	for _, d := range r.Documents {
		items = append(items, fmt.Sprintf("%s<%s%s", d.Name, d.Data, secretly(d.Secret)))
	}
	for _, v := range r.Values {
		items = append(items, fmt.Sprintf("%s=%s%s", v.Key, v.Data, secretly(v.Secret)))
	}
	return strings.Join(items, " ")
}

func secretly(secret bool) string {
	if secret {
		return "!"
	}
	return ""
}

func TestWhatBecomesOfTheKeys(t *testing.T) {
	t.Parallel()
	all := []string{"/a", "/app", "/app-x/a", "/app/a.yaml", "/app/c.d/b.yaml", "/app/db/host", "/app0", "/apple/a", "app/a"}
	for name, c := range map[string]struct {
		prefix string
		opts   []configetcd.Option
		want   string // of what is read; "" for nothing
	}{
		"documents":                {"/app", nil, "a.yaml</app/a.yaml c.d/b.yaml</app/c.d/b.yaml db/host</app/db/host"},
		"with a final slash":       {"/app/", nil, "a.yaml</app/a.yaml c.d/b.yaml</app/c.d/b.yaml db/host</app/db/host"},
		"without a slash":          {"app", nil, "a<app/a"},
		"all that begin with one":  {"/", nil, "a</a app</app app-x/a</app-x/a app/a.yaml</app/a.yaml app/c.d/b.yaml</app/c.d/b.yaml app/db/host</app/db/host app0</app0 apple/a</apple/a"},
		"nothing below":            {"/a", nil, ""},
		"one key":                  {"/app", []configetcd.Option{configetcd.OneKey()}, "</app"},
		"one key, not there":       {"/nothing", []configetcd.Option{configetcd.OneKey()}, ""},
		"some keys":                {"/app", []configetcd.Option{configetcd.Keys("a.yaml"), configetcd.Keys("c.d/b.yaml")}, "a.yaml</app/a.yaml c.d/b.yaml</app/c.d/b.yaml"},
		"some keys, not all there": {"/app", []configetcd.Option{configetcd.Keys("a.yaml", "b.yaml")}, ""},
		"some values":              {"/app", []configetcd.Option{configetcd.Values("", "db/host")}, "a.yaml</app/a.yaml c.d/b.yaml</app/c.d/b.yaml db.host=/app/db/host"},
		"a value, not there":       {"/app", []configetcd.Option{configetcd.Values("", "db/port")}, ""},
		"the others are values":    {"/app", []configetcd.Option{configetcd.Keys("a.yaml"), configetcd.Values("x.y"), configetcd.Values("z", "db/host")}, "a.yaml</app/a.yaml x.y.c.d.b.yaml=/app/c.d/b.yaml z.db.host=/app/db/host"},
		"secret":                   {"/app", []configetcd.Option{configetcd.Values("", "db/host"), configetcd.Secret()}, "a.yaml</app/a.yaml! c.d/b.yaml</app/c.d/b.yaml! db.host=/app/db/host!"},
		"some are secret":          {"/app", []configetcd.Option{configetcd.Values("", "db/host"), configetcd.Secret("db/host", "a.yaml")}, "a.yaml</app/a.yaml! c.d/b.yaml</app/c.d/b.yaml db.host=/app/db/host!"},
		"a secret, not there":      {"/app", []configetcd.Option{configetcd.Secret("db/pasword")}, ""},
		"one key, named":           {"/app/a.yaml", []configetcd.Option{configetcd.OneKey(), configetcd.Named("primary")}, "a.yaml</app/a.yaml"},
		"one key, secret":          {"/app", []configetcd.Option{configetcd.OneKey(), configetcd.Secret()}, "</app!"},
	} {
		r, err := configetcd.New(holding(all...).client(t), c.prefix, c.opts...).Read(t.Context())
		if got := list(r); got != c.want || errors.Is(err, fs.ErrNotExist) != (c.want == "") || c.want != "" && err != nil || r.Revision != "1:7" {
			t.Errorf("%s: got %s at %q, %v, want %s", name, got, r.Revision, err, c.want)
		}
	}
}

func TestAKeyThatCannotBeANameIsRejected(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"/app/":         `the key "/app/" has no name behind the prefix; delete it`,
		"/app/a\nb":     `the name "a\nb" has control characters`,
		"/app/\xff":     `the name "\xff" has control characters, or is not UTF-8`,
		"/app/a//b.yml": "",
	} {
		p := holding("/app/a.yaml", key)
		_, err := config.Open[pair](quiet, config.WithSource(configetcd.New(p.client(t), "/app")), config.WithFormat("yaml"))
		if want == "" {
			want = "a.yaml"
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: Load returns %v, want %q", key, err, want)
		}
	}
	twice := holding("/app/db.host", "/app/db/host")
	_, err := config.Open[pair](quiet, config.WithSource(configetcd.New(twice.client(t), "/app", configetcd.Values(""))))
	if err == nil || !strings.Contains(err.Error(), `two documents or values are named "db.host"`) {
		t.Errorf("Load returns %v", err)
	}
}

func TestAKeyOfSeveralOptionsIsMissedOnce(t *testing.T) {
	t.Parallel()
	_, err := configetcd.New(holding("/app/a").client(t), "/app", configetcd.Values("", "db/password"), configetcd.Secret("db/password"), configetcd.Secret("db/password")).Read(t.Context())
	if err == nil || err.Error() != "there is no key /app/db/password" {
		t.Errorf("Read returns %v", err)
	}
}

// The name of a source that an option gives has no extension, but its key has.
func TestTheFormatOfANamedKeyIsThatOfTheKey(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	for key, opts := range map[string][]config.Option{"/app.yaml": nil, "/app": {config.WithFormat("yaml")}, "/app.prod": {config.WithFormat("yaml")}} {
		srv.commit(t, clientv3.OpPut(key, "left: 1\nright: 2"))
		s := configetcd.New(srv.client(t, clientv3.Config{}), key, configetcd.OneKey(), configetcd.Named("primary"))
		if _, err := config.Load[pair](append(opts, quiet, config.WithSource(s))...); err == nil || !strings.Contains(err.Error(), "primary"+key+":2:8: ") {
			t.Errorf("%s: Load returns %v", key, err)
		}
	}
}

// Many keys come in pages, between which others write.
func TestPagesAreOfOneRevision(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	var puts []clientv3.Op
	for n := range 7 {
		puts = append(puts, clientv3.OpPut(fmt.Sprintf("/app/%d", n), "before"))
	}
	srv.commit(t, puts...)
	for name, between := range map[string]func(){
		"written":               func() { srv.commit(t, clientv3.OpPut("/app/6", "after")) },
		"deleted":               func() { srv.commit(t, clientv3.OpDelete("/app/6")) },
		"written and compacted": func() { srv.commit(t, clientv3.OpPut("/app/6", "after")); srv.compact(t) },
	} {
		srv.commit(t, clientv3.OpPut("/app/6", "before"))
		client := srv.client(t, clientv3.Config{})
		pages := 0
		client.KV = &hooked{client.KV, func() {
			if pages++; pages == 2 {
				between()
			}
		}}
		s := configetcd.New(client, "/app")
		configetcd.SetPageLimit(s, 3)
		r, err := s.Read(t.Context())
		testkit.Must(t, err)
		want := "before"
		if strings.HasSuffix(name, "compacted") { // begun anew
			want = "after"
		}
		if len(r.Documents) != 7 || string(r.Documents[6].Data) != want || pages < 3 {
			t.Errorf("%s: %d pages: %s", name, pages, list(r))
		}
	}
}

// hooked calls a function before each request.
type hooked struct {
	clientv3.KV
	before func()
}

func (h *hooked) Get(ctx context.Context, key string, opts ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	h.before()
	return h.KV.Get(ctx, key, opts...)
}

func TestAPrefixOfMillionsOfKeysIsNotRead(t *testing.T) {
	t.Parallel()
	pages := 0
	p := &played{get: func(string, []clientv3.OpOption) (*clientv3.GetResponse, error) {
		pages++
		return &clientv3.GetResponse{Header: header(1, 7), Count: 2_000_000, More: true, Kvs: []*mvccpb.KeyValue{{Key: []byte("/a")}}}, nil
	}}
	_, err := configetcd.New(p.client(t), "/").Read(t.Context())
	known := new(config.SourceError)
	if !errors.As(err, &known) || !known.Content || pages != 1 {
		t.Errorf("after %d pages, Read returns %v", pages, err)
	}
}

func TestARevisionThatIsAlwaysCompactedEndsTheReading(t *testing.T) {
	t.Parallel()
	tries := 0
	p := &played{get: func(string, []clientv3.OpOption) (*clientv3.GetResponse, error) {
		tries++
		return nil, rpctypes.ErrCompacted
	}}
	_, err := configetcd.New(p.client(t), "/app").Read(t.Context())
	if err == nil || !strings.Contains(err.Error(), "compacted") || tries != 3 {
		t.Errorf("after %d tries, Read returns %v", tries, err)
	}
}

func TestWhatIsSecretIsNeverShown(t *testing.T) {
	t.Parallel()
	type db struct {
		DB struct {
			Password string
			Port     int
		}
	}
	srv := newServer(t)
	source := configetcd.New(srv.client(t, clientv3.Config{}), "/app", configetcd.Values(""), configetcd.Secret("db/password", "db/port"))
	srv.commit(t, clientv3.OpPut("/app/db/password", "hunter2"), clientv3.OpPut("/app/db/port", "s3cr3t"))
	_, err := config.Load[db](quiet, config.WithSource(source))
	if err == nil || !strings.Contains(err.Error(), "etcd:/app/db.port") || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("Load returns %v", err)
	}
	srv.commit(t, clientv3.OpPut("/app/db/port", "1"))
	s := open[db](t, config.WithSource(source))
	for _, setting := range s.Settings() {
		if strings.Contains(setting.String(), "hunter2") {
			t.Error(setting)
		}
	}
	if s.Current().DB.Password != "hunter2" {
		t.Errorf("serving %+v", *s.Current())
	}
}

func TestADocumentThatIsTooLargeIsRejected(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.commit(t, putPair("/app/", 1)...)
	s := open[pair](t, config.WithSource(configetcd.New(srv.client(t, clientv3.Config{}), "/app")), config.WithMaxSize(1<<10))
	srv.commit(t, clientv3.OpPut("/app/a.yaml", "left: 2 #"+strings.Repeat("x", 2<<10)), clientv3.OpPut("/app/b.json", `{"right": 2}`))
	testkit.Eventually(t, "the rejection", func() bool { return s.Status().Err != nil })
	if text := s.Status().Err.Error(); !strings.Contains(text, "etcd:/app/a.yaml") || !strings.Contains(text, "1024") {
		t.Error(text)
	}
	// The server takes no more than 1.5 MiB, and nothing is changed then.
	if _, err := srv.admin.Put(t.Context(), "/app/a.yaml", strings.Repeat("x", 2<<20)); !errors.Is(err, rpctypes.ErrRequestTooLarge) && !strings.Contains(fmt.Sprint(err), "larger than max") {
		t.Fatal(err)
	}
	srv.commit(t, putPair("/app/", 3)...)
	served(t, s, 3)
}

// wrong are arguments of which Load has an error.
func TestWrongArgumentsAreErrorsOfLoad(t *testing.T) {
	t.Parallel()
	client := holding().client(t)
	for want, s := range map[string]config.Source{
		"configetcd.New: the client is nil":                             configetcd.New(nil, "/app"),
		"configetcd.Dial: the function is nil":                          configetcd.Dial(nil, "/app"),
		`configetcd.New: the prefix is empty; "/" is for all keys`:      configetcd.New(client, ""),
		"configetcd.New: option 2 is nil":                               configetcd.New(client, "/app", configetcd.Secret(), nil),
		"Keys: no key is given":                                         configetcd.New(client, "/app", configetcd.Keys()),
		`Keys: "/a" cannot be the name of a key without the prefix`:     configetcd.New(client, "/app", configetcd.Keys("/a")),
		`Values: "" cannot be the name of a key`:                        configetcd.New(client, "/app", configetcd.Values("db", "")),
		`Values: the key "a" is named twice`:                            configetcd.New(client, "/app", configetcd.Keys("a"), configetcd.Values("", "a")),
		`Secret: "/a" cannot be the name of a key without the prefix`:   configetcd.New(client, "/app", configetcd.Secret("/a")),
		`Values: the section "a..b" has an empty part`:                  configetcd.New(client, "/app", configetcd.Values("a..b")),
		`Values: all other keys have a section already, "a"`:            configetcd.New(client, "/app", configetcd.Values("a"), configetcd.Values("b")),
		"OneKey: there are no keys to name with Keys, Values or Secret": configetcd.New(client, "/app", configetcd.OneKey(), configetcd.Values("")),
		"MaxSize(0): want at least 1 and at most 1 GiB":                 configetcd.New(client, "/app", configetcd.MaxSize(0)),
		"Named: the name is empty":                                      configetcd.New(client, "/app", configetcd.Named("")),
		"has control characters":                                        configetcd.New(client, "/a\npp"),
	} {
		if _, err := config.Load[pair](quiet, config.WithSource(s)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Load returns %v, want %q", err, want)
		}
		if made, ok := s.(interface{ Err() error }); ok && made.Err() != nil {
			if _, err := s.Read(t.Context()); err == nil {
				t.Errorf("%s: Read returns no error", want)
			}
			if err := s.Watch(t.Context(), "", func() {}); err == nil {
				t.Errorf("%s: Watch returns no error", want)
			}
		}
	}
}

// Whatever keys there are, what is read of them is below the prefix, and as secret as the
// options have it.
func FuzzKeys(f *testing.F) {
	f.Add("/app", "/app/a.yaml", "/app/db/host", "a.yaml", "db")
	f.Add("/", "/a", "/", "", "")
	f.Add("app/", "app/a", "app/\xff\n", "a", "a.b")
	f.Add("\xff", "\xff/", "\xff/a", "a", "")
	f.Fuzz(func(t *testing.T, prefix, first, second, named, section string) {
		keys := []string{first, second}
		slices.Sort(keys)
		for _, opts := range [][]configetcd.Option{
			nil, {configetcd.OneKey()}, {configetcd.Keys(named)}, {configetcd.Values(section, named)},
			{configetcd.Keys(named), configetcd.Values(section)}, {configetcd.Values(section)},
		} {
			s := configetcd.New(holding(slices.Compact(keys)...).client(t), prefix, append(opts, configetcd.Secret())...)
			r, err := s.Read(t.Context())
			if err != nil && len(r.Documents)+len(r.Values) > 0 {
				t.Errorf("%+v beside %v", r, err)
			}
			if err == nil && len(r.Documents)+len(r.Values) == 0 {
				t.Error("nothing was read, without an error")
			}
			base := strings.TrimRight(prefix, "/")
			for _, d := range r.Documents {
				if !d.Secret || d.Name != "" && string(d.Data) != base+"/"+d.Name || d.Name == "" && string(d.Data) != prefix {
					t.Errorf("%+v of the prefix %q", d, prefix)
				}
			}
			for _, v := range r.Values {
				if name, below := strings.CutPrefix(string(v.Data), base+"/"); !v.Secret || !below || !strings.HasSuffix(v.Key, strings.ReplaceAll(name, "/", ".")) {
					t.Errorf("%+v of the prefix %q", v, prefix)
				}
			}
		}
	})
}
