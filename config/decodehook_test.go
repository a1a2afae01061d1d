package config_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/config"
)

type mode int

// modeOf is a decode hook for words that mean numbers, as users of Viper write it.
func modeOf(_, to reflect.Type, data any) (any, error) {
	text, ok := data.(string)
	if !ok || to != reflect.TypeFor[mode]() {
		return data, nil
	}
	for i, word := range []string{"off", "on", "auto"} {
		if text == word {
			return mode(i), nil
		}
	}
	return nil, fmt.Errorf("unknown mode %q", text)
}

// listOf makes a list of one value.
func listOf(from, to reflect.Kind, data any) (any, error) {
	if to == reflect.Slice && from != reflect.Slice {
		return []any{data}, nil
	}
	return data, nil
}

type hostPort struct {
	Host string
	Port int `validate:"max=65535"`
}

// hostPortOf makes a section of a text.
func hostPortOf(from, to reflect.Value) (any, error) {
	text, ok := from.Interface().(string)
	if !ok || to.Type() != reflect.TypeFor[hostPort]() {
		return from.Interface(), nil
	}
	host, port, _ := strings.Cut(text, ":")
	return map[string]any{"host": host, "port": port, "comment": "not a key"}, nil
}

// renamed changes its map in place.
func renamed(_, to reflect.Type, data any) (any, error) {
	if m, ok := data.(map[string]any); ok && to == reflect.TypeFor[hostPort]() {
		if old, ok := m["hostname"]; ok {
			m["host"] = old
			delete(m, "hostname")
		}
	}
	return data, nil
}

// filled fills its target.
func filled(from, to reflect.Value) (any, error) {
	if to.Type() != reflect.TypeFor[pairOf]() {
		return from.Interface(), nil
	}
	to.Set(reflect.ValueOf(pairOf{"filled", fmt.Sprint(from.Interface())}))
	return nil, nil
}

type pairOf struct{ A, B string }

func allHooks() config.Option {
	return config.WithDecodeHook(modeOf, listOf, hostPortOf, mapstructure.DecodeHookFuncType(renamed), filled)
}

type hookSettings struct {
	Mode   mode
	Ptr    *mode
	Modes  []mode
	ByName map[string]mode
	Addr   hostPort
	Addrs  []*hostPort
	Pair   pairOf
	Pairs  map[string]*pairOf
	Plain  int
}

