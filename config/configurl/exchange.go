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

// exchange is one reading of a source.
type exchange struct {
	*source
	secrets   []string      // values of headers that were sent
	queries   []string      // of the URLs
	pollAfter time.Duration // as the answer asks for
}

// maxRedirects bounds how many redirects are followed in one reading.
const maxRedirects = 5

// errOtherContent reports that an answer 304 Not Modified is not about the known content.
var errOtherContent = errors.New("is not changed from other content than is known")

// read returns the content, or known if it has not changed. known can be nil.
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
			c, err := x.result(resp, at, known)
			if errors.Is(err, errOtherContent) {
				return x.read(ctx, nil)
			}
			return c, err
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
		Close: true, // a half-open connection is not used again
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
	// These headers change the meaning of the answer.
	maps.DeleteFunc(req.Header, func(name string, _ []string) bool {
		switch name {
		case "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since":
			return true
		}
		return false
	})
	req.Header.Set("Accept-Encoding", "gzip")
	known.setCondition(req.Header)
	return req, nil
}

// send sends a request. It follows no redirect.
func (x *exchange) send(req *http.Request) (*http.Response, error) {
	client := x.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client.Do(req)
}

// redirect returns the URL to which an answer redirects, or nil if it does not.
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

// result returns the content of an answer that is no redirect, or an error. It closes the body.
func (x *exchange) result(resp *http.Response, at *url.URL, known *content) (*content, error) {
	defer resp.Body.Close() //nolint:errcheck // it was read whole, or is not used
	err := status(resp.StatusCode)
	switch code := resp.StatusCode; {
	case code == http.StatusOK:
		x.pollAfter = freshFor(resp.Header)
		return x.content(resp, at)
	case code == http.StatusNotModified && known != nil:
		if !known.isUnchanged(resp, at) {
			return nil, errOtherContent
		}
		x.pollAfter = freshFor(resp.Header)
		return known, nil
	case code == http.StatusNotFound, code == http.StatusGone:
		return nil, missing{err}
	case code < 400:
		return nil, &config.SourceError{Err: err, Hint: "want 200 OK, with the content"}
	}
	if x.pollAfter = retryAfter(resp.Header, time.Now()); x.pollAfter > 0 {
		err = fmt.Errorf("%w, to be retried after %v", err, x.pollAfter)
	}
	return nil, &config.SourceError{Err: err, Hint: hints[resp.StatusCode]}
}
