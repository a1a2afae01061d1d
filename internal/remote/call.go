package remote

import (
	"context"
	"time"

	"example.com/lastgood/internal/guard"
)

// call is a call of a source's method that is under way.
type call[R any] struct {
	began  time.Time
	cancel context.CancelFunc
	done   <-chan error // receives when the method has returned, or has called runtime.Goexit

	result R
	failed *guard.Error // how the method panicked; nil if it did not
}

// start calls a method on another goroutine, with a context that ends after limit, unless
// that is 0. owner waits for it.
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

// ended returns what receives when the call has ended; nil for no call.
func (c *call[R]) ended() <-chan error {
	if c == nil {
		return nil
	}
	return c.done
}

// end ends the context, and returns why the method did not return, if it did not. ended is
// what done has received.
func (c *call[R]) end(ended error) error {
	c.cancel()
	if c.failed != nil {
		return c.failed
	}
	return ended
}

// leave ends the context, and waits for the method for a moment.
func (c *call[R]) abandon(limit time.Duration) {
	if c != nil {
		c.cancel()
		_, _ = guard.Within(c.done, limit)
	}
}
