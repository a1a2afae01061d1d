package configurl_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configurl"
	"example.com/lastgood/internal/testkit"
)

// kindOf returns what the result of Read means to a store.
func kindOf(err error) string {
	known := &config.SourceError{}
	switch errors.As(err, &known); {
	case err == nil:
		return "content"
	case known.Content:
		return "refused"
	case errors.Is(err, fs.ErrNotExist):
		return "missing"
	}
	return "stale"
}

func hintOf(err error) string {
	known := &config.SourceError{}
	errors.As(err, &known)
	return known.Hint
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write(data)
	testkit.Must(t, err)
	testkit.Must(t, w.Close())
	return buf.Bytes()
}

// hijack sends raw bytes and closes the connection.
func hijack(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_, _ = conn.Write([]byte(text))
		_ = conn.Close()
	}
}

func send(header http.Header, status int, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { hijack(w, text) }
}

func TestAnAnswerIsContentOrMissingOrRefusedOrStale(t *testing.T) {
	t.Parallel()
	good := []byte("port: 80\n")
	zip := gzipped(t, good)
	in := time.Now().UTC().Add(time.Hour)
	for _, c := range []struct {
		name       string
		handler    http.HandlerFunc
		kind, text string
		hint       string
	}{
		{"content", send(nil, 200, good), "content", "", ""},
		{"of no bytes", send(nil, 200, nil), "content", "", ""},
		{"compressed", send(http.Header{"Content-Encoding": {"gzip"}}, 200, zip), "content", "", ""},
		{"named x-gzip", send(http.Header{"Content-Encoding": {"X-GZIP"}}, 200, zip), "content", "", ""},
		{"identity", send(http.Header{"Content-Encoding": {"identity"}}, 200, good), "content", "", ""},
		{"ASCII of another character set", send(http.Header{"Content-Type": {"text/plain; charset=ISO-8859-1"}}, 200, good), "content", "", ""},
		{"YAML with the media type of HTML", send(http.Header{"Content-Type": {"text/html"}}, 200, good), "content", "", ""},
		{"a media type that is none", send(http.Header{"Content-Type": {"/;"}}, 200, good), "content", "", ""},

		{"404", send(nil, 404, []byte("no")), "missing", "answers 404 Not Found", ""},
		{"410", send(nil, 410, nil), "missing", "answers 410 Gone", ""},

		{"401", send(nil, 401, nil), "stale", "answers 401 Unauthorized", "give credentials with Header or BearerTokenFile, or renew them"},
		{"403", send(nil, 403, nil), "stale", "answers 403 Forbidden", "the credentials do not permit it, or there are none: see Header and BearerTokenFile"},
		{"407", send(nil, 407, nil), "stale", "answers 407 Proxy Authentication Required", "the proxy requires credentials"},
		{"500", send(nil, 500, []byte("left: 2")), "stale", "answers 500 Internal Server Error", ""},
		{"a status without a name", send(nil, 599, nil), "stale", "answers 599", ""},
		{"429, for a while", send(http.Header{"Retry-After": {"120"}}, 429, nil), "stale", "answers 429 Too Many Requests, to be retried after 2m0s", ""},
		{"503, until a time", send(http.Header{"Retry-After": {in.Format(http.TimeFormat)}, "Date": {in.Add(-time.Minute).Format(http.TimeFormat)}}, 503, nil),
			"stale", "answers 503 Service Unavailable, to be retried after 1m0s", ""},
		{"503, until some time", send(http.Header{"Retry-After": {"-5"}}, 503, nil), "stale", "answers 503 Service Unavailable", ""},
		{"204", send(nil, 204, nil), "stale", "answers 204 No Content", "want 200 OK, with the content"},
		{"206", send(nil, 206, good), "stale", "answers 206 Partial Content", "want 200 OK, with the content"},
		{"300", send(nil, 300, good), "stale", "answers 300 Multiple Choices", "want 200 OK, with the content"},
		{"304 to an unconditional request", send(nil, 304, nil), "stale", "answers 304 Not Modified", "want 200 OK, with the content"},
		{"an HTML page", send(http.Header{"Content-Type": {"text/html; charset=utf-8"}}, 200, []byte("\n<!doctype html>")), "stale", "answers with an HTML page",
			"it may be for people to log in, or about an error"},
		{"an encoding that was not asked for", send(http.Header{"Content-Encoding": {"br"}}, 200, good), "stale", `answers in the encoding "br", which it was not asked for`, "want gzip, or none"},
		{"two encodings", send(http.Header{"Content-Encoding": {"gzip", "gzip"}}, 200, gzipped(t, zip)), "stale", `answers in the encoding "gzip,gzip", which it was not asked for`, "want gzip, or none"},

		{"fewer bytes than announced", raw("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nport: 80\n"), "stale", "its answer is cut off: unexpected EOF", ""},
		{"a last chunk is missing", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nport: 80\n\r\n"), "stale", "its answer is cut off: unexpected EOF", ""},
		{"compressed, and cut off", send(http.Header{"Content-Encoding": {"gzip"}}, 200, zip[:len(zip)-9]), "stale", "its answer is cut off: unexpected EOF", ""},
		{"compressed, of no bytes", send(http.Header{"Content-Encoding": {"gzip"}}, 200, nil), "stale", "its answer is cut off: unexpected EOF", ""},
		{"compressed, and damaged", send(http.Header{"Content-Encoding": {"gzip"}}, 200, append(bytes.Clone(zip[:len(zip)-5]), 1, 2, 3, 4, 5)), "stale", "its answer breaks off: gzip: invalid checksum", ""},
		{"not compressed at all", send(http.Header{"Content-Encoding": {"gzip"}}, 200, []byte("port: 80, and more")), "stale", "its answer breaks off: gzip: invalid header", ""},
		{"a body that ends with the connection", raw("HTTP/1.0 200 OK\r\n\r\nport: 80\n"), "stale",
			"answers with a body that ends with the connection, so that a truncated one would not be noticed", "have the server send Content-Length, or chunks"},
		{"nothing", raw(""), "stale", "EOF", ""},
		{"not HTTP", raw("SSH-2.0-OpenSSH_10\r\n\r\n"), "stale", `net/http: HTTP/1.x transport connection broken: malformed HTTP response "…"`, ""},

		{"too many bytes, as announced", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "2000")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done() // they need not be sent
		}, "refused", "has more than 1000 bytes", "configurl.MaxSize and WithMaxSize raise the limit"},
		{"too many bytes in chunks", func(w http.ResponseWriter, _ *http.Request) {
			for range 200 {
				_, _ = w.Write(good)
				_ = http.NewResponseController(w).Flush()
			}
		}, "refused", "has more than 1000 bytes", "configurl.MaxSize and WithMaxSize raise the limit"},
		{"a bomb", send(http.Header{"Content-Encoding": {"gzip"}}, 200, gzipped(t, make([]byte, 900_000))), "refused", "has more than 1000 bytes", "configurl.MaxSize and WithMaxSize raise the limit"},
		{"compressed, of very many parts without a byte", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			for part := gzipped(t, nil); ; {
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		}, "refused", "has more than 1000 bytes", "configurl.MaxSize and WithMaxSize raise the limit"},
		{"another character set", send(http.Header{"Content-Type": {"text/yaml; charset=ISO-8859-1"}}, 200, []byte("name: M\xfcller\n")), "refused", `it is in the character set "iso-8859-1"`, "want UTF-8"},
		{"a character set of two bytes", send(http.Header{"Content-Type": {"text/yaml; charset=UTF-16"}}, 200, []byte("p")), "refused", `it is in the character set "utf-16"`, "want UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			r, err := configurl.New(serve(t, c.handler)+"/app.yaml", configurl.MaxSize(1000)).Read(ctx)
			if got := kindOf(err); got != c.kind {
				t.Errorf("it is %s: %v", got, err)
			}
			if err == nil {
				if got := r.Documents[0]; len(got.Data) > 0 && !bytes.Equal(got.Data, good) || got.Format != "yaml" {
					t.Errorf("Read returns %+v", got)
				}
				return
			}
			if err.Error() != c.text || hintOf(err) != c.hint {
				t.Errorf("the error is\n%q, %q, want\n%q, %q", err, hintOf(err), c.text, c.hint)
			}
		})
	}
}

