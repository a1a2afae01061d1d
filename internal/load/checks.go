package load

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
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
		err := inTime(ctx, b.loader.opts.CheckTimeout, func(ctx context.Context) error {
			return guard(func() error { return check(ctx, old, value.Interface()) })
		})
		for _, err := range unjoin(err) {
			b.objection(err, nil)
		}
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

// objection reports the error of a check, or of the Validate method of the struct at
// p, at the key it names.
func (b *binder) objection(err error, p path) {
	if err == nil {
		return
	}
	problem := Problem{Code: "check", Err: err}
	cause := err
	var keyed KeyError
	if errors.As(err, &keyed) {
		if rest, ok := parsePath(b.loader.typeAt(p), keyed.Key()); ok {
			p = append(p[:len(p):len(p)], rest...)
		} else {
			problem.Key = keyed.Key()
		}
		if _, itself := err.(KeyError); itself { //nolint:errorlint // what wraps it has a text of its own
			cause = keyed.Unwrap()
		}
	}
	problem.Message = b.redact(strings.TrimSpace(textOf(cause)))
	at, depth := b.locate(p)
	if depth < len(p) {
		at = ref{}
	}
	b.add(found{ref: at, path: p, secret: b.secretAt(p), onKey: keyed == nil, Problem: problem})
}
