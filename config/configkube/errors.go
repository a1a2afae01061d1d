package configkube

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/config"
)

// status is why the server refuses a request, or ends a watch.
type status struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
}

// inBand returns the error of a watch that its last event is about.
func (s status) inBand() error {
	if s.Code == http.StatusGone {
		return errors.New("the revision has expired")
	}
	return fmt.Errorf("the API server has ended the watch: %d %.200s", s.Code, s.Message)
}

// forbidden is whom a 403 is about.
var forbidden = regexp.MustCompile(`User "([^"]+)" cannot (list|watch) `)

// refused explains an answer that is no success. token is never in it.
func (s *server) refused(of *source, verb string, answer *http.Response, token string) error {
	var said status
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(body, &said)
	}
	if err != nil { // it is not from the API server
		said.Message = ""
	}
	if token != "" {
		said.Message = strings.ReplaceAll(said.Message, token, "…")
	}
	code := answer.StatusCode
	what := fmt.Sprintf("the API server answers %d %s", code, http.StatusText(code))
	if said.Message != "" {
		what += fmt.Sprintf(": %.200s", said.Message)
	}
	e := &config.SourceError{Err: errors.New(what)}
	switch {
	case code == http.StatusUnauthorized:
		e.Hint = "the credentials are those of the Client"
		if s.token {
			e.Hint = "the token in " + s.dir + " has expired, or is for another audience or cluster"
		}
	case code == http.StatusForbidden:
		if user := forbidden.FindStringSubmatch(said.Message); user != nil {
			e.Err = fmt.Errorf("%.150s may not %s it (403 Forbidden)", user[1], verb)
		}
		e.Hint = "it needs the Role " + of.role()
	case code == http.StatusNotFound: // also without the object, a list is not
		e.Hint = s.base.String() + " is not the API of Kubernetes"
	case code == http.StatusGone:
		e.Err = errors.New("the revision has expired")
	case code >= 300 && code < 400:
		e.Err = fmt.Errorf("%s to %.200q, which is not followed", what, place(answer.Header.Get("Location")))
	case retryAfter(answer) > 0:
		e.Hint = fmt.Sprintf("it is asked again after %v", retryAfter(answer))
	}
	return e
}

// place returns the scheme and host of a URL, which may have secrets behind them.
func place(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}

const maxRetryAfter = 30 * time.Second

// retryAfter returns for how long a server that is overloaded wants to be left alone.
func retryAfter(answer *http.Response) time.Duration {
	if answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode < 500 {
		return 0
	}
	seconds, err := strconv.ParseUint(answer.Header.Get("Retry-After"), 10, 32)
	if err != nil {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter) //nolint:gosec // 32 bits
}

// role returns the permissions that are needed, in YAML.
func (s *source) role() string {
	return fmt.Sprintf(`{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: %s-%s, namespace: %s}, `+
		`rules: [{apiGroups: [""], resources: [%s], resourceNames: [%s], verbs: [list, watch]}]}`, s.object, strings.ToLower(s.kind.name), s.namespace, s.resource, s.object)
}

// explain adds to an error of a request what to do about it.
func (s *server) explain(err error) error {
	text := err.Error()
	if request := (*url.Error)(nil); errors.As(err, &request) {
		text = request.Err.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		text = "no answer in time"
	}
	// It does not wrap err, which may be about a file that does not exist.
	e := &config.SourceError{Err: errors.New(s.base.Host + " cannot be asked: " + text)}
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	trusted := "those that the Client trusts"
	if s.given == nil {
		trusted = "those in " + s.dir + "/ca.crt"
	}
	switch {
	case errors.As(err, &authority):
		e.Hint = "the server's certificate is by no authority of " + trusted
	case errors.As(err, &host):
		e.Hint = "the certificate is for another name than " + s.base.Hostname()
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Hint = "the server's certificate, or this machine's clock, is out of date"
	case errors.As(err, &record):
		e.Hint = "what answers there does not speak TLS"
	}
	return e
}
