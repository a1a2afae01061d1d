package confighttp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// get returns the page.
func get(t testing.TB, h http.Handler) []byte {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	return rec.Body.Bytes()
}

func named(store confighttp.Store) http.Handler {
	return confighttp.Handler(confighttp.Named("shop", store))
}

func wantText(t *testing.T, what string, n *node, want string) {
	t.Helper()
	if got := n.String(); got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestAHealthyStoreHasAGreenBand(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(store)))
	wantText(t, "title", page.one(t, "title"), "ok: shop – configuration")
	wantText(t, "headline", page.one(t, "div.ok").one(t, "p.summary"), "Serving version 1, as it is on disk")
	if len(page.all("ol.problems")) != 0 {
		t.Error("there are problems")
	}
}

func TestARejectedReloadIsShownFirstWithItsProblems(t *testing.T) {
	store, path := follow(t, good)
	reject(t, store, path, bad)
	page := parse(t, get(t, named(store)))
	wantText(t, "title", page.one(t, "title"), "rejected: shop – configuration")
	band := page.one(t, "section").elements()[0]
	if band.attrs["class"] != "band rejected" {
		t.Errorf("the first thing is %v", band.attrs)
	}
	wantText(t, "headline", band.one(t, "p.summary"), "Serving version 1; what is on disk is rejected")
	if got := page.one(t, "section").elements()[1]; got.String() != "What is wrong on disk" {
		t.Errorf("the second thing is %q", got)
	}
	shown := page.one(t, "ol.problems").elements()
	problems := store.Status().Err.Problems
	if len(shown) != 3 || len(problems) != 3 {
		t.Fatalf("the page shows %d problems of %d", len(shown), len(problems))
	}
	for i, p := range problems {
		wantText(t, "place", shown[i].one(t, "p.place"), p.Origin.String())
		message := p.Key + ": " + p.Message
		if p.Hint != "" {
			message += "; " + p.Hint
		}
		wantText(t, "message", shown[i].one(t, "p.what"), message+" "+p.Code)
		if got := shown[i].one(t, "pre").raw(); got != p.Excerpt.String() {
			t.Errorf("the excerpt is\n%s\nnot\n%s", got, p.Excerpt)
		}
		wantText(t, "caret", shown[i].one(t, "span.caret"), strings.Repeat("^", p.Excerpt.Width))
	}
	wantText(t, "running setting", page.below(t, "Settings", "td"), "Welcome to the shop")
}

func TestTheBandTurnsGreenAgain(t *testing.T) {
	store, path := follow(t, good)
	reject(t, store, path, bad)
	accept(t, store, path, good)
	page := parse(t, get(t, named(store)))
	wantText(t, "headline", page.one(t, "div.ok").one(t, "p.summary"), "Serving version 1, as it is on disk")
}

func TestEverySettingIsListedWithItsOrigin(t *testing.T) {
	t.Setenv("SHOP_DB_CONNS", "7")
	store, path := follow(t, "db: {dsn: '"+marker+"', conns: 20}\nserver: {addr: ':80'}\nupstreams: [{name: a, url: 'http://a'}]\nweights: [1, {x: .inf}]\n",
		config.WithEnv("SHOP"))
	put(t, path, "db: {dsn: '"+marker+"', conns: 20}\nserver: {addr: ':81'}\nupstreams: [{name: a, url: 'http://a'}]\nweights: [1, {x: .inf}]\ngreeting: ''\n")
	if err := store.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := parse(t, get(t, named(store)))
	want := [][]string{
		{"Key", "Value", "Set by"},
		{"greeting", `""`, path + ":5:11 over default"},
		{"server.addr restart pending", ":80", "kept until a restart"},
		{"server.read_timeout", "5s", "default"},
		{"server.max_body_bytes", "1048576", "default"},
		{"db.dsn secret", "[redacted]", path + ":1:11"},
		{"db.conns", "7", "env SHOP_DB_CONNS over " + path + ":1:74, default"},
		{"features", "not set", "nothing"},
		{"upstreams[0].name", "a", path + ":3:20"},
		{"upstreams[0].url", "http://a", path + ":3:28"},
		{"weights", `[1,{"x":"+Inf"}]`, path + ":4:10"},
		{"log.level", "INFO", "default"},
	}
	got := page.below(t, "Settings", "table").rows()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("row %d: got %q, want %q", i, got[min(i, len(got)-1)], want[min(i, len(want)-1)])
		}
	}
}

