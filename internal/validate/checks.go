package validate

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/merge"
)

// Check is a caller's function that can reject a valid value. old is a nil pointer in the
// first pass.
type Check func(ctx context.Context, old, new any) error

// Checks calls the checks with the new value, one after the other, and adds their errors to
// r. Each has limit for it. old is the value in force, or a nil pointer.
func Checks(ctx context.Context, r *merge.Report, all []Check, limit time.Duration, old any, value reflect.Value) {
	for _, check := range all {
		if r.Running.Over() {
			return
		}
		err := callWithTimeout(ctx, limit, func(ctx context.Context) error { return check(ctx, old, value.Interface()) })
		reporter{Report: r}.reportErrors(err, nil)
	}
}

// checkFunc is the name of a caller's check in messages.
var checkFunc = &guard.Func{Name: "the check"}

// callWithTimeout calls a check on its own goroutine, so that a check that ignores its
// context delays nothing. Only the context decides whether the check timed out: an error
// that the check returns may be from another context.
func callWithTimeout(ctx context.Context, limit time.Duration, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var found error
	var panicked *guard.Error
	err := guard.Run(ctx, nil, 0, func(ctx context.Context) {
		panicked = guard.Under(ctx).Call(checkFunc, func() { found = check(ctx) })
	})
	switch {
	case err == nil && panicked != nil:
		return panicked
	case err == nil && (found == nil || ctx.Err() == nil):
		return found
	case ctx.Err() == context.DeadlineExceeded:
		return fmt.Errorf("the check did not end within %v", limit)
	case ctx.Err() != nil:
		return fmt.Errorf("the check was given up: %w", ctx.Err())
	}
	return err
}