func TestDecodeHooksOfAllSignatures(t *testing.T) {
	s := open[hookSettings](t, allHooks(), config.WithFile(yamlFile(t, `
mode: on
ptr: auto
modes: on
byname: {a: auto, b: 2}
addr: db:5432
addrs: [a:1, {hostname: b, port: 2}, {host: c}]
pair: x
pairs: {k: {y: 1}}
plain: 5
`)))
	auto := mode(2)
	want := hookSettings{1, &auto, []mode{1}, map[string]mode{"a": 2, "b": 2}, hostPort{"db", 5432},
		[]*hostPort{{"a", 1}, {"b", 2}, {Host: "c"}}, pairOf{"filled", "x"}, map[string]*pairOf{"k": {"filled", "map[y:1]"}}, 5}
	if got := s.Current(); !reflect.DeepEqual(*got, want) {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
	for key, at := range map[string]string{"mode": "2:7", "addr.host": "6:7", "addr.port": "6:7", "addrs[1].host": "7:14", "addrs[2].host": "7:45", "plain": "10:8"} {
		if got := settingOf(s, key).Origin; fmt.Sprintf("%d:%d", got.Line, got.Column) != at {
			t.Errorf("%s is from %v, want %s", key, got, at)
		}
	}
}

func TestTheErrorOfADecodeHookIsAProblem(t *testing.T) {
	check := func(content string, want ...string) {
		t.Helper()
		wantProblems(t, config.Check[hookSettings](allHooks(), config.WithFile(yamlFile(t, content))), want...)
	}
	check("mode: maybe\nmodes: [on, perhaps]\n",
		`c.yaml:1:7: mode: unknown mode "maybe" [type]`,
		`c.yaml:2:13: modes[1]: unknown mode "perhaps" [type]`)
	check("addr: db:x", `c.yaml:1:7: addr.port: want an integer, got "x" [type]`)
	check("addr: db:99999", `c.yaml:1:7: addr.port: must be 65535 or less, got "db:99999" [max]`)
	check("addr: {host: a, prot: 1}\nplain: [a]", `c.yaml:1:17: addr.prot: unknown key; did you mean "port"? [unknown_key]`,
		"c.yaml:2:8: plain: want an integer, got a list [type]")
}

func TestWhatADecodeHookTakesIsItsOwn(t *testing.T) {
	dir := files(t, "a.yaml", "addr: {hostname: low, port: 1, Port: 2, x: y}\nmode: on\n", "b.yaml", "addr: high:2\nplain: {a: 1}\n", "c.yaml", "plain: 3\n")
	s := open[hookSettings](t, allHooks(), config.WithFile(dir+"/a.yaml", dir+"/b.yaml"), config.WithDecodeHook(func(_, to reflect.Type, data any) (any, error) {
		if m, ok := data.(map[string]any); ok && to.Kind() == reflect.Int {
			return len(m), nil
		}
		return data, nil
	}))
	if got := s.Current(); got.Addr != (hostPort{"high", 2}) || got.Plain != 1 {
		t.Errorf("got %+v", got)
	}
	// No hook takes these.
	wantProblems(t, config.Check[hookSettings](allHooks(), config.WithFile(dir+"/b.yaml", dir+"/c.yaml")),
		"b.yaml:2:8: plain: it is a map of keys here, but an integer in "+dir+"/c.yaml:1:8 [conflict]")
	wantProblems(t, config.Check[hookSettings](allHooks(), config.WithFile(dir+"/c.yaml", dir+"/b.yaml")),
		"b.yaml:2:8: plain: it is a map of keys here, but an integer in "+dir+"/c.yaml:1:8 [conflict]")
}

func TestWhatADecodeHookReturnsIsReadStrictly(t *testing.T) {
	type settings struct {
		Small int8
		List  []int
	}
	hook := config.WithDecodeHook(func(_, to reflect.Type, data any) (any, error) {
		switch to.Kind() {
		case reflect.Int8:
			return 300, nil
		case reflect.Slice:
			return []any{1, "2", 1.5}, nil
		}
		return data, nil
	})
	wantProblems(t, config.Check[settings](hook, config.WithFile(yamlFile(t, "small: a\nlist: b"))),
		"c.yaml:1:8: small: want an integer from -128 to 127, got 300 [type]",
		"c.yaml:2:7: list[2]: want an integer, without a fraction, got 1.5 [type]")
}

func TestADecodeHookSeesWhatViperWouldHaveRead(t *testing.T) {
	type settings struct {
		V map[string]any
	}
	for name, content := range map[string]string{"c.yaml": "v: {i: 1, f: 1.5, l: [a], t: 2026-01-02}", "c.json": `{"v": {"i": 1, "f": 1.5, "l": ["a"], "t": null}}`, "c.toml": "v = {i = 1, f = 1.5, l = ['a'], t = 07:30:00}"} {
		var seen []string
		hook := func(_, to reflect.Type, data any) (any, error) {
			if m, ok := data.(map[string]any); ok && to == reflect.TypeFor[map[string]any]() {
				for _, key := range []string{"i", "f", "l", "t"} {
					seen = append(seen, fmt.Sprintf("%T", m[key]))
				}
			}
			return data, nil
		}
		read[settings](t, name, content, config.WithDecodeHook(hook))
		want := map[string]string{"c.yaml": "int float64 []interface {} time.Time", "c.json": "float64 float64 []interface {} <nil>", "c.toml": "int64 float64 []interface {} toml.LocalTime"}[name]
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("%s: it saw %s, want %s", name, got, want)
		}
	}
}

