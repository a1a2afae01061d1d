package main

import (
	"math"
	"sync"
	"time"
)

// limiter is a token bucket. It is told the limit with each request instead of
// keeping it, so that a changed limit holds from the next request on and nobody
// has to be notified. It is safe for concurrent use.
type limiter struct {
	now func() time.Time

	mu     sync.Mutex
	tokens float64
	filled time.Time // when tokens was right; zero before the first request
}

func newLimiter(now func() time.Time) *limiter { return &limiter{now: now} }

// slack forgives rounding: a client that waited exactly as long as it was told
// must not be refused over the last digit of a float.
const slack = 1e-6

// take takes a token and returns 0, or returns after how long there will be one.
func (l *limiter) take(limit RateLimit) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, most := l.now(), float64(limit.Burst)
	if l.filled.IsZero() {
		l.tokens = most
	} else {
		// A bucket that shrank spills what it no longer holds.
		l.tokens = min(most, l.tokens+now.Sub(l.filled).Seconds()*limit.PerSecond)
	}
	l.filled = now
	if missing := 1 - l.tokens; missing > slack {
		return max(1, time.Duration(math.Ceil(missing/limit.PerSecond*float64(time.Second))))
	}
	l.tokens = max(0, l.tokens-1)
	return 0
}
