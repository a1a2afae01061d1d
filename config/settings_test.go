package config_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// JSON has no infinities, and 0.1 as a float32 differs from 0.1 as a float64.
func TestSettingsAndStatusAreEncodable(t *testing.T) {
	type numbers struct {
		Half  float32
		Most  float64
		Map   map[string]any
		Bytes []byte
	}
	path := yamlFile(t, "half: 0.1\nmost: 1\n")
	s := open[numbers](t, config.WithFile(path))
	accepts(t, s, path, "half: 0.1\nmost: .inf\nmap: {a: .nan, b: [.inf, 1]}\nbytes: \"\\x01\"\n")
	for what, v := range map[string]any{"settings": s.Settings(), "history": s.History(), "status": s.Status()} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if what == "settings" && !(strings.Contains(string(b), `"value":0.1,`) && strings.Contains(string(b), `"value":"+Inf"`)) {
			t.Errorf("%s: %s", what, b)
		}
		if what == "status" && !strings.Contains(string(b), `"content":"`+s.Snapshot().Content.String()) {
			t.Errorf("%s: %s", what, b)
		}
	}
}

func TestValueReadsByKey(t *testing.T) {
	type keyed struct {
		Server struct {
			Port    int `default:"80"`
			Timeout time.Duration
		}
		Token  config.Secret
		Labels map[string]string
		Hosts  []string
		Extra  *int
	}
	path := yamlFile(t, "server: {timeout: 90s}\ntoken: hunter2\nlabels: {a.b: x}\nhosts: [one, two]\n")
	s := open[keyed](t, config.WithFile(path))
	for key, want := range map[string]any{
		"server.port":    int64(80),
		"server.timeout": "1m30s",
		"token":          "[redacted]",
		`labels["a.b"]`:  "x",
		"hosts":          []any{"one", "two"},
		"extra":          nil,
	} {
		if got, ok := s.Value(key); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v, want %#v", key, got, ok, want)
		}
	}
	for _, key := range []string{"", "server", "labels", "server.prot", "hosts[0]"} {
		if got, ok := s.Value(key); ok || got != nil {
			t.Errorf("%q: got %#v, %v", key, got, ok)
		}
	}
	accepts(t, s, path, "server: {port: 81}\ntoken: hunter2\n")
	if got, _ := s.Value("server.port"); got != int64(81) {
		t.Errorf("after a reload: %v", got)
	}
}

func TestATestStoreHasNoKeys(t *testing.T) {
	s := configtest.NewStore(t, struct{ Port int }{80})
	if _, ok := s.Value("port"); ok {
		t.Error("it has a value")
	}
	if _, ok := s.Origin("port"); ok {
		t.Error("it has an origin")
	}
}

func TestTheSettingsOfAVersionAreMadeOnce(t *testing.T) {
	path := yamlFile(t, "port: 1\n")
	s := open[struct{ Port int }](t, config.WithFile(path))
	first := s.Settings()
	if n := testing.AllocsPerRun(10, func() { s.Settings() }); n != 0 || &first[0] != &s.Settings()[0] {
		t.Errorf("they are made again, with %v allocations", n)
	}
	accepts(t, s, path, "port: 2\n")
	if again := s.Settings(); &again[0] == &first[0] {
		t.Error("another version has the same")
	}
}
