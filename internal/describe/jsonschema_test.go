package describe_test

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/load"
)

type node struct {
	Name  string `validate:"required"`
	Next  *node
	Nodes []node
	Keyed map[string]node
}

// verdicts compares the schema's verdict on documents with what is expected.
func verdicts(t *testing.T, schema []byte, docs map[string]bool) {
	t.Helper()
	compiled := compile(t, schema)
	for doc, want := range docs {
		if err := verdict(t, compiled, doc); (err == nil) != want {
			t.Errorf("%s: %v in\n%s", doc, err, schema)
		}
	}
}

func TestKeysAreKnownInTheirUsualSpellings(t *testing.T) {
	type config struct {
		ReadTimeout time.Duration
		Camel       int `mapstructure:"maxConns"`
		Kebab       struct {
			LogFile string
		} `mapstructure:"the-log"`
	}
	s := subject[config](t)
	for key, want := range map[string]bool{
		"read_timeout": true, "readTimeout": true, "ReadTimeout": true, "read-timeout": true, "READ_TIMEOUT": true, "readtimeout": true,
		"maxConns": true, "max_conns": true, "max-conns": true, "MaxConns": true, "MAX_CONNS": true,
		"the-log": true, "theLog": true, "the_log": true,
		"read_timeou": false, "read.timeout": false, "xread_timeout": false, "read_timeouts": false, "": false,
		"x-anchors": true, "X-Anchors": false,
	} {
		doc := `{"` + key + `": null}`
		verdicts(t, s.JSONSchema(), map[string]bool{doc: want})
		if got := len(loaded(t, s, "c.json", doc)) == 0; got != want {
			t.Errorf("%s: the loader says %v", doc, got)
		}
	}
	verdicts(t, s.JSONSchema(), map[string]bool{
		`{"the-log": {"log_file": "a"}}`: true,
		`{"the-log": {"logFile": "a"}}`:  true,
		`{"the-log": {"x-log": "a"}}`:    false,
	})
}

func TestUnknownKeysAreAllowedWhereTheLoaderIgnoresOrTakesThem(t *testing.T) {
	s := subject[struct{ A int }](t)
	s.AllowUnknown = true
	verdicts(t, s.JSONSchema(), map[string]bool{`{"b": 1}`: true, `{"a": "x"}`: false})
	verdicts(t, subject[struct {
		A    int
		Rest map[string]int `mapstructure:",remain"`
	}](t).JSONSchema(), map[string]bool{`{"b": 1}`: true, `{"b": "x"}`: false, `{"A": 1}`: true})
}

// Embedded is not judged while it is nil.
type Embedded struct {
	Inside string `validate:"required"`
}

func TestWhatMustBeSetIsRequired(t *testing.T) {
	type config struct {
		Name  string `validate:"required"`
		Addr  string `validate:"hostname_port"`
		Port  int    `default:"80" validate:"required,min=1"`
		Count *int   `validate:"min=1"`
		Maybe string `validate:"omitempty,min=3"`
		Other string `validate:"required_with=Maybe"`
		DB    struct {
			DSN string `validate:"required"`
		}
		Net       netip.Prefix        `validate:"required"`
		Box       struct{ Width int } `validate:"required"`
		*Embedded `mapstructure:",squash"`
		TLS       *struct {
			Cert string `validate:"required"`
		}
		Opts struct {
			Level string `default:"x" validate:"required"`
		}
		Listed []struct {
			URL string `validate:"required"`
		}
		Keyed map[string]struct {
			URL string `validate:"required"`
		}
	}
	const all = `"name": "n", "addr": ":80", "net": "10.0.0.0/8", "box": {"width": 1}, "count": 1, "db": {"dsn": "d"}`
	without := func(part string) string { return "{" + strings.Replace(all, part, "", 1) + "}" }
	whole := subject[config](t)
	verdicts(t, whole.JSONSchema(), map[string]bool{
		`{` + all + `}`:                                       true,
		without(`"name": "n", `):                              false,
		without(`"addr": ":80", `):                            false,
		without(`"net": "10.0.0.0/8", `):                      false,
		without(`"box": {"width": 1}, `):                      false,
		without(`"count": 1, `):                               false,
		without(`, "db": {"dsn": "d"}`):                       false,
		without(`"dsn": "d"`):                                 false,
		`{` + all + `, "tls": {}}`:                            false,
		`{` + all + `, "tls": null}`:                          true,
		`{` + all + `, "listed": [{}]}`:                       false,
		`{` + all + `, "listed": [{"url": "u"}], "opts": {}}`: true,
		`{` + all + `, "keyed": {"a": {}}}`:                   false,
	})
	layered := whole
	layered.Layered = true
	verdicts(t, layered.JSONSchema(), map[string]bool{
		`{}`:                   true,
		`{"tls": {}}`:          true,
		`{"keyed": {"a": {}}}`: true,  // maps are merged
		`{"listed": [{}]}`:     false, // lists are not
	})
}

