package confighttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// open requests a page and parses it.
func open(t *testing.T, at string) *node {
	t.Helper()
	r, err := http.Get(at)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", at, r.StatusCode, text(t, r))
	}
	return parse(t, []byte(text(t, r)))
}

// keys returns the keys of the settings that a page lists.
func keys(page *node) (all []string) {
	for _, table := range page.all("table.settings") {
		for _, row := range table.all("tr")[1:] {
			all = append(all, row.all("code")[0].String())
		}
	}
	return all
}

// link returns where the link with a text leads, or "".
func link(t *testing.T, page *node, from, text string) string {
	t.Helper()
	for _, a := range page.all("a") {
		if a.String() == text {
			u, err := url.Parse(from)
			if err == nil {
				u, err = u.Parse(a.attrs["href"])
			}
			if err != nil {
				t.Fatal(err)
			}
			return u.String()
		}
	}
	return ""
}

func TestAllSettingsAreListedOnceInTheirOrderPageByPage(t *testing.T) {
	store := manySettings(t, 500)
	server := httptest.NewServer(named(store))
	defer server.Close()
	var want, got []string
	for _, s := range store.Settings() {
		want = append(want, s.Key)
	}
	for number, at := 1, server.URL+"/"; at != "" && number < 10; number++ {
		page := open(t, at)
		listed := keys(page)
		got = append(got, listed...)
		wantText(t, at, page.one(t, "p.found"), fmt.Sprintf("Settings %d to %d of %d", len(got)-len(listed)+1, len(got), len(want)))
		if len(listed) > 200 {
			t.Errorf("%s lists %d settings", at, len(listed))
		}
		if before := link(t, page, at, "Previous"); number > 1 != strings.Contains(before, fmt.Sprintf("page=%d&", number-1)) {
			t.Errorf("the page before %s is %q", at, before)
		}
		at = link(t, page, at, "Next")
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d settings are listed, want %d:\n%q", len(got), len(want), got)
	}
}

func TestAPageBehindTheLastIsTheLast(t *testing.T) {
	server := httptest.NewServer(named(manySettings(t, 300)))
	defer server.Close()
	page := open(t, server.URL+"/?page=999999999")
	if got := keys(page); len(got) == 0 || got[len(got)-1] != "log.level" {
		t.Errorf("it lists %q", got)
	}
	if next := link(t, page, server.URL, "Next"); next != "" {
		t.Errorf("the next page is %s", next)
	}
}

func TestAFewSettingsHaveNoPagesAndNoSearch(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(store)))
	if forms, navs := page.all("form"), page.all("nav"); len(forms)+len(navs) > 0 {
		t.Errorf("there are %d forms and %d lists of links", len(forms), len(navs))
	}
}

func TestASearchFindsWhatIsInAKeyOrAShownValue(t *testing.T) {
	store, _ := follow(t, strings.Replace(good, "greeting: Welcome to the shop", "greeting: \"<Wel\u202ecome>\"", 1))
	server := httptest.NewServer(named(store))
	defer server.Close()
	for search, want := range map[string]string{
		"conns":             "db.conns",
		"READ_time":         "server.read_timeout",
		"  conns ":          "db.conns",
		"<wel":              "greeting",
		`\u202e`:            "greeting", // as shown
		"l\u202ec":          "greeting", // as set
		"[redacted]":        "db.dsn",
		"http://stock.shop": "upstreams[0].url",
		"3s":                "server.read_timeout",
		"not set":           "weights",
		"correct-horse":     "",
		"battery":           "",
		"no such setting":   "",
	} {
		page := open(t, server.URL+"/?"+url.Values{"search": {search}}.Encode())
		if got := strings.Join(keys(page), " "); got != want {
			t.Errorf("%q finds %q, want %q", search, got, want)
		}
		if got := page.one(t, "p.found").String(); want == "" && !strings.HasPrefix(got, "No setting with “"+search+"” in the key or value") {
			t.Errorf("%q: the page has %q", search, got)
		}
		toAll := link(t, page, server.URL, fmt.Sprintf("show all %d", len(store.Settings())))
		if all := open(t, toAll); len(keys(all)) != len(store.Settings()) || !strings.HasSuffix(toAll, "?#store-1-settings") {
			t.Errorf("%q: the link to all leads to %s, %q", search, toAll, keys(all))
		}
	}
}

