package main

import (
	"testing"
	"time"
)

// clock is the clock of a limiter. It changes only by pass.
type clock struct{ now time.Time }

func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }

func newTestLimiter() (*limiter, *clock) {
	c := &clock{time.Unix(0, 0)}
	return newLimiter(func() time.Time { return c.now }), c
}

// taken returns how many of n requests are allowed at once.
func taken(l *limiter, limit RateLimit, n int) (count int) {
	for range n {
		if l.take(limit) == 0 {
			count++
		}
	}
	return count
}

func wantTaken(t *testing.T, l *limiter, limit RateLimit, want int) {
	t.Helper()
	if got := taken(l, limit, 100); got != want {
		t.Errorf("%d requests were let through, want %d", got, want)
	}
}

func TestLimiterLetsABurstThroughThenRefills(t *testing.T) {
	l, c := newTestLimiter()
	limit := RateLimit{PerSecond: 10, Burst: 5}
	wantTaken(t, l, limit, 5)
	c.pass(99 * time.Millisecond)
	wantTaken(t, l, limit, 0)
	c.pass(201 * time.Millisecond) // 300 ms in all, at 10 a second
	wantTaken(t, l, limit, 3)
	c.pass(time.Hour) // never more than a burst
	wantTaken(t, l, limit, 5)
}

// A client that waits exactly as long as take returned is allowed.
func TestLimiterReturnsHowLongToWait(t *testing.T) {
	for _, perSecond := range []float64{0.001, 0.3, 1, 7, 50, 1e6, 1e12} {
		l, c := newTestLimiter()
		limit := RateLimit{PerSecond: perSecond, Burst: 1}
		l.take(limit)
		for range 1000 {
			if wait := l.take(limit); wait != 0 {
				c.pass(wait)
			} else {
				t.Fatalf("at %v a second, two requests were let through at once", perSecond)
			}
			if wait := l.take(limit); wait != 0 {
				t.Fatalf("at %v a second, a client that waited was told to wait %v more", perSecond, wait)
			}
		}
	}
}

// A changed limit takes effect at the next request.
func TestLimiterFollowsTheLimit(t *testing.T) {
	l, c := newTestLimiter()
	wantTaken(t, l, RateLimit{PerSecond: 1, Burst: 2}, 2)
	c.pass(time.Second)
	wantTaken(t, l, RateLimit{PerSecond: 20, Burst: 50}, 20)
	c.pass(time.Minute)
	wantTaken(t, l, RateLimit{PerSecond: 20, Burst: 3}, 3)
}
