package load

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/guard"
)

// objection reports the error of a check, or of the Validate method of the struct at
// p, at the key it names.
func (b *binder) objection(err error, p path) {
	if err == nil {
		return
	}
	problem := Problem{Code: "check", Err: err}
	key, failed, cause := b.keyOf(err)
	if key != nil {
		if rest, ok := parsePath(b.loader.typeAt(p), *key); ok {
			p = append(p[:len(p):len(p)], rest...)
		} else {
			problem.Key = *key
		}
	}
	problem.Message = b.redact(strings.TrimSpace(b.textOf(cause)))
	if failed != nil {
		problem.Hint = failed.Error()
	}
	at, depth := b.locate(p)
	if depth < len(p) {
		at = ref{}
	}
	b.add(found{ref: at, path: p, secret: b.secretAt(p), onKey: key == nil, Problem: problem})
}

// keyOf finds the [KeyError] in an error's chain. It returns the key, or nil; how a method
// of the chain panicked, or nil; and the error whose text is to be shown: what the KeyError
// wraps, unless that is wrapped by another, with a text of its own.
func (b *binder) keyOf(err error) (key *string, failed *guard.Error, cause error) {
	cause = err
	note := func(panicked *guard.Error) {
		if failed == nil {
			failed = panicked
		}
	}
	outermost := true
	note(b.running.Walk(err, func(e error) bool {
		itself := outermost
		outermost = false
		keyed, ok := e.(KeyError) //nolint:errorlint // one step of a chain
		if as, convertible := e.(interface{ As(any) bool }); !ok && convertible {
			note(b.running.Call(guard.Method(e, "As"), func() { ok = as.As(&keyed) && keyed != nil }))
		}
		if !ok {
			return true
		}
		note(b.running.Call(guard.Method(keyed, "Key"), func() { text := keyed.Key(); key = &text }))
		if inner, panicked := b.running.Unwrap(keyed); panicked != nil {
			note(panicked)
		} else if itself && len(inner) == 1 && inner[0] != nil { // what wraps it has a text of its own
			cause = inner[0]
		}
		return false
	}))
	return key, failed, cause
}

// textOf returns an error's text, or why it has none.
func (b *binder) textOf(err error) (text string) {
	panicked := b.running.Call(guard.Method(err, "Error"), func() { text = err.Error() })
	switch {
	case panicked != nil:
		return "it returned an error without a text: " + panicked.Error()
	case text == "":
		return fmt.Sprintf("it returned a %T without a text", err)
	}
	return text
}

// unjoin returns the errors of which errors.Join made err, or err itself: as many as a
// pass keeps problems. An error of another kind that unwraps to several has a text of
// its own to keep, unless it is theirs.
func (b *binder) unjoin(err error) (errs []error) {
	todo := []error{err}
	for steps := 0; len(todo) > 0 && len(errs) < maxProblems && steps < maxSteps; steps++ {
		e := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if joined := b.joined(e); joined != nil {
			slices.Reverse(joined)
			todo = append(todo, joined...)
		} else if e != nil {
			errs = append(errs, e)
		}
	}
	if len(errs) == 0 && err != nil {
		return []error{err}
	}
	return errs
}

// maxSteps bounds the taking apart of errors that are joined of joined ones, which may
// have no end.
const maxSteps = 10 * maxProblems

// joined returns the errors that e joins, in a slice of its own, or nil if it does not.
func (b *binder) joined(e error) []error {
	if _, ok := e.(interface{ Unwrap() []error }); !ok {
		return nil
	}
	inner, panicked := b.running.Unwrap(e)
	if panicked != nil {
		return nil
	}
	inner = slices.DeleteFunc(slices.Clone(inner), func(e error) bool { return e == nil })
	if reflect.TypeOf(e) == reflect.TypeOf(errors.Join(e)) { // comparing texts would be quadratic in its nesting
		return inner
	}
	if len(inner) == 0 || len(inner) > maxProblems {
		return nil
	}
	texts := make([]string, len(inner))
	for i, e := range inner {
		texts[i] = b.textOf(e)
	}
	if b.textOf(e) != strings.Join(texts, "\n") {
		return nil
	}
	return inner
}
