package configkube

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"example.com/lastgood/config"
)

// serviceAccount is where a pod has the credentials of its service account.
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// server sends requests to the API.
type server struct {
	base   *url.URL     // nil if it is not known
	dir    string       // of the service account
	token  bool         // requests have its token
	given  *http.Client // the caller's; nil for our own
	absent string       // what a pod has, and is not here

	mu    sync.Mutex
	own   *http.Client
	ca    []byte // that it trusts
	users int    // requests under way
}

// complete adds what a pod has.
func (s *server) complete() {
	s.token = s.token || s.given == nil
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	switch {
	case s.base != nil:
	case host == "" || port == "":
		s.absent = "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set"
	default:
		s.base = &url.URL{Scheme: "https", Host: net.JoinHostPort(host, port)}
	}
}

const notInPod = "in a pod, automountServiceAccountToken must not be false; elsewhere, configkube needs a namespace, BaseURL and Client"

// answer is that to a request.
type answer struct {
	io.Reader
	contentType string
	close       func()        // to be called when it has been read
	retryAfter  time.Duration // beside an error, for how long the server wants to be left alone
}

// do sends a request.
func (s *server) do(ctx context.Context, of *source, verb string, query url.Values) (answer, error) {
	if s.absent != "" {
		return answer{}, &config.SourceError{Err: errors.New(s.absent), Hint: notInPod}
	}
	query.Set("fieldSelector", "metadata.name="+of.object)
	u := s.base.JoinPath("api/v1/namespaces", of.namespace, of.resource)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "lastgood")
	token := ""
	if s.token && s.base.Scheme == "https" {
		if token, err = s.readToken(); err != nil {
			return answer{}, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client, leave, err := s.client()
	if err != nil {
		return answer{}, err
	}
	response, err := client.Do(req)
	if err != nil {
		if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			client.CloseIdleConnections() // they may have died silently, too
		}
		leave()
		return answer{}, s.explain(err)
	}
	done := func() {
		_ = response.Body.Close() // it was read
		leave()
	}
	if response.StatusCode != http.StatusOK {
		defer done()
		return answer{retryAfter: retryAfter(response)}, s.refused(of, verb, response, token)
	}
	return answer{Reader: response.Body, contentType: response.Header.Get("Content-Type"), close: done}, nil
}

// readToken reads the token, which the kubelet renews.
func (s *server) readToken() (string, error) {
	path := filepath.Join(s.dir, "token")
	data, err := os.ReadFile(path)
	token := strings.TrimSpace(string(data))
	if err == nil && token == "" {
		err = errors.New(path + " is empty")
	}
	return token, credentials("the service account's token", err)
}

// credentials explains why a file of the service account cannot be used. The error wraps
// nothing: a file that does not exist is no object that does not.
func credentials(what string, err error) error {
	if err == nil {
		return nil
	}
	e := &config.SourceError{Err: errors.New(what + ": " + err.Error())}
	if errors.Is(err, fs.ErrNotExist) {
		e.Hint = notInPod
	}
	return e
}

// client returns who sends the next request, and what to call when that is over.
func (s *server) client() (c *http.Client, leave func(), err error) {
	if s.given != nil {
		return s.given, func() {}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.trust(); err != nil {
		return nil, nil, credentials("the API server's certificate authority", err)
	}
	s.users++
	return s.own, s.leave, nil
}

// leave closes the connections when no request, such as a watch, is under way.
func (s *server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users--; s.users == 0 {
		s.own.CloseIdleConnections()
	}
}

// trust makes a client that trusts the present certificates.
func (s *server) trust() error {
	var ca []byte
	pool := x509.NewCertPool()
	if s.base.Scheme == "https" {
		path := filepath.Join(s.dir, "ca.crt")
		var err error
		if ca, err = os.ReadFile(path); err != nil {
			return err
		}
		if s.own != nil && bytes.Equal(ca, s.ca) {
			return nil
		}
		if !pool.AppendCertsFromPEM(ca) {
			return errors.New(path + " has no certificate")
		}
	} else if s.own != nil {
		return nil
	}
	if s.own != nil {
		s.own.CloseIdleConnections() // and those that are in use, later
	}
	dialer := net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	s.ca, s.own = ca, &http.Client{CheckRedirect: noRedirect, Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 5 * time.Second,
		IdleConnTimeout:     5 * time.Second, // a poll has a new one, rather than one that may have died silently
		Protocols:           http1,
	}}
	return nil
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
