package remote

import (
	"context"
	"time"

	"example.com/lastgood/internal/guard"
)

// call is a call of a source's method that has not ended yet.
type call[R any] struct {
	began  time.Time
	cancel context.CancelFunc
	done   <-chan error // receives when the method has returned or called runtime.Goexit

	result R
	failed *guard.Error // set if the method panicked
}

// start calls a method on another goroutine. The context of the call ends after limit, or
// never if limit is 0. owner identifies the store that waits; see [guard.Running.Reenters].
func start[R any](ctx context.Context, owner any, limit time.Duration, method *guard.Func, do func(context.Context) R) *call[R] {
	c := &call[R]{began: time.Now()}
	if limit > 0 {
		ctx, c.cancel = context.WithTimeout(ctx, limit)
	} else {
		ctx, c.cancel = context.WithCancel(ctx)
	}
	c.done = guard.Go(ctx, owner, func(ctx context.Context) {
		c.failed = guard.Under(ctx).Call(method, func() { c.result = do(ctx) })
	})
	return c
}

// ended returns the channel that receives when the call has ended; nil for a nil call.
func (c *call[R]) ended() <-chan error {
	if c == nil {
		return nil
	}
	return c.done
}

// end cancels the context. It returns an error if the method panicked or called
// runtime.Goexit. ended is the value received from done.
func (c *call[R]) end(ended error) error {
	c.cancel()
	if c.failed != nil {
		return c.failed
	}
	return ended
}

// abandon cancels the context, and waits up to limit for the method to return.
func (c *call[R]) abandon(limit time.Duration) {
	if c != nil {
		c.cancel()
		_, _ = guard.Within(c.done, limit)
	}
}