func TestATypeThatHoldsItselfIsDescribedOnce(t *testing.T) {
	s := subject[struct{ Root *node }](t)
	verdicts(t, s.JSONSchema(), map[string]bool{
		`{"root": {"name": "a", "next": {"name": "b", "next": {}}, "nodes": [{"name": "c"}], "keyed": {"x": {"name": "d"}}}}`: true,
		`{"root": {"next": {"next": {"nam": "b"}}}}`:       false,
		`{"root": {"nodes": [{"nodes": [{"name": []}]}]}}`: false,
	})
	verdicts(t, subject[node](t).JSONSchema(), map[string]bool{
		`{"name": "a", "next": {"next": null}}`: true,
		`{"name": "a", "next": {"next": 1}}`:    false,
	})
	if n := strings.Count(string(s.JSONSchema()), `"keyed"`); n != 1 {
		t.Errorf("it is described %d times", n)
	}
}

func TestDefaultsAndDescriptionsAndSecrets(t *testing.T) {
	type section struct {
		Level string `default:"low" desc:"how much"`
	}
	type config struct {
		Timeout time.Duration  `default:"90s"`
		Tags    []string       `default:"a, b"`
		Limits  map[string]int `default:"x=1"`
		On      bool           `default:"false"`
		Ratio   float64        `default:"0.5"`
		First   section        `desc:"the first."`
		Second  section
		Listed  []section
		Plain   []struct{ Level string } `default:"[{\"level\": \"high\"}]"`
		Token   string                   `default:"s3cr3t" secret:"true"`
		Vault   struct{ A, B string }    `secret:"true"`
		Any     map[string]any           `default:"{\"a\": [1, \"x\", null]}"`
	}
	s := newSubject(t, reflect.TypeFor[config](), load.Options{Defaults: &config{Second: section{Level: "mid"}, Vault: struct{ A, B string }{A: "s3cr3t"}}})
	var schema struct {
		Properties map[string]struct {
			Default     any
			Description string
			WriteOnly   bool
			Properties  map[string]struct {
				Default     any
				Description string
				WriteOnly   bool
			}
			Items struct {
				Properties map[string]struct{ Default any }
			}
		}
	}
	if err := json.Unmarshal(s.JSONSchema(), &schema); err != nil {
		t.Fatal(err)
	}
	p := schema.Properties
	for key, test := range map[string]struct{ got, want any }{
		"timeout":        {p["timeout"].Default, "1m30s"},
		"tags":           {p["tags"].Default, []any{"a", "b"}},
		"limits":         {p["limits"].Default, map[string]any{"x": 1.0}},
		"on":             {p["on"].Default, false},
		"ratio":          {p["ratio"].Default, 0.5},
		"first.level":    {p["first"].Properties["level"].Default, "low"},
		"second.level":   {p["second"].Properties["level"].Default, "mid"},
		"plain":          {p["plain"].Default, []any{map[string]any{"level": "high"}}},
		"listed[].level": {p["listed"].Items.Properties["level"].Default, "low"},
		"token":          {p["token"].Default, nil},
		"vault.a":        {p["vault"].Properties["a"].Default, nil},
		"any":            {p["any"].Default, map[string]any{"a": []any{1.0, "x", nil}}},
		"description":    {p["first"].Description, "The first."},
		"inner":          {p["first"].Properties["level"].Description, "How much."},
		"secret":         {p["token"].WriteOnly, true},
		"secret section": {p["vault"].Properties["b"].WriteOnly, true},
		"no secret":      {p["timeout"].WriteOnly, false},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: %#v, want %#v", key, test.got, test.want)
		}
	}
	if strings.Contains(string(s.JSONSchema()), "s3cr3t") {
		t.Error("it shows a secret")
	}
}
