package configurl_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configurl"
)

func TestWrongArgumentsAreAnErrorOfLoad(t *testing.T) {
	t.Parallel()
	const good = "https://config.example.com"
	for _, c := range []struct {
		url  string
		opts []configurl.Option
		want string
	}{
		{"", nil, "New: the URL begins neither with https:// nor http://"},
		{"config.example.com/app.yaml", nil, "New: the URL begins neither with https:// nor http://"},
		{"ftp://config.example.com", nil, "New: the URL begins neither with https:// nor http://"},
		{"https:app.yaml", nil, "New: the URL has no host"},
		{"https://:8443/app.yaml", nil, "New: the URL has no host"},
		{"https://me:hush@config.example.com", nil, "New: the URL has a user or password; give credentials with Header or BearerTokenFile"},
		{"https://me:hush/1@config.example.com", nil, "New: the URL does not parse: invalid port"},
		{"https://me:%zzhush@config.example.com", nil, "New: the URL does not parse: invalid URL escape"},
		{"https://config.example.com/#hush", nil, "New: the URL has a fragment, which is not sent; write a # that is meant as %23"},
		{"http://config.example.com", nil, "New: the URL is not of https; anyone on the way could change the content unless AllowHTTP permits it"},
		{"http://127.0.0.1.example.com", nil, "New: the URL is not of https; anyone on the way could change the content unless AllowHTTP permits it"},
		{"http://0.0.0.0", nil, "New: the URL is not of https; anyone on the way could change the content unless AllowHTTP permits it"},
		{good, []configurl.Option{nil}, "New: option 1 is nil"},
		{good, []configurl.Option{configurl.Client(nil)}, "Client: the client is nil"},
		{good, []configurl.Option{configurl.Header(nil)}, "Header: the function is nil"},
		{good, []configurl.Option{configurl.Verify(nil)}, "Verify: the function is nil"},
		{good, []configurl.Option{configurl.BearerTokenFile("")}, "BearerTokenFile: the path is empty"},
		{good, []configurl.Option{configurl.Format(".")}, "Format: the format is empty"},
		{good, []configurl.Option{configurl.Named("")}, "Named: the name is empty"},
		{good, []configurl.Option{configurl.MaxSize(0)}, "MaxSize(0): want at least 1 and at most 1 GiB, 1073741824"},
		{good, []configurl.Option{configurl.MaxSize(1<<30 + 1)}, "MaxSize(1073741825): want at least 1 and at most 1 GiB, 1073741824"},
	} {
		err := config.Check[pair](config.WithOptionalSource(configurl.New(c.url, c.opts...)))
		if want := "config: WithOptionalSource: configurl: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", c.url, err, want)
		}
	}
}

func TestLoopbackNeedsNoTLS(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://localhost", "http://LocalHost:80", "http://127.8.8.8", "http://[::1]:80", "http://[::ffff:127.0.0.1]"} {
		if err := configurl.New(url).(interface{ Err() error }).Err(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestTheNameIsTheURLWithoutItsQuery(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://Config.example.com:8443/a/app.yaml?sig=hush": "https://Config.example.com:8443/a/app.yaml",
		"https://config.example.com?":                         "https://config.example.com",
		"HTTPS://[::1]/%7F\u202e/":                            "https://[::1]/%7F%E2%80%AE/",
	} {
		if got := configurl.New(url).Name(); got != want {
			t.Errorf("%s is named %s, want %s", url, got, want)
		}
	}
	if got := configurl.New("https://config.example.com/s3cr3t", configurl.Named("app")).Name(); got != "app" {
		t.Errorf("named %s", got)
	}
}

func TestProblemsAreAtTheURL(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	s.put("/app.yaml", "left: 1\nrihgt: 1\n")
	err := config.Check[pair](config.WithSource(s.source("/app.yaml?sig=hush")))
	if err == nil || !strings.Contains(err.Error(), "https://"+s.Addr+"/app.yaml:2:1: ") || strings.Contains(err.Error(), "hush") {
		t.Errorf("Check returns %v", err)
	}
}

func TestContentMayBeSecret(t *testing.T) {
	t.Parallel()
	url := serve(t, send(nil, http.StatusOK, []byte("a: 1")))
	for want, opts := range map[bool][]configurl.Option{true: {configurl.Secret()}, false: nil} {
		if r, err := configurl.New(url, opts...).Read(t.Context()); err != nil || r.Documents[0].Secret != want {
			t.Errorf("Read returns %+v, %v", r, err)
		}
	}
}

// FuzzNothingSecretIsShown makes each step of a reading fail, with errors that quote the request.
func FuzzNothingSecretIsShown(f *testing.F) {
	f.Add("hush-hush", uint8(0))
	f.Add("a b&c=d;e/f@g", uint8(1))
	f.Add(`q"uo\te%41`, uint8(2))
	f.Add("ünï-çode", uint8(3))
	f.Add("hush-hush", uint8(128))
	f.Add("a b&c=d;e/f@g", uint8(129))
	f.Fuzz(func(t *testing.T, secret string, way uint8) {
		secret = "s3c" + secret + "r3t"
		text := []string{
			"https://config.example.com/app.yaml?sig=" + url.QueryEscape(secret),
			"https://config.example.com/app.yaml?" + url.QueryEscape(secret),
			"https://me:" + url.QueryEscape(secret) + "@config.example.com/app.yaml",
			"https://me:" + secret + "@config.example.com/app.yaml",
		}[way%4]
		_, plain, _ := strings.Cut(secret, "s3c")
		echo := func(r *http.Request) *http.Response {
			w := httptest.NewRecorder()
			w.Header().Set("Location", "https://elsewhere.example.com/?"+r.URL.RawQuery+"&"+r.Header.Get("Authorization"))
			w.WriteHeader([]int{302, 403, 500, 200}[way/4%4])
			return w.Result()
		}
		s := configurl.New(text, bearer(secret),
			configurl.Client(&http.Client{Transport: echoing{echo, way >= 128}}),
			configurl.Verify(func([]byte) error { return errors.New("no signature") }))
		_, err := s.Read(context.Background())
		if err == nil {
			t.Fatal("Read returns no error")
		}
		wrong := s.(interface{ Err() error }).Err()
		for _, shown := range []string{s.Name(), fmt.Sprint(err), hintOf(err), fmt.Sprint(wrong), fmt.Sprintf("%+v %#v", err, wrong)} {
			if len(plain) > 3 && (strings.Contains(shown, secret) || strings.Contains(shown, url.QueryEscape(secret))) {
				t.Errorf("%q shows %q", shown, secret)
			}
		}
	})
}

// echoing is a transport that answers, or returns an error that quotes the request.
type echoing struct {
	answer answers
	fails  bool
}

func (e echoing) RoundTrip(r *http.Request) (*http.Response, error) {
	if e.fails {
		return nil, fmt.Errorf("malformed answer: %s %v %q", r.URL, r.Header, r.URL.Query())
	}
	return e.answer(r), nil
}
