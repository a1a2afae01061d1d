package confighttp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/lastgood/config/confighttp"
)

// ask sends a request, with headers given as name and value in turn.
func ask(t testing.TB, h http.Handler, method, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Result()
}

func text(t testing.TB, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestEveryAnswerIsProtected(t *testing.T) {
	store, _ := follow(t, good)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	for _, request := range []string{
		"GET /", "GET /?format=json", "GET /?format=xml", "HEAD /", "POST /", "GET /nowhere", "GET /reload", "POST /reload", "POST /reload?name=x",
	} {
		method, target, _ := strings.Cut(request, " ")
		header := ask(t, h, method, target).Header
		for name, want := range map[string]string{
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cache-Control":                "no-store",
			"Vary":                         "Accept",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s: got %q, want %q", request, name, got, want)
			}
		}
		policy := header.Get("Content-Security-Policy")
		for _, directive := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, directive) {
				t.Errorf("%s: the policy has no %s: %s", request, directive, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Errorf("%s: the policy is weak: %s", request, policy)
		}
	}
}

func TestThePolicyAllowsTheStyleSheetOfThePage(t *testing.T) {
	store, _ := follow(t, good)
	r := ask(t, named(store), http.MethodGet, "/")
	_, rest, _ := strings.Cut(text(t, r), "<style>")
	style, _, ok := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if got := r.Header.Get("Content-Security-Policy"); !ok || !strings.Contains(got, want) {
		t.Errorf("%s is not in %s", want, got)
	}
}

func TestUnknownPathsAndMethodsAreRefused(t *testing.T) {
	store, _ := follow(t, good)
	plain := named(store)
	reloading := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	for _, c := range []struct {
		h       http.Handler
		request string
		status  int
		allow   string
	}{
		{plain, "GET /nowhere", 404, ""},
		{plain, "GET //", 404, ""},
		{plain, "GET /reload", 404, ""},
		{plain, "POST /reload", 404, ""},
		{plain, "POST /", 405, "GET, HEAD"},
		{plain, "OPTIONS /", 405, "GET, HEAD"},
		{reloading, "DELETE /", 405, "GET, HEAD"},
		{reloading, "GET /reload", 405, "POST"},
		{reloading, "POST /reload/", 404, ""},
		{plain, "GET /?format=xml", 400, ""},
	} {
		method, target, _ := strings.Cut(c.request, " ")
		r := ask(t, c.h, method, target)
		if r.StatusCode != c.status || r.Header.Get("Allow") != c.allow {
			t.Errorf("%s: got %d with Allow: %q, want %d with %q", c.request, r.StatusCode, r.Header.Get("Allow"), c.status, c.allow)
		}
	}
	r := ask(t, plain, http.MethodGet, "/nowhere", "Accept", "application/json")
	if got := text(t, r); r.Header.Get("Content-Type") != "application/json" || !strings.Contains(got, `"error": "there is no such page"`) {
		t.Errorf("a JSON client gets %s", got)
	}
}

func TestHeadHasTheLengthOfThePage(t *testing.T) {
	store, _ := follow(t, good)
	server := httptest.NewServer(named(store))
	defer server.Close()
	r, err := server.Client().Head(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(t, r); r.StatusCode != http.StatusOK || got != "" || r.ContentLength < 5000 {
		t.Errorf("got %d, %d bytes announced, %q", r.StatusCode, r.ContentLength, got)
	}
}

func TestTheClientChoosesTheFormat(t *testing.T) {
	store, _ := follow(t, good)
	const html, json = "text/html; charset=utf-8", "application/json"
	for _, c := range []struct{ target, accept, want string }{
		{"/", "", html},
		{"/", "*/*", html},
		{"/", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", html},
		{"/", "application/json", json},
		{"/", "Application/JSON; charset=utf-8", json},
		{"/", "application/json, text/plain, */*", json},
		{"/", "application/json;q=0.5, text/html", html},
		{"/", "text/html;q=0.5, application/json;q=0.6", json},
		{"/", "application/json, text/html", html},
		{"/", "application/json;q=0", html},
		{"/", ";;", html},
		{"/?format=json", "text/html", json},
		{"/?format=html", "application/json", html},
	} {
		r := ask(t, named(store), http.MethodGet, c.target, "Accept", c.accept)
		if got := r.Header.Get("Content-Type"); got != c.want {
			t.Errorf("GET %s with %q: %s", c.target, c.accept, got)
		}
	}
}

func TestThePageWorksBelowAnyPath(t *testing.T) {
	store, _ := follow(t, good)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	mux := http.NewServeMux()
	mux.Handle("/debug/config/", http.StripPrefix("/debug/config", h))
	mux.Handle("/other/", http.StripPrefix("/other/", h))
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, path := range []string{"/debug/config/", "/debug/config", "/other/"} {
		r, err := server.Client().Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		page := parse(t, []byte(text(t, r)))
		for _, target := range []string{page.one(t, "form").attrs["action"], "./reload"} {
			action, err := r.Request.URL.Parse(target)
			if err != nil {
				t.Fatal(err)
			}
			after, err := server.Client().Post(action.String(), "application/x-www-form-urlencoded", strings.NewReader("name=shop"))
			if err != nil {
				t.Fatal(err)
			}
			after.Body.Close()
			if want := strings.TrimSuffix(path, "/") + "/"; after.StatusCode != http.StatusOK || after.Request.URL.Path != want {
				t.Errorf("the form of %s ends at %s with %d", path, after.Request.URL, after.StatusCode)
			}
		}
		for _, a := range page.all("a") {
			if href := a.attrs["href"]; strings.HasPrefix(href, "/") || strings.Contains(href, "//") {
				t.Errorf("%s is not relative", href)
			}
		}
	}
}

// Some routers pass on a path without its last slash instead of redirecting.
func TestThePageWorksBelowAPathWithoutASlash(t *testing.T) {
	store, _ := follow(t, good)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload())
	page := parse(t, []byte(text(t, ask(t, http.StripPrefix("/debug/config", h), http.MethodGet, "/debug/config?format=html"))))
	if got := page.one(t, "form").attrs["action"]; got != "./config/reload" {
		t.Errorf("the form leads to %s", got)
	}
}

func TestHandlerPanicsForAWrongName(t *testing.T) {
	store, _ := follow(t, good)
	wantPanic(t, `two stores are named "shop"`, confighttp.Named("shop", store), confighttp.Named("shop", store))
	wantPanic(t, "the name is empty", confighttp.Named("", store))
}
