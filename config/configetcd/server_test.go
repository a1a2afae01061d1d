package configetcd_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/etcd/client/pkg/v3/transport"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.uber.org/zap"

	"example.com/lastgood/internal/testkit"
)

// server is an etcd of one member.
type server struct {
	cfg   *embed.Config
	etcd  *embed.Etcd
	tls   *tls.Config // that trusts it; nil without TLS
	admin *clientv3.Client
}

// newServer starts a server, which ends with the test. Each change is of its configuration.
func newServer(t testing.TB, changes ...func(testing.TB, *server)) *server {
	t.Helper()
	s := prepare(t)
	for _, change := range changes {
		change(t, s)
	}
	s.start(t)
	s.ready(t)
	return s
}

// prepare returns a server that is not started.
func prepare(t testing.TB) *server {
	t.Helper()
	s := &server{cfg: embed.NewConfig()}
	c := s.cfg
	c.Dir = filepath.Join(t.TempDir(), "etcd")
	c.LogLevel, c.LogOutputs = "fatal", []string{"/dev/null"}
	c.ListenPeerUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	c.ListenClientUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	c.TickMs, c.ElectionMs = 10, 100
	c.BcryptCost = 4
	c.UnsafeNoFsync = true
	return s
}

// ready waits until the server has started for the first time.
func (s *server) ready(t testing.TB) {
	t.Helper()
	testkit.Within(t, s.etcd.Server.ReadyNotify(), "the server")
	s.cfg.ListenClientUrls[0].Host = s.address() // after a restart, too
	t.Cleanup(s.stop)
	s.admin = s.client(t, clientv3.Config{})
}

// withTLS has a server use TLS.
func withTLS(t testing.TB, s *server) {
	t.Helper()
	info, err := transport.SelfCert(zap.NewNop(), t.TempDir(), []string{"127.0.0.1:0"}, 1)
	testkit.Must(t, err)
	s.cfg.ListenClientUrls[0].Scheme, s.cfg.ClientTLSInfo = "https", info
	s.tls = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	s.tls.RootCAs.AppendCertsFromPEM([]byte(testkit.Read(t, info.CertFile)))
}

// authenticate adds a user app, who may read the keys that begin with a prefix, and has the
// server want users.
func (s *server) authenticate(t testing.TB, prefix string) {
	t.Helper()
	for _, user := range []string{"root", "app"} {
		role, err := user, error(nil)
		_, err = s.admin.RoleAdd(t.Context(), role)
		testkit.Must(t, err)
		_, err = s.admin.UserAdd(t.Context(), user, "secret-of-"+user)
		testkit.Must(t, err)
		_, err = s.admin.UserGrantRole(t.Context(), user, role)
		testkit.Must(t, err)
	}
	s.grant(t, prefix)
	_, err := s.admin.AuthEnable(t.Context())
	testkit.Must(t, err)
	s.admin = s.client(t, clientv3.Config{Username: "root", Password: "secret-of-root"})
}

func (s *server) grant(t testing.TB, prefix string) {
	t.Helper()
	_, err := s.admin.RoleGrantPermission(t.Context(), "app", prefix, clientv3.GetPrefixRangeEnd(prefix), clientv3.PermissionType(clientv3.PermRead))
	testkit.Must(t, err)
}

func (s *server) revoke(t testing.TB, prefix string) {
	t.Helper()
	_, err := s.admin.RoleRevokePermission(t.Context(), "app", prefix, clientv3.GetPrefixRangeEnd(prefix))
	testkit.Must(t, err)
}

func (s *server) address() string { return s.etcd.Clients[0].Addr().String() }

func (s *server) start(t testing.TB) {
	t.Helper()
	etcd, err := embed.StartEtcd(s.cfg)
	testkit.Must(t, err)
	s.etcd = etcd
}

// stop ends the server. While there are watches, that takes 5 seconds.
func (s *server) stop() {
	s.etcd.Close()
	<-s.etcd.Server.StopNotify()
}

// endpoint returns the endpoint of the server at an address.
func (s *server) endpoint(address string) string {
	return s.cfg.ListenClientUrls[0].Scheme + "://" + address
}

// client returns a client that is closed with the test. By default, it is of the server.
func (s *server) client(t testing.TB, cfg clientv3.Config) *clientv3.Client {
	t.Helper()
	if cfg.Endpoints == nil {
		cfg.Endpoints = []string{s.endpoint(s.address())}
	}
	cfg.TLS, cfg.Logger = s.tls, zap.NewNop()
	c, err := clientv3.New(cfg)
	testkit.Must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// commit writes in one transaction.
func (s *server) commit(t testing.TB, ops ...clientv3.Op) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err := s.admin.Txn(ctx).Then(ops...).Commit()
	testkit.Must(t, err)
}

// compact makes all revisions until now unavailable.
func (s *server) compact(t testing.TB) {
	t.Helper()
	last := (*clientv3.PutResponse)(nil)
	for range 3 { // a watch can begin with the revision that is compacted
		var err error
		last, err = s.admin.Put(t.Context(), "/elsewhere", "")
		testkit.Must(t, err)
	}
	_, err := s.admin.Compact(t.Context(), last.Header.Revision, clientv3.WithCompactPhysical())
	testkit.Must(t, err)
}
