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

// KeyError is an error that names the key it is about, in the syntax of [problem.Problem]:
// from the root for a check, and relative to its struct for a Validate method.
type KeyError interface {
	error
	Key() string
	Unwrap() error
}

// reporter reports the errors of callers' rules, methods and checks.
type reporter struct {
	*merge.Report
	reported map[reportedText]bool
}

// reportedText is an error text that the Validate method of a value below the path above
// returned.
type reportedText struct{ text, above string }

// reportAt reports a problem with the value at p or, if it is not set, with the section
// that it would be in.
func (r reporter) reportAt(p keypath.Path, found problem.Problem) {
	at, depth := r.Locate(p)
	if depth == len(p) {
		r.Add(found, p, at)
		return
	}
	at, depth = r.FileSection(p)
	r.Missing(found, p, at, depth)
}

// reportErrors reports each of the errors that a check, or the Validate method of the
// struct at p, joined, at the key that the error names.
func (r reporter) reportErrors(err error, p keypath.Path) {
	for _, err := range r.unjoin(err) {
		if links := maxSteps; !r.onlyRepeats(err, p, &links) {
			r.reportError(err, p)
		}
	}
}

// recordErrors records the errors that the Validate method of the value at p returned.
func (r *reporter) recordErrors(err error, p keypath.Path) {
	if r.reported == nil {
		r.reported = map[reportedText]bool{}
	}
	for _, err := range r.unjoin(err) { // the joined text could cost quadratic time
		text := r.errorText(err)
		for above := range len(p) {
			r.reported[reportedText{text, p[:above].String()}] = true
		}
	}
}

// onlyRepeats reports whether an error only repeats what Validate methods of values below p
// returned, with some text around it at most: these methods were called already. It visits
// a limited number of errors and counts them down in links.
func (r reporter) onlyRepeats(err error, p keypath.Path, links *int) bool {
	if *links--; *links < 0 || len(r.reported) == 0 || err == nil {
		return false
	}
	inner := r.joined(err)
	if inner == nil { // the text of many nested joins is expensive
		if r.reported[reportedText{r.errorText(err), p.String()}] {
			return true
		}
		inner, _ = r.Running.Unwrap(err)
	}
	for _, err := range inner {
		if !r.onlyRepeats(err, p, links) {
			return false
		}
	}
	return len(inner) > 0
}

// reportError reports an error of a check, or of a Validate method of the struct at p.
func (r reporter) reportError(err error, p keypath.Path) {
	found := problem.Problem{Code: "check", Err: err}
	key, failed, cause := r.keyAndCause(err)
	if key != nil {
		if rest, ok := schema.ParsePath(r.Tree.Schema.At(p), *key); ok {
			p = p.Join(rest)
		} else {
			found.Key = *key
		}
	}
	found.Message, found.OnKey = r.Redact(strings.TrimSpace(r.errorText(cause))), key == nil
	if failed != nil {
		found.Hint = failed.Error()
	}
	r.reportAt(p, found)
}

// keyAndCause finds the [KeyError] in an error's chain. It returns its key, or nil, and the
// error whose text is shown: the one that the KeyError wraps, unless another error with its
// own text wraps the KeyError. failed is the first panic of a method in the chain.
func (r reporter) keyAndCause(err error) (key *string, failed *guard.Error, cause error) {
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
		} else if itself && len(inner) == 1 && inner[0] != nil { // otherwise the outermost error has its own text
			cause = inner[0]
		}
		return false
	}))
	return key, failed, cause
}

// errorText returns the text of an error, or a description if it has none.
func (r reporter) errorText(err error) (text string) {
	panicked := r.Running.Call(guard.Method(err, "Error"), func() { text = err.Error() })
	switch {
	case panicked != nil:
		return "it returned an error without a text: " + panicked.Error()
	case text == "":
		return fmt.Sprintf("it returned a %T without a text", err)
	}
	return text
}

// unjoin returns the errors that errors.Join joined into err, or err itself, at most as
// many as a pass reports. An error of another type that unwraps to several is kept whole,
// unless its text is the joined text of these.
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

// maxSteps bounds the traversal of nested joined errors, which may be endless.
const maxSteps = 10 * problem.Most

// joined returns the errors that e joins, in a new slice, or nil if e does not join any.
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
		texts[i] = r.errorText(e)
	}
	if r.errorText(e) != strings.Join(texts, "\n") {
		return nil
	}
	return inner
}
