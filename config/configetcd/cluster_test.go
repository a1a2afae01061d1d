package configetcd_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/internal/testkit"
)

// cluster is one of three members, each with a proxy for clients in front of it.
type cluster struct {
	members []*server
	proxies []*testkit.Proxy
	admin   *clientv3.Client
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	var initial []string
	var ports []net.Listener
	for i := range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		testkit.Must(t, err)
		m := prepare(t)
		m.cfg.Name = fmt.Sprintf("m%d", i)
		m.cfg.ListenPeerUrls = []url.URL{{Scheme: "http", Host: l.Addr().String()}}
		m.cfg.AdvertisePeerUrls = m.cfg.ListenPeerUrls
		m.cfg.TickMs, m.cfg.ElectionMs = 30, 300
		initial = append(initial, m.cfg.Name+"="+m.cfg.ListenPeerUrls[0].String())
		c.members = append(c.members, m)
		ports = append(ports, l)
	}
	for _, l := range ports { // they were taken at a time, so they differ
		testkit.Must(t, l.Close())
	}
	for _, m := range c.members {
		m.cfg.InitialCluster = strings.Join(initial, ",")
		m.start(t)
	}
	var endpoints []string
	for _, m := range c.members {
		m.ready(t)
		c.proxies = append(c.proxies, testkit.NewProxy(t, m.address()))
		endpoints = append(endpoints, m.address())
	}
	c.admin = c.members[0].client(t, clientv3.Config{Endpoints: endpoints})
	return c
}

// leader returns the index of the member that leads.
func (c *cluster) leader(t *testing.T) (leader int) {
	t.Helper()
	testkit.Eventually(t, "a leader", func() bool {
		leader = slices.IndexFunc(c.members, func(m *server) bool {
			select {
			case <-m.etcd.Server.StopNotify():
				return false
			default:
				return m.etcd.Server.Leader() == m.etcd.Server.MemberID()
			}
		})
		return leader >= 0
	})
	return leader
}

// stop stops a member. It is cut off from its clients before, or its watches would hold it up.
func (c *cluster) stop(i int) {
	c.proxies[i].Cut()
	c.members[i].stop()
}

func (c *cluster) restart(t *testing.T, i int) {
	t.Helper()
	c.members[i].start(t)
	c.proxies[i].Resume()
}

// put writes version n once there is a leader.
func (c *cluster) put(t *testing.T, n int) {
	t.Helper()
	testkit.Eventually(t, "a leader that writes", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err := c.admin.Txn(ctx).Then(putPair("/app/", n)...).Commit()
		return err == nil
	})
}

func TestAClusterOfThreeIsFollowed(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.put(t, 1)
	client := c.members[0].client(t, clientv3.Config{Endpoints: []string{c.proxies[0].Addr, c.proxies[1].Addr, c.proxies[2].Addr}})
	s := open[pair](t, config.WithSource(configetcd.New(client, "/app")))
	stop := s.OnReject(func(err *config.Error) { t.Errorf("rejected: %v", err) })
	defer stop()
	n := 1
	follows := func(what string) {
		t.Helper()
		n++
		c.put(t, n)
		testkit.Eventually(t, "the change after "+what, func() bool { return s.Current().Left == n && !isStale(s) })
	}

	leader := c.leader(t)
	next := c.members[(leader+1)%3].etcd.Server.MemberID()
	testkit.Must(t, c.members[leader].etcd.Server.MoveLeader(t.Context(), uint64(c.members[leader].etcd.Server.MemberID()), uint64(next)))
	follows("another member leads")

	leader = c.leader(t)
	c.stop(leader)
	follows("the leader has ended")
	c.restart(t, leader)
	follows("it is back")

	for i := range 2 {
		c.stop(i)
	}
	testkit.Eventually(t, "that the source is stale", func() bool { return isStale(s) })
	if st := s.Status(); st.Err != nil || s.Current().Left != n || !strings.Contains(st.Watch[0].Reason, "the majority of its members") {
		t.Errorf("serving %+v, %+v", *s.Current(), st)
	}
	for i := range 2 {
		c.restart(t, i)
	}
	follows("the majority is back")
}
