package notify_test

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"example.com/lastgood/internal/notify"
)

func TestAStoppedHookIsNotCalled(t *testing.T) {
	for _, tt := range []struct {
		name string
		stop int
		want []string
	}{
		{"first", 0, []string{"b 0>1", "c 0>1"}},
		{"middle", 1, []string{"a 0>1", "c 0>1"}},
		{"last", 2, []string{"a 0>1", "b 0>1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				_, topic := newTopic(notify.Options{})
				var stops []func()
				for _, name := range []string{"a", "b", "c"} {
					stops = append(stops, topic.Subscribe(j.hook(name)))
				}
				stops[tt.stop]()
				stops[tt.stop]() // once more does nothing
				topic.Publish(1)
				synctest.Wait()
				j.want(t, tt.want...)

				topic.Subscribe(j.hook("d"))
				topic.Publish(2)
				synctest.Wait()
				if got := j.take(); len(got) != 3 || got[2] != "d 1>2" {
					t.Errorf("with another one registered, the hooks noted %q", got)
				}
			})
		})
	}
}

func TestAHookMayStopItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		var stop func()
		stop = topic.Subscribe(func(old, new int) {
			j.hook("once")(old, new)
			stop()
		})
		topic.Subscribe(j.hook("ever"))
		topic.Publish(1)
		synctest.Wait()
		topic.Publish(2)
		synctest.Wait()
		j.want(t, "once 0>1", "ever 0>1", "ever 1>2")
	})
}

// Some of the hooks stopped have been taken for delivery already, others not.
func TestAHookMayStopAllThoseBehindIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		var stops []func()
		topic.Subscribe(func(old, new int) {
			j.hook("first")(old, new)
			for _, stop := range stops {
				stop()
			}
		})
		for range 1000 {
			stops = append(stops, topic.Subscribe(j.hook("stopped")))
		}
		topic.Subscribe(j.hook("last"))
		topic.Publish(1)
		synctest.Wait()
		j.want(t, "first 0>1", "last 0>1")
	})
}

func TestStopDoesNotWaitForTheHookItStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		release := make(chan struct{})
		_, topic := newTopic(notify.Options{})
		stop := topic.Subscribe(func(old, new int) {
			<-release
			j.hook("slow")(old, new)
		})
		topic.Publish(1)
		synctest.Wait()
		stop()
		topic.Publish(2)
		close(release)
		synctest.Wait()
		j.want(t, "slow 0>1")
	})
}

func TestNoHookIsCalledAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		release := make(chan struct{})
		d, topic := newTopic(notify.Options{})
		topic.Subscribe(func(old, new int) {
			<-release
			j.hook("running")(old, new)
		})
		for range 1000 {
			topic.Subscribe(j.hook("waiting"))
		}
		topic.Publish(1)
		synctest.Wait()
		d.Close()
		d.Close() // once more does nothing
		topic.Publish(2)
		close(release)
		synctest.Wait()
		j.want(t, "running 0>1")

		topic.Publish(3)
		stop := topic.Subscribe(j.hook("late"))
		topic.Publish(4)
		stop()
		synctest.Wait()
		j.want(t)
	})
}

func TestAHookMayClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		d, topic := newTopic(notify.Options{})
		topic.Subscribe(func(old, new int) {
			j.hook("a")(old, new)
			d.Close()
		})
		topic.Subscribe(j.hook("b"))
		topic.Publish(1)
		synctest.Wait()
		j.want(t, "a 0>1")
	})
}

// Other registered hooks, a delivery that has ended and the stop function must not keep it
// reachable.
func TestAStoppedHookIsCollected(t *testing.T) {
	_, topic := newTopic(notify.Options{})
	for range 3 {
		topic.Subscribe(func(_, _ int) {})
	}
	fn, kept := hookWithData()
	stop := topic.Subscribe(fn)
	fn = nil //nolint:ineffassign,wastedassign // or it would be kept alive until the end
	delivered := make(chan struct{})
	topic.Subscribe(func(_, _ int) { close(delivered) })
	topic.Publish(1)
	<-delivered
	stop()
	for deadline := time.Now().Add(maxWait); kept.Value() != nil; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatal("something still refers to the hook")
		}
	}
	runtime.KeepAlive(topic)
	runtime.KeepAlive(stop)
}

// hookWithData returns a hook, and a weak pointer to the data that it refers to.
func hookWithData() (func(old, new int), weak.Pointer[[1 << 10]int]) {
	data := new([1 << 10]int)
	return func(_, new int) { data[0] = new }, weak.Make(data)
}

func TestHooksThatComeAndGoLeaveNothingBehind(t *testing.T) {
	_, topic := newTopic(notify.Options{})
	topic.Subscribe(func(_, _ int) {})
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for range 200_000 {
		topic.Subscribe(func(_, _ int) {})()
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("%d bytes are in use after 200,000 hooks, %d before", after, before)
	}
	runtime.KeepAlive(topic)
}
