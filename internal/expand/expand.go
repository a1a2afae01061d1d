// Package expand replaces references to environment variables in texts: ${NAME} and
// ${NAME:-default}. It expands what it was told it may and nothing else, and what it puts
// into a text is not read again.
package expand

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"
)

// Variables are those that may be expanded, with their values. They are not changed after
// they were made. A nil *Variables has none.
type Variables struct {
	names    map[string]bool
	prefixes []string // each with its "_"
	values   map[string]string
}

// New returns the variables of an environment, which has the form of [os.Environ], that
// have one of the names. A name that ends in "_*" is for all that begin with what is
// before the "*". It is an error if there is no name, or one that no variable can have.
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
		if name, value, ok := strings.Cut(entry, "="); ok && v.may(name) {
			v.values[fold(name)] = value
		}
	}
	return v, nil
}

// WithoutValues returns the variables by their names alone: each is expanded to nothing,
// whether or not it is set.
func (v *Variables) WithoutValues() *Variables {
	if v == nil {
		return nil
	}
	return &Variables{names: v.names, prefixes: v.prefixes}
}

// fold returns the name of a variable as the system compares it.
func fold(name string) string {
	if runtime.GOOS == "windows" {
		return strings.ToUpper(name)
	}
	return name
}

// may reports whether a variable may be expanded.
func (v *Variables) may(name string) bool {
	if v == nil {
		return false
	}
	name = fold(name)
	return v.names[name] || slices.ContainsFunc(v.prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// nameLength returns how many bytes of text are the name of a variable.
func nameLength(text string) int {
	for i := range len(text) {
		c := text[i]
		if c != '_' && (c|0x20 < 'a' || 'z' < c|0x20) && (i == 0 || c < '0' || '9' < c) {
			return i
		}
	}
	return len(text)
}

// Result is what became of a text.
type Result struct {
	Text   string
	Found  bool     // something was replaced, be it by a default or "$${" by "${"
	Names  []string // of the variables that it refers to and that may be expanded, each once
	Values []string // the values of Names; "" for a variable that is not set
	Plain  bool     // there is nothing in the text but references without a default
	Left   string   // the first reference that was left as it is, as "${NAME}"; "" for none

	known map[string]bool // what Names has
}

// Error is why a text cannot be expanded. It quotes nothing but the name of a variable.
type Error struct {
	Name          string
	Message, Hint string
}

func (e *Error) Error() string { return e.Message }

// ErrTooLong is the error of a text that would be longer than there is room for.
var ErrTooLong = errors.New("with its variables the text is too long")

// Refers reports whether a text has something that looks like a reference.
func Refers(text string) bool { return strings.Contains(text, "${") }

// Text expands a text to at most room bytes. What is no reference, or one to another
// variable, is left as it is. "$${" is a literal "${". The error is an [*Error] or
// [ErrTooLong]. It takes time linear in the text and in what is put into it.
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
	last := strings.LastIndexByte(text, '}') // behind it, nothing is closed
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
		case !v.may(ref.name):
			if r.Left == "" && !escaped {
				r.Left = "${" + ref.name + "}"
			}
			literal(ref.text)
		default:
			if err := v.put(&b, &r, ref); err != nil {
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

// reference is one to a variable.
type reference struct {
	text, name string // text is all of it
	def        string
	hasDefault bool
}

// parse parses the reference that a text begins with, after its "${".
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

// put puts in what a reference stands for.
func (v *Variables) put(b *strings.Builder, r *Result, ref reference) error {
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
