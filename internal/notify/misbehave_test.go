package notify_test

import (
	"bytes"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/testkit"
)

// hookLabel is how reports name a hook of this package: the topic, the function
// and where it is defined.
var hookLabel = regexp.MustCompile(`^changes: example\.com/lastgood/internal/notify_test\.\S+ \(\w+_test\.go:\d+\)$`)

func TestAPanicIsReportedAndCountedAndTheOthersRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		failure := errors.New("boom")
		d, topic := newTopic(notify.Options{OnPanic: func(hook string, value any, stack []byte) {
			j.record("report %v", value)
			if !hookLabel.MatchString(hook) {
				t.Errorf("the report names the hook %q", hook)
			}
			if err, ok := value.(error); !ok || !errors.Is(err, failure) {
				t.Errorf("the report's value is %#v, want the error itself", value)
			}
			if !bytes.Contains(stack, []byte("panickingHook")) {
				t.Errorf("the stack does not show the hook:\n%s", stack)
			}
		}})
		topic.Subscribe(j.hook("before"))
		topic.Subscribe(func(_, _ int) { panickingHook(failure) })
		topic.Subscribe(j.hook("after"))

		topic.Publish(1)
		synctest.Wait()
		j.want(t, "before 0>1", "report boom", "after 0>1")
		topic.Publish(2)
		synctest.Wait()
		j.want(t, "before 1>2", "report boom", "after 1>2")
		if got := d.Panics(); got != 2 {
			t.Errorf("Panics() = %d, want 2", got)
		}
	})
}

//go:noinline
func panickingHook(value any) { panic(value) }

// exit has a name of its own so that a call is not mistaken for a return.
func exit() { runtime.Goexit() }

func TestAnyWayOutOfAHookLetsTheOthersRun(t *testing.T) {
	for _, tt := range []struct {
		name   string
		hook   func()
		panics uint64
	}{
		{"panic", func() { panic("boom") }, 1},
		{"panic with nil", func() { panic(any(nil)) }, 1}, //nolint:govet // on purpose
		{"runtime error", func() { _ = []int{}[len("x")] }, 1},
		{"Goexit", exit, 0},
		{"panic during Goexit", func() { defer panic("boom"); exit() }, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				d, topic := newTopic(notify.Options{})
				topic.Subscribe(j.hook("before"))
				topic.Subscribe(func(_, _ int) { tt.hook() })
				topic.Subscribe(j.hook("after"))

				topic.Publish(1)
				synctest.Wait()
				j.want(t, "before 0>1", "after 0>1")
				topic.Publish(2)
				synctest.Wait()
				j.want(t, "before 1>2", "after 1>2")
				if got := d.Panics(); got != 2*tt.panics {
					t.Errorf("Panics() = %d, want %d", got, 2*tt.panics)
				}
			})
		})
	}
}

func TestAHookThatPublishesAndPanicsHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		topic.Subscribe(func(old, new int) {
			j.hook("a")(old, new)
			if new < 3 {
				topic.Publish(new + 1)
			}
			panic("boom")
		})
		topic.Subscribe(j.hook("b"))
		topic.Publish(1)
		synctest.Wait()
		j.want(t, "a 0>1", "b 0>2", "a 1>2", "b 2>3", "a 2>3")
	})
}

func TestEveryHookMayGoWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const hooks = 300
		calls := 0
		d, topic := newTopic(notify.Options{})
		for range hooks {
			topic.Subscribe(func(_, _ int) { calls++; panic("boom") })
			topic.Subscribe(func(_, _ int) { calls++; exit() })
		}
		topic.Publish(1)
		synctest.Wait()
		if calls != 2*hooks || d.Panics() != hooks {
			t.Errorf("%d calls and %d panics, want %d and %d", calls, d.Panics(), 2*hooks, hooks)
		}
	})
}

func TestAReportOfAPanicThatGoesWrongDoesNotEndTheDelivery(t *testing.T) {
	for name, report := range map[string]func(){"panic": func() { panic("report") }, "Goexit": exit} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				_, topic := newTopic(notify.Options{OnPanic: func(string, any, []byte) { report() }})
				topic.Subscribe(func(_, _ int) { panic("hook") })
				topic.Subscribe(j.hook("after"))
				topic.Publish(1)
				synctest.Wait()
				topic.Publish(2)
				synctest.Wait()
				j.want(t, "after 0>1", "after 1>2")
			})
		})
	}
}

func TestAReportNamesTheWrappedFunction(t *testing.T) {
	reported := make(chan string, 1)
	d := notify.New(notify.Options{OnPanic: func(hook string, _ any, _ []byte) { reported <- hook }})
	defer d.Close()
	topic := notify.NewTopic(d, "changes", 0)
	topic.SubscribeFor(func(_, _ int) { panic("boom") }, theirHook)
	topic.Publish(1)
	if hook := testkit.Within(t, reported, "the report"); !strings.Contains(hook, "theirHook") {
		t.Errorf("the report names %q", hook)
	}
}

func theirHook() {}
