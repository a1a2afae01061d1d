package guard

import "reflect"

// maxLinks is how many errors of a chain are visited: a chain may have no end.
const maxLinks = 10_000

// Walk calls visit for err and for the errors that it wraps, in the order of
// [errors.Is], until visit returns false. Where an Unwrap method panics, what it
// would have returned is left out, and the first such panic is returned.
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

// Unwrap returns the errors that err wraps, or how its Unwrap method panicked.
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

// Is reports whether [errors.Is] would find target in the chain of err. A method that
// panics finds nothing.
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

// As is to [errors.As] as [Is] is to errors.Is. target must be good for errors.As.
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
