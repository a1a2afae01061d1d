package confignats_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// watching is a call of Watch, from what was read before something happened.
type watching struct {
	hints atomic.Int64
	ended chan error
}

func watch(t *testing.T, s config.Source, meanwhile func()) *watching {
	t.Helper()
	r, err := s.Read(t.Context())
	if kindOf(err) == "stale" {
		t.Fatal(err)
	}
	meanwhile()
	ctx, cancel := context.WithCancel(t.Context())
	w := &watching{ended: make(chan error, 1)}
	go func() { w.ended <- s.Watch(ctx, r.Revision, func() { w.hints.Add(1) }) }()
	t.Cleanup(cancel)
	return w
}

func (w *watching) hinted(t *testing.T) {
	t.Helper()
	testkit.Eventually(t, "a hint", func() bool { return w.hints.Load() > 0 })
}

func TestWhatHappensBetweenReadAndWatchIsAnnounced(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(*broker){
		"put":                    func(b *broker) { b.put(text2) },
		"deleted":                func(b *broker) { b.remove() },
		"the stream is purged":   func(b *broker) { b.purgeStream() },
		"the bucket is deleted":  func(b *broker) { b.deleteBucket() },
		"the bucket is emptied":  func(b *broker) { b.deleteBucket(); b.create() },
		"the bucket is replaced": func(b *broker) { b.deleteBucket(); b.create(); b.put(text2) }, // with the same sequence
		"the bucket is smaller":  func(b *broker) { b.put(text1); b.deleteBucket(); b.create(); b.put(text2) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBroker(t)
			b.put(text1)
			watch(t, b.source(), func() { meanwhile(b) }).hinted(t)
		})
	}
}

func TestAWatchAnnouncesOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	nc := b.connect()
	w := watch(t, sourceOf(t, nc), func() {})
	b.delivered(1)
	testkit.Must(t, nc.Flush())
	if n := w.hints.Load(); n > 0 {
		t.Errorf("what was read is announced %d times", n)
	}
	b.put(text2)
	b.delivered(2)
	w.hinted(t)
	if n := w.hints.Load(); n != 1 {
		t.Errorf("one change is announced %d times", n)
	}
}

func TestAKeyThatIsMissingIsNotAnnouncedAgain(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	nc := b.connect()
	w := watch(t, sourceOf(t, nc), func() {})
	b.watched(1)
	testkit.Must(t, nc.Flush())
	if n := w.hints.Load(); n > 0 {
		t.Errorf("what was read is announced %d times", n)
	}
	b.put(text1)
	w.hinted(t)
}

// A hint has the key read sooner than the end of the watch.
func TestAConnectionThatIsBackIsAnnounced(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.put(text1)
	nc := b.connect()
	w := watch(t, sourceOf(t, nc), func() {})
	b.delivered(1)
	b.network.cut(true)
	testkit.Eventually(t, "the loss", func() bool { return nc.Status() == nats.RECONNECTING })
	select {
	case err := <-w.ended:
		t.Fatalf("Watch returns %v while there is no connection", err)
	default:
	}
	b.network.cut(false)
	if err := testkit.Within(t, w.ended, "the end of the watch"); err != nil || w.hints.Load() != 1 {
		t.Errorf("Watch returns %v, with %d hints", err, w.hints.Load())
	}
}

func TestABucketThatIsMissingIsLookedFor(t *testing.T) {
	t.Parallel()
	b := newBroker(t)
	b.deleteBucket()
	nc := b.connect()
	w := watch(t, sourceOf(t, nc), func() {})
	asked := nc.Stats().OutMsgs
	testkit.Eventually(t, "the second try", func() bool { return nc.Stats().OutMsgs >= asked+2 })
	b.create()
	b.put(text1)
	w.hinted(t)
	select {
	case err := <-w.ended:
		t.Errorf("Watch returns %v", err)
	default:
	}
}
