package config_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/viper"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// legacy is a configuration that old code reads by key.
type legacy struct {
	Name   string `default:"app"`
	Server struct {
		Addr        string        `default:":80"`
		ReadTimeout time.Duration `default:"5s"`
		MaxConns    int
	}
	Ratio   float64
	Since   time.Time
	Tags    []string `default:"a,b"`
	Limits  map[string]int
	Tenants map[string]struct {
		Quota int `default:"10"`
		Note  string
	}
	Upstreams []struct {
		URL    string `mapstructure:"url"`
		Weight int    `default:"1"`
	}
	Free  any
	Token config.Secret `default:"hunter2"`
	TLS   *struct {
		Port int `default:"443"`
	} `mapstructure:"tls"`
	Retries *int `default:"3"`
	Plain   bool
	Rest    map[string]any `mapstructure:",remain"`
}

// The value of a document is in the Viper as Viper itself would have read it.
func TestTheViperOfAStoreHasWhatViperWouldHaveRead(t *testing.T) {
	for name, text := range map[string]string{
		"c.yaml": `name: x
server: {addr: ":90", max_conns: 0x10, read_timeout: 3s}
ratio: 1
since: 2001-12-14T21:59:43Z
tags: [c, 1.10]
limits: {A: 1, b: 1_000}
upstreams: [{url: u, weight: 2}]
free: {i: 5, big: 18446744073709551615, f: 1.5, inf: .inf, t: true, s: "5", d: 2001-12-14, list: [1, {a: b}], n: {m: {o: 1}}}
plain: true
other: {Deep: [1, 2], key: 7}
`,
		"c.toml": `name = "x"
ratio = 1.0
since = 2001-12-14T21:59:43Z
tags = ["c"]
plain = true
[server]
addr = ":90"
max_conns = 1_6
read_timeout = "3s"
[limits]
a = 1
[[upstreams]]
url = "u"
weight = 2
[free]
i = 5
f = 1.5
inf = inf
d = 2001-12-14
lt = 07:32:00
ldt = 2001-12-14T21:59:43
list = [1, 2]
[other]
key = 7
`,
		"c.json": `{"name": "x", "server": {"addr": ":90", "max_conns": 16, "read_timeout": "3s"}, "ratio": 1, "tags": ["c"], "limits": {"a": 1},
"upstreams": [{"url": "u", "weight": 2}], "free": {"i": 5, "f": 1.5, "t": false, "list": [1, {"a": "b"}]}, "plain": true, "other": {"key": 7}}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := files(t, name, text) + "/" + name
			theirs := viper.New()
			theirs.SetConfigFile(path)
			must(t, theirs.ReadInConfig())
			ours := open[legacy](t, config.WithFile(path)).Viper()
			for _, key := range theirs.AllKeys() {
				if got, want := ours.Get(key), theirs.Get(key); !reflect.DeepEqual(got, want) {
					t.Errorf("%s is %T %v, want %T %v", key, got, got, want, want)
				}
			}
			if got, want := ours.GetTime("since"), theirs.GetTime("since"); !got.Equal(want) {
				t.Errorf("the time is %v, want %v", got, want)
			}
		})
	}
}

// Values of all layers are in it, and keys that nothing sets are not.
func TestTheViperOfAStoreHasTheEffectiveValues(t *testing.T) {
	t.Setenv("OLD_SERVER_MAX_CONNS", "7")
	t.Setenv("OLD_TAGS", "x,y")
	given := viper.New()
	given.Set("limits.z", 3)
	path := yamlFile(t, "server: {readTimeout: 1m}\nlimits: {a: 1}\ntenants: {acme: , zeta: {Note: n}}\nupstreams: [{url: u}]\n")
	s := open[legacy](t, config.WithFile(path), config.WithEnv("OLD"), config.WithViper(given), config.WithDefaults(legacy{Ratio: 0.5}))
	v := s.Viper()
	for what, pair := range map[string][2]any{
		"a default tag":               {v.Get("name"), "app"},
		"one in a section":            {v.GetString("server.addr"), ":80"},
		"a duration":                  {v.GetDuration("server.read_timeout"), time.Minute},
		"the spelling of a document":  {v.GetDuration("server.readTimeout"), time.Minute},
		"a variable":                  {v.GetInt("server.max_conns"), 7},
		"a list of a variable":        {v.GetStringSlice("tags"), []string{"x", "y"}},
		"WithDefaults":                {v.GetFloat64("ratio"), 0.5},
		"merged maps":                 {v.GetStringMap("limits"), map[string]any{"a": 1, "z": 3}},
		"an entry that is null":       {v.GetInt("tenants.acme.quota"), 10},
		"a key of a section in a map": {v.GetString("tenants.zeta.note"), "n"},
		"a section in a list":         {v.GetInt("upstreams.0.weight"), 1},
		"a secret":                    {v.GetString("token"), "hunter2"},
		"a default behind a pointer":  {v.Get("retries"), 3},
		"what is not set":             {v.IsSet("plain"), false},
		"an optional section":         {v.IsSet("tls.port"), false},
		"Sub":                         {v.Sub("server").GetString("addr"), ":80"},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: got %#v, want %#v", what, pair[0], pair[1])
		}
	}
	var server struct {
		Addr        string
		ReadTimeout time.Duration `mapstructure:"read_timeout"`
	}
	if must(t, v.UnmarshalKey("server", &server)); server.Addr != ":80" || server.ReadTimeout != time.Minute {
		t.Errorf("UnmarshalKey: got %+v", server)
	}
	if s.Viper() != v {
		t.Error("a version has two Vipers")
	}
	accepts(t, s, path, "name: b\n")
	if got := s.Viper(); got == v || got.GetString("name") != "b" || v.GetString("name") != "app" {
		t.Errorf("the next version has %v, and this one %v", got.Get("name"), v.Get("name"))
	}
}

// A change that needs a restart has its running value.
func TestTheViperOfAStoreHasWhatRuns(t *testing.T) {
	type restarting struct {
		Addr  string `reload:"restart"`
		Level int
	}
	path := yamlFile(t, "addr: a\nlevel: 1\n")
	s := open[restarting](t, config.WithFile(path), noPoll())
	accepts(t, s, path, "addr: b\nlevel: 2\n")
	if v := s.Viper(); v.GetString("addr") != "a" || v.GetInt("level") != 2 {
		t.Errorf("got %v", v.AllSettings())
	}
}

// A retained value has the type from the codec of its format, over many versions.
func TestTheViperOfAStoreKeepsTheTypesOfAFormat(t *testing.T) {
	type restarting struct {
		When  time.Time `reload:"restart"`
		Count int       `reload:"restart"`
		Level int
	}
	path := files(t, "c.toml", "when = 2001-12-14\ncount = 1\nlevel = 1\n") + "/c.toml"
	s := open[restarting](t, config.WithFile(path), noPoll())
	when := s.Viper().Get("when")
	for _, text := range []string{"when = 2002-12-14\ncount = 2\nlevel = 2\n", "level = 3\n"} {
		accepts(t, s, path, text)
		if v := s.Viper(); !reflect.DeepEqual(v.Get("when"), when) || v.Get("count") != int64(1) || v.Get("level") == int64(1) {
			t.Errorf("got %#v, %#v and %v, want %#v", v.Get("when"), v.Get("count"), v.Get("level"), when)
		}
	}
}

// A null in a list is nil, and one in a map of sections is a section with its defaults.
func TestTheViperOfAStoreHasNulls(t *testing.T) {
	type item struct {
		N int `default:"3"`
	}
	type nulls struct {
		List []*item
		Map  map[string]*item
	}
	v := open[nulls](t, config.WithFile(yamlFile(t, "list: [null, {}]\nmap: {a: }\n"))).Viper()
	if want := map[string]any{"list": []any{nil, map[string]any{"n": 3}}, "map": map[string]any{"a": map[string]any{"n": 3}}}; !reflect.DeepEqual(v.AllSettings(), want) {
		t.Errorf("got %v, want %v", v.AllSettings(), want)
	}
}

// Without a pass there are no settings to have.
func TestTheViperOfAStoreThatATestMadeIsEmpty(t *testing.T) {
	for _, v := range []*viper.Viper{config.Snapshot[legacy]{}.Viper(), configtest.NewStore(t, legacy{Name: "x"}).Viper()} {
		if len(v.AllKeys()) != 0 {
			t.Errorf("got %v", v.AllSettings())
		}
	}
}

// Keys that the type does not have are merged, and the higher replaces the lower.
func TestTheViperOfAStoreHasUnknownKeysThatAreAllowed(t *testing.T) {
	type small struct{ Name string }
	low := yamlFile(t, "name: a\nother: {x: 1, y: {z: 1}, list: [1]}\nshape: {a: 1}\nlow: 1\n")
	for _, opts := range [][]config.Option{
		{config.WithFile(low)},
		{config.WithFile(low, yamlFile(t, "other: {x: 2, y: 5}\nshape: 1\n"))},
	} {
		v := open[small](t, append(opts, config.WithUnknownKeys())...).Viper()
		want := map[string]any{"name": "a", "other": map[string]any{"x": 1, "y": map[string]any{"z": 1}, "list": []any{1}}, "shape": map[string]any{"a": 1}, "low": 1}
		if v.GetInt("other.x") == 2 {
			want = map[string]any{"name": "a", "other": map[string]any{"x": 2, "y": 5, "list": []any{1}}, "shape": 1, "low": 1}
		}
		if got := v.AllSettings(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// Many may read it at the same time, in every way that there is.
func TestTheViperOfAStoreIsReadConcurrently(t *testing.T) {
	path := yamlFile(t, "server: {readTimeout: 1m}\nlimits: {a: 1}\ntags: [a]\nfree: {list: [{a: 1}]}\n")
	s := open[legacy](t, config.WithFile(path), noPoll())
	before := s.Viper().AllSettings()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				v := s.Viper()
				_, _, _ = v.Get("server"), v.GetString("name"), v.GetDuration("server.readTimeout")
				_, _, _ = v.GetStringMap("limits"), v.GetStringMapString("limits"), v.GetStringMapStringSlice("limits")
				_, _, _ = v.GetStringSlice("tags"), v.GetIntSlice("tags"), v.GetSizeInBytes("name")
				_, _, _, _ = v.IsSet("tls"), v.InConfig("tags"), v.AllKeys(), v.AllSettings()
				_, _ = v.Sub("server").AllSettings(), v.ConfigFileUsed()
				var into legacyShape
				if err := v.Unmarshal(&into); err != nil {
					t.Error(err)
				}
				_ = v.UnmarshalKey("server", &into.Server)
				if err := s.Reload(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if after := s.Viper().AllSettings(); !reflect.DeepEqual(after, before) {
		t.Errorf("after, it has %v, before %v", after, before)
	}
}

type legacyShape struct {
	Name   string
	Server struct{ Addr string }
}

// A document with many keys at its top level, or many spellings, costs no more for each.
func TestTheViperOfAStoreWithManyKeys(t *testing.T) {
	type open1 struct {
		Rest map[string]int `mapstructure:",remain"`
	}
	var text strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&text, "k%d: 1\n", i)
	}
	v := open[open1](t, config.WithFile(yamlFile(t, text.String()))).Viper()
	if len(v.AllKeys()) != 20_000 || v.GetInt("k19999") != 1 {
		t.Errorf("got %d keys", len(v.AllKeys()))
	}
}

// Old code uses the spelling of the file, also for sections and maps.
func TestTheViperOfAStoreHasSectionsInTheSpellingOfADocument(t *testing.T) {
	type tenant struct {
		MaxConns int `mapstructure:"max_conns"`
		Weight   int `mapstructure:"weight" default:"3"`
	}
	type spelt struct {
		HTTPServer struct {
			ReadTimeout string            `mapstructure:"read_timeout"`
			Addr        string            `mapstructure:"addr" default:":80"`
			ByName      map[string]tenant `mapstructure:"by_name"`
			RateLimits  map[string]int    `mapstructure:"rate_limits"`
		} `mapstructure:"http_server"`
	}
	v := open[spelt](t, config.WithFile(yamlFile(t, `
httpServer:
  readTimeout: 5s
  byName: {a: {maxConns: 7}, b: }
  rate-limits: {x: 2}
`))).Viper()
	for key, want := range map[string]any{
		"httpServer.readTimeout":         "5s",
		"http_server.read_timeout":       "5s",
		"http_server.readTimeout":        "5s",
		"httpServer.addr":                ":80",
		"httpServer.byName.a.maxConns":   7,
		"http_server.by_name.a.maxConns": 7,
		"httpServer.byName.a.weight":     3,
		"httpServer.byName.b.weight":     3,
		"httpServer.rate-limits.x":       2,
		"http_server.rate_limits.x":      2,
	} {
		if got := v.Get(key); got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	if sub := v.Sub("httpServer"); sub == nil || sub.GetInt("byName.a.maxConns") != 7 {
		t.Errorf("Sub: got %v", v.Get("httpServer"))
	}
}
