package notify_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/internal/notify"
)

const (
	limit = 8 * time.Second
	late  = limit / 8 // a report may come that much later
)

// stuckTopic returns a topic whose stuck hooks are recorded in j.
func stuckTopic(t *testing.T, j *journal) (*notify.Dispatcher, *notify.Topic[int]) {
	return newTopic(notify.Options{Stuck: limit, OnStuck: func(hook string, running time.Duration) {
		j.record("stuck")
		if !hookLabel.MatchString(hook) {
			t.Errorf("the report names the hook %q", hook)
		}
		if running < limit || running > limit+late {
			t.Errorf("the report says it ran for %v, the limit is %v", running, limit)
		}
	}})
}

// sleep returns a hook that runs for the time given, on the bubble's clock.
func sleep(d time.Duration) func(_, _ int) {
	return func(_, _ int) { time.Sleep(d) }
}

func TestAStuckHookIsReportedOncePerRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := stuckTopic(t, &j)
		topic.Subscribe(sleep(10 * limit))
		topic.Subscribe(j.hook("next"))

		topic.Publish(1)
		time.Sleep(limit - 1)
		synctest.Wait()
		j.want(t)
		time.Sleep(1 + late)
		synctest.Wait()
		j.want(t, "stuck")
		time.Sleep(9 * limit)
		synctest.Wait()
		j.want(t, "next 0>1")

		topic.Publish(2)
		time.Sleep(11 * limit)
		synctest.Wait()
		j.want(t, "stuck", "next 1>2")
	})
}

func TestEachOfSeveralStuckHooksIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := stuckTopic(t, &j)
		for range 100 {
			topic.Subscribe(sleep(limit + 2*late))
		}
		topic.Publish(1)
		time.Sleep(100 * (limit + 2*late))
		synctest.Wait()
		if got := len(j.take()); got != 100 {
			t.Errorf("%d reports, want 100", got)
		}
	})
}

// A hook that every check finds running, but never in the same call, is not stuck.
func TestManyQuickRunsAreNotAStuckHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := stuckTopic(t, &j)
		topic.Subscribe(func(_, new int) {
			time.Sleep(late - 1)
			if new < 100 {
				topic.Publish(new + 1)
			}
		})
		topic.Publish(1)
		time.Sleep(100 * late)
		synctest.Wait()
		j.want(t)
	})
}

func TestAStuckHookIsNotReportedAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		d, topic := stuckTopic(t, &j)
		topic.Subscribe(sleep(10 * limit))
		topic.Publish(1)
		time.Sleep(limit - 1)
		d.Close()
		time.Sleep(11 * limit)
		synctest.Wait()
		j.want(t)
	})
}

func TestAReportOfAStuckHookThatGoesWrongIsNotTheLast(t *testing.T) {
	for name, wrong := range map[string]func(){"panic": func() { panic("report") }, "Goexit": exit} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var reports atomic.Int64
				_, topic := newTopic(notify.Options{Stuck: limit, OnStuck: func(string, time.Duration) {
					reports.Add(1)
					wrong()
				}})
				topic.Subscribe(sleep(2 * limit))
				topic.Subscribe(sleep(2 * limit))
				topic.Publish(1)
				time.Sleep(5 * limit)
				synctest.Wait()
				if got := reports.Load(); got != 2 {
					t.Errorf("%d reports, want 2", got)
				}
			})
		})
	}
}

func TestRunningReturnsTheHookAndItsStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		d, topic := stuckTopic(t, &j)
		topic.Subscribe(sleep(3 * time.Second))
		topic.Subscribe(sleep(3 * time.Second))
		wantIdle(t, d)

		start := time.Now()
		topic.Publish(1)
		time.Sleep(time.Second)
		wantRunning(t, d, start)
		time.Sleep(4 * time.Second)
		wantRunning(t, d, start.Add(3*time.Second))
		d.Close()
		wantRunning(t, d, start.Add(3*time.Second))
		time.Sleep(time.Minute)
		wantIdle(t, d)
	})
}

func TestRunningNeedsNoWatchdog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, topic := newTopic(notify.Options{})
		topic.Subscribe(sleep(time.Minute))
		start := time.Now()
		topic.Publish(1)
		time.Sleep(30 * time.Second)
		wantRunning(t, d, start)
		time.Sleep(time.Minute)
		wantIdle(t, d)
	})
}

func wantRunning(t *testing.T, d *notify.Dispatcher, began time.Time) {
	t.Helper()
	synctest.Wait()
	hook, since, ok := d.Running()
	if !ok || !hookLabel.MatchString(hook) || since.Before(began) || since.After(began.Add(late)) {
		t.Errorf("Running() = %q, %v, %v; want a hook running since %v", hook, since, ok, began)
	}
}

func wantIdle(t *testing.T, d *notify.Dispatcher) {
	t.Helper()
	synctest.Wait()
	if hook, _, ok := d.Running(); ok {
		t.Errorf("Running() = %q, want none", hook)
	}
}
