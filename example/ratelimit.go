package main

import (
	"math"
	"sync"
	"time"
)

// limiter is a token bucket. The limit is an argument of each call of take, so that a changed limit
// takes effect at the next request without a hook. It is safe for concurrent use.
type limiter struct {
	now func() time.Time

	mu     sync.Mutex
	tokens float64
	filled time.Time // the time of tokens; zero before the first request
}

func newLimiter(now func() time.Time) *limiter { return &limiter{now: now} }

// slack allows for rounding: a client that waited exactly as long as take returned must not be refused.
const slack = 1e-6

// take takes a token and returns 0, or returns the time until there is one.
func (l *limiter) take(limit RateLimit) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, burst := l.now(), float64(limit.Burst)
	if l.filled.IsZero() {
		l.tokens = burst
	} else {
		// If the burst was reduced, the tokens above it are lost.
		l.tokens = min(burst, l.tokens+now.Sub(l.filled).Seconds()*limit.PerSecond)
	}
	l.filled = now
	if missing := 1 - l.tokens; missing > slack {
		return max(1, time.Duration(math.Ceil(missing/limit.PerSecond*float64(time.Second))))
	}
	l.tokens = max(0, l.tokens-1)
	return 0
}
