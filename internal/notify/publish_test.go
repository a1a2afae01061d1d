package notify_test

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/notify"
)

func TestPublishDoesNotWaitForAHook(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		release := make(chan struct{})
		d, topic := newTopic(notify.Options{})
		topic.Subscribe(func(_, _ int) { <-release })
		topic.Publish(1)
		synctest.Wait()
		topic.Publish(2) // were it to wait, the bubble would report a deadlock
		d.Close()
		close(release)
	})
}

func TestChangesDoNotPileUpBehindAStuckHook(t *testing.T) {
	_, topic := newTopic(notify.Options{})
	running, release := make(chan struct{}, 2), make(chan struct{})
	topic.Subscribe(func(_, _ int) {
		running <- struct{}{}
		<-release
	})
	topic.Publish(1)
	<-running
	topic.Publish(2)
	publish := func() {
		for range 10_000 {
			topic.Publish(3)
		}
	}
	if n := testing.AllocsPerRun(1, publish); n > 100 { // what runs beside it counts, too
		t.Errorf("10,000 times Publish allocate %v times", n)
	}
	close(release)
	<-running
}

func TestTheGoroutineEndsWithTheDelivery(t *testing.T) {
	_, topic := newTopic(notify.Options{})
	called := make(chan struct{})
	topic.Subscribe(func(_, _ int) { close(called) })
	topic.Publish(1)
	<-called
	for end := time.Now().Add(maxWait); goleak.Find() != nil; {
		if time.Now().After(end) {
			t.Fatal(goleak.Find())
		}
	}
}

func TestPublishWithoutHooksCostsNothing(t *testing.T) {
	_, topic := newTopic(notify.Options{})
	stop := topic.Subscribe(func(_, _ int) { t.Error("a stopped hook was called") })
	stop()

	before := goroutinesCreated()
	publish := func() {
		topic.Publish(1)
		runtime.Gosched() // a goroutine that was started ends, and the next needs another
	}
	if n := testing.AllocsPerRun(calls, publish); n != 0 {
		t.Errorf("Publish allocates %v times", n)
	}
	wantFewGoroutines(t, before)
}

func TestPublishAfterCloseStartsNoGoroutine(t *testing.T) {
	before := goroutinesCreated()
	for range calls {
		d, topic := newTopic(notify.Options{})
		topic.Subscribe(func(_, _ int) { t.Error("a hook was called after Close") })
		d.Close()
		topic.Publish(1)
	}
	wantFewGoroutines(t, before)
}

// calls is how often the tests call what should start no goroutine. They accept
// a few: timers of earlier tests.
const calls = 1000

func wantFewGoroutines(t *testing.T, before uint64) {
	t.Helper()
	if n := goroutinesCreated() - before; n > calls/10 {
		t.Errorf("%d times Publish started %d goroutines", calls, n)
	}
}

func goroutinesCreated() uint64 {
	sample := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func TestAnIdleDispatcherIsCollectedWithoutClose(t *testing.T) {
	d, topic := newTopic(notify.Options{Stuck: time.Millisecond, OnStuck: func(string, time.Duration) {}})
	called := make(chan struct{})
	topic.Subscribe(func(_, _ int) { close(called) })
	topic.Publish(1)
	<-called

	idle := weak.Make(d)
	d, topic = nil, nil //nolint:ineffassign,wastedassign // or they would be kept alive until the end
	for deadline := time.Now().Add(maxWait); idle.Value() != nil; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatal("something still refers to the dispatcher")
		}
	}
}

func TestANilHookPanicsWhereItIsRegistered(t *testing.T) {
	_, topic := newTopic(notify.Options{})
	defer func() {
		if recover() == nil {
			t.Error("Subscribe(nil) did not panic")
		}
	}()
	topic.Subscribe(nil)
}
