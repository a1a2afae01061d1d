package validate

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// KeyError is an error that names the key it is about, as [Problem] spells it:
// for a check from the root, for a Validate method from its own struct on.
type KeyError interface {
	error
	Key() string
	Unwrap() error
}

// reporter reports what callers' rules, methods and checks find.
type reporter struct {
	*merge.Report
	said map[said]bool
}

// said is the text of an error that the Validate method of a value returned which is below
// a path, as messages spell it.
type said struct{ text, above string }

// reportAt reports a problem with the value at p, or where it is not set with the
// section in which it would be.
func (r reporter) reportAt(p keypath.Path, found problem.Problem) {
	at, depth := r.Locate(p)
	if depth == len(p) {
		r.Add(found, p, at)
		return
	}
	at, depth = r.FileSection(p)
	r.Missing(found, p, at, depth)
}

// errors reports each of the errors that a check has joined, or the Validate method of
// the struct at p, at the key that it names.
func (r reporter) errors(err error, p keypath.Path) {
	for _, err := range r.unjoin(err) {
		if links := maxSteps; !r.passesOn(err, p, &links) {
			r.one(err, p)
		}
	}
}

// remember notes what the Validate method of the value at p returned.
func (r *reporter) remember(err error, p keypath.Path) {
	if r.said == nil {
		r.said = map[said]bool{}
	}
	for _, err := range r.unjoin(err) { // the text of them all can cost the square of their number
		text := r.textOf(err)
		for above := range len(p) {
			r.said[said{text, p[:above].String()}] = true
		}
	}
}

// passesOn reports whether an error is no more than what Validate methods of values below p
// returned, with a text around it at most: they were called already, by themselves. It
// visits no more than a number of errors, which it counts down.
func (r reporter) passesOn(err error, p keypath.Path, links *int) bool {
	if *links--; *links < 0 || len(r.said) == 0 || err == nil {
		return false
	}
	inner := r.joined(err)
	if inner == nil { // the text of many that are joined one by one takes long to make
		if r.said[said{r.textOf(err), p.String()}] {
			return true
		}
		inner, _ = r.Running.Unwrap(err)
	}
	for _, err := range inner {
		if !r.passesOn(err, p, links) {
			return false
		}
	}
	return len(inner) > 0
}

func (r reporter) one(err error, p keypath.Path) {
	found := problem.Problem{Code: "check", Err: err}
	key, failed, cause := r.keyOf(err)
	if key != nil {
		if rest, ok := schema.ParsePath(r.Tree.Schema.At(p), *key); ok {
			p = p.Join(rest)
		} else {
			found.Key = *key
		}
	}
	found.Message, found.OnKey = r.Redact(strings.TrimSpace(r.textOf(cause))), key == nil
	if failed != nil {
		found.Hint = failed.Error()
	}
	r.reportAt(p, found)
}

// keyOf finds the [KeyError] in an error's chain. It returns the key, or nil, and the
// error whose text is to be shown: what the KeyError wraps, unless that is wrapped by
// another, with a text of its own. failed is how a method of the chain panicked.
func (r reporter) keyOf(err error) (key *string, failed *guard.Error, cause error) {
	cause = err
	note := func(panicked *guard.Error) {
		if failed == nil {
			failed = panicked
		}
	}
	outermost := true
	note(r.Running.Walk(err, func(e error) bool {
		itself := outermost
		outermost = false
		keyed, ok := e.(KeyError) //nolint:errorlint // one step of a chain
		if as, convertible := e.(interface{ As(any) bool }); !ok && convertible {
			note(r.Running.Call(guard.Method(e, "As"), func() { ok = as.As(&keyed) && keyed != nil }))
		}
		if !ok {
			return true
		}
		note(r.Running.Call(guard.Method(keyed, "Key"), func() { text := keyed.Key(); key = &text }))
		if inner, panicked := r.Running.Unwrap(keyed); panicked != nil {
			note(panicked)
		} else if itself && len(inner) == 1 && inner[0] != nil { // what wraps it has a text of its own
			cause = inner[0]
		}
		return false
	}))
	return key, failed, cause
}

// textOf returns an error's text, or why it has none.
func (r reporter) textOf(err error) (text string) {
	panicked := r.Running.Call(guard.Method(err, "Error"), func() { text = err.Error() })
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
func (r reporter) unjoin(err error) (errs []error) {
	todo := []error{err}
	for steps := 0; len(todo) > 0 && len(errs) < problem.Most && steps < maxSteps; steps++ {
		e := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if joined := r.joined(e); joined != nil {
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
const maxSteps = 10 * problem.Most

// joined returns the errors that e joins, in a slice of its own, or nil if it does not.
func (r reporter) joined(e error) []error {
	if _, ok := e.(interface{ Unwrap() []error }); !ok {
		return nil
	}
	inner, panicked := r.Running.Unwrap(e)
	if panicked != nil {
		return nil
	}
	inner = slices.DeleteFunc(slices.Clone(inner), func(e error) bool { return e == nil })
	if reflect.TypeOf(e) == reflect.TypeOf(errors.Join(e)) { // comparing texts would be quadratic in its nesting
		return inner
	}
	if len(inner) == 0 || len(inner) > problem.Most {
		return nil
	}
	texts := make([]string, len(inner))
	for i, e := range inner {
		texts[i] = r.textOf(e)
	}
	if r.textOf(e) != strings.Join(texts, "\n") {
		return nil
	}
	return inner
}