func TestContentOfExactlyTheLimitIsRead(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("#"), 1000)
	for _, header := range []http.Header{nil, {"Content-Encoding": {"gzip"}}} {
		body := data
		if header != nil {
			body = gzipped(t, data)
		}
		if _, err := configurl.New(serve(t, send(header, 200, body)), configurl.MaxSize(1000)).Read(t.Context()); err != nil {
			t.Errorf("%v: %v", header, err)
		}
	}
}

// It is not parallel, because it measures allocations.
func TestABombTakesNoMoreMemoryThanTheLimit(t *testing.T) {
	bomb := gzipped(t, make([]byte, 50<<20))
	s := configurl.New(serve(t, send(http.Header{"Content-Encoding": {"gzip"}}, 200, bomb)), configurl.MaxSize(int64(len(bomb))))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := s.Read(t.Context())
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; kindOf(err) != "refused" || n > 5<<20 {
		t.Errorf("Read returns %v, and allocates %d bytes", err, n)
	}
}

func TestTheFormatIsThatOfTheOptionThePathOrTheAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path, media string
		opts        []configurl.Option
		want        string
	}{
		{"/a.toml", "application/json", nil, "toml"},
		{"/a.YML?as=x.json", "", nil, "yml"},
		{"/a.toml", "", []configurl.Option{configurl.Format(".JSON")}, "json"},
		{"/v1.2/settings", "application/yaml; charset=utf-8", nil, "yaml"},
		{"/settings", "application/vnd.acme.settings+json", nil, "json"},
		{"/settings", "Text/X-TOML", nil, "toml"},
		{"/a.ini", "text/plain", nil, ""},
		{"/settings", "", nil, ""},
	} {
		header := http.Header{"Content-Type": {c.media}}
		r, err := configurl.New(serve(t, send(header, 200, []byte("a")))+c.path, c.opts...).Read(t.Context())
		if err != nil || r.Documents[0].Format != c.want {
			t.Errorf("%s as %s: %+v, %v, want %s", c.path, c.media, r.Documents, err, c.want)
		}
	}
}

