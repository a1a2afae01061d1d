package validate

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/merge"
)

// Check is a caller's veto on a value that is valid. old is a nil pointer in the
// first pass.
type Check func(ctx context.Context, old, new any) error

// Checks has callers' checks judge a value, each for a limited time. old is what is in
// force, a nil pointer if nothing is.
func Checks(ctx context.Context, r *merge.Report, all []Check, limit time.Duration, old any, value reflect.Value) {
	for _, check := range all {
		if r.Running.Over() {
			return
		}
		err := inTime(ctx, limit, func(ctx context.Context) error { return check(ctx, old, value.Interface()) })
		reporter{Report: r}.errors(err, nil)
	}
}

// aCheck names a caller's check in messages.
var aCheck = &guard.Func{Name: "the check"}

// inTime calls a check on a goroutine of its own, so that one that pays no heed to its
// context holds up nothing else. Whether it was given up is for the context to say, not
// for the check's error: that may be of another context.
func inTime(ctx context.Context, limit time.Duration, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var found error
	var panicked *guard.Error
	err := guard.Run(ctx, nil, 0, func(ctx context.Context) {
		panicked = guard.Under(ctx).Call(aCheck, func() { found = check(ctx) })
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
