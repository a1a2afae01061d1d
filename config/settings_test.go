package config_test

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// JSON has no infinities, and 0.1 of 32 bits is not 0.1 of 64.
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
		if what == "status" && !strings.Contains(string(b), `"digest":"`+s.Snapshot().Digest.String()) {
			t.Errorf("%s: %s", what, b)
		}
	}
}
