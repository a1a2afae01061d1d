package confignats_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confignats"
	"example.com/lastgood/internal/testkit"
)

// A connection that dies silently is noticed by the heartbeats that do not come, and ends by
// the pings of its owner.
func TestASilentWatchEnds(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	s := b.source(nats.PingInterval(200*time.Millisecond), nats.MaxPingsOutstanding(1))
	f := follow(t, s)
	b.watched(1)
	b.proxy.Lose()
	b.put(text2)
	f.reaches(2)
}

func TestAWatchEndsWithoutHeartbeats(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	s := b.source()
	confignats.SetHeartbeat(s, 500*time.Millisecond)
	ended, hints := make(chan error, 1), make(chan bool, 9)
	go func() { ended <- s.Watch(context.Background(), "", func() { hints <- true }) }()
	testkit.Within(t, hints, "the present value")
	b.proxy.Lose()
	if err := testkit.Within(t, ended, "the end of the watch"); err == nil || err.Error() != "nothing has come, not even a heartbeat, for 1s" {
		t.Errorf("Watch returns %v", err)
	}
}

func TestHeartbeatsKeepAWatch(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	nc := b.connect()
	s := sourceOf(t, nc)
	confignats.SetHeartbeat(s, 500*time.Millisecond)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(ctx, "", func() {}) }()
	b.watched(1)
	began := nc.Stats().InMsgs
	testkit.Eventually(t, "heartbeats and the ends of pulls", func() bool { return nc.Stats().InMsgs >= began+5 })
	select {
	case err := <-ended:
		t.Errorf("the watch has ended: %v", err)
	default:
	}
	cancel()
	testkit.Within(t, ended, "the end of the watch")
}

func TestNothingIsLeftOnTheServer(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	nc := b.connect()
	before := nc.NumSubscriptions()
	for range 3 {
		one, two := follow(t, sourceOf(t, nc)), follow(t, sourceOf(t, nc))
		b.watched(2)
		one.Close()
		two.Close()
		b.watched(0)
	}
	if n := nc.NumSubscriptions(); n > before+1 { // that for answers stays with the connection
		t.Errorf("%d subscriptions, before there were %d", n, before)
	}
	if !nc.IsConnected() {
		t.Error("the connection is closed")
	}
}

func TestTheOwnersHandlersAreCalled(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	called := make(chan string, 100)
	nc := b.connect(nats.ReconnectHandler(func(*nats.Conn) { called <- "reconnected" }),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { called <- "disconnected" }), nats.ClosedHandler(func(*nats.Conn) { called <- "closed" }))
	f := follow(t, sourceOf(t, nc))
	b.watched(1)
	b.network.cut(true)
	b.network.cut(false)
	b.put(text2)
	f.reaches(2)
	nc.Close()
	f.becomes(config.WatchStale, "the connection is closed; "+closedHint)
	var got []string
	for len(got) < 4 {
		got = append(got, testkit.Within(t, called, "the handlers"))
	}
	if want := []string{"disconnected", "reconnected", "disconnected", "closed"}; !slices.Equal(got, want) {
		t.Errorf("called %q, want %q", got, want)
	}
}

func TestADrainedConnectionIsStale(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	nc := b.connect()
	f := follow(t, sourceOf(t, nc))
	b.watched(1)
	testkit.Must(t, nc.Drain())
	f.becomes(config.WatchStale, "the connection is closed; "+closedHint)
	f.reaches(1)
}

func TestAServerThatListensLaterIsRead(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	b.network.cut(true)
	s := b.source(nats.RetryOnFailedConnect(true))
	opened := make(chan error, 1)
	go func() {
		store, err := config.Open[settings](quiet, config.WithSource(s))
		if err == nil {
			store.Close()
		}
		opened <- err
	}()
	b.network.cut(false)
	testkit.Must(t, testkit.Within(t, opened, "the start"))
}
