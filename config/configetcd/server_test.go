package configetcd_test

import (
	"context"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
	"go.uber.org/zap"

	"example.com/lastgood/internal/testkit"
)

// server is an etcd of one member.
type server struct {
	cfg   *embed.Config
	etcd  *embed.Etcd
	admin *clientv3.Client
}

// newServer starts a server, which ends with the test. change changes its configuration.
func newServer(t testing.TB, change ...func(*embed.Config)) *server {
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
	for _, change := range change {
		change(c)
	}
	s.start(t)
	host := s.etcd.Clients[0].Addr().String()
	c.ListenClientUrls[0].Host = host // again
	t.Cleanup(func() { s.stop() })
	s.admin = newClient(t, s.address())
	return s
}

func (s *server) address() string { return s.cfg.ListenClientUrls[0].Host }

func (s *server) start(t testing.TB) {
	t.Helper()
	etcd, err := embed.StartEtcd(s.cfg)
	testkit.Must(t, err)
	testkit.Within(t, etcd.Server.ReadyNotify(), "the server")
	s.etcd = etcd
}

func (s *server) stop() {
	s.etcd.Close()
	<-s.etcd.Server.StopNotify()
}

// newClient returns a client that is closed with the test.
func newClient(t testing.TB, endpoints ...string) *clientv3.Client {
	t.Helper()
	c, err := clientv3.New(clientv3.Config{Endpoints: endpoints, Logger: zap.NewNop()})
	testkit.Must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (s *server) put(t testing.TB, ops ...clientv3.Op) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err := s.admin.Txn(ctx).Then(ops...).Commit()
	testkit.Must(t, err)
}
