package configurl

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"example.com/lastgood/config"
)

// source is a [config.Source] that reads a URL.
type source struct {
	url       *url.URL
	name      string
	client    http.Client
	headers   []func(context.Context) (http.Header, error)
	verify    []func([]byte) error
	format    string
	maxSize   int64
	allowHTTP bool
	secret    bool
	err       error // of the arguments

	known atomic.Pointer[content] // of the last good answer; nil before
}

// New returns a source whose only document is the content of url. It sends no request. If url or an
// option is wrong, [config.Load] returns the error. The source can be given to several stores.
func New(url string, opts ...Option) config.Source {
	s := &source{maxSize: config.DefaultMaxSize, client: http.Client{Transport: newTransport()}}
	for i, opt := range opts {
		if opt == nil {
			s.fail("New: option %d is nil", i+1)
			continue
		}
		opt.apply(s)
	}
	u, err := parse(url, s.allowHTTP)
	switch {
	case err != nil:
		s.fail("New: %w", err)
	case s.name == "":
		s.name = nameOf(u)
	}
	s.url = u
	return s
}

// newTransport returns a transport that keeps no connections.
func newTransport() http.RoundTripper {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // the program has replaced it for all its requests
		return http.DefaultTransport
	}
	t = t.Clone()
	t.DisableKeepAlives = true
	t.MaxResponseHeaderBytes = 1 << 20
	return t
}

// Name implements [config.Source].
func (s *source) Name() string {
	if s.name == "" { // the URL is wrong
		return "configurl"
	}
	return s.name
}

// Err returns the error of the arguments of New.
func (s *source) Err() error { return s.err }

// Watch implements [config.Source].
func (*source) Watch(context.Context, string, func()) error { return errors.ErrUnsupported }

// maxUnchanged is the time for which an answer 304 Not Modified is accepted. After that, the content
// is read whole again.
const maxUnchanged = 10 * time.Minute

// Read implements [config.Source].
func (s *source) Read(ctx context.Context) (config.Reading, error) {
	if s.err != nil {
		return config.Reading{}, &config.SourceError{Content: true, Err: s.err}
	}
	x := &exchange{source: s}
	known := s.known.Load()
	if known != nil && time.Since(known.readAt) >= maxUnchanged {
		known = nil
	}
	c, err := x.read(ctx, known)
	r := config.Reading{PollAfter: x.pollAfter}
	if err == nil {
		err = s.verifyContent(c.data)
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return r, ctx.Err()
	case err != nil:
		return r, err
	}
	if c != known {
		s.known.Store(c)
	}
	r.Documents = []config.Document{{Data: bytes.Clone(c.data), Format: c.format, Secret: s.secret}}
	return r, nil
}

// verifyContent returns an error if content must not be used.
func (s *source) verifyContent(data []byte) error {
	for _, verify := range s.verify {
		if err := verify(bytes.Clone(data)); err != nil {
			known := &config.SourceError{Content: true}
			errors.As(err, &known)
			return &config.SourceError{Content: known.Content, Hint: known.Hint, Err: &redactedError{err.Error(), err}}
		}
	}
	return nil
}
