package configetcd_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/internal/testkit"
)

// nowhere returns an address at which nothing listens.
func nowhere(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.Must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// faults are what can be wrong beside the content, and what is said about it.
var faults = map[string]struct {
	source func(t *testing.T, plain, secure *server) config.Source
	want   []string // of the error, and of its hint
}{
	"nothing listens": {
		func(t *testing.T, plain, _ *server) config.Source {
			return configetcd.New(plain.client(t, clientv3.Config{Endpoints: []string{nowhere(t)}}), "/config/app")
		},
		[]string{"dial tcp 127.0.0.1:", "connect: connection refused"},
	},
	"nothing listens, for a user": {
		func(t *testing.T, _, _ *server) config.Source {
			return dialed(clientv3.Config{Endpoints: []string{nowhere(t)}, Username: "app", Password: "x"})
		},
		[]string{"dial tcp 127.0.0.1:", "connect: connection refused"},
	},
	"no such host, and credentials in front of it": {
		func(*testing.T, *server, *server) config.Source {
			return dialed(clientv3.Config{Endpoints: []string{"app:hunter2@127.0.0.1:99999"}})
		},
		[]string{"…@127.0.0.1:99999"},
	},
	"no endpoint": {
		func(*testing.T, *server, *server) config.Source { return dialed(clientv3.Config{}) },
		[]string{"no available endpoints"},
	},
	"it does not answer": {
		func(t *testing.T, plain, _ *server) config.Source {
			proxy := testkit.NewProxy(t, plain.address())
			s := configetcd.New(plain.client(t, clientv3.Config{Endpoints: []string{proxy.Addr}}), "/config/app")
			_, err := s.Read(t.Context())
			testkit.Must(t, err)
			proxy.Stall()
			return s
		},
		[]string{"no answer in time", "DialKeepAliveTime of clientv3.Config"},
	},
	"nothing answers": {
		func(t *testing.T, plain, _ *server) config.Source {
			proxy := testkit.NewProxy(t, plain.address())
			proxy.Stall()
			return configetcd.New(plain.client(t, clientv3.Config{Endpoints: []string{proxy.Addr}}), "/config/app")
		},
		[]string{"no answer in time"},
	},
	"for a user, nothing answers": {
		func(t *testing.T, plain, _ *server) config.Source {
			proxy := testkit.NewProxy(t, plain.address())
			proxy.Stall()
			return dialed(clientv3.Config{Endpoints: []string{proxy.Addr}, Username: "app", Password: "hunter2"})
		},
		[]string{"no answer in time"},
	},
	"the client is closed": {
		func(t *testing.T, plain, _ *server) config.Source {
			c := plain.client(t, clientv3.Config{})
			testkit.Must(t, c.Close())
			return configetcd.New(c, "/config/app")
		},
		[]string{"the client is closed", "it is to be closed after the stores that use it"},
	},
	"the answer is larger than the client takes": {
		func(t *testing.T, plain, _ *server) config.Source {
			return configetcd.New(plain.client(t, clientv3.Config{MaxCallRecvMsgSize: 10}), "/config/app")
		},
		[]string{"received message larger than max", "MaxCallRecvMsgSize of clientv3.Config raises the limit"},
	},
	"there is too much": {
		func(t *testing.T, plain, _ *server) config.Source {
			return configetcd.New(plain.client(t, clientv3.Config{}), "/config/app", configetcd.MaxSize(20))
		},
		[]string{"there are more than 20 bytes", "configetcd.MaxSize and WithMaxSize raise the limit"},
	},
	"no permission": {
		func(t *testing.T, _, secure *server) config.Source {
			return configetcd.New(secure.client(t, clientv3.Config{Username: "app", Password: "secret-of-app"}), "/other")
		},
		[]string{"permission denied", `etcdctl role grant-permission ROLE --prefix=true read "/other/"`},
	},
	"no permission for the key": {
		func(t *testing.T, _, secure *server) config.Source {
			return configetcd.New(secure.client(t, clientv3.Config{Username: "app", Password: "secret-of-app"}), "/other", configetcd.OneKey())
		},
		[]string{"permission denied", `etcdctl role grant-permission ROLE read "/other"`},
	},
	"no user": {
		func(t *testing.T, _, secure *server) config.Source {
			return configetcd.New(secure.client(t, clientv3.Config{}), "/config/app")
		},
		[]string{"user name is empty", "Username and Password, or Token, of clientv3.Config"},
	},
	"another password": {
		func(_ *testing.T, _, secure *server) config.Source {
			return dialed(clientv3.Config{Endpoints: []string{secure.endpoint(secure.address())}, TLS: secure.tls, Username: "app", Password: "hunter2"})
		},
		[]string{"invalid user ID or password", "Username and Password of clientv3.Config are not those of a user"},
	},
	"another token": {
		func(t *testing.T, _, secure *server) config.Source {
			return configetcd.New(secure.client(t, clientv3.Config{Token: "hunter2"}), "/config/app")
		},
		[]string{"invalid auth token", "Token of clientv3.Config has expired"},
	},
	"an unknown authority": {
		func(_ *testing.T, _, secure *server) config.Source {
			return dialed(clientv3.Config{Endpoints: []string{secure.endpoint(secure.address())}})
		},
		[]string{"x509: certificate signed by unknown authority", "TLS of clientv3.Config does not trust"},
	},
	"no TLS at the server": {
		func(_ *testing.T, plain, _ *server) config.Source {
			return dialed(clientv3.Config{Endpoints: []string{"https://" + plain.address()}})
		},
		[]string{"handshake failed: EOF", "the server may have no TLS at this port"},
	},
	"no TLS at the client": {
		func(_ *testing.T, _, secure *server) config.Source {
			return dialed(clientv3.Config{Endpoints: []string{"http://" + secure.address()}})
		},
		[]string{"error reading server preface", "the server may want TLS"},
	},
	"no certificate for the server": {
		func(t *testing.T, _, _ *server) config.Source {
			strict := newServer(t, withTLS, func(_ testing.TB, s *server) {
				s.tls.MaxVersion = tls.VersionTLS12 // with 1.3, the reason may come too late
				s.cfg.ClientTLSInfo.ClientCertAuth, s.cfg.ClientTLSInfo.TrustedCAFile = true, s.cfg.ClientTLSInfo.CertFile
			})
			return configetcd.New(strict.client(t, clientv3.Config{}), "/config/app")
		},
		[]string{"remote error: tls: ", "the server refuses the certificate of TLS of clientv3.Config, or wants one"},
	},
	"a web server": {
		func(t *testing.T, _, _ *server) config.Source {
			web := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(web.Close)
			return dialed(clientv3.Config{Endpoints: []string{web.URL}})
		},
		[]string{"error reading server preface", "or not be etcd"},
	},
	"another server of gRPC": {
		func(t *testing.T, _, _ *server) config.Source {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			testkit.Must(t, err)
			other := grpc.NewServer()
			go func() { _ = other.Serve(l) }()
			t.Cleanup(other.Stop)
			return dialed(clientv3.Config{Endpoints: []string{l.Addr().String()}})
		},
		[]string{"unknown service etcdserverpb.KV", "what answers is not etcd"},
	},
	"a file of the client does not exist": {
		func(*testing.T, *server, *server) config.Source {
			return configetcd.Dial(func(context.Context) (clientv3.Config, error) {
				_, err := os.ReadFile("/does/not/exist")
				return clientv3.Config{}, &config.SourceError{Content: true, Hint: "mount it", Err: err}
			}, "/config/app")
		},
		[]string{"the client's configuration is not known: open /does/not/exist: ", "mount it"},
	},
}

// Passwords are in no error, whatever characters they have.
func TestNoPartOfAPasswordInAnEndpointIsShown(t *testing.T) {
	t.Parallel()
	var reads sync.WaitGroup
	for _, password := range []string{"hunter/2secret", "hunter 2secret", `hunter"2secret`, "hunter'2secret", "hunter%zz2secret", "hunter@2secret", `hunter\2secret`, "hunter?2secret", "hunter#2secret", "hunter\n2secret"} {
		for _, scheme := range []string{"", "http://", "unix://"} {
			for _, user := range []string{"", "app"} {
				reads.Go(func() {
					s := dialed(clientv3.Config{Endpoints: []string{scheme + "app:" + password + "@127.0.0.1:99999"}, Username: user, Password: user})
					_, err := s.Read(t.Context())
					if err == nil || strings.Contains(err.Error(), "hunter") || strings.Contains(err.Error(), "2secret") {
						t.Errorf("%s, %q: Read returns %v", scheme, password, err)
					}
				})
			}
		}
	}
	reads.Wait()
}

func dialed(cfg clientv3.Config) config.Source {
	return configetcd.Dial(func(context.Context) (clientv3.Config, error) { return cfg, nil }, "/config/app")
}

func TestEachFaultIsExplained(t *testing.T) {
	t.Parallel()
	plain, secure := newServer(t), newServer(t, withTLS)
	for _, srv := range []*server{plain, secure} {
		srv.commit(t, clientv3.OpPut("/config/app/a.yaml", "left: 1"))
	}
	secure.authenticate(t, "/config/")
	t.Run("all", func(t *testing.T) { // before the servers stop
		for name, fault := range faults {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := fault.source(t, plain, secure)
				ctx, cancel := context.WithTimeout(t.Context(), limitOf(name))
				defer cancel()
				_, err := s.Read(ctx)
				if err == nil || errors.Is(err, fs.ErrNotExist) {
					t.Fatalf("Read returns %v", err)
				}
				text := err.Error()
				known := new(config.SourceError)
				if errors.As(err, &known) {
					text += "; " + known.Hint
				}
				for _, want := range fault.want {
					if !strings.Contains(text, want) {
						t.Errorf("the error is\n%s\nwant in it\n%s", text, want)
					}
				}
				if refused := strings.Contains(name, "too much") || strings.Contains(name, "larger"); known.Content != refused {
					t.Errorf("Content is %t", known.Content)
				}
				if strings.Contains(text, "hunter2") || len(text) > 500 {
					t.Errorf("the error has a secret, or %d bytes: %s", len(text), text)
				}
			})
		}
	})
}

// limitOf is how long a reading may take: a short time where there is no answer.
func limitOf(fault string) time.Duration {
	if strings.HasSuffix(fault, " answers") || strings.HasSuffix(fault, " answer") {
		return 100 * time.Millisecond
	}
	return 10 * time.Second
}
