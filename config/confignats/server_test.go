package confignats_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confignats"
	"example.com/lastgood/internal/testkit"
)

// broker is a NATS server with a bucket, and what a test does to it.
type broker struct {
	t       testing.TB
	opts    server.Options
	server  *server.Server
	admin   jetstream.JetStream // through no network
	reader  *nats.Conn          // the last one, through the proxy
	proxy   *testkit.Proxy
	network *network

	guard    guard
	password atomic.Value // of the reader, as connections give it
}

// guard lets in an admin, and a reader, who may do what it says when a connection is made.
type guard struct {
	mu       sync.Mutex
	password string
	reader   server.User
}

// Check implements server.Authentication.
func (g *guard) Check(c server.ClientAuthentication) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch o := c.GetOpts(); {
	case o.Username == "admin":
		return true
	case o.Username == "reader" && o.Password == g.password:
		reader := g.reader
		c.RegisterUser(&reader)
		return true
	}
	return false
}

// readerMay are the permissions that the documentation lists.
func readerMay() *server.Permissions {
	return &server.Permissions{
		Publish: &server.SubjectPermission{Allow: []string{
			"$JS.API.DIRECT.GET.KV_config.$KV.config.app.yaml",
			"$JS.API.CONSUMER.CREATE.KV_config.*.$KV.config.app.yaml",
			"$JS.API.CONSUMER.MSG.NEXT.KV_config.*",
			"$JS.API.CONSUMER.DELETE.KV_config.*",
			"$JS.API.STREAM.MSG.GET.KV_config",
		}},
		Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
	}
}

// newBroker starts a server with the bucket config.
func newBroker(t testing.TB) *broker {
	t.Helper()
	b := &broker{t: t, network: &network{conns: map[net.Conn]bool{}}}
	b.guard.password, b.guard.reader.Permissions = "reader", readerMay()
	b.password.Store("reader")
	b.opts = server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, JetStream: true, StoreDir: t.TempDir(), CustomClientAuthentication: &b.guard,
	}
	b.start()
	t.Cleanup(func() { b.stop() })
	b.opts.Port = b.server.Addr().(*net.TCPAddr).Port
	b.proxy = testkit.NewProxy(t, b.server.Addr().String())
	b.create()
	return b
}

func (b *broker) start() {
	b.t.Helper()
	opts := b.opts
	var err error
	b.server, err = server.NewServer(&opts)
	testkit.Must(b.t, err)
	b.server.Start()
	testkit.Eventually(b.t, "the server", func() bool { return b.server.ReadyForConnections(time.Second) })
	nc, err := nats.Connect("", nats.InProcessServer(b.server), nats.UserInfo("admin", "admin"), nats.MaxReconnects(0))
	testkit.Must(b.t, err)
	b.admin, err = jetstream.New(nc)
	testkit.Must(b.t, err)
}

func (b *broker) stop() {
	b.admin.Conn().Close()
	b.server.Shutdown()
	b.server.WaitForShutdown()
}

func (b *broker) restart() { b.stop(); b.start() }

// rotate gives the reader another password.
func (b *broker) rotate() {
	password := b.password.Load().(string) + "+"
	b.password.Store(password)
	b.admit(func(g *guard) { g.password = password })
}

// permit permits the reader something else.
func (b *broker) permit(reader *server.Permissions) {
	b.admit(func(g *guard) { g.reader.Permissions = reader })
}

// admit changes who is let in, and has the reader come in anew.
func (b *broker) admit(change func(*guard)) {
	b.t.Helper()
	b.guard.mu.Lock()
	change(&b.guard)
	b.guard.mu.Unlock()
	if b.reader != nil {
		before := b.reader.Stats().Reconnects
		b.network.cut(false)
		testkit.Eventually(b.t, "the reader", func() bool { return b.reader.Stats().Reconnects > before && b.reader.IsConnected() })
	}
}

// create makes the bucket.
func (b *broker) create() {
	b.t.Helper()
	_, err := b.admin.CreateKeyValue(b.t.Context(), jetstream.KeyValueConfig{Bucket: "config"})
	testkit.Must(b.t, err)
}

// direct has the bucket permit direct gets, or not.
func (b *broker) direct(permit bool) {
	b.t.Helper()
	stream, err := b.admin.Stream(context.Background(), "KV_config")
	testkit.Must(b.t, err)
	cfg := stream.CachedInfo().Config
	cfg.AllowDirect = permit
	_, err = b.admin.UpdateStream(context.Background(), cfg)
	testkit.Must(b.t, err)
}

func (b *broker) bucket() jetstream.KeyValue {
	b.t.Helper()
	kv, err := b.admin.KeyValue(context.Background(), "config")
	testkit.Must(b.t, err)
	return kv
}

func (b *broker) put(text string) {
	b.t.Helper()
	_, err := b.bucket().PutString(context.Background(), "app.yaml", text)
	testkit.Must(b.t, err)
}

func (b *broker) remove() {
	b.t.Helper()
	testkit.Must(b.t, b.bucket().Delete(context.Background(), "app.yaml"))
}

// recreate deletes the bucket, and makes it again with what it had.
func (b *broker) recreate() {
	b.t.Helper()
	e, err := b.bucket().Get(context.Background(), "app.yaml")
	testkit.Must(b.t, err)
	testkit.Must(b.t, b.admin.DeleteKeyValue(context.Background(), "config"))
	b.create()
	b.put(string(e.Value()))
}

// consumers returns how many the bucket has.
func (b *broker) consumers() int {
	b.t.Helper()
	stream, err := b.admin.Stream(context.Background(), "KV_config")
	testkit.Must(b.t, err)
	return stream.CachedInfo().State.Consumers
}

// connect returns a connection of the reader through the proxy, which comes back soon.
func (b *broker) connect(opts ...nats.Option) *nats.Conn {
	b.t.Helper()
	nc, err := nats.Connect("nats://"+b.proxy.Addr, append([]nats.Option{
		nats.UserInfoHandler(func() (string, string) { return "reader", b.password.Load().(string) }), nats.MaxReconnects(-1), nats.ReconnectWait(5 * time.Millisecond), nats.ReconnectJitter(time.Millisecond, time.Millisecond),
		nats.SetCustomDialer(b.network), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}),
	}, opts...)...)
	testkit.Must(b.t, err)
	b.t.Cleanup(nc.Close)
	b.reader = nc
	return nc
}

func (b *broker) source(opts ...nats.Option) config.Source {
	b.t.Helper()
	return sourceOf(b.t, b.connect(opts...))
}

func sourceOf(t testing.TB, nc *nats.Conn, opts ...confignats.Option) config.Source {
	t.Helper()
	js, err := jetstream.New(nc)
	testkit.Must(t, err)
	return confignats.New(js, "config", "app.yaml", opts...)
}

// network dials, until it is down.
type network struct {
	mu    sync.Mutex
	down  bool
	conns map[net.Conn]bool
}

// Dial implements nats.CustomDialer.
func (n *network) Dial(network, address string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		return nil, errors.New("the network is down")
	}
	conn, err := net.Dial(network, address)
	if err == nil {
		n.conns[conn] = true
	}
	return conn, err
}

// cut ends all connections, and has none made until it is called with false.
func (n *network) cut(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = down
	for conn := range n.conns {
		_ = conn.Close()
		delete(n.conns, conn)
	}
}
