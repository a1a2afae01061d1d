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

// status is a Status of the API: why the server refuses a request or ends a watch.
type status struct {
	Message string `json:"message"`
	Code    int    `json:"code"`
}

// watchError returns the error of a watch that the server has ended with an event.
func (s status) watchError() error {
	if s.Code == http.StatusGone {
		return errors.New("the revision has expired")
	}
	return fmt.Errorf("the API server has ended the watch: %d %.200s", s.Code, s.Message)
}

// forbidden matches the user and the verb in the message of a 403.
var forbidden = regexp.MustCompile(`User "([^"]+)" cannot (list|watch) `)

// statusError returns the error for an answer other than 200 OK. It never contains the token.
func (s *server) statusError(of *source, verb string, answer *http.Response, token string) error {
	var st status
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(body, &st)
	}
	if err != nil { // it is not from the API server
		st.Message = ""
	}
	if token != "" {
		st.Message = strings.ReplaceAll(st.Message, token, "…")
	}
	code := answer.StatusCode
	what := fmt.Sprintf("the API server answers %d %s", code, http.StatusText(code))
	if st.Message != "" {
		what += fmt.Sprintf(": %.200s", st.Message)
	}
	e := &config.SourceError{Err: errors.New(what)}
	switch {
	case code == http.StatusUnauthorized:
		e.Hint = "the credentials are those of the Client"
		if s.token {
			e.Hint = "the token in " + s.dir + " has expired, or is for another audience or cluster"
		}
	case code == http.StatusForbidden:
		if user := forbidden.FindStringSubmatch(st.Message); user != nil {
			e.Err = fmt.Errorf("%.150s may not %s it (403 Forbidden)", user[1], verb)
		}
		e.Hint = "it needs the Role " + of.role()
	case code == http.StatusNotFound: // a list is found even if the object does not exist
		e.Hint = s.base.String() + " is not the API of Kubernetes"
	case code == http.StatusGone:
		e.Err = errors.New("the revision has expired")
	case code >= 300 && code < 400:
		e.Err = fmt.Errorf("%s to %.200q, which is not followed", what, schemeAndHost(answer.Header.Get("Location")))
	case retryAfter(answer) > 0:
		e.Hint = fmt.Sprintf("it is retried after %v", retryAfter(answer))
	}
	return e
}

// schemeAndHost returns a URL without its path and query, which can have secrets.
func schemeAndHost(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}

const maxRetryAfter = 30 * time.Second

// retryAfter returns the Retry-After of an overloaded server, at most maxRetryAfter.
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

// role returns the Role that the source needs, in YAML.
func (s *source) role() string {
	return fmt.Sprintf(`{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: %s-%s, namespace: %s}, `+
		`rules: [{apiGroups: [""], resources: [%s], resourceNames: [%s], verbs: [list, watch]}]}`, s.object, strings.ToLower(s.kind.name), s.namespace, s.resource, s.object)
}

// requestError returns the error of a request without an answer, with a hint.
func (s *server) requestError(err error) error {
	text := err.Error()
	if request := (*url.Error)(nil); errors.As(err, &request) {
		text = request.Err.Error()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		text = "no answer in time"
	}
	// It does not wrap err, which could be fs.ErrNotExist, of a file of the Client's.
	e := &config.SourceError{Err: errors.New("the request to " + s.base.Host + " failed: " + text)}
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	trusted := "those that the Client trusts"
	if s.callerClient == nil {
		trusted = "those in " + s.dir + "/ca.crt"
	}
	switch {
	case errors.As(err, &authority):
		e.Hint = "the server's certificate is from no authority of " + trusted
	case errors.As(err, &host):
		e.Hint = "the certificate is for another name than " + s.base.Hostname()
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.Hint = "the server's certificate, or this machine's clock, is out of date"
	case errors.As(err, &record):
		e.Hint = "the server does not use TLS at this port"
	}
	return e
}
