package confighttp_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// wantNoMarker requests the page, the JSON and a reload, and searches them for pieces of the secret.
func wantNoMarker(t *testing.T, when string, store *config.Store[shop], pieces ...string) {
	t.Helper()
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	for what, r := range map[string]*http.Response{
		"the page":       ask(t, h, http.MethodGet, "/"),
		"the JSON":       ask(t, h, http.MethodGet, "/?format=json"),
		"the reload":     post(t, h, "name=shop", "Accept", "application/json"),
		"the page after": ask(t, h, http.MethodGet, "/"),
	} {
		got := text(t, r)
		for _, piece := range pieces {
			if strings.Contains(got, piece) {
				t.Errorf("%s: %s shows %q:\n%s", when, what, piece, got)
			}
		}
		if what == "the page" && !strings.Contains(got, "[redacted]") {
			t.Errorf("%s: %s does not say that something is redacted", when, what)
		}
	}
}

func TestSecretsNeverLeaveTheProcess(t *testing.T) {
	pieces := []string{"correct-horse", "battery-staple", "tr0ub4dor"}
	rotated := strings.ReplaceAll(good, "correct-horse-battery-staple", "tr0ub4dor")
	store, path := follow(t, good)
	wantNoMarker(t, "at first", store, pieces...)
	accept(t, store, path, rotated)
	wantNoMarker(t, "in the history", store, pieces...)
	for when, content := range map[string]string{
		"under a misspelled key":  strings.ReplaceAll(rotated, "dsn:", "dns:"),
		"in a section too many":   strings.ReplaceAll(rotated, "dsn: ", "dsn:\n    x: "),
		"in a broken line":        strings.ReplaceAll(rotated, "dsn: ", "dsn: [ "),
		"beside a broken line":    rotated + "greeting: [\n",
		"where a number should":   strings.ReplaceAll(rotated, "conns: 20", "conns: *dsn"),
		"copied by an alias":      strings.ReplaceAll(strings.ReplaceAll(rotated, "dsn: ", "dsn: &dsn "), "conns: 20", "conns: *dsn"),
		"in a list of secrets":    strings.ReplaceAll(rotated, "dsn: ", "dsn:\n    - "),
		"twice":                   strings.ReplaceAll(rotated, "  conns: 20", "  dsn: "+marker),
		"with a tab before it":    strings.ReplaceAll(rotated, "  dsn:", "\tdsn:"),
		"with what is not a text": strings.ReplaceAll(rotated, "dsn: ", "dsn: !!binary "),
	} {
		reject(t, store, path, content)
		wantNoMarker(t, when, store, pieces...)
	}
}

func TestSecretsOfOtherLayersNeverLeaveTheProcess(t *testing.T) {
	keys := t.TempDir()
	if err := os.WriteFile(filepath.Join(keys, "db.dsn"), []byte("hunter2-in-a-file"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SHOP_DB_DSN", "hunter2-in-a-variable")
	store, _ := follow(t, good, config.WithKeyDir(keys), config.WithEnv("SHOP"))
	wantNoMarker(t, "with three layers", store, "correct-horse", "hunter2")
}
