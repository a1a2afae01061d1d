package validate

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"example.com/lastgood/internal/merge"
)

// Check is a caller's veto on a value that is valid. old is a nil pointer in the
// first pass.
type Check func(ctx context.Context, old, new any) error

// Checks has callers' checks judge a value, each for a limited time. old is what is in
// force, a nil pointer if nothing is.
func Checks(ctx context.Context, r *merge.Report, all []Check, limit time.Duration, old any, value reflect.Value) {
	for _, check := range all {
		reportError(r, inTime(ctx, limit, func(ctx context.Context) error {
			return guard(func() error { return check(ctx, old, value.Interface()) })
		}), nil)
	}
}

// inTime calls f in a goroutine of its own, so that one that pays no heed to its
// context holds up nothing else.
func inTime(ctx context.Context, limit time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	done := make(chan error, 1)
	go func() {
		defer cancel()
		done <- f(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done: // it has ended because of its context, or at the same moment
		if err == nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
	default:
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("the check did not end within %v", limit)
	}
	return fmt.Errorf("the check was given up: %w", ctx.Err())
}
