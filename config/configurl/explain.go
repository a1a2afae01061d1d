package configurl

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

// missing reports that the content does not exist.
type missing struct{ error }

func (missing) Is(target error) bool { return target == fs.ErrNotExist }

// stale returns the error of a reading that failed because of err, which is from the network or
// from a caller's function. It neither refuses content nor wraps fs.ErrNotExist: it is a token file
// or a socket that does not exist, and not the content.
func (x *exchange) stale(what string, err error) error {
	text := err.Error()
	if of, ok := err.(*url.Error); ok { //nolint:errorlint // the client's own: it names the URL
		text = quoted.ReplaceAllString(of.Err.Error(), `"…"`)
	}
	if isTimeout(err) {
		text = "no answer in time: " + text
	}
	if what != "" {
		text = what + ": " + text
	}
	return &config.SourceError{Hint: x.redact(hintFor(err)), Err: &redactedError{x.redact(text), err}}
}

// redactedError hides the text of an error, which can have secrets. It does not wrap the error, but
// Is finds what that wraps, except fs.ErrNotExist.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }

func (e *redactedError) Is(target error) bool {
	return target != fs.ErrNotExist && errors.Is(e.err, target)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// hintFor returns the hint for an error, or "".
func hintFor(err error) string {
	known := (*config.SourceError)(nil)
	switch {
	case errors.As(err, &known):
		return known.Hint
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return "give Client the authority in the RootCAs of its transport, or name its file in SSL_CERT_FILE"
	case errors.As(err, new(x509.HostnameError)), errors.As(err, new(x509.CertificateInvalidError)):
		return "the server needs another certificate"
	case errors.Is(err, http.ErrSchemeMismatch):
		return "the server does not use TLS at this port"
	case isTimeout(err):
		return "the server, or a network policy on the way to it, may be the cause"
	}
	return ""
}

// quoted matches the parts of an answer, or of a proxy's URL, that errors of net/http quote.
var quoted = regexp.MustCompile(`"(\\.|[^"\\])*("|$)`)

// redact removes the headers that were sent, and the queries of the URLs, from a text.
func (x *exchange) redact(text string) string {
	var secrets redact.Secrets
	for _, sent := range x.secrets {
		secrets.Add(sent)
		if _, credentials, ok := strings.Cut(sent, " "); ok { // after "Bearer"
			secrets.Add(credentials)
		}
	}
	for _, query := range x.queries {
		secrets.Add(query)
		for part := range strings.FieldsFuncSeq(query, func(r rune) bool { return r == '&' || r == ';' }) {
			if _, value, ok := strings.Cut(part, "="); ok {
				part = value
			}
			secrets.Add(part)
			if plain, err := url.QueryUnescape(part); err == nil {
				secrets.Add(plain)
			}
		}
	}
	return secrets.Redact(text)
}

// status returns the error for a status of HTTP.
func status(code int) error {
	return fmt.Errorf("%s", strings.TrimSpace(fmt.Sprintf("answers %d %s", code, http.StatusText(code))))
}

// hints are the hints by status.
var hints = map[int]string{
	http.StatusUnauthorized:      "give credentials with Header or BearerTokenFile, or renew them",
	http.StatusForbidden:         "the credentials do not permit it, or there are none: see Header and BearerTokenFile",
	http.StatusProxyAuthRequired: "the proxy requires credentials",
}
