package confighttp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// post sends a form, with headers given as name and value in turn.
func post(t testing.TB, h http.Handler, form string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://localhost/reload", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Result()
}

// unwatched opens a store that reads its file only on Reload.
func unwatched(t testing.TB) (*config.Store[shop], string) {
	t.Helper()
	return follow(t, good, config.WithoutWatch())
}

func TestTheFormReloadsAndLeadsBack(t *testing.T) {
	store, path := unwatched(t)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	form := parse(t, get(t, h)).one(t, "form")
	if form.attrs["method"] != "post" || form.attrs["action"] != "reload" || form.one(t, "input").attrs["value"] != "shop" {
		t.Errorf("the form is %v with %v", form.attrs, form.one(t, "input").attrs)
	}
	put(t, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))
	r := post(t, h, "name=shop", "Sec-Fetch-Site", "same-origin")
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "./#store-1" {
		t.Errorf("got %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	if store.Current().DB.Conns != 30 {
		t.Error("it was not reloaded")
	}
	put(t, path, bad)
	if r := post(t, h, "name=shop"); r.StatusCode != http.StatusSeeOther || store.Status().Err == nil {
		t.Errorf("of bad content: got %d", r.StatusCode)
	}
}

func TestAJSONClientGetsTheResultOfTheReload(t *testing.T) {
	store, path := unwatched(t)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	put(t, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))
	r := post(t, h, "", "Accept", "application/json")
	if got := decode[storeDocument](t, text(t, r)); r.StatusCode != http.StatusOK || got.State != "ok" || got.Status["version"] != 2. {
		t.Errorf("of good content: got %d, %s, %v", r.StatusCode, got.State, got.Status)
	}
	put(t, path, bad)
	r = post(t, h, "", "Accept", "application/json")
	got := decode[storeDocument](t, text(t, r))
	if r.StatusCode != http.StatusUnprocessableEntity || got.State != "rejected" || got.Status["error"] == nil {
		t.Errorf("of bad content: got %d, %s, %v", r.StatusCode, got.State, got.Status)
	}
}

func TestOtherSitesCannotReload(t *testing.T) {
	store, path := unwatched(t)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	put(t, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Origin", "http://evil.example"},
		{"Origin", "null"},
	} {
		if r := post(t, h, "name=shop", headers...); r.StatusCode != http.StatusForbidden || store.Current().DB.Conns != 20 {
			t.Errorf("%v: got %d", headers, r.StatusCode)
		}
	}
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "same-origin"},
		{"Origin", "http://localhost"},
		{},
	} {
		if r := post(t, h, "name=shop", headers...); r.StatusCode != http.StatusSeeOther || store.Current().DB.Conns != 30 {
			t.Errorf("%v: got %d", headers, r.StatusCode)
		}
	}
}

func TestOfSeveralStoresTheNamedOneIsReloaded(t *testing.T) {
	one, pathOne := unwatched(t)
	two, pathTwo := unwatched(t)
	h := confighttp.Handler(confighttp.Named("one & only", one), confighttp.Named("two", two), confighttp.WithReload())
	better := strings.ReplaceAll(good, "conns: 20", "conns: 30")
	put(t, pathOne, better)
	put(t, pathTwo, better)
	for form, want := range map[string]string{
		"":                                   `no store named ""; the name is one of: one & only, two`,
		"name=three":                         `no store named "three"`,
		"%zz":                                "the form cannot be read",
		"name=" + strings.Repeat("x", 1<<17): "too large",
	} {
		r := post(t, h, form)
		if got := text(t, r); r.StatusCode != http.StatusBadRequest || !strings.Contains(got, want) {
			t.Errorf("%.20q: got %d: %.100s", form, r.StatusCode, got)
		}
	}
	if one.Current().DB.Conns+two.Current().DB.Conns != 40 {
		t.Error("one was reloaded")
	}
	button := parse(t, get(t, h)).all("form")[0].one(t, "input").attrs
	r := post(t, h, url.Values{button["name"]: {button["value"]}}.Encode())
	if r.Header.Get("Location") != "./#store-1" || one.Current().DB.Conns != 30 || two.Current().DB.Conns != 20 {
		t.Errorf("got %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	multipart := "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\ntwo\r\n--b--\r\n"
	if r := post(t, h, multipart, "Content-Type", "multipart/form-data; boundary=b"); two.Current().DB.Conns != 30 {
		t.Errorf("a multipart form: got %d: %s", r.StatusCode, text(t, r))
	}
}

func TestAReloadThatCannotBeValidatedIsUnavailable(t *testing.T) {
	store, _ := unwatched(t)
	store.Close()
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	for _, accept := range []string{"text/html", "application/json"} {
		r := post(t, h, "name=shop", "Accept", accept)
		if got := text(t, r); r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got, "the store is closed") {
			t.Errorf("%s: got %d: %s", accept, r.StatusCode, got)
		}
	}
}
