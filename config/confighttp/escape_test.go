package confighttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/redact"
)

// hostileText has characters of every kind on which a terminal, a log or a browser acts, or
// which it does not show.
const hostileText = "a\nFORGED\r\n\t\x1b[31m\a\x7f\u0085\u009b2J\u2028\u2029\u202a\u202e\u2066\u2069\u200e\u200f\u061c" +
	"\u200b\u200c\u200d\u2060\ufeff\u00ad\u00a0\u115f\u3164\ufe0f\u2800\U000e0041\xff"

// hostile is a store all of whose texts are hostileText.
type hostile struct{}

func (hostile) Reload(context.Context) error { return errors.New(hostileText) }

func (hostile) Status() config.Status {
	origin := config.Origin{Kind: config.OriginFile, Name: hostileText, Line: 1, Column: 1}
	return config.Status{
		LastOutcome: hostileText,
		Err: &config.Error{Problems: []config.Problem{
			{Code: hostileText, Key: hostileText, Origin: origin, Message: hostileText, Hint: hostileText,
				Excerpt: &config.Excerpt{Line: 1, Text: hostileText, Column: 1, Width: 1}},
		}},
		Pending: []config.Pending{{Key: hostileText, Running: hostileText, Wanted: []any{hostileText}, Origin: origin}},
		Watch:   []config.PathStatus{{Path: hostileText, Mode: config.WatchPinned, Reason: hostileText}, {Path: hostileText, Mode: hostileText}},
		Hook:    &config.HookStatus{Name: hostileText, For: time.Minute, Stuck: true},
	}
}

func (hostile) Settings() []config.Setting {
	origin := config.Origin{Kind: config.OriginEnv, Name: hostileText}
	var all []config.Setting
	for _, value := range []any{hostileText, []any{hostileText}, map[string]any{hostileText: hostileText}, map[string]any{"x": func() {}, hostileText: hostileText}, config.Outcome(hostileText)} {
		all = append(all, config.Setting{Key: hostileText, Value: value, Origin: origin, Overrides: []config.Origin{origin, origin}})
	}
	return all
}

func (hostile) History() []config.Version {
	return []config.Version{{Changes: []config.Change{{Key: hostileText, Old: hostileText, New: map[string]any{hostileText: hostileText}}, {Key: hostileText, Secret: true}}}}
}

// encodable leaves out the setting that cannot be encoded.
type encodable struct{ hostile }

func (m encodable) Settings() []config.Setting {
	all := m.hostile.Settings()
	return append(all[:3:3], all[4:]...)
}

func TestAnswersHaveNoInvisibleCharacters(t *testing.T) {
	page := confighttp.Handler(confighttp.Named(hostileText, hostile{}), confighttp.WithReload())
	asJSON := confighttp.Handler(confighttp.Named(hostileText, encodable{}), confighttp.Named("other", encodable{}), confighttp.WithReload())
	for what, r := range map[string]*http.Response{
		"the page":                  ask(t, page, http.MethodGet, "/"),
		"the JSON":                  ask(t, asJSON, http.MethodGet, "/?format=json"),
		"a reload":                  post(t, page, "name="+"a"),
		"a reload as JSON":          post(t, page, "", "Accept", "application/json"),
		"a reload that fails":       post(t, page, ""),
		"a reload of another":       post(t, page, "name=%0a%1b%e2%80%ae"),
		"a reload of none":          post(t, asJSON, ""),
		"a format":                  ask(t, page, http.MethodGet, "/?format=%0a%1b"),
		"a reload of another host":  askHost(t, page, http.MethodPost, "/reload", hostileText),
		"the page of another host":  askHost(t, confighttp.Handler(confighttp.WithHosts()), http.MethodGet, "/", hostileText),
		"a reload of another, JSON": post(t, page, "name=%0a%1b%e2%80%ae", "Accept", "application/json"),
	} {
		got := text(t, r)
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			if plain := redact.Escape(line); plain != line {
				t.Errorf("%s has what cannot be seen: %s", what, plain)
			}
			if strings.HasPrefix(strings.TrimSpace(line), "FORGED") {
				t.Errorf("%s has a forged line: %s", what, line)
			}
		}
		if strings.Contains(what, "JSON") && !json.Valid([]byte(got)) {
			t.Errorf("%s is not JSON:\n%s", what, got)
		}
		if (what == "the page" || what == "the JSON") && (r.StatusCode != http.StatusOK || strings.Count(got, "FORGED") < 20) {
			t.Errorf("%s: %d, with too little to see:\n%s", what, r.StatusCode, got)
		}
	}
}

// The name is escaped on the page, and a form sends it back like that.
func TestAStoreWithAnOddNameCanBeReloaded(t *testing.T) {
	one, _ := unwatched(t)
	two, path := unwatched(t)
	h := confighttp.Handler(confighttp.Named("one", one), confighttp.Named("two\u202e", two), confighttp.WithReload())
	put(t, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))
	for _, name := range []string{parse(t, get(t, h)).all("form")[1].one(t, "input").attrs["value"], "two%e2%80%ae"} {
		if r := post(t, h, "name="+name); r.StatusCode != http.StatusSeeOther || two.Current().DB.Conns != 30 {
			t.Errorf("%q: got %d: %s", name, r.StatusCode, text(t, r))
		}
	}
}

func TestVisibleTextIsShownUnchanged(t *testing.T) {
	const value = "größe 日本語 العربية 👩‍💻 ❤️"
	store, _ := follow(t, strings.ReplaceAll(good, "Welcome to the shop", value))
	if got := parse(t, get(t, named(store))).below(t, "Settings", "td").raw(); got != value {
		t.Errorf("got %q", got)
	}
	if got := text(t, ask(t, named(store), http.MethodGet, "/?format=json")); !strings.Contains(got, value) {
		t.Errorf("got %s", got)
	}
}
