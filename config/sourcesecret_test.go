package config_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// open settings: no field of it is a secret.
type plain struct {
	Port   int `validate:"max=65535"`
	Name   string
	Labels map[string]string
	Any    any
}

func (p plain) Validate() error {
	if p.Name == "reject-hunter2" {
		return errors.New("the name " + p.Name + " is taken")
	}
	return nil
}

// wantNoSecret wants nothing of the secret in anything that a store shows.
func wantNoSecret(t *testing.T, s *config.Store[plain], more ...string) {
	t.Helper()
	shown := more
	for _, v := range []any{s.Settings(), s.History(), s.Status(), s.Snapshot()} {
		data, err := json.Marshal(v)
		must(t, err)
		shown = append(shown, string(data), fmt.Sprintf("%v", v))
	}
	for _, set := range s.Settings() {
		shown = append(shown, set.String())
	}
	for _, text := range shown {
		if strings.Contains(text, "hunter2") || strings.Contains(text, "54321") {
			t.Errorf("shown: %s", text)
		}
	}
}

func TestASecretDocumentIsNeverShown(t *testing.T) {
	t.Parallel()
	log := &journal{}
	src := configtest.NewSource(t, "played")
	put := func(text string) {
		src.Set(config.Reading{Documents: []config.Document{{Name: "c.yaml", Secret: true, Data: []byte(text)}}})
	}
	put("port: 4321\nname: first-hunter2\nlabels: {a: b-hunter2}\nany: [1, c-hunter2]\n")
	s := open[plain](t, config.WithSource(src, often()), logTo(log))
	wantNoSecret(t, s, log.String())
	for _, set := range s.Settings() {
		if !set.Secret || set.Value != "[redacted]" {
			t.Errorf("the setting is %v", set)
		}
	}
	before := s.Snapshot()
	put("port: 54321\nname: second-hunter2\nlabels: {a: d-hunter2}\n")
	eventually(t, "the change", func() bool { return s.Current().Port == 54321 })
	for _, c := range s.Diff(before.Value, s.Current()) {
		wantNoSecret(t, s, c.String(), log.String())
	}
	for _, bad := range []string{
		"port: 543210\n",
		"port: hunter2\n",
		"name: reject-hunter2\n",
		"hunter2: x\n",
		"{hunter2 hunter2}\n",
		"name: 'hunter2\n",
		"name hunter2\nport: 1",
		"port: 1\nport: 54321\n",
		"name: ${hunter2}\nport: hunter2",
		"kind: ConfigMap\napiVersion: v1\ndata: {c.yaml: 'name: hunter2'}\n",
		"labels: hunter2\n",
		"any: *hunter2\n",
	} {
		put(bad)
		rejected := s.Reload(t.Context())
		if rejected == nil {
			t.Errorf("accepted: %s", bad)
			continue
		}
		wantNoSecret(t, s, rejected.Error(), log.String())
		for _, p := range rejected.(*config.Error).Problems { //nolint:errorlint // itself
			if p.Excerpt != nil {
				t.Errorf("%s has the excerpt %v", bad, p.Excerpt)
			}
		}
	}
}

func TestASecretValueIsNeverShown(t *testing.T) {
	t.Parallel()
	src := configtest.NewSource(t, "played")
	put := func(name, port string) {
		src.Set(config.Reading{Values: []config.Value{
			{Key: "name", Secret: true, Data: []byte(name)}, {Key: "port", Data: []byte(port)}, {Key: "labels.a", Data: []byte("shown")}, {Key: "labels.b", Secret: true, Data: []byte("b-hunter2")},
		}})
	}
	put("first-hunter2", "80")
	log := &journal{}
	s := open[plain](t, config.WithSource(src, often()), logTo(log))
	wantNoSecret(t, s, log.String())
	for _, set := range s.Settings() {
		if secret := set.Key == "name" || set.Key == "labels.b"; set.Key != "any" && set.Secret != secret {
			t.Errorf("the setting is %v", set)
		}
	}
	put("second-hunter2", "81")
	eventually(t, "the change", func() bool { return s.Current().Port == 81 })
	eventually(t, "the record of it", func() bool { return strings.Contains(log.String(), "81") })
	wantNoSecret(t, s, log.String())
	put("reject-hunter2", "82")
	if rejected := s.Reload(context.Background()); rejected == nil {
		t.Error("accepted")
	} else {
		wantNoSecret(t, s, rejected.Error(), log.String())
	}
}
