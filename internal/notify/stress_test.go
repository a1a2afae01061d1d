package notify_test

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/internal/notify"
)

// witness checks the guarantees for one hook.
type witness struct {
	t     *testing.T
	calls *int // of all hooks; see counter
	last  int
	seen  chan int // the newest value seen
}

func (w *witness) hook(old, new int) {
	*w.calls++
	if old != w.last {
		w.t.Errorf("called with old %d, saw %d last", old, w.last)
	}
	if new <= old {
		w.t.Errorf("called with %d after %d", new, old)
	}
	w.last = new
	<-w.seen
	w.seen <- new
}

// await waits until the hook has seen the value.
func (w *witness) await(want int) {
	w.t.Helper()
	deadline := time.Now().Add(maxWait)
	for {
		got := <-w.seen
		w.seen <- got
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("the hook saw %d last, want %d", got, want)
		}
		runtime.Gosched()
	}
}

// counter publishes 1, 2, 3, … from many goroutines.
type counter struct {
	mu    sync.Mutex
	topic *notify.Topic[int]
	value int

	// calls is not guarded: hooks run one at a time, and the race detector
	// checks that they do.
	calls int
}

func (c *counter) publish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.value++
	c.topic.Publish(c.value)
}

// subscribe registers a witness with the value published last.
func (c *counter) subscribe(t *testing.T) (*witness, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &witness{t: t, calls: &c.calls, last: c.value, seen: make(chan int, 1)}
	w.seen <- c.value
	return w, c.topic.Subscribe(w.hook)
}

func TestPromisesHoldUnderStress(t *testing.T) {
	const (
		goroutines = 8
		rounds     = 500
	)
	d, topic := newTopic(notify.Options{Stuck: 10 * time.Second, OnStuck: func(string, time.Duration) {}})
	c := &counter{topic: topic}
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() { publishAndYield(c, rounds) })
		wg.Go(func() { comeAndGo(t, c, rounds) })
		wg.Go(func() { misbehave(topic, rounds) })
		wg.Go(func() { look(d, rounds) })
	}
	topic.Subscribe(func(_, _ int) { panic("boom") })
	topic.Subscribe(func(_, _ int) { exit() })
	var stay []*witness
	for range 100 {
		w, _ := c.subscribe(t)
		stay = append(stay, w)
	}
	wg.Wait()
	c.publish()
	for _, w := range stay {
		w.await(c.value)
	}
	if d.Panics() == 0 {
		t.Error("no panic was counted")
	}
	d.Close()
}

func publishAndYield(c *counter, rounds int) {
	for range rounds {
		c.publish()
		runtime.Gosched()
	}
}

// comeAndGo keeps some witnesses registered and replaces one at random.
func comeAndGo(t *testing.T, c *counter, rounds int) {
	var stops [16]func()
	for range rounds {
		i := rand.IntN(len(stops))
		if stops[i] != nil {
			stops[i]()
			go stops[i]() // a second call may come at any time
		}
		_, stops[i] = c.subscribe(t)
	}
	for _, stop := range stops {
		if stop != nil {
			stop()
		}
	}
}

func look(d *notify.Dispatcher, rounds int) {
	for range rounds {
		d.Running()
		runtime.Gosched()
	}
}

// misbehave registers hooks that end the wrong way.
func misbehave(topic *notify.Topic[int], rounds int) {
	for i := range rounds {
		stop := topic.Subscribe(func(_, new int) {
			if new%2 == 0 {
				panic("boom")
			}
			exit()
		})
		if i%10 != 0 {
			stop()
		} else {
			defer stop()
		}
	}
}

func TestCloseMayComeAtAnyTime(t *testing.T) {
	for range 200 {
		d, topic := newTopic(notify.Options{Stuck: time.Millisecond, OnStuck: func(string, time.Duration) {}})
		c := &counter{topic: topic}
		for range 10 {
			c.subscribe(t)
		}
		var wg sync.WaitGroup
		wg.Go(func() { publishAndYield(c, 20) })
		wg.Go(func() { comeAndGo(t, c, 20) })
		wg.Go(func() { d.Running() })
		wg.Go(d.Close)
		wg.Wait()
	}
}
