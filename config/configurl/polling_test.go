package configurl_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configurl"
	"example.com/lastgood/internal/testkit"
)

// version is content with its ETag and Last-Modified.
type version struct {
	text     string
	etag     string
	modified time.Time
	date     string // "" for now, "none" for none
}

// cached is a server that compares If-None-Match and If-Modified-Since with its version, and counts
// the answers 304 Not Modified.
type cached struct {
	atomic.Pointer[version]
	notModified atomic.Int32
}

func (c *cached) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := c.Load()
	if v.etag != "" {
		w.Header().Set("ETag", v.etag)
	}
	switch v.date {
	case "":
	case "none":
		w.Header()["Date"] = nil
	default:
		w.Header().Set("Date", v.date)
	}
	counted := &counted{w, c}
	http.ServeContent(counted, r, "", v.modified, strings.NewReader(v.text))
}

type counted struct {
	http.ResponseWriter
	of *cached
}

func (c *counted) WriteHeader(status int) {
	if status == http.StatusNotModified {
		c.of.notModified.Add(1)
	}
	c.ResponseWriter.WriteHeader(status)
}

func read(t *testing.T, s config.Source) string {
	t.Helper()
	r, err := s.Read(t.Context())
	testkit.Must(t, err)
	data := string(r.Documents[0].Data)
	clear(r.Documents[0].Data) // it belongs to the caller
	return data
}

func TestContentThatHasNotChangedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	old := time.Now().Add(-time.Hour)
	for name, v := range map[string]version{
		"an ETag":                  {text: "a: 1", etag: `"1"`},
		"a weak ETag":              {text: "a: 1", etag: `W/"1"`},
		"a time":                   {text: "a: 1", modified: old},
		"an ETag and a time":       {text: "a: 1", etag: `"1"`, modified: old},
		"content that is no bytes": {etag: `"1"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &cached{}
			c.Store(&v)
			s := configurl.New(serve(t, c.ServeHTTP))
			for range 3 {
				if got := read(t, s); got != v.text {
					t.Errorf("Read returns %q", got)
				}
			}
			if n := c.notModified.Load(); n != 2 {
				t.Errorf("there are %d answers 304 Not Modified, want 2", n)
			}
		})
	}
}

func TestAChangeIsReadWhateverIdentifiesTheContent(t *testing.T) {
	t.Parallel()
	now, old := time.Now().UTC(), time.Now().UTC().Add(-time.Hour)
	date := now.Format(http.TimeFormat)
	for name, v := range map[string][2]version{
		"another ETag":                    {{text: "a: 1", etag: `"1"`}, {text: "a: 2", etag: `"2"`}},
		"another time":                    {{text: "a: 1", modified: old}, {text: "a: 2", modified: now}},
		"within the same second":          {{text: "a: 1", modified: now, date: date}, {text: "a: 2", modified: now}},
		"with an ETag made of the second": {{text: "a: 1", etag: `"65f-4"`, modified: now, date: date}, {text: "a: 2", etag: `"65f-4"`, modified: now}},
		"from a server without a clock":   {{text: "a: 1", modified: old, date: "none"}, {text: "a: 2", modified: old, date: "none"}},
		"from one whose clock is wrong":   {{text: "a: 1", modified: old, date: old.Add(-time.Hour).Format(http.TimeFormat)}, {text: "a: 2", modified: old}},
		"back to an older time":           {{text: "a: 1", modified: old}, {text: "a: 2", modified: old.Add(-time.Hour)}},
		"to nothing that identifies it":   {{text: "a: 1", etag: `"1"`}, {text: "a: 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &cached{}
			s := configurl.New(serve(t, c.ServeHTTP))
			for _, v := range v {
				c.Store(&v)
				if got := read(t, s); got != v.text {
					t.Errorf("Read returns %q, want %q", got, v.text)
				}
			}
		})
	}
}

func TestContentBehindAnotherRedirectIsReadWhole(t *testing.T) {
	t.Parallel()
	var target atomic.Value
	target.Store("/blue")
	s := configurl.New(serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/app.yaml" {
			http.Redirect(w, r, target.Load().(string), http.StatusFound)
			return
		}
		w.Header().Set("ETag", `"1"`) // of each document by itself
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(r.URL.Path))
	}) + "/app.yaml")
	for _, to := range []string{"/blue", "/green"} {
		target.Store(to)
		if got := read(t, s); got != to {
			t.Errorf("Read returns the content of %s, want that of %s", got, to)
		}
	}
}

// answers is a transport that answers without a server.
type answers func(*http.Request) *http.Response

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

func TestNotModifiedIsAcceptedForTenMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		whole := 0
		s := configurl.New("https://config.example.com", configurl.Client(&http.Client{Transport: answers(func(r *http.Request) *http.Response {
			if r.Header.Get("If-None-Match") != "" {
				return &http.Response{StatusCode: http.StatusNotModified, Body: http.NoBody}
			}
			whole++
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Etag": {`"1"`}}, Body: io.NopCloser(strings.NewReader(fmt.Sprint(whole)))}
		})}))
		for _, c := range []struct {
			wait time.Duration
			want string
		}{{0, "1"}, {9 * time.Minute, "1"}, {time.Minute, "2"}, {9 * time.Minute, "2"}, {time.Minute, "3"}} {
			time.Sleep(c.wait)
			if got := read(t, s); got != c.want {
				t.Errorf("Read returns version %s, want %s", got, c.want)
			}
		}
	})
}