func TestADecodeHookThatPanicsIsAProblem(t *testing.T) {
	type settings struct{ A int }
	hook := config.WithDecodeHook(modeOf, func(_, to reflect.Kind, data any) (any, error) {
		if to == reflect.Int {
			panic("boom")
		}
		return data, nil
	})
	wantProblems(t, config.Check[settings](hook, config.WithFile(yamlFile(t, "a: 1"))), "c.yaml:1:4: a: decode hook 2 panicked with a string [type]")
}

func TestTheErrorOfADecodeHookShowsNoSecret(t *testing.T) {
	type settings struct {
		Token mode `secret:"true"`
	}
	err := config.Check[settings](allHooks(), config.WithFile(yamlFile(t, "token: hunter22")))
	if got := fmt.Sprintf("%v %+v", err, err); strings.Contains(got, "hunter") || !strings.Contains(got, `unknown mode "[redacted]"`) {
		t.Errorf("got %s", got)
	}
}

var errHook = errors.New("never")

func TestTheErrorOfADecodeHookIsTheCause(t *testing.T) {
	type settings struct{ A int }
	err := config.Check[settings](config.WithDecodeHook(func(_, _ reflect.Kind, _ any) (any, error) { return nil, errHook }), config.WithFile(yamlFile(t, "a: 1")))
	if !errors.Is(err, errHook) {
		t.Errorf("%v does not wrap it", err)
	}
}

func TestWhatIsNoDecodeHookIsAnError(t *testing.T) {
	for _, hook := range []any{nil, "x", func() {}, (mapstructure.DecodeHookFuncType)(nil), func(reflect.Type, any) (any, error) { return nil, nil }} {
		if err := config.Check[hookSettings](config.WithoutFile(), config.WithDecodeHook(hook)); err == nil || !strings.Contains(err.Error(), "no decode hook of mapstructure") {
			t.Errorf("%T: %v", hook, err)
		}
	}
	if err := config.Check[hookSettings](config.WithoutFile(), config.WithDecodeHook()); err == nil {
		t.Error("no hook at all is accepted")
	}
}

func TestADefaultTagIsForDecodeHooksToo(t *testing.T) {
	type settings struct {
		Mode mode `default:"auto"`
	}
	if got := open[settings](t, allHooks(), config.WithoutFile()).Current().Mode; got != 2 {
		t.Errorf("got %v", got)
	}
}

func TestAVariableIsForDecodeHooksToo(t *testing.T) {
	t.Setenv("HOOKED_MODE", "auto")
	type settings struct{ Mode mode }
	s := open[settings](t, allHooks(), config.WithoutFile(), config.WithEnv("HOOKED"))
	if got := settingOf(s, "mode"); s.Current().Mode != 2 || got.Origin.Name != "HOOKED_MODE" {
		t.Errorf("got %v from %v", s.Current().Mode, got.Origin)
	}
}

func TestDecodeHooksOfViperAndMapstructure(t *testing.T) {
	type settings struct {
		List []string
		Net  any
	}
	hook := mapstructure.ComposeDecodeHookFunc(mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(";"), mapstructure.TextUnmarshallerHookFunc(), mapstructure.RecursiveStructToMapHookFunc())
	if got := read[settings](t, "c.yaml", "list: a;b\nnet: x", config.WithDecodeHook(hook)); !reflect.DeepEqual(*got, settings{[]string{"a", "b"}, "x"}) {
		t.Errorf("got %+v", got)
	}
}

func TestSettingsAreReadWhileDecodeHooksDecode(t *testing.T) {
	path := yamlFile(t, "addr: a:1\nmodes: [on]\n")
	s := open[hookSettings](t, allHooks(), config.WithFile(path))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if got := settingOf(s, "addr.host"); got.Value != "a" || got.Origin.Line == 0 {
						t.Errorf("got %v", got)
						return
					}
				}
			}
		})
	}
	for i := range 20 {
		if got := accepts(t, s, path, fmt.Sprintf("addr: a:%d\nmodes: [on]\n", i+2)); got.Addr.Port != i+2 {
			t.Errorf("got %+v", got)
		}
	}
	close(done)
	readers.Wait()
}
