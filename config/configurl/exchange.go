package configurl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"time"

	"example.com/lastgood/config"
)

// exchange is one reading: what it sends, and what it learns beside the content.
type exchange struct {
	*source
	secrets   []string // values of headers that were sent
	queries   []string // of URLs
	pollAfter time.Duration
}

// maxRedirects bounds how many redirects are followed in one reading.
const maxRedirects = 5

// errOther is that an answer to a request with a condition is about other content.
var errOther = errors.New("is not changed from other content than is known")

// read returns the content, which is known if that has not changed.
func (x *exchange) read(ctx context.Context, known *content) (*content, error) {
	at, via := x.url, []*http.Request(nil)
	for {
		req, err := x.request(ctx, at, known)
		if err != nil {
			return nil, x.stale("its headers cannot be made", err)
		}
		resp, err := x.send(req)
		if err != nil {
			return nil, x.stale("", err)
		}
		next, err := x.redirect(resp, at, append(via, req))
		if next == nil && err == nil {
			got, err := x.judge(resp, at, known)
			if errors.Is(err, errOther) {
				return x.read(ctx, nil)
			}
			return got, err
		}
		_ = resp.Body.Close()
		if err != nil {
			return nil, err
		}
		at, via = next, append(via, req)
	}
}

// request returns a request with the caller's headers.
func (x *exchange) request(ctx context.Context, at *url.URL, known *content) (*http.Request, error) {
	req := (&http.Request{Method: http.MethodGet, URL: at, Host: at.Host, Header: http.Header{},
		Close: true, // a connection that is half open is not met again
	}).WithContext(ctx)
	x.queries = append(x.queries, at.RawQuery)
	for _, header := range x.headers {
		h, err := header(ctx)
		if err != nil {
			return nil, err
		}
		for name, values := range h {
			req.Header[http.CanonicalHeaderKey(name)] = values
			x.secrets = append(x.secrets, values...)
		}
	}
	// These decide how the answer is to be read.
	maps.DeleteFunc(req.Header, func(name string, _ []string) bool {
		switch name {
		case "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since":
			return true
		}
		return false
	})
	req.Header.Set("Accept-Encoding", "gzip")
	known.condition(req.Header)
	return req, nil
}

// send sends a request. It follows no redirect.
func (x *exchange) send(req *http.Request) (*http.Response, error) {
	client := x.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client.Do(req)
}

// redirect returns where an answer leads to; nil if that is nowhere.
func (x *exchange) redirect(resp *http.Response, at *url.URL, via []*http.Request) (*url.URL, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	location := resp.Header.Get("Location")
	next, err := at.Parse(location)
	switch {
	case err != nil || location == "":
		return nil, errors.New("is redirected, but not to a URL")
	case next.User != nil || originOf(next) != originOf(x.url):
		leads := url.URL{Scheme: next.Scheme, Host: next.Host}
		return nil, &config.SourceError{Err: fmt.Errorf("is redirected to another origin, %s", leads.String()),
			Hint: "credentials are not sent there; give New the URL that it leads to"}
	case len(via) > maxRedirects:
		return nil, fmt.Errorf("is redirected more than %d times", maxRedirects)
	case x.client.CheckRedirect != nil:
		req := via[len(via)-1].Clone(via[0].Context())
		req.URL, req.Response = next, resp
		if err := x.client.CheckRedirect(req, via); err != nil {
			return nil, x.stale("is redirected, which the client's CheckRedirect refuses", err)
		}
	}
	return next, nil
}

// judge returns the content of the last answer, or what it means that there is none.
func (x *exchange) judge(resp *http.Response, at *url.URL, known *content) (*content, error) {
	defer resp.Body.Close() //nolint:errcheck // what was read of it is whole, or is not used
	err := status(resp.StatusCode)
	switch code := resp.StatusCode; {
	case code == http.StatusOK:
		x.pollAfter = freshFor(resp.Header)
		return x.content(resp, at)
	case code == http.StatusNotModified && known != nil:
		if !known.isOf(resp, at) {
			return nil, errOther
		}
		x.pollAfter = freshFor(resp.Header)
		return known, nil
	case code == http.StatusNotFound, code == http.StatusGone:
		return nil, missing{err}
	case code < 400:
		return nil, &config.SourceError{Err: err, Hint: "want 200 OK, with the content"}
	}
	if x.pollAfter = retryAfter(resp.Header, time.Now()); x.pollAfter > 0 {
		err = fmt.Errorf("%w, and asks to be left alone for %v", err, x.pollAfter)
	}
	return nil, &config.SourceError{Err: err, Hint: hints[resp.StatusCode]}
}
