package configurl

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/config"
)

// content is the content of a URL. It is immutable.
type content struct {
	data           []byte
	format         string
	etag, modified string    // for conditional requests; both "" if they do not identify the content
	url            string    // after redirects
	readAt         time.Time // when all of it was sent
}

// minAge is the age from which ETag and Last-Modified identify content. Servers derive both from a
// time in seconds, which can be of another clock.
const minAge = time.Minute

// content returns the content of the answer from the URL at.
func (x *exchange) content(resp *http.Response, at *url.URL) (*content, error) {
	data, err := x.body(resp)
	if err != nil {
		return nil, err
	}
	media, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		media, params = "", nil
	}
	switch charset := strings.ToLower(params["charset"]); {
	case isPage(media) && bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")):
		return nil, &config.SourceError{Err: errors.New("answers with an HTML page"), Hint: "it may be for people to log in, or about an error"}
	case !isUTF8(charset, data):
		return nil, &config.SourceError{Content: true, Err: fmt.Errorf("it is in the character set %q", charset), Hint: "want UTF-8"}
	}
	c := &content{data: data, url: at.String(), readAt: time.Now(),
		format: cmp.Or(x.format, extensionOf(x.url), formats[media], formats[suffixOf(media)])}
	c.etag, c.modified = resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
	if c.modified != "" {
		modified, err := http.ParseTime(c.modified)
		answered, err2 := http.ParseTime(resp.Header.Get("Date"))
		if err != nil || err2 != nil || answered.Sub(modified) < minAge {
			c.etag, c.modified = "", ""
		}
	}
	return c, nil
}

// setCondition makes a request conditional on a change from c. c can be nil.
func (c *content) setCondition(h http.Header) {
	switch {
	case c == nil:
	case c.etag != "":
		h.Set("If-None-Match", c.etag)
	case c.modified != "":
		h.Set("If-Modified-Since", c.modified)
	}
}

// isUnchanged reports whether an answer 304 Not Modified is about c. It is not if a redirect now
// leads elsewhere, or if the server compares badly.
func (c *content) isUnchanged(resp *http.Response, at *url.URL) bool {
	agrees := func(name, known string) bool {
		now := resp.Header.Get(name)
		return now == "" || known == "" || strings.TrimPrefix(now, "W/") == strings.TrimPrefix(known, "W/")
	}
	return (c.etag != "" || c.modified != "") && at.String() == c.url && agrees("ETag", c.etag) && agrees("Last-Modified", c.modified)
}

// body returns the body of an answer, decompressed.
func (x *exchange) body(resp *http.Response) ([]byte, error) {
	tooLarge := &config.SourceError{Content: true, Err: fmt.Errorf("has more than %d bytes", x.maxSize), Hint: "configurl.MaxSize and WithMaxSize raise the limit"}
	encoding := strings.ToLower(strings.Join(resp.Header.Values("Content-Encoding"), ","))
	sent := &io.LimitedReader{R: resp.Body, N: x.maxSize + 1}
	read := func() ([]byte, error) { return io.ReadAll(sent) }
	switch {
	case resp.ContentLength > x.maxSize:
		return nil, tooLarge
	case encoding == "gzip" || encoding == "x-gzip":
		read = func() ([]byte, error) {
			r, err := gzip.NewReader(sent)
			if err != nil {
				return nil, err
			}
			return io.ReadAll(io.LimitReader(r, x.maxSize+1))
		}
	case encoding != "" && encoding != "identity":
		return nil, &config.SourceError{Err: fmt.Errorf("answers in the encoding %q, which it was not asked for", encoding), Hint: "want gzip, or none"}
	case resp.ProtoMajor == 1 && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && !resp.Uncompressed:
		return nil, &config.SourceError{Err: errors.New("answers with a body that ends with the connection, so that a truncated one would not be noticed"),
			Hint: "have the server send Content-Length, or chunks"}
	}
	data, err := read()
	switch {
	case int64(len(data)) > x.maxSize || sent.N == 0:
		return nil, tooLarge
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("its answer is cut off: %w", io.ErrUnexpectedEOF)
	case err != nil:
		return nil, x.stale("its answer breaks off", err)
	}
	return data, nil
}

func isPage(media string) bool { return media == "text/html" || media == "application/xhtml+xml" }

// isUTF8 reports whether data in a character set is also valid as UTF-8, as ASCII is in nearly all
// of them.
func isUTF8(charset string, data []byte) bool {
	switch charset {
	case "", "utf-8", "utf8":
		return true
	case "us-ascii":
	default:
		if strings.HasPrefix(charset, "utf") || strings.HasPrefix(charset, "ucs") {
			return false
		}
	}
	return !slices.ContainsFunc(data, func(b byte) bool { return b >= 0x80 || b == 0 || b == 0x1b })
}

// formats are the formats by media type and by its structured suffix.
var formats = map[string]string{
	"application/json": "json", "text/json": "json", "+json": "json",
	"application/yaml": "yaml", "application/x-yaml": "yaml", "text/yaml": "yaml", "text/x-yaml": "yaml", "text/vnd.yaml": "yaml", "+yaml": "yaml",
	"application/toml": "toml", "application/x-toml": "toml", "text/toml": "toml", "text/x-toml": "toml", "+toml": "toml",
}

// suffixOf returns the structured suffix of a media type, such as +json, or "".
func suffixOf(media string) string {
	if i := strings.LastIndexByte(media, '+'); i >= 0 {
		return media[i:]
	}
	return ""
}
