package notify_test

import (
	"testing"
	"time"

	"example.com/lastgood/internal/notify"
)

const benchHooks = 10_000

// BenchmarkDeliver measures a change with 10,000 hooks. "x-direct" is the ratio to calling them
// directly, each with a recover. The two alternate, so that other load affects both alike.
func BenchmarkDeliver(b *testing.B) {
	d, topic := newTopic(notify.Options{Stuck: 10 * time.Second, OnStuck: func(string, time.Duration) {}})
	defer d.Close()
	delivered := make(chan struct{})
	hooks := makeHooks(delivered)
	for _, fn := range hooks {
		topic.Subscribe(fn)
	}
	var direct, dispatched time.Duration
	value := 0
	for b.Loop() {
		start := time.Now()
		go callAll(hooks, value, value+1)
		<-delivered
		direct += time.Since(start)

		value++
		start = time.Now()
		topic.Publish(value)
		<-delivered
		dispatched += time.Since(start)
	}
	b.ReportMetric(0, "ns/op") // the sum of both is meaningless
	b.ReportMetric(float64(direct.Nanoseconds())/float64(b.N), "direct-ns/op")
	b.ReportMetric(float64(dispatched.Nanoseconds())/float64(b.N), "dispatch-ns/op")
	b.ReportMetric(float64(dispatched)/float64(direct), "x-direct")
}

// makeHooks returns hooks that do next to nothing; the last one sends on reached.
func makeHooks(reached chan<- struct{}) []func(old, new int) {
	var hooks []func(old, new int)
	sum := 0
	for i := range benchHooks - 1 {
		hooks = append(hooks, func(old, new int) { sum += new - old + i })
	}
	return append(hooks, func(_, _ int) { reached <- struct{}{} })
}

func callAll(hooks []func(old, new int), old, new int) {
	for _, fn := range hooks {
		callGuarded(fn, old, new)
	}
}

func callGuarded(fn func(old, new int), old, new int) {
	defer func() {
		if value := recover(); value != nil {
			panic(value)
		}
	}()
	fn(old, new)
}

func BenchmarkSubscribeAndStop(b *testing.B) {
	for name, others := range map[string]int{"alone": 0, "among_10000": benchHooks} {
		b.Run(name, func(b *testing.B) {
			_, topic := newTopic(notify.Options{})
			for range others {
				topic.Subscribe(func(_, _ int) {})
			}
			b.ReportAllocs()
			for b.Loop() {
				topic.Subscribe(func(_, _ int) {})()
			}
		})
	}
}

func BenchmarkPublishWithoutHooks(b *testing.B) {
	_, topic := newTopic(notify.Options{})
	b.ReportAllocs()
	for b.Loop() {
		topic.Publish(1)
	}
}
