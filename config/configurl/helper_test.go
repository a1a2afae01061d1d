package configurl_test

import (
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configurl"
	"example.com/lastgood/internal/leak"
	"example.com/lastgood/internal/testkit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

var quiet = config.WithLogger(slog.New(slog.DiscardHandler))

// pair is a configuration that is valid only if both halves are of the same version.
type pair struct {
	Left  int `validate:"min=1"`
	Right int `validate:"eqfield=Left"`
}

func pairs(n int) string { return fmt.Sprintf(`{"left": %d, "right": %d}`, n, n) }

// site is a web server with TLS, behind a proxy that a test can stall.
type site struct {
	*testkit.Proxy
	client *http.Client // with its certificate
	open   atomic.Int32 // number of connections
	start  func(t *testing.T)
	stop   func()

	mu    sync.Mutex
	docs  map[string]string // by path
	token string            // that requests must have; "" for none
}

// newSite starts a server with HTTP/2, or with HTTP/1.1 alone.
func newSite(t *testing.T, http2 bool) *site {
	t.Helper()
	s := &site{docs: map[string]string{}}
	var running *httptest.Server
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.Must(t, err)
	addr := listener.Addr().String()
	s.start = func(t *testing.T) {
		if listener == nil {
			testkit.Eventually(t, "the port", func() bool { listener, err = net.Listen("tcp", addr); return err == nil })
		}
		running = httptest.NewUnstartedServer(s)
		_ = running.Listener.Close()
		running.Listener, listener = listener, nil
		running.EnableHTTP2 = http2
		running.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		running.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				s.open.Add(1)
			case http.StateClosed, http.StateHijacked:
				s.open.Add(-1)
			}
		}
		running.StartTLS()
	}
	s.stop = func() {
		running.CloseClientConnections()
		running.Close()
	}
	s.start(t)
	t.Cleanup(func() { s.stop() })
	s.Proxy = testkit.NewProxy(t, addr)
	roots := x509.NewCertPool()
	roots.AddCert(running.Certificate())
	transport := running.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.RootCAs = roots
	t.Cleanup(transport.CloseIdleConnections)
	s.client = &http.Client{Transport: transport, Timeout: 3 * time.Second}
	return s
}

func (s *site) source(path string, opts ...configurl.Option) config.Source {
	return configurl.New("https://"+s.Addr+path, append([]configurl.Option{configurl.Client(s.client)}, opts...)...)
}

func (s *site) put(path, text string) { s.change(func() { s.docs[path] = text }) }
func (s *site) remove(path string)    { s.change(func() { delete(s.docs, path) }) }
func (s *site) want(token string)     { s.change(func() { s.token = token }) }

func (s *site) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	text, ok := s.docs[r.URL.Path]
	token := s.token
	s.mu.Unlock()
	switch {
	case token != "" && r.Header.Get("Authorization") != "Bearer "+token:
		w.WriteHeader(http.StatusForbidden)
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256([]byte(text))))
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
	}
}

// serve starts a server on a loopback address, without TLS.
func serve(t testing.TB, handler http.HandlerFunc) (url string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// follow opens a store and closes it with the test.
func follow(t *testing.T, opts ...config.Option) *config.Store[pair] {
	t.Helper()
	store, err := config.Open[pair](append(opts, quiet)...)
	testkit.Must(t, err)
	t.Cleanup(store.Close)
	return store
}

func often(s config.Source) config.Option {
	return config.WithSource(s, config.PollEvery(30*time.Millisecond))
}
