package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func (f *followed) service() http.Handler {
	return newService(f.store, slog.New(slog.DiscardHandler))
}

// get requests a path, with headers given as name and value in turn.
func get(t *testing.T, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Errorf("the answer is %d %s, want %d", w.Code, w.Body, want)
	}
}

func TestGreetingFollowsTheConfiguration(t *testing.T) {
	f := open(t, good)
	h := f.service()
	want := func(want string) {
		t.Helper()
		w := get(t, h, "/")
		wantStatus(t, w, http.StatusOK)
		if got := strings.TrimSpace(w.Body.String()); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	want(`{"greeting":"Hello","version":1,"timeout":"2s","features":{},"upstreams":["a"]}`)
	f.change(t, good+"features: {x: true}\nserver: {request_timeout: 5s}\ngreeting: Hi")
	want(`{"greeting":"Hi","version":2,"timeout":"5s","features":{"x":true},"upstreams":["a"]}`)
}

func TestHealthzIsNotLimited(t *testing.T) {
	h := open(t, good+"rate_limit: {per_second: 0.001, burst: 1}").service()
	for range 3 {
		wantStatus(t, get(t, h, "/healthz"), http.StatusOK)
	}
}

func TestRateLimit(t *testing.T) {
	f := open(t, good+"rate_limit: {per_second: 0.001, burst: 1}")
	h := f.service()
	wantStatus(t, get(t, h, "/"), http.StatusOK)
	w := get(t, h, "/")
	wantStatus(t, w, http.StatusTooManyRequests)
	// A token takes 1000 s, less the time that the test has taken.
	if after, err := strconv.Atoi(w.Header().Get("Retry-After")); err != nil || after < 900 || after > 1000 {
		t.Errorf("Retry-After is %d, %v, want about 1000", after, err)
	}
	// Far less than a second has passed, so the next request is allowed by the new rate.
	f.change(t, good+"rate_limit: {per_second: 1000000, burst: 10}")
	wantStatus(t, get(t, h, "/"), http.StatusOK)
}

func TestPrivateNeedsTheCurrentKey(t *testing.T) {
	f := open(t, good)
	h := f.service()
	const header = "Authorization"
	for _, value := range []string{"", "Bearer", "Bearer ", "Bearer a-key", "a-key-for-the-tests", "Bearer [redacted]"} {
		wantStatus(t, get(t, h, "/private", header, value), http.StatusUnauthorized)
	}
	wantStatus(t, get(t, h, "/private", header, "Bearer a-key-for-the-tests"), http.StatusOK)

	f.change(t, strings.Replace(good, "a-key-", "a-new-key-", 1))
	wantStatus(t, get(t, h, "/private", header, "Bearer a-key-for-the-tests"), http.StatusUnauthorized)
	wantStatus(t, get(t, h, "/private", header, "Bearer a-new-key-for-the-tests"), http.StatusOK)
}

func TestSlowEndsAtTheRequestTimeout(t *testing.T) {
	f := open(t, good)
	h := f.service()
	wantStatus(t, get(t, h, "/slow?for=1ms"), http.StatusOK)
	f.change(t, good+"server: {request_timeout: 10ms}")
	w := get(t, h, "/slow?for=24h")
	wantStatus(t, w, http.StatusGatewayTimeout)
	var answer struct{ Error string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Error != "gave up after 10ms" {
		t.Errorf("the answer is %s, %v", w.Body, err)
	}
}

func TestSlowNeedsADuration(t *testing.T) {
	h := open(t, good).service()
	for _, query := range []string{"", "?for=", "?for=1", "?for=-1s"} {
		wantStatus(t, get(t, h, "/slow"+query), http.StatusBadRequest)
	}
}

func TestUnknownRoute(t *testing.T) {
	wantStatus(t, get(t, open(t, good).service(), "/nowhere"), http.StatusNotFound)
}

func TestOperatorsSeeARejectedReload(t *testing.T) {
	f := open(t, good)
	h := f.service()
	wantText := func(path, want string) {
		t.Helper()
		w := get(t, h, path)
		wantStatus(t, w, http.StatusOK)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s lacks %q:\n%s", path, want, w.Body)
		}
		if strings.Contains(w.Body.String(), "a-key-for-the-tests") {
			t.Errorf("%s shows a secret", path)
		}
	}
	wantText("/metrics", `config_last_reload_successful{name="app"} 1`)
	wantText("/debug/config/", "Serving version 1, as it is on disk")
	if err := f.volume.Update(map[string]string{key: good + "nope: 1"}); err != nil {
		t.Fatal(err)
	}
	if f.store.Reload(t.Context()) == nil {
		t.Fatal("the reload was not rejected")
	}
	wantText("/metrics", `config_last_reload_successful{name="app"} 0`)
	wantText("/debug/config/", "unknown key")
}
