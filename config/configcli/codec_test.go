package configcli_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
)

// pairs reads lines such as "port=80".
type pairs struct{}

func (pairs) Decode(b []byte, v map[string]any) error {
	for line := range strings.Lines(string(b)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			return errors.New("no =")
		}
		v[key] = value
	}
	return nil
}

func TestCheckReadsByTheCodecsOfTheService(t *testing.T) {
	type served struct {
		Port int `validate:"max=100"`
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"good.conf": "port=80", "bad.conf": "port=800", "plain": "port=x",
		"map.yaml":   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n  readme.txt: x\n  app.conf: |\n    port=800\n",
		"keyed.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n  settings: port=8\n",
		"none.yaml":  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: b}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for _, test := range []struct{ args, out string }{
		{"check good.conf", "good.conf: ok\n"},
		{"check bad.conf", "bad.conf: port: must be 100 or less, got \"800\" [max]\n"},
		{"check plain", "plain: port: want an integer, got \"x\" [type]\n"},
		{"check -", "stdin: port: must be 100 or less, got \"900\" [max]\n"},
		{"check map.yaml", "map.yaml:6: port: must be 100 or less, got \"800\" [max]\n"},
		{"check keyed.yaml --key settings", "keyed.yaml: ConfigMap app: ok\n"},
		{"check none.yaml", "Error: none.yaml: no ConfigMap has a key that ends in .yaml, .yml, .toml, .json or .conf; name one with --key"},
		{"show good.conf", "KEY   VALUE  FROM\nport  80     good.conf\n"},
	} {
		cmd := configcli.Command[served](config.WithCodec("conf", pairs{}), config.WithFormat("conf"), config.WithLogger(slog.New(slog.DiscardHandler)))
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SetIn(strings.NewReader("port=900"))
		cmd.SetArgs(strings.Fields(test.args))
		_ = cmd.ExecuteContext(t.Context())
		if got := out.String(); !strings.HasPrefix(got, test.out) {
			t.Errorf("%s: got %q, want %q", test.args, got, test.out)
		}
	}
}