func TestPendingChangesNeedAttention(t *testing.T) {
	store, path := follow(t, good)
	accept(t, store, path, strings.ReplaceAll(good, ":8080", ":9090"))
	page := parse(t, get(t, named(store)))
	wantText(t, "remark", page.one(t, "div.attention").one(t, "li"), "1 setting waits for a restart.")
	want := [][]string{{"Key", "Running", "On disk", "Set by"}, {"server.addr", ":8080", ":9090", path + ":3:9"}}
	if got := page.below(t, "Waits for a restart", "table").rows(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheHistoryListsChangesNewestFirst(t *testing.T) {
	store, path := follow(t, good)
	accept(t, store, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))
	accept(t, store, path, strings.ReplaceAll(good, "correct-horse", "wrong-horse"))
	page := parse(t, get(t, named(store)))
	versions := page.one(t, "ol.history").elements()
	if len(versions) != 3 {
		t.Fatalf("there are %d versions", len(versions))
	}
	for i, want := range []string{"db.dsn has changed db.conns: 30 → 20", "db.conns: 20 → 30"} {
		wantText(t, "changes", versions[i].one(t, "ul"), want)
	}
	for i, n := range []int{3, 2, 1} {
		wantText(t, "version", versions[i].one(t, "strong"), fmt.Sprintf("Version %d", n))
		recorded := store.History()[n-1]
		wantText(t, "digest", versions[i].one(t, "code.quiet"), recorded.Content.Short())
		if got := versions[i].one(t, "time").attrs["datetime"]; got != recorded.LoadedAt.UTC().Format(time.RFC3339Nano) {
			t.Errorf("version %d was loaded at %s", n, got)
		}
	}
	if got := versions[2].String(); !strings.Contains(got, "loaded at the start, just now") {
		t.Errorf("the first version: %s", got)
	}
}

func TestTheHistoryCountsTheChangesThatItDoesNotList(t *testing.T) {
	store, path := follow(t, good)
	var more strings.Builder
	for i := range 150 {
		fmt.Fprintf(&more, "  more_%d: true\n", i)
	}
	accept(t, store, path, strings.ReplaceAll(good, "features:\n", "features:\n"+more.String()))
	changes := parse(t, get(t, named(store))).one(t, "ol.history").elements()[0].one(t, "ul").elements()
	if len(changes) != 101 {
		t.Fatalf("there are %d lines", len(changes))
	}
	wantText(t, "the last line", changes[100], "and 50 more")
}

func TestTheStatusIsShownInFull(t *testing.T) {
	store, path := follow(t, good)
	reject(t, store, path, bad)
	page, digests := parse(t, get(t, named(store))), store.Status().Digests
	got := map[string]string{}
	for _, fact := range page.one(t, "dl").elements() {
		got[fact.one(t, "dt").String()] = fact.one(t, "dd").String()
	}
	for term, want := range map[string]string{
		"Running": "version 1, loaded just now",

		"Digest on disk":    digests.Disk.Short(),
		"Digest of content": digests.Content.Short(),
		"Digest in effect":  digests.Effective.Short(),
		"Last attempt":      "rejected, just now",
		"Last success":      "just now",
		"Attempts":          "1 applied, 0 unchanged, 1 rejected; 1 rejected since the last success",
		"Hooks":             "none is running; 0 panics so far",
	} {
		if !strings.HasPrefix(got[term], want) {
			t.Errorf("%s: got %q, want %q", term, got[term], want)
		}
	}
	want := [][]string{{"Path", "Changes are noticed"}, {path, "by events"}}
	if got := page.below(t, "Status", "table").rows(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := page.one(t, "main").String(); !strings.Contains(got, path+digests.Files[0].Sum) {
		t.Errorf("the sum of the file, %s, is not in %s", digests.Files[0].Sum, got)
	}
}

func TestAHostileFileCannotWriteIntoThePage(t *testing.T) {
	const attack = `<script>alert(1)</script>`
	store, path := follow(t, strings.ReplaceAll(good, "Welcome to the shop", "'"+attack+"'"))
	reject(t, store, path, "greeting: ["+attack+"]\n"+attack+": 1\n")
	page := get(t, confighttp.Handler(confighttp.Named(`"><script>`, store), confighttp.WithReload()))
	if strings.Contains(string(page), "<script") || len(parse(t, page).all("script")) > 0 {
		t.Errorf("the page has a script:\n%s", page)
	}
	if got := parse(t, page).below(t, "Settings", "td").String(); got != attack {
		t.Errorf("the value is shown as %q", got)
	}
}

func TestTextThatDeceivesIsQuoted(t *testing.T) {
	for value, want := range map[string]string{
		`plain "text"`:           `plain "text"`,
		`C:\shop`:                `C:\shop`,
		" x":                     `" x"`,
		"a\tb":                   `"a\tb"`,
		"abc\u202edef":           `"abc\u202edef"`,
		strings.Repeat("é", 301): strings.Repeat("é", 300) + "…",
	} {
		store, _ := follow(t, strings.ReplaceAll(good, "Welcome to the shop", fmt.Sprintf("%q", value)))
		if got := parse(t, get(t, named(store))).below(t, "Settings", "td").raw(); got != want {
			t.Errorf("%q is shown as %s, want %s", value, got, want)
		}
	}
}

func TestOfManyProblemsThePageShowsAHundred(t *testing.T) {
	store, path := follow(t, good)
	var many strings.Builder
	for i := range 130 {
		fmt.Fprintf(&many, "unknown_%d: 1\n", i)
	}
	reject(t, store, path, good+many.String())
	page := parse(t, get(t, named(store)))
	if n := len(page.one(t, "ol.problems").elements()); n != 100 {
		t.Errorf("it shows %d", n)
	}
	if got := page.below(t, "What is wrong on disk", "p.more"); got.String() != "There are 30 more; the JSON has them all." {
		t.Errorf("got %q", got)
	}
}

func TestAProblemWithoutALineIsShown(t *testing.T) {
	store, path := follow(t, good)
	reject(t, store, path, "")
	page := parse(t, get(t, named(store)))
	p := page.one(t, "ol.problems").one(t, "li")
	wantText(t, "place", p.one(t, "p.place"), path)
	if !strings.HasSuffix(p.one(t, "p.what").String(), "empty") || len(p.all("pre")) != 0 {
		t.Errorf("got %q", p)
	}
}

func TestEachStoreHasASection(t *testing.T) {
	store, path := follow(t, good)
	reject(t, store, path, bad)
	other, err := config.Open[struct{ Text string }](config.WithoutFile(), config.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	page := parse(t, get(t, confighttp.Handler(confighttp.Named("library", other), confighttp.Named("shop", store))))
	wantText(t, "title", page.one(t, "title"), "rejected: shop – configuration")
	links := page.one(t, "nav").all("a")
	sections := page.all("section")
	if len(links) != 2 || len(sections) != 2 {
		t.Fatalf("%d links to %d sections", len(links), len(sections))
	}
	for i, want := range []string{"ok library", "rejected shop"} {
		wantText(t, "link", links[i], want)
		if links[i].attrs["href"] != "#"+sections[i].attrs["id"] {
			t.Errorf("%q leads to %s, not %s", want, links[i].attrs["href"], sections[i].attrs["id"])
		}
	}
	if strings.Contains(sections[0].String(), path) {
		t.Error("the settings of one store stand with the other")
	}
}
