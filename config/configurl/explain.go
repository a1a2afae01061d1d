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

// missing is an error of content that does not exist.
type missing struct{ error }

func (missing) Is(target error) bool { return target == fs.ErrNotExist }

// stale returns the error for a reading that failed because of err, which is of the network
// or of a caller's function. Nothing in it refuses content or says that there is none: what
// does not exist may be the file of a token, or a socket.
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
	return &config.SourceError{Hint: x.clean(hintFor(err)), Err: &fault{x.clean(text), err}}
}

// fault is an error with the text that is shown of it.
type fault struct {
	text string
	err  error
}

func (f *fault) Error() string { return f.text }

// Is reports what the error is that was met, whose text may have secrets in it.
func (f *fault) Is(target error) bool {
	return target != fs.ErrNotExist && errors.Is(f.err, target)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// hintFor returns what to do about an error.
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
		return "there is no TLS at this port of the server"
	case isTimeout(err):
		return "the server, or a network policy on the way to it, may be the cause"
	}
	return ""
}

// quoted is what net/http quotes of a server's answer, or of a proxy's URL.
var quoted = regexp.MustCompile(`"(\\.|[^"\\])*("|$)`)

// clean takes out of a text what was sent in headers, and what is in the query of a URL.
func (x *exchange) clean(text string) string {
	var secrets redact.Secrets
	for _, sent := range x.secrets {
		secrets.Add(sent)
		if _, credentials, ok := strings.Cut(sent, " "); ok { // behind "Bearer"
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

// hints say what to do about a status.
var hints = map[int]string{
	http.StatusUnauthorized:      "give credentials with Header or BearerTokenFile, or renew them",
	http.StatusForbidden:         "the credentials do not permit it, or there are none: see Header and BearerTokenFile",
	http.StatusProxyAuthRequired: "the proxy wants credentials",
}
