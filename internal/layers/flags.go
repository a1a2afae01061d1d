package layers

import (
	"cmp"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// Flag is a command-line flag.
type Flag struct {
	Name    string
	Key     string   // the key it sets; "" to find it by name, NoKey for none
	Text    string   // its value, unless it is a list
	Items   []string // of a list
	List    bool
	Default bool           // it was not given on the command line
	Zero    bool           // its value is the zero value of the flag's type
	Node    *document.Node // its value, if it has been parsed
	Foreign bool           // it was defined for another type, so it need not match a key of this one
}

// NoKey is the key of a flag that sets nothing.
const NoKey = "-"

// Flags is the result of [FromFlags].
type Flags struct {
	Given     *Layer // the flags that were given; nil for none
	Defaults  *Layer // the defaults of those that were not, below default tags; nil for none
	Problems  []problem.Problem
	Warnings  []problem.Problem // flags that were given and set nothing but are named like a key, or have an old name
	Unmatched []string          // names of the other flags that were given and set nothing
}

// FromFlags returns layers of flags. Between sections, the name of a flag without a key may
// have "-" or ".". A flag that matches no key is ignored, since not every flag is a
// setting.
func FromFlags(t *schema.Type, flags []Flag) Flags {
	var result Flags
	var b Builder
	var d layerBuilder
	var suggest problem.Suggester
	for _, flag := range flags {
		if flag.Key == NoKey {
			continue
		}
		at := problem.Origin{Kind: problem.Flag, Name: flag.Name}
		leaf, ok := t.Leaves.Key(cmp.Or(flag.Key, flag.Name))
		if !ok && flag.Foreign {
			continue
		}
		if !ok && flag.Key != "" {
			if !flag.Default {
				result.Problems = append(result.Problems, noSuchKey(flag, t, at, &suggest))
			}
			continue
		}
		if !ok {
			near := t.Leaves.MatchName(flag.Name)
			switch {
			case flag.Default || len(near) == 1:
			case len(near) > 1:
				result.Problems = append(result.Problems, problem.Problem{Code: "unknown_key", Origin: at,
					Message: "it could mean " + near[0].Key() + " or " + near[1].Key(), Hint: "tell its key with WithFlagKey"})
			default:
				result.addUnmatched(flag.Name, t, &suggest)
			}
			if len(near) != 1 {
				continue
			}
			leaf = near[0]
		}
		if leaf.Old != nil && !flag.Default {
			result.Warnings = append(result.Warnings, problem.Problem{Code: "deprecated", Key: leaf.Key(), Origin: at, Message: "the flag has an old name", Hint: "use --" + leaf.Key()})
		}
		if flag.hasMeaninglessDefault(leaf.Field) {
			continue
		}
		to := &b
		if flag.Default {
			at.Kind, to = problem.FlagDefault, &d.Builder
		}
		node, err := flag.node(leaf.Field.Type)
		if err != nil {
			result.Problems = append(result.Problems, unreadable(leaf.Path, at, flag.Text, err))
			continue
		}
		if other := to.Put(leaf.Path, node, at); other != nil && !flag.Default {
			result.Problems = append(result.Problems, problem.Problem{Code: "duplicate_key", Key: leaf.Key(), Origin: at,
				Message: "it sets the same key as --" + other.Name, Hint: "use one of them"})
		}
	}
	result.Given, result.Defaults = b.Layer(problem.LastOrder), d.fallback()
	return result
}

// addUnmatched adds a flag that was given and matches no key: as a warning if its name is
// similar to a key, or to the last part of one, since it was probably meant for that.
func (f *Flags) addUnmatched(name string, t *schema.Type, suggest *problem.Suggester) {
	hint := nearest(suggest, name, t, func(key string) string { return key })
	if last := t.Leaves.EndingWith(name); hint == "" && len(last) > 0 {
		hint = "did you mean " + last[0].Key() + "?"
	}
	if hint == "" {
		f.Unmatched = append(f.Unmatched, name)
		return
	}
	f.Warnings = append(f.Warnings, problem.Problem{Code: "unknown_key", Origin: problem.Origin{Kind: problem.Flag, Name: name},
		Message: "the flag --" + name + " sets no key", Hint: hint + " Give its key, or \"-\" for none, with WithFlagKey"})
}

// hasMeaninglessDefault reports whether the default of a flag is not used: it is the zero
// value of its type, or overridden by a default tag, or masked because it is secret.
func (f Flag) hasMeaninglessDefault(field *schema.Field) bool {
	return f.Default && (field.HasDefault || f.Zero || redact.IsMask(f.Text))
}

func noSuchKey(flag Flag, t *schema.Type, at problem.Origin, suggest *problem.Suggester) problem.Problem {
	return problem.Problem{Code: "unknown_key", Key: flag.Key, Origin: at, Message: "the flag is meant for a key that does not exist",
		Hint: nearest(suggest, flag.Key, t, func(key string) string { return key })}
}

// node returns the node of the flag's value, for a field of type t.
func (f Flag) node(t *schema.Type) (document.Node, error) {
	if f.Node != nil {
		return f.Node.Clone(), nil
	}
	text := f.Text
	if !IsText(t, text) || !IsText(t, strings.Join(f.Items, "")) {
		return document.Node{}, ErrNotText
	}
	if f.List {
		if t.Kind == schema.List {
			n := document.Node{Kind: document.List}
			for _, item := range f.Items {
				n.Children = append(n.Children, document.Child{Node: document.Node{Kind: document.String, Text: item}})
			}
			return n, nil
		}
		text = strings.Join(f.Items, ",")
	}
	if t.Kind == schema.Map { // pflag prints maps in brackets
		text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	}
	n, err := t.Kind.ParseText(text)
	if err != nil {
		return document.Node{}, err
	}
	return *n, nil
}
