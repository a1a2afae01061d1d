package configetcd_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"example.com/lastgood/config/configetcd"
	"example.com/lastgood/internal/testkit"
)

func header(cluster uint64, revision int64) *etcdserverpb.ResponseHeader {
	return &etcdserverpb.ResponseHeader{ClusterId: cluster, Revision: revision}
}

func TestWhyAWatchEnds(t *testing.T) {
	t.Parallel()
	created := clientv3.WatchResponse{Header: header(1, 7), Created: true}
	event := clientv3.WatchResponse{Header: header(1, 9), Events: []*clientv3.Event{{}}}
	progress := func(cluster uint64, revision int64) clientv3.WatchResponse {
		return clientv3.WatchResponse{Header: header(cluster, revision)}
	}
	canceled := func(reason string) clientv3.WatchResponse {
		return clientv3.WatchResponse{Header: header(1, 7), Canceled: true, CancelReason: reason}
	}
	for name, c := range map[string]struct {
		since     string
		responses []clientv3.WatchResponse
		hints     int
		want      string
	}{
		"the client is closed":              {"1:7", nil, 0, "the client is closed"},
		"after it began":                    {"1:7", []clientv3.WatchResponse{created}, 0, "the client is closed"},
		"after a change":                    {"1:7", []clientv3.WatchResponse{created, event}, 1, "the client is closed"},
		"without a revision":                {"", []clientv3.WatchResponse{created, event}, 2, "the client is closed"},
		"a revision of something else":      {"abc", []clientv3.WatchResponse{created}, 1, "the client is closed"},
		"progress alone":                    {"1:7", []clientv3.WatchResponse{created, progress(1, 7), progress(1, 12)}, 0, "the client is closed"},
		"compacted":                         {"1:7", []clientv3.WatchResponse{created, {Header: header(1, 9), Canceled: true, CompactRevision: 9}}, 0, "required revision has been compacted"},
		"no permission":                     {"1:7", []clientv3.WatchResponse{canceled("rpc error: code = PermissionDenied desc = etcdserver: permission denied")}, 0, "etcdserver: permission denied"},
		"no leader":                         {"1:7", []clientv3.WatchResponse{created, canceled("etcdserver: no leader")}, 0, "etcdserver: no leader; the cluster may have lost"},
		"another cluster":                   {"1:7", []clientv3.WatchResponse{{Header: header(2, 7), Created: true}}, 0, "another cluster answers"},
		"another cluster's event":           {"1:7", []clientv3.WatchResponse{created, {Header: header(2, 8), Events: []*clientv3.Event{{}}}}, 0, "another cluster answers"},
		"a member that lags behind":         {"1:7", []clientv3.WatchResponse{{Header: header(1, 5), Created: true}, event}, 1, "the client is closed"},
		"a store restored from a backup":    {"1:7", []clientv3.WatchResponse{created, event, progress(1, 8)}, 1, "another cluster answers, or one that was restored from a backup"},
		"a proxy that knows of no clusters": {"1:7", []clientv3.WatchResponse{{Header: header(0, 0), Created: true}, event}, 1, "the client is closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &played{responses: make(chan clientv3.WatchResponse, len(c.responses))}
			for _, r := range c.responses {
				p.responses <- r
			}
			close(p.responses)
			hints := 0
			err := configetcd.New(p.client(t), "/app").Watch(t.Context(), c.since, func() { hints++ })
			if err == nil || !strings.Contains(err.Error(), c.want) || hints != c.hints {
				t.Errorf("Watch returns %v after %d hints, want %q after %d", err, hints, c.want, c.hints)
			}
		})
	}
}

func TestAWatchThatDoesNotAnswerEnds(t *testing.T) {
	t.Parallel()
	p := &played{responses: make(chan clientv3.WatchResponse)}
	s := configetcd.New(p.client(t), "/app")
	configetcd.SetSilence(s, 20*time.Millisecond)
	if err := s.Watch(t.Context(), "1:7", func() {}); err == nil || err.Error() != "the watch does not answer for 20ms" || p.asked != 1 {
		t.Errorf("asked %d times, Watch returns %v", p.asked, err)
	}
}

// A real server answers each time that it is asked.
func TestAWatchWithoutChangesGoesOn(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	client := srv.client(t, clientv3.Config{})
	counted := &counting{Watcher: client.Watcher, asked: make(chan struct{}, 100)}
	client.Watcher = counted
	s := configetcd.New(client, "/app")
	configetcd.SetSilence(s, 200*time.Millisecond)
	srv.commit(t, clientv3.OpPut("/app/a", ""))
	_, err := s.Read(t.Context())
	testkit.Must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(ctx, "", func() {}) }()
	for range 5 {
		select {
		case <-counted.asked:
		case err := <-ended:
			t.Fatalf("Watch returns %v", err)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Watch returns %v", err)
	}
}

// counting counts what asks for progress.
type counting struct {
	clientv3.Watcher
	asked chan struct{}
}

func (c *counting) RequestProgress(ctx context.Context) error {
	c.asked <- struct{}{}
	return c.Watcher.RequestProgress(ctx)
}

func TestAWatchEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	proxy := testkit.NewProxy(t, srv.address())
	s := configetcd.New(srv.client(t, clientv3.Config{Endpoints: []string{proxy.Addr}}), "/app", configetcd.OneKey())
	srv.commit(t, clientv3.OpPut("/app", ""))
	r, err := s.Read(t.Context())
	testkit.Must(t, err)
	hints, ended := make(chan struct{}, 10), make(chan error, 1)
	go func() { ended <- s.Watch(t.Context(), r.Revision, func() { hints <- struct{}{} }) }()
	srv.commit(t, clientv3.OpPut("/app", "1"))
	testkit.Within(t, hints, "the change")
	proxy.Cut()
	if err := testkit.Within(t, ended, "the end"); err == nil || err.Error() != "the connection is lost" {
		t.Errorf("Watch returns %v", err)
	}
}

// A connection that has died silently, as when a firewall has forgotten it, costs one reading.
func TestAReadingThatFailsIsFollowedByAnotherConnection(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	proxy := testkit.NewProxy(t, srv.address())
	srv.commit(t, clientv3.OpPut("/config/app/a", ""))
	s := dialed(clientv3.Config{Endpoints: []string{proxy.Addr}})
	hints, ended := make(chan struct{}, 10), make(chan error, 1)
	go func() { ended <- s.Watch(t.Context(), "", func() { hints <- struct{}{} }) }()
	testkit.Within(t, hints, "the beginning of the watch")
	_, err := s.Read(t.Context())
	testkit.Must(t, err)
	proxy.Lose()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.Read(ctx); err == nil || !strings.Contains(err.Error(), "no answer in time") {
		t.Fatalf("Read returns %v", err)
	}
	testkit.Within(t, ended, "the end of the watch")
	_, err = s.Read(t.Context())
	testkit.Must(t, err)
}

// FuzzRevision has a watch begin from whatever a revision may be.
func FuzzRevision(f *testing.F) {
	f.Add("1:7")
	f.Add("ffffffffffffffff:9223372036854775807")
	f.Add("-1:-7")
	f.Add("")
	f.Fuzz(func(t *testing.T, since string) {
		p := &played{responses: make(chan clientv3.WatchResponse, 1)}
		p.responses <- clientv3.WatchResponse{Header: header(1, 7), Created: true}
		close(p.responses)
		hints := 0
		err := configetcd.New(p.client(t), "/app").Watch(t.Context(), since, func() { hints++ })
		if err == nil || since == "" && hints != 1 {
			t.Errorf("Watch returns %v after %d hints", err, hints)
		}
	})
}
