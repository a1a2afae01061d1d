package confighttp_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"example.com/lastgood/config/confighttp"
)

// document is the JSON as documented. Other fields are an error.
type document struct {
	Stores []storeDocument `json:"stores"`
}

type storeDocument struct {
	Name     string           `json:"name"`
	State    string           `json:"state"`
	Summary  string           `json:"summary"`
	Healthy  bool             `json:"healthy"`
	Status   map[string]any   `json:"status"`
	Settings []map[string]any `json:"settings"`
	History  []map[string]any `json:"history"`
}

func decode[T any](t testing.TB, text string) (v T) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return v
}

func TestTheJSONHasTheContentOfThePage(t *testing.T) {
	store, path := follow(t, good)
	accept(t, store, path, strings.ReplaceAll(good, "conns: 20", "conns: 30")+"weights: [.inf]\n")
	accept(t, store, path, strings.ReplaceAll(good, ":8080", ":9090")+"weights: .nan\n")
	reject(t, store, path, bad)
	h := confighttp.Handler(confighttp.Named("shop", store))
	got := decode[document](t, text(t, ask(t, h, http.MethodGet, "/?format=json"))).Stores[0]
	if got.Name != "shop" || got.State != "rejected" || got.Summary != "Serving version 3; what is on disk is rejected" {
		t.Errorf("got %q, %q, %q", got.Name, got.State, got.Summary)
	}
	st := store.Status()
	digests := map[string]any{"disk": st.Digests.Disk.String(), "content": st.Digests.Content.String(), "effective": st.Digests.Effective.String(),
		"files": []any{map[string]any{"path": path, "sum": st.Digests.Files[0].Sum}}}
	wantFields(t, "status", got.Status, map[string]any{"version": 3., "digests": digests, "last_outcome": "rejected",
		"failures": 1., "hook_panics": 0., "attempts": map[string]any{"applied": 3., "rejected": 1.},
		"watch": []any{map[string]any{"path": path, "mode": "events"}}})
	problems := got.Status["error"].(map[string]any)["problems"].([]any)
	if len(problems) != len(st.Err.Problems) {
		t.Errorf("%d problems, not %d", len(problems), len(st.Err.Problems))
	}
	wantFields(t, "problem", problems[2].(map[string]any), map[string]any{"code": "max", "key": "db.conns",
		"message": "must be 100 or less, got 200", "excerpt": map[string]any{"line": 8., "text": "  conns: 200", "column": 10., "width": 3.}})

	settings := map[string]map[string]any{}
	for _, s := range got.Settings {
		settings[s["key"].(string)] = s
	}
	if len(settings) != len(store.Settings()) {
		t.Errorf("%d settings, not %d", len(settings), len(store.Settings()))
	}
	wantFields(t, "setting", settings["db.conns"], map[string]any{"value": 20.,
		"origin":    map[string]any{"kind": "file", "name": path, "line": 7., "column": 10.},
		"overrides": []any{map[string]any{"kind": "default"}}})
	wantFields(t, "secret", settings["db.dsn"], map[string]any{"value": "[redacted]", "secret": true})
	wantFields(t, "infinite", settings["weights"], map[string]any{"value": "NaN"})
	pending := settings["server.addr"]["pending"].(map[string]any)
	wantFields(t, "pending", pending, map[string]any{"running": ":8080", "wanted": ":9090"})

	if len(got.History) != 3 {
		t.Fatalf("%d versions", len(got.History))
	}
	wantFields(t, "newest", got.History[2], map[string]any{"version": 3., "content": st.Digests.Content.String(), "changes": []any{
		map[string]any{"key": "db.conns", "old": 30., "new": 20.},
		map[string]any{"key": "weights", "old": []any{"+Inf"}, "new": "NaN"},
	}})
}

// wantFields compares some fields of an object.
func wantFields(t *testing.T, what string, got, want map[string]any) {
	t.Helper()
	for key, w := range want {
		if !reflect.DeepEqual(got[key], w) {
			t.Errorf("%s: %s is %#v, want %#v", what, key, got[key], w)
		}
	}
}

func TestWithoutStoresTheJSONIsAnEmptyList(t *testing.T) {
	if got := text(t, ask(t, confighttp.Handler(), http.MethodGet, "/?format=json")); got != "{\n  \"stores\": []\n}\n" {
		t.Errorf("got %s", got)
	}
	if page := parse(t, get(t, confighttp.Handler())); len(page.all("section")) != 0 {
		t.Error("the page has a store")
	}
}