func TestErrorsOfTheNetworkAreExplained(t *testing.T) {
	t.Parallel()
	s := newSite(t, true)
	plain := serve(t, send(nil, 200, nil))
	stalled := newSite(t, true)
	stalled.client.Timeout = 50 * time.Millisecond
	stalled.Stall()
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, c := range []struct {
		name       string
		src        config.Source
		text, hint string
	}{
		{"an authority that is not known", configurl.New("https://" + s.Addr), "certificate signed by unknown authority", "SSL_CERT_FILE"},
		{"another host", configurl.New("https://"+strings.Replace(s.Addr, "127.0.0.1", "localhost", 1), configurl.Client(s.client)), "certificate is valid for", "another certificate"},
		{"no TLS", configurl.New("https" + strings.TrimPrefix(plain, "http")), "server gave HTTP response to HTTPS client", "the server does not use TLS at this port"},
		{"no answer", stalled.source("/"), "no answer in time: ", "a network policy"},
		{"nothing that listens", configurl.New(gone.URL), "connect: connection refused", ""},
	} {
		_, err := c.src.Read(t.Context())
		if kindOf(err) != "stale" || !strings.Contains(err.Error(), c.text) || !strings.Contains(hintOf(err), c.hint) {
			t.Errorf("%s: %v; %s", c.name, err, hintOf(err))
		}
	}
}

func TestCacheControlAndRetryAfterDelayTheNextReading(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		header http.Header
		want   time.Duration
	}{
		{200, nil, 0},
		{200, http.Header{"Cache-Control": {"public, Max-Age=20"}}, 20 * time.Second},
		{200, http.Header{"Cache-Control": {"max-age=20"}, "Age": {"15"}}, 5 * time.Second},
		{200, http.Header{"Cache-Control": {"max-age=20"}, "Age": {"30"}}, 0},
		{200, http.Header{"Cache-Control": {`max-age="31536000", immutable`}}, time.Minute},
		{200, http.Header{"Cache-Control": {"max-age=60", "no-cache"}}, 0},
		{200, http.Header{"Cache-Control": {"max-age=99999999999999999999"}}, 0},
		{200, http.Header{"Cache-Control": {"s-maxage=60, max-age=-1"}}, 0},
		{200, http.Header{"Retry-After": {"60"}}, 0},
		{503, http.Header{"Retry-After": {"7"}}, 7 * time.Second},
		{503, http.Header{"Retry-After": {"soon"}}, 0},
		{404, http.Header{"Cache-Control": {"max-age=20"}}, 0},
	} {
		r, err := configurl.New(serve(t, send(c.header, c.status, nil))).Read(t.Context())
		if r.PollAfter != c.want {
			t.Errorf("%d with %v: %v (%v), want %v", c.status, c.header, r.PollAfter, err, c.want)
		}
	}
}

func TestVerifyRefusesContentOrMakesTheSourceStale(t *testing.T) {
	t.Parallel()
	url := serve(t, send(nil, 200, []byte("port: 80\n")))
	refused := errors.New("the signature is wrong")
	for want, err := range map[string]error{
		"content": nil,
		"refused": refused,
		"stale":   fmt.Errorf("%w", &config.SourceError{Err: fmt.Errorf("the key cannot be read: %w", fs.ErrNotExist), Hint: "mount it"}),
	} {
		src := configurl.New(url, configurl.Verify(func([]byte) error { return nil }), configurl.Verify(func(data []byte) error {
			clear(data) // it is a copy
			return err
		}))
		r, got := src.Read(t.Context())
		if kindOf(got) != want || err != nil && got.Error() != err.Error() || err == nil && string(r.Documents[0].Data) != "port: 80\n" {
			t.Errorf("Read returns %+v, %v, want %s", r, got, want)
		}
		if err == refused && !errors.Is(got, refused) { //nolint:errorlint // one of the table
			t.Error("the error of verify is not found")
		}
	}
}
