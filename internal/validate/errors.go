package validate

import (
	"errors"
	"fmt"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
)

// KeyError is an error that names the key it is about, as [Problem] spells it:
// for a check from the root, for a Validate method from its own struct on.
type KeyError interface {
	error
	Key() string
	Unwrap() error
}

// reportError reports each of the errors that a check has joined, or the Validate
// method of the struct at p, at the key that it names.
func reportError(r *merge.Report, err error, p keypath.Path) {
	for _, err := range unjoin(err) {
		if err != nil {
			reportOne(r, err, p)
		}
	}
}

func reportOne(r *merge.Report, err error, p keypath.Path) {
	found := problem.Problem{Code: "check", Err: err}
	cause := err
	var keyed KeyError
	if errors.As(err, &keyed) {
		if rest, ok := r.Tree.Schema.At(p).ParsePath(keyed.Key()); ok {
			p = p.Join(rest)
		} else {
			found.Key = keyed.Key()
		}
		if _, itself := err.(KeyError); itself { //nolint:errorlint // what wraps it has a text of its own
			cause = keyed.Unwrap()
		}
	}
	found.Message, found.OnKey = r.Redact(strings.TrimSpace(textOf(cause))), keyed == nil
	at, depth := r.Locate(p)
	if depth < len(p) {
		at = merge.Value{}
	}
	r.Add(found, p, at)
}

// unjoin returns the errors of which errors.Join made err, or err itself. An
// error of another kind that unwraps to several has a text of its own to keep.
func unjoin(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var errs []error
	var texts []string
	for _, e := range joined.Unwrap() {
		if e != nil {
			errs = append(errs, unjoin(e)...)
			texts = append(texts, textOf(e))
		}
	}
	if len(errs) == 0 || textOf(err) != strings.Join(texts, "\n") {
		return []error{err}
	}
	return errs
}

// textOf returns an error's text, which may be a caller's code and panic, as it
// does for a nil pointer that was returned as an error.
func textOf(err error) (text string) {
	failed := guard(func() error { text = err.Error(); return nil })
	switch {
	case failed != nil:
		return fmt.Sprintf("it returned a %T without a text: %v", err, failed)
	case text == "":
		return fmt.Sprintf("it returned a %T without a text", err)
	}
	return text
}
