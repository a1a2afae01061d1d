package config

import (
	"context"
	"reflect"
	"time"

	"example.com/lastgood/internal/validate"
)

// DefaultCheckTimeout is the default of [WithCheckTimeout].
const DefaultCheckTimeout = 10 * time.Second

// WithCheck adds a function that can reject a valid value: because the database does not answer
// under its new address, or a limit is below what is in use. It is called with the running
// value, or nil at the first load, and the new value; both are read-only. If it returns an
// error, the new value is rejected with a problem with the code [CodeCheck]. An error of
// [KeyError] names the key of the problem, and errors joined by [errors.Join] are separate
// problems. A panic and [runtime.Goexit] count as errors.
//
// Checks are called in the order of the options, each of them, after validation has succeeded,
// and once for the same content; [Store.Reload] repeats them for rejected content. The context
// ends after the time of [WithCheckTimeout] and when the store is closed. A check that has not
// returned by then fails and is abandoned. A check may call the methods of the store;
// [Store.Reload] returns [ErrReentrant]. A nil function and one for another type are errors. By
// default, there are no checks.
func WithCheck[T any](check func(ctx context.Context, old, new *T) error) Option {
	return optionFunc(func(o *options) {
		if check == nil {
			o.fail("WithCheck: the function is nil")
			return
		}
		o.checks = append(o.checks, typedCheck{reflect.TypeFor[T](), func(ctx context.Context, old, new any) error {
			return check(ctx, old.(*T), new.(*T))
		}})
	})
}

type typedCheck struct {
	typ   reflect.Type
	check validate.Check
}

// WithCheckTimeout sets how long each check may take. If d is 0, the context of a check is done
// when it is called. A negative duration is an error. By default, it is [DefaultCheckTimeout],
// 10 seconds.
func WithCheckTimeout(d time.Duration) Option {
	return optionFunc(func(o *options) {
		if d < 0 {
			o.fail("WithCheckTimeout(%v): the duration is negative", d)
		}
		o.checkTimeout = d
	})
}

// checksFor returns the checks. One for another type is a fault of the options.
func checksFor[T any](o *options) []validate.Check {
	var checks []validate.Check
	for _, c := range o.checks {
		if c.typ != reflect.TypeFor[T]() {
			o.fail("WithCheck: the check is for %v, not %v", c.typ, reflect.TypeFor[T]())
			continue
		}
		checks = append(checks, c.check)
	}
	return checks
}

// KeyError returns an error that names the key it is about, in the notation of problems:
// server.port, upstreams[2].url, flags["a.b"]. In a Validate method, the key is relative to its
// struct. It returns nil if err is nil.
func KeyError(key string, err error) error {
	if err == nil {
		return nil
	}
	return &keyError{key, err}
}

// keyError implements [validate.KeyError].
type keyError struct {
	key string
	err error
}

func (e *keyError) Error() string { return e.key + ": " + e.err.Error() }
func (e *keyError) Unwrap() error { return e.err }
func (e *keyError) Key() string   { return e.key }
