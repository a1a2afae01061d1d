package config_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// dataKeys is a configuration with maps whose keys are data.
type dataKeys struct {
	Labels map[string]string
	Ports  map[int]string
	Parts  map[string]struct {
		A int `alias:"old"`
	}
	Any   any
	Read  map[pickyKey]string
	Kept  map[string]struct{ A string } `reload:"restart"`
	Rules map[string]string             `validate:"dive,keys,len=2,endkeys"`
	Rest  map[string]any                `mapstructure:",remain"`
}

// pickyKey is a key whose error quotes it.
type pickyKey string

func (*pickyKey) UnmarshalText(text []byte) error { return fmt.Errorf("no %s here", text) }
func (k pickyKey) MarshalText() ([]byte, error)   { return []byte(k), nil }

func TestAKeyThatIsDataInASecretDocumentIsNeverShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, next string
		isBad       bool
	}{
		{"labels: {hunter2a: x}", "labels: {hunter2b: y}", false},
		{"ports: {54321: x}", "ports: {54321: y, 7: z}", false},
		{"parts: {hunter2: {old: 1}}", "parts: {hunter2: {a: 2}}", false},
		{"any: {hunter2a: {b: x}}", "any: {hunter2b: {hunter2c: [1]}}", false},
		{"hunter2a: {b: 1}", "hunter2b: x", false},
		{"kept: {hunter2a: {a: x}}", "kept: {hunter2b: {a: y}}", false},
		{"{}", "ports: {hunter2: x}", true},
		{"{}", "ports: {54321: x, 0xD431: y}", true},
		{"{}", "labels: {hunter2: [x]}", true},
		{"{}", "parts: {hunter2: {b: 1}}", true},
		{"{}", "parts: {hunter2: {a: x}}", true},
		{"{}", "parts: {hunter2: {old: 1, a: 2}}", true},
		{"{}", "read: {hunter2: x}", true},
		{"{}", "rules: {hunter2: x}", true},
	} {
		src := configtest.NewSource(t, "played")
		put := func(text string) {
			src.Set(config.Reading{Documents: []config.Document{{Name: "c.yaml", Secret: true, Data: []byte(text)}}})
		}
		put(c.first)
		log := &journal{}
		s := open[dataKeys](t, config.WithSource(src), config.WithLastGood(t.TempDir()), logTo(log), config.WithFile(yamlFile(t, "labels: {open: x}\nkept: {open: {a: x}}\n")))
		before := s.Snapshot()
		put(c.next)
		err := s.Reload(t.Context())
		if (err != nil) != c.isBad {
			t.Errorf("%s: %v", c.next, err)
		}
		shown := []string{fmt.Sprint(err), log.String()}
		for _, v := range []any{before.Settings(), s.Settings(), s.Diff(before.Value, s.Current()), s.History(), s.Status(), s.Snapshot()} {
			data, err := json.Marshal(v)
			must(t, err)
			shown = append(shown, string(data), fmt.Sprint(v))
		}
		all := strings.Join(shown, "\n")
		if strings.Contains(all, "hunter2") || strings.Contains(all, "54321") {
			t.Errorf("%s, then %s: shown:\n%s", c.first, c.next, all)
		}
		if !strings.Contains(all, "labels.open") || !strings.Contains(all, "kept.open") {
			t.Errorf("%s: keys of other files are not shown:\n%s", c.next, all)
		}
	}
}
