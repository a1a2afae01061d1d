package configurl_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configurl"
	"example.com/lastgood/internal/testkit"
)

func bearer(token string) configurl.Option {
	return configurl.Header(func(context.Context) (http.Header, error) {
		return http.Header{"Authorization": {"Bearer " + token}}, nil
	})
}

func TestARedirectWithinTheOriginIsFollowedWithCredentials(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Header.Get("Authorization") != "Bearer tok":
				w.WriteHeader(http.StatusUnauthorized)
			case r.URL.Path == "/app.yaml":
				http.Redirect(w, r, "v/5", status)
			case r.URL.Path == "/v/5":
				http.Redirect(w, r, "http://"+strings.ToUpper(r.Host)+"/v/6?sig=1", status)
			default:
				_, _ = fmt.Fprint(w, "a: 1")
			}
		})
		if got := read(t, configurl.New(url+"/app.yaml", bearer("tok"))); got != "a: 1" {
			t.Errorf("%d: Read returns %q", status, got)
		}
	}
}

func TestARedirectThatLeadsElsewhereIsNotFollowed(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	port := elsewhere[strings.LastIndex(elsewhere, ":"):]
	for _, c := range []struct{ to, want string }{
		{elsewhere + "/app.yaml?sig=hush", "is redirected to another origin, " + elsewhere},
		{"//localhost" + port, "is redirected to another origin, http://localhost" + port},
		{"https://127.0.0.1/", "is redirected to another origin, https://127.0.0.1"},
		{"file:///etc/passwd", "is redirected to another origin, file:"},
		{"//me:hush@{host}/", "is redirected to another origin, http://{host}"},
		{"", "is redirected, but not to a URL"},
		{"http://%zz/?sig=hush", `failed to parse Location header "…"`},
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", strings.ReplaceAll(c.to, "{host}", r.Host))
			w.WriteHeader(http.StatusFound)
		})
		_, err := configurl.New(url+"/app.yaml", bearer("tok")).Read(t.Context())
		want := strings.ReplaceAll(c.want, "{host}", strings.TrimPrefix(url, "http://"))
		if kindOf(err) != "stale" || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hush") {
			t.Errorf("to %q: %v, want %s", c.to, err, want)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("the other origin has %d requests", n)
	}
}

func TestFiveRedirectsAreFollowed(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	_, err := configurl.New(serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	})).Read(t.Context())
	if n := requests.Load(); kindOf(err) != "stale" || err.Error() != "is redirected more than 5 times" || n != 6 {
		t.Errorf("Read returns %v after %d requests", err, n)
	}
}

func TestAClientMayRefuseRedirects(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/b", http.StatusFound) })
	client := &http.Client{CheckRedirect: func(req *http.Request, via []*http.Request) error {
		return fmt.Errorf("from %s to %s", via[0].URL.Path, req.URL.Path)
	}}
	_, err := configurl.New(url+"/a", configurl.Client(client)).Read(t.Context())
	if err == nil || err.Error() != "is redirected, which the client's CheckRedirect refuses: from /a to /b" {
		t.Errorf("Read returns %v", err)
	}
}

func TestATokenIsReadForEachRequest(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) { got.Store(r.Header.Get("Authorization")) })
	token := filepath.Join(t.TempDir(), "token")
	s := configurl.New(url, configurl.BearerTokenFile(token))
	for _, content := range []string{"one\n", " two "} {
		testkit.Replace(t, token, content)
		read(t, s)
		if want := "Bearer " + strings.TrimSpace(content); got.Load() != want {
			t.Errorf("sent %q, want %q", got.Load(), want)
		}
	}
}

func TestCredentialsThatCannotBeMadeLeaveTheSourceStale(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	url := serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	dir := t.TempDir()
	empty, long := filepath.Join(dir, "empty"), filepath.Join(dir, "long")
	testkit.Write(t, empty, "\n")
	testkit.Write(t, long, strings.Repeat("x", 70_000))
	for name, c := range map[string]struct {
		opt  configurl.Option
		want string
	}{
		"no token":     {configurl.BearerTokenFile(filepath.Join(dir, "none")), "its headers cannot be made: no token: stat " + dir + "/none: no such file or directory"},
		"an empty one": {configurl.BearerTokenFile(empty), "its headers cannot be made: no token: " + empty + " is empty"},
		"a long one":   {configurl.BearerTokenFile(long), "its headers cannot be made: no token: " + long + " has more than 65536 bytes"},
		"a directory":  {configurl.BearerTokenFile(dir), "its headers cannot be made: no token: " + dir + " is not a regular file"},
		"a function that fails": {configurl.Header(func(context.Context) (http.Header, error) {
			return nil, &config.SourceError{Content: true, Err: fs.ErrNotExist}
		}), "its headers cannot be made: file does not exist"},
		"two lines": {bearer("a\nb"), `net/http: invalid header field value for "…"`},
	} {
		_, err := configurl.New(url, c.opt).Read(t.Context())
		if kindOf(err) != "stale" || err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("the server has %d requests", n)
	}
}

func TestHeadersOfTheCallerDoNotMakeARequestConditional(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		http.ServeContent(w, r, "", time.Unix(0, 0), strings.NewReader("a: "+r.Header.Get("X-Tenant")))
	})
	s := configurl.New(url, configurl.Header(func(context.Context) (http.Header, error) {
		return http.Header{"range": {"bytes=0-1"}, "If-None-Match": {"*"}, "if-match": {`"2"`}, "accept-encoding": {"br"}, "x-tenant": {"7"}}, nil
	}))
	for range 2 {
		if got := read(t, s); got != "a: 7" {
			t.Errorf("Read returns %q", got)
		}
	}
}

func TestAReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprint(w, "a: ")
		_ = http.NewResponseController(w).Flush()
		cancel()
		<-r.Context().Done()
	})
	if _, err := configurl.New(url).Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Read returns %v", err)
	}
}

func TestAProxyOfTheClientIsUsed(t *testing.T) {
	t.Parallel()
	var requested atomic.Value
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requested.Store(r.URL.String())
		_, _ = fmt.Fprint(w, "a: 1")
	}))
	defer proxy.Close()
	at, err := http.NewRequest(http.MethodGet, proxy.URL, http.NoBody)
	testkit.Must(t, err)
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(at.URL)}}
	got := read(t, configurl.New("http://config.invalid/app.yaml", configurl.AllowHTTP(), configurl.Client(client)))
	if got != "a: 1" || requested.Load() != "http://config.invalid/app.yaml" {
		t.Errorf("Read returns %q, and the proxy has a request for %v", got, requested.Load())
	}
}