// A browser makes the query from the fields of the form.
func TestTheSearchFormLeadsToWhatIsFoundInPages(t *testing.T) {
	server := httptest.NewServer(named(manySettings(t, 500)))
	defer server.Close()
	page := open(t, server.URL+"/")
	form := page.one(t, "form.search")
	query := url.Values{}
	for _, input := range form.all("input") {
		query.Set(input.attrs["name"], input.attrs["value"])
	}
	query.Set("search", "LENGTH_0004")
	if form.attrs["method"] != "get" || form.attrs["action"] != "#store-1-settings" || page.one(t, "label").attrs["for"] != form.all("input")[1].attrs["id"] {
		t.Errorf("the form is %v", form.attrs)
	}
	found := open(t, server.URL+"/?"+query.Encode())
	if got := keys(found); len(got) != 100 || got[0] != "features.feature_with_a_name_of_some_length_000400" {
		t.Errorf("it finds %d: %q", len(got), got)
	}
	query.Set("search", "_000")
	next := link(t, open(t, server.URL+"/?"+query.Encode()), server.URL, "Next")
	if got := keys(open(t, next)); len(got) != 200 || got[0] != "features.feature_with_a_name_of_some_length_000200" {
		t.Errorf("%s lists %d: %q", next, len(got), got)
	}
}

func TestASearchIsOfOneStoreAndEscaped(t *testing.T) {
	one, _ := follow(t, good)
	const name = `two & <"3">`
	server := httptest.NewServer(confighttp.Handler(confighttp.Named("one", one), confighttp.Named(name, manySettings(t, 500))))
	defer server.Close()
	const hostile = `"><script>alert(1)</script>` + "\x1b[31m\u202e"
	page := open(t, server.URL+"/?"+url.Values{"store": {name}, "search": {hostile}}.Encode())
	if got := keys(page); len(got) != len(one.Settings()) || len(page.all("script")) > 0 {
		t.Errorf("it lists %q", got)
	}
	if got := page.all("input")[1].attrs["value"]; got != `"><script>alert(1)</script>\x1b[31m\u202e` {
		t.Errorf("the field has %q", got)
	}
	next := link(t, open(t, server.URL+"/?"+url.Values{"store": {name}, "search": {"feature_"}}.Encode()), server.URL, "Next")
	u, err := url.Parse(next)
	if err != nil || u.Query().Get("store") != name || u.Query().Get("search") != "feature_" || u.Query().Get("page") != "2" || u.Fragment != "store-2-settings" {
		t.Errorf("the next page is %s", next)
	}
}

func TestAQueryThatIsWrongIsRefused(t *testing.T) {
	store, _ := follow(t, good)
	h := confighttp.Handler(confighttp.Named("one", store), confighttp.Named("two", store))
	for query, want := range map[string]string{
		"store=one&page=0":  "the page must be a number from 1",
		"store=one&page=-1": "the page must be a number from 1",
		"store=one&page=x":  "the page must be a number from 1",
		"store=three":       `there is no store named "three"; the name is one of: one, two`,
		"search=a":          `there is no store named ""`,
		"store=one&search=" + strings.Repeat("x", 1025): "more than 1024 bytes",
	} {
		r := ask(t, h, http.MethodGet, "/?"+query)
		if got := text(t, r); r.StatusCode != http.StatusBadRequest || !strings.Contains(got, want) {
			t.Errorf("%.40s: %d %s", query, r.StatusCode, got)
		}
	}
}

// crowded is a store with many pending changes and watched paths.
type crowded struct{ *config.Store[shop] }

func (c crowded) Status() config.Status {
	st := c.Store.Status()
	for i := range 150 {
		st.Pending = append(st.Pending, config.Pending{Key: fmt.Sprintf("key%d", i), Running: "a", Wanted: "b"})
		st.Watch = append(st.Watch, config.PathStatus{Path: fmt.Sprintf("/path%d", i), Mode: config.WatchEvents})
	}
	return st
}

func TestLongTablesAreCutOnThePageAndNotInTheJSON(t *testing.T) {
	store, _ := follow(t, good)
	page := parse(t, get(t, named(crowded{store})))
	for heading, want := range map[string]string{"Waits for a restart": "There are 50 more; the JSON has them all.", "Status": "There are 51 more; the JSON has them all."} {
		if rows := page.below(t, heading, "table").rows(); len(rows) != 101 {
			t.Errorf("%s: %d rows", heading, len(rows))
		}
		wantText(t, heading, page.below(t, heading, "p.more"), want)
	}
	st := decode[document](t, text(t, ask(t, named(crowded{store}), http.MethodGet, "/?format=json")))
	if n := len(st.Stores[0].Status["pending"].([]any)); n != 150 {
		t.Errorf("the JSON has %d changes that wait", n)
	}
}
