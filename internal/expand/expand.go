// Package expand replaces references to environment variables in texts: ${NAME} and
// ${NAME:-default}. It expands only the variables that it was created with, and does not
// expand their values again.
package expand

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"
)

// Variables are the variables that may be expanded, with their values. They are immutable. A
// nil *Variables has none.
type Variables struct {
	names    map[string]bool
	prefixes []string // each ends in "_"
	values   map[string]string
}

// New returns the variables of environ, which has the form of [os.Environ], with one of the
// names. A name that ends in "_*" stands for all that begin with the part before the "*".
// Without names, or with a name that no variable can have, it returns an error.
func New(names, environ []string) (*Variables, error) {
	if len(names) == 0 {
		return nil, errors.New("no name is given")
	}
	v := &Variables{names: map[string]bool{}, values: map[string]string{}}
	for _, name := range names {
		prefix, isPrefix := strings.CutSuffix(name, "*")
		switch {
		case name == "*":
			return nil, errors.New(`"*" would be all of the environment; give names, or a prefix as in APP_*`)
		case nameLength(prefix) != len(prefix) || prefix == "" || isPrefix && (prefix == "_" || !strings.HasSuffix(prefix, "_")):
			return nil, fmt.Errorf("%q is neither the name of a variable nor a prefix as in APP_*", name)
		case isPrefix:
			v.prefixes = append(v.prefixes, fold(prefix))
		default:
			v.names[fold(name)] = true
		}
	}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && v.isAllowed(name) {
			v.values[fold(name)] = value
		}
	}
	return v, nil
}

// WithoutValues returns the variables without their values: each is expanded to nothing,
// whether or not it is set.
func (v *Variables) WithoutValues() *Variables {
	if v == nil {
		return nil
	}
	return &Variables{names: v.names, prefixes: v.prefixes}
}

// fold returns the name of a variable as the system compares it: Windows ignores case.
func fold(name string) string {
	if runtime.GOOS == "windows" {
		return strings.ToUpper(name)
	}
	return name
}

// isAllowed reports whether a variable may be expanded.
func (v *Variables) isAllowed(name string) bool {
	if v == nil {
		return false
	}
	name = fold(name)
	return v.names[name] || slices.ContainsFunc(v.prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// nameLength returns the length in bytes of the variable name at the start of text.
func nameLength(text string) int {
	for i := range len(text) {
		c := text[i]
		if c != '_' && (c|0x20 < 'a' || 'z' < c|0x20) && (i == 0 || c < '0' || '9' < c) {
			return i
		}
	}
	return len(text)
}

// Result is the expansion of a text.
type Result struct {
	Text   string
	Found  bool     // something was replaced, also by a default, or "$${" by "${"
	Names  []string // the variables in the text that may be expanded, each once
	Values []string // the values of Names; "" for a variable that is not set
	Plain  bool     // the text consists only of references without a default
	Left   string   // the first reference that was not expanded, as "${NAME}"; "" for none

	known map[string]bool // the set of Names
}

// Error is why a text cannot be expanded. It quotes only the name of a variable.
type Error struct {
	Name          string
	Message, Hint string
}

func (e *Error) Error() string { return e.Message }

// ErrTooLong is the error for a text that would be too long.
var ErrTooLong = errors.New("with its variables the text is too long")

// Refers reports whether a text may contain a reference.
func Refers(text string) bool { return strings.Contains(text, "${") }

// Text expands a text to at most room bytes. References to other variables, and what is not a
// reference, remain unchanged. "$${" is a literal "${". The error is an [*Error] or
// [ErrTooLong]. The time is linear in the length of the text and of the values in it.
func (v *Variables) Text(text string, room int) (Result, error) {
	if !Refers(text) {
		return Result{Text: text}, nil
	}
	r := Result{Text: text, Plain: true, known: map[string]bool{}}
	var b strings.Builder
	literal := func(part string) {
		b.WriteString(part)
		r.Plain = r.Plain && part == ""
	}
	last := strings.LastIndexByte(text, '}') // no reference ends after it
	for rest := text; rest != ""; {
		at := strings.Index(rest, "${")
		switch {
		case at < 0:
			literal(rest)
			rest = ""
			continue
		case at > 0 && rest[at-1] == '$' && v != nil:
			literal(rest[:at-1] + "${")
			rest, r.Found = rest[at+2:], true
			continue
		}
		escaped := at > 0 && rest[at-1] == '$'
		literal(rest[:at])
		rest = rest[at:]
		ref, ok := reference{}, false
		if len(text)-len(rest) < last {
			ref, ok = parse(rest)
		}
		switch {
		case !ok:
			literal("${")
			rest = rest[2:]
			continue
		case !v.isAllowed(ref.name):
			if r.Left == "" && !escaped {
				r.Left = "${" + ref.name + "}"
			}
			literal(ref.text)
		default:
			if err := v.substitute(&b, &r, ref); err != nil {
				return r, err
			}
		}
		if b.Len() > room {
			return r, ErrTooLong
		}
		rest = rest[len(ref.text):]
	}
	r.Text = b.String()
	return r, nil
}

// reference is a reference to a variable.
type reference struct {
	text, name string // text is the whole reference
	def        string
	hasDefault bool
}

// parse parses the reference that text begins with.
func parse(text string) (r reference, ok bool) {
	n := 2 + nameLength(text[2:])
	if r.name = text[2:n]; r.name == "" {
		return r, false
	}
	after := text[n:]
	if strings.HasPrefix(after, "}") {
		r.text = text[:n+1]
		return r, true
	}
	after, r.hasDefault = strings.CutPrefix(after, ":-")
	var closed bool
	if r.def, _, closed = strings.Cut(after, "}"); !closed || !r.hasDefault {
		return r, false
	}
	r.text = text[:n+len(":-")+len(r.def)+1]
	return r, true
}

// substitute writes the value of a reference.
func (v *Variables) substitute(b *strings.Builder, r *Result, ref reference) error {
	r.Found, r.Plain = true, r.Plain && !ref.hasDefault
	value, set := v.values[fold(ref.name)]
	switch {
	case Refers(ref.def):
		return &Error{ref.name, "the default of ${" + ref.name + ":-…} has another reference in it", "references cannot be nested"}
	case !utf8.ValidString(value):
		return &Error{ref.name, "the variable " + ref.name + " is not valid UTF-8", ""}
	case !set && !ref.hasDefault && v.values != nil:
		return &Error{ref.name, "the variable " + ref.name + " is not set", "set it, or write ${" + ref.name + ":-default}"}
	}
	if !r.known[ref.name] {
		r.known[ref.name] = true
		r.Names, r.Values = append(r.Names, ref.name), append(r.Values, value)
	}
	if value == "" && ref.hasDefault {
		value = ref.def
	}
	b.WriteString(value)
	return nil
}
