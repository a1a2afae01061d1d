package load

import (
	"context"
	"fmt"
	"reflect"

	"example.com/lastgood/internal/guard"
)

// Check is a caller's veto on a value that is valid. old is a nil pointer in the
// first pass.
type Check func(ctx context.Context, old, new any) error

// KeyError is an error that names the key it is about, as [Problem] spells it:
// for a check from the root, for a Validate method from its own struct on.
type KeyError interface {
	error
	Key() string
	Unwrap() error
}

// check has the caller's checks judge a value.
func (b *binder) check(ctx context.Context, value reflect.Value, running *Result) {
	old := reflect.Zero(value.Type()).Interface()
	if running != nil {
		old = running.Value
	}
	for _, check := range b.loader.opts.Checks {
		if b.running.Over() {
			return
		}
		err := b.inTime(ctx, func(ctx context.Context) error { return check(ctx, old, value.Interface()) })
		for _, err := range b.unjoin(err) {
			b.objection(err, nil)
		}
	}
}

// aCheck names a caller's check in messages.
var aCheck = &guard.Func{Name: "the check"}

// inTime calls a check on a goroutine of its own, so that one that pays no heed to its
// context holds up nothing else. Whether it was given up is for the context to say, not
// for the check's error: that may be of another context.
func (b *binder) inTime(ctx context.Context, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, b.loader.opts.CheckTimeout)
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
		return fmt.Errorf("the check did not end within %v", b.loader.opts.CheckTimeout)
	case ctx.Err() != nil:
		return fmt.Errorf("the check was given up: %w", ctx.Err())
	}
	return err
}
