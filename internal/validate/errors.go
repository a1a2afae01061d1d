package validate

import (
	"errors"
	"fmt"
	"reflect"
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
// error of another kind that unwraps to several has a text of its own to keep,
// unless that is theirs, each on a line.
func unjoin(err error) []error { return appendJoined(nil, err, 0) }

// mostOwn is how deep errors of a caller's own kinds may hold each other to be taken
// apart. What their texts are is found out at every level.
const mostOwn = 8

func appendJoined(to []error, err error, own int) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return append(to, err)
	}
	isOwn := reflect.TypeOf(err) != reflect.TypeOf(errors.Join(err))
	if isOwn {
		own++
	}
	before := len(to)
	var texts []string
	for _, e := range joined.Unwrap() {
		if e == nil {
			continue
		}
		if to = appendJoined(to, e, own); isOwn {
			texts = append(texts, textOf(e))
		}
	}
	if len(to) == before || isOwn && (own > mostOwn || textOf(err) != strings.Join(texts, "\n")) {
		return append(to[:before], err)
	}
	return to
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
