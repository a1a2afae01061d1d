package confighttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/testkit"
)

// askHost sends a request with that header Host, as a page of the host itself would.
func askHost(t *testing.T, h http.Handler, method, target, host string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	r.Host = host
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Result()
}

// The owner of a site can make its name lead here, so that a browser takes this for the site.
func TestDNSRebindingCannotReload(t *testing.T) {
	store, path := unwatched(t)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload(), confighttp.WithHosts("shop.example", "Other.Example."))
	put(t, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))
	for _, host := range []string{
		"evil.example", "evil.example:8080", "EVIL.example.", "", ":8080", "localhost.evil.example", "notlocalhost",
		"shop.example.evil.example", "xshop.example", "sub.shop.example", "127.0.0.1.evil.example", "1.2.3", "0x7f.0.0.1", "127.1",
		"user@localhost", "localhost/x", "[localhost", "[evil.example]", "evil.example:localhost", "localhost..", "bücher.example",
	} {
		for _, headers := range [][]string{
			{"Origin", "http://" + host},
			{"Sec-Fetch-Site", "same-origin"},
			{"Sec-Fetch-Site", "same-origin", "Origin", "http://" + host, "X-Forwarded-Host", "localhost", "Forwarded", "host=localhost", "X-Original-Host", "localhost"},
			{},
		} {
			r := askHost(t, h, http.MethodPost, "/reload?name=shop", host, headers...)
			if got := text(t, r); r.StatusCode != http.StatusForbidden || !strings.Contains(got, "WithHosts") || store.Current().DB.Conns != 20 {
				t.Fatalf("%q with %q: got %d: %s", host, headers, r.StatusCode, got)
			}
		}
	}
}

func TestAHostThatIsKnownCanReload(t *testing.T) {
	store, path := unwatched(t)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload(),
		confighttp.WithHosts("shop.example"), confighttp.WithHosts("Other.Example.", "single", "10.0.0.1", "[::1]"))
	for i, host := range []string{
		"localhost", "localhost:8080", "LOCALHOST.", "app.localhost:1", "127.0.0.1", "127.0.0.1:8080", "10.1.2.3:80", "[::1]", "[::1]:8080", "[fe80::1]:80",
		"shop.example", "SHOP.example:443", "shop.example.:443", "other.example", "single:9090",
	} {
		want := i%2 + 30
		put(t, path, strings.ReplaceAll(good, "conns: 20", fmt.Sprintf("conns: %d", want)))
		r := askHost(t, h, http.MethodPost, "/reload?name=shop", host, "Origin", "http://"+host)
		if r.StatusCode != http.StatusSeeOther || store.Current().DB.Conns != want {
			t.Errorf("%q: got %d: %s", host, r.StatusCode, text(t, r))
		}
	}
}

// A host that is allowed does not allow requests of other sites.
func TestOtherSitesCannotReloadByAKnownHost(t *testing.T) {
	store, path := unwatched(t)
	h := confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload(), confighttp.WithHosts("shop.example"))
	put(t, path, strings.ReplaceAll(good, "conns: 20", "conns: 30"))
	for _, host := range []string{"shop.example", "localhost", "127.0.0.1"} {
		for _, headers := range [][]string{{"Origin", "http://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}} {
			if r := askHost(t, h, http.MethodPost, "/reload?name=shop", host, headers...); r.StatusCode != http.StatusForbidden || store.Current().DB.Conns != 20 {
				t.Errorf("%q with %q: got %d", host, headers, r.StatusCode)
			}
		}
	}
}

func TestWithHostsOtherNamesAreRefused(t *testing.T) {
	store, _ := follow(t, good)
	for _, c := range []struct {
		h      http.Handler
		host   string
		status int
	}{
		{named(store), "evil.example", http.StatusOK},
		{confighttp.Handler(confighttp.Named("shop", store), confighttp.WithReload()), "evil.example", http.StatusOK},
		{confighttp.Handler(confighttp.Named("shop", store), confighttp.WithHosts()), "evil.example", http.StatusForbidden},
		{confighttp.Handler(confighttp.Named("shop", store), confighttp.WithHosts()), "localhost:8080", http.StatusOK},
		{confighttp.Handler(confighttp.Named("shop", store), confighttp.WithHosts("shop.example")), "evil.example", http.StatusForbidden},
		{confighttp.Handler(confighttp.Named("shop", store), confighttp.WithHosts("shop.example")), "shop.example", http.StatusOK},
	} {
		for _, target := range []string{"/", "/?format=json"} {
			r := askHost(t, c.h, http.MethodGet, target, c.host)
			if got := text(t, r); r.StatusCode != c.status || strings.Contains(got, "Welcome") != (c.status == http.StatusOK) {
				t.Errorf("%s of %q: got %d: %s", target, c.host, r.StatusCode, got)
			}
		}
	}
}

func TestHandlerPanicsForAHostThatIsNoName(t *testing.T) {
	for _, host := range []string{"", ".", "shop.example:8080", "http://shop.example", "shop.example/x", "*.shop.example", "*", "bücher.example", "shop example", "-shop.example", "127.0.0.1:80", "[::1]:80", strings.Repeat("a.", 127) + "a"} {
		wantPanic(t, "WithHosts(", confighttp.WithHosts(host))
	}
}

func TestHandlerPanicsForAnOptionOrStoreThatIsNil(t *testing.T) {
	store, _ := follow(t, good)
	wantPanic(t, "option 2 is nil", confighttp.Named("shop", store), nil)
	wantPanic(t, `Named("shop"): the store is nil`, confighttp.Named("shop", nil))
	wantPanic(t, `Named("shop"): the store is nil`, confighttp.Named("shop", (*config.Store[shop])(nil)))
}

func wantPanic(t *testing.T, want string, opts ...confighttp.Option) {
	t.Helper()
	testkit.WantPanic(t, want, func() { confighttp.Handler(opts...) })
}
