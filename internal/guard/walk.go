package guard

import "reflect"

// maxLinks bounds the errors of a chain that are visited: a chain can be endless.
const maxLinks = 10_000

// Walk calls visit for err and the errors that it wraps, in the order of [errors.Is], until
// visit returns false. It skips the errors of an Unwrap method that panics, and returns the
// first such panic.
func (r *Running) Walk(err error, visit func(error) bool) (failed *Error) {
	todo := [][]error{{err}} // slices of others, which are not copied: each can be long
	for n := 0; len(todo) > 0 && n < maxLinks; {
		last := len(todo) - 1
		if len(todo[last]) == 0 {
			todo = todo[:last]
			continue
		}
		err := todo[last][0]
		todo[last] = todo[last][1:]
		n++
		if err == nil {
			continue
		}
		if !visit(err) {
			return failed
		}
		next, panicked := r.Unwrap(err)
		if failed == nil {
			failed = panicked
		}
		todo = append(todo, next)
	}
	return failed
}

// Unwrap returns the errors that err wraps, or an error if the Unwrap method panicked.
func (r *Running) Unwrap(err error) (inner []error, failed *Error) {
	failed = r.Call(Method(err, "Unwrap"), func() {
		switch e := err.(type) { //nolint:errorlint // one step of a chain
		case interface{ Unwrap() error }:
			inner = []error{e.Unwrap()}
		case interface{ Unwrap() []error }:
			inner = e.Unwrap()
		}
	})
	return inner, failed
}

// Is is [errors.Is], except that a method that panics does not match.
func Is(err, target error) (found bool) {
	_ = (*Running)(nil).Walk(err, func(err error) bool {
		_ = Call(Method(err, "Is"), func() {
			e, ok := err.(interface{ Is(error) bool })
			found = reflect.ValueOf(target).Comparable() && err == target || ok && e.Is(target) //nolint:errorlint // as above
		})
		return !found
	})
	return found
}

// As is [errors.As], except that a method that panics does not match. target must be valid for
// errors.As.
func As(err error, target any) (found bool) {
	to := reflect.ValueOf(target).Elem()
	_ = (*Running)(nil).Walk(err, func(err error) bool {
		if reflect.TypeOf(err).AssignableTo(to.Type()) {
			to.Set(reflect.ValueOf(err))
			found = true
		} else if e, ok := err.(interface{ As(any) bool }); ok {
			_ = Call(Method(err, "As"), func() { found = e.As(target) })
		}
		return !found
	})
	return found
}
