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

// serviceAccount is the directory with the credentials of a pod's service account.
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// server sends requests to the API server.
type server struct {
	base         *url.URL     // nil if it is not known
	dir          string       // of the service account
	token        bool         // requests have its token
	callerClient *http.Client // nil for our own
	notInPod     string       // why the server or the namespace is not known, or ""

	mu        sync.Mutex
	ownClient *http.Client
	ca        []byte // the authorities that it trusts
	requests  int    // of it, that have not ended
}

// setDefaults sets the base URL from the environment of a pod.
func (s *server) setDefaults() {
	s.token = s.token || s.callerClient == nil
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	switch {
	case s.base != nil:
	case host == "" || port == "":
		s.notInPod = "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set"
	default:
		s.base = &url.URL{Scheme: "https", Host: net.JoinHostPort(host, port)}
	}
}

const notInPodHint = "in a pod, automountServiceAccountToken must not be false; elsewhere, configkube needs a namespace, BaseURL and Client"

// answer is the answer to a request.
type answer struct {
	io.Reader
	contentType string
	close       func()        // must be called when it has been read
	retryAfter  time.Duration // with an error, the Retry-After of the server
}

// do sends a request. verb is the one that a Role must allow.
func (s *server) do(ctx context.Context, of *source, verb string, query url.Values) (answer, error) {
	if s.notInPod != "" {
		return answer{}, &config.SourceError{Err: errors.New(s.notInPod), Hint: notInPodHint}
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
	client, release, err := s.client()
	if err != nil {
		return answer{}, err
	}
	response, err := client.Do(req)
	if err != nil {
		if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			client.CloseIdleConnections() // they could have died silently, too
		}
		release()
		return answer{}, s.requestError(err)
	}
	done := func() {
		_ = response.Body.Close() // it was only read
		release()
	}
	if response.StatusCode != http.StatusOK {
		defer done()
		return answer{retryAfter: retryAfter(response)}, s.statusError(of, verb, response, token)
	}
	return answer{Reader: response.Body, contentType: response.Header.Get("Content-Type"), close: done}, nil
}

// readToken reads the token, which the kubelet rotates.
func (s *server) readToken() (string, error) {
	path := filepath.Join(s.dir, "token")
	data, err := os.ReadFile(path)
	token := strings.TrimSpace(string(data))
	if err == nil && token == "" {
		err = errors.New(path + " is empty")
	}
	return token, credentialsError("the service account's token", err)
}

// credentialsError returns the error for a file of the service account. It does not wrap err: with
// fs.ErrNotExist, the object would count as missing.
func credentialsError(what string, err error) error {
	if err == nil {
		return nil
	}
	e := &config.SourceError{Err: errors.New(what + ": " + err.Error())}
	if errors.Is(err, fs.ErrNotExist) {
		e.Hint = notInPodHint
	}
	return e
}

// client returns the client for a request. release must be called when the request has ended.
func (s *server) client() (c *http.Client, release func(), err error) {
	if s.callerClient != nil {
		return s.callerClient, func() {}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.updateClient(); err != nil {
		return nil, nil, credentialsError("the API server's certificate authority", err)
	}
	s.requests++
	return s.ownClient, s.release, nil
}

// release closes the idle connections after the last request.
func (s *server) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.requests--; s.requests == 0 {
		s.ownClient.CloseIdleConnections()
	}
}

// updateClient replaces the client if ca.crt has changed.
func (s *server) updateClient() error {
	var ca []byte
	pool := x509.NewCertPool()
	if s.base.Scheme == "https" {
		path := filepath.Join(s.dir, "ca.crt")
		var err error
		if ca, err = os.ReadFile(path); err != nil {
			return err
		}
		if s.ownClient != nil && bytes.Equal(ca, s.ca) {
			return nil
		}
		if !pool.AppendCertsFromPEM(ca) {
			return errors.New(path + " has no certificate")
		}
	} else if s.ownClient != nil {
		return nil
	}
	if s.ownClient != nil {
		s.ownClient.CloseIdleConnections() // connections in use are closed after IdleConnTimeout
	}
	dialer := net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	s.ca, s.ownClient = ca, &http.Client{CheckRedirect: noRedirect, Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 5 * time.Second,
		IdleConnTimeout:     5 * time.Second, // each poll opens a new connection: an idle one could have died silently
		Protocols:           http1,
	}}
	return nil
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
