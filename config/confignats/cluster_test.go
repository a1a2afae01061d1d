package confignats_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/lastgood/internal/testkit"
)

// cluster is three servers, each of which has a replica of the bucket config.
type cluster struct {
	t       testing.TB
	opts    []server.Options
	servers []*server.Server
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	c := &cluster{t: t, servers: make([]*server.Server, 3)}
	var routes []string
	for i := range 3 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		testkit.Must(t, err)
		defer listener.Close()
		c.opts = append(c.opts, server.Options{
			ServerName: fmt.Sprint("server", i), Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, JetStream: true, StoreDir: t.TempDir(),
			Cluster: server.ClusterOpts{Name: "cluster", Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port},
		})
		routes = append(routes, "nats://"+listener.Addr().String())
		testkit.Must(t, listener.Close())
	}
	for i := range 3 {
		c.opts[i].Routes = server.RoutesFromStr(strings.Join(routes, ","))
		c.start(i)
		c.opts[i].Port = c.servers[i].Addr().(*net.TCPAddr).Port
	}
	t.Cleanup(func() {
		for i := range 3 {
			c.stop(i)
		}
	})
	return c
}

func (c *cluster) start(i int) {
	c.t.Helper()
	opts := c.opts[i]
	var err error
	c.servers[i], err = server.NewServer(&opts)
	testkit.Must(c.t, err)
	c.servers[i].Start()
	testkit.Eventually(c.t, "a server", func() bool { return c.servers[i].ReadyForConnections(time.Second) })
}

func (c *cluster) stop(i int) {
	c.servers[i].Shutdown()
	c.servers[i].WaitForShutdown()
}

// connect returns a JetStream over a connection that prefers a server.
func (c *cluster) connect(prefer int) jetstream.JetStream {
	c.t.Helper()
	urls := []string{c.servers[prefer].ClientURL()}
	for _, s := range c.servers {
		urls = append(urls, s.ClientURL())
	}
	nc, err := nats.Connect(strings.Join(urls, ","), nats.DontRandomize(), nats.MaxReconnects(-1), nats.ReconnectWait(5*time.Millisecond), nats.ReconnectJitter(time.Millisecond, time.Millisecond))
	testkit.Must(c.t, err)
	c.t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	testkit.Must(c.t, err)
	return js
}

// leader waits until the bucket has a leader and two replicas that follow it, and returns its number.
func (c *cluster) leader(js jetstream.JetStream) int {
	c.t.Helper()
	var leader string
	testkit.Eventually(c.t, "a leader", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s, err := js.Stream(ctx, "KV_config")
		if err != nil {
			return false
		}
		info := s.CachedInfo().Cluster
		leader = info.Leader
		return leader != "" && len(info.Replicas) == 2
	})
	return slices.IndexFunc(c.opts, func(o server.Options) bool { return o.ServerName == leader })
}

func TestAClusterOfThree(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	js := c.connect(0)
	testkit.Eventually(t, "the cluster", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "config", Replicas: 3})
		return err == nil
	})
	put := func(n int) {
		t.Helper()
		testkit.Eventually(t, "a put", func() bool {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			kv, err := js.KeyValue(ctx, "config")
			if err == nil {
				_, err = kv.PutString(ctx, "app.yaml", text(n))
			}
			return err == nil
		})
	}
	put(1)
	follower := (c.leader(js) + 1) % 3
	f := follow(t, sourceOf(t, c.connect(follower).Conn()))
	f.reaches(1)
	put(2)
	f.reaches(2)

	old := c.leader(js)
	_, err := js.Conn().Request("$JS.API.STREAM.LEADER.STEPDOWN.KV_config", nil, 5*time.Second)
	testkit.Must(t, err)
	testkit.Eventually(t, "another leader", func() bool { return c.leader(js) != old })
	put(3)
	f.reaches(3)

	leader := c.leader(js)
	js = c.connect((leader + 1) % 3)
	c.stop(leader)
	put(4)
	f.reaches(4)
	c.start(leader)
	c.leader(js)
	put(5)
	f.reaches(5)

	testkit.Must(t, js.DeleteKeyValue(t.Context(), "config"))
	f.reaches(9)
}
