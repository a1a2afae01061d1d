package notify_test

import (
	"testing"
	"testing/synctest"

	"example.com/lastgood/internal/notify"
)

func TestHooksRunInTheOrderRegistered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		for _, name := range []string{"a", "b", "c"} {
			topic.Subscribe(j.hook(name))
		}
		topic.Publish(1)
		synctest.Wait()
		j.want(t, "a 0>1", "b 0>1", "c 0>1")

		topic.Publish(2)
		synctest.Wait()
		j.want(t, "a 1>2", "b 1>2", "c 1>2")
	})
}

func TestAllOfManyHooksAreCalledOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const hooks = 1000
		var order []int
		_, topic := newTopic(notify.Options{})
		for i := range hooks {
			topic.Subscribe(func(_, _ int) { order = append(order, i) })
		}
		topic.Publish(1)
		synctest.Wait()
		if len(order) != hooks {
			t.Fatalf("%d hooks were called, want %d", len(order), hooks)
		}
		for i, got := range order {
			if got != i {
				t.Fatalf("call %d was hook %d's", i, got)
			}
		}
	})
}

func TestChangesPublishedWhileAHookRunsCoalesce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		release := make(chan struct{})
		_, topic := newTopic(notify.Options{})
		topic.Subscribe(func(old, new int) {
			j.hook("slow")(old, new)
			<-release
		})
		topic.Subscribe(j.hook("next"))

		topic.Publish(1)
		synctest.Wait()
		topic.Publish(2)
		topic.Publish(3)
		close(release)
		synctest.Wait()
		j.want(t, "slow 0>1", "next 0>3", "slow 1>3")
	})
}

func TestAnEqualValueIsAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		topic.Subscribe(j.hook("a"))
		topic.Publish(0)
		synctest.Wait()
		j.want(t, "a 0>0")
	})
}

func TestRegisteringDoesNotCallTheHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		topic.Publish(1)
		topic.Subscribe(j.hook("a"))
		synctest.Wait()
		j.want(t)

		topic.Publish(2)
		synctest.Wait()
		j.want(t, "a 1>2")
	})
}

func TestAHookRegisteredDuringADeliveryHasSeenTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		topic.Subscribe(func(old, new int) {
			j.hook("first")(old, new)
			if new == 1 {
				topic.Subscribe(j.hook("late"))
			}
		})
		topic.Publish(1)
		synctest.Wait()
		j.want(t, "first 0>1")

		topic.Publish(2)
		synctest.Wait()
		j.want(t, "first 1>2", "late 1>2")
	})
}

func TestAHookMayPublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		_, topic := newTopic(notify.Options{})
		topic.Subscribe(func(old, new int) {
			j.hook("a")(old, new)
			if new < 3 {
				topic.Publish(new + 1)
			}
		})
		topic.Subscribe(j.hook("b"))
		topic.Publish(1)
		synctest.Wait()
		j.want(t, "a 0>1", "b 0>2", "a 1>2", "b 2>3", "a 2>3")
	})
}

func TestTopicsAreServedInTheOrderTheyGotSomethingToDeliver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		release := make(chan struct{})
		d, changes := newTopic(notify.Options{})
		rejections := notify.NewTopic(d, "rejections", "none")
		changes.Subscribe(func(old, new int) {
			j.hook("a")(old, new)
			<-release
		})
		changes.Subscribe(j.hook("b"))
		rejections.Subscribe(func(old, new string) { j.record("r %s>%s", old, new) })

		changes.Publish(1)
		synctest.Wait()
		rejections.Publish("syntax")
		changes.Publish(2)
		rejections.Publish("type")
		close(release)
		synctest.Wait()
		j.want(t, "a 0>1", "b 0>2", "r none>type", "a 1>2")
	})
}
