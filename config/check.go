package config

import (
	"context"
	"reflect"
	"time"

	"example.com/lastgood/internal/validate"
)

// DefaultCheckTimeout is how long a check may take.
const DefaultCheckTimeout = 10 * time.Second

// WithCheck adds a veto on values that are valid as such: whether the database
// answers under its new address, whether a limit is not below what is in use. It is
// called with the running value, nil at first load, and the new one; both are
// read-only. Its error rejects the new value, as a problem with the code "check".
// An error made by [KeyError] names the key, which gives the problem a place;
// errors joined by [errors.Join] are one problem each. A panic counts as an error, and
// so does [runtime.Goexit]. It may call any method of the store but [Store.Reload],
// which would wait for it.
//
// The context ends after [DefaultCheckTimeout], or what [WithCheckTimeout] says,
// and when the store is closed; a check that has not returned by then is given up,
// and left to end by itself. Checks run in the order given, all of them, and only
// once for the same content: [Store.Reload] has what was rejected judged again. By
// default, there is none.
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

// WithCheckTimeout sets how long each check may take; 0 gives it no time at all. By
// default, it is 10 seconds.
func WithCheckTimeout(d time.Duration) Option {
	return optionFunc(func(o *options) {
		if d < 0 {
			o.fail("WithCheckTimeout(%v): the duration is negative", d)
		}
		o.checkTimeout = d
	})
}

// checksFor returns the checks, which must all be for T.
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

// KeyError returns an error that names the key it is about, spelled as in problems:
// server.port, upstreams[2].url, flags["a.b"]. In a Validate method, the key is one
// of that struct. It returns nil if err is nil.
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
