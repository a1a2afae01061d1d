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
	Key     string   // what it sets; "" if that goes by its name
	Text    string   // its value, unless it is a list
	Items   []string // of a list
	List    bool
	Default bool // it was not given on the command line
}

// FromFlags makes a layer of the flags that were given, and another, which is below that
// of default tags, of the defaults of those that were not. The name of a flag without a
// key may be spelled with "-" or "." between sections; one that matches nothing is left
// out, since not every flag is a setting.
func FromFlags(t *schema.Type, flags []Flag) (given, defaults *Layer, problems []problem.Problem) {
	var b Builder
	var d rank
	var suggest problem.Suggester
	for _, flag := range flags {
		at := problem.Origin{Kind: problem.Flag, Name: flag.Name}
		leaf, ok := t.Leaves.Key(cmp.Or(flag.Key, flag.Name))
		if !ok && flag.Key != "" {
			if !flag.Default {
				problems = append(problems, noSuchKey(flag, t, at, &suggest))
			}
			continue
		}
		if !ok {
			near := t.Leaves.Named(flag.Name)
			if len(near) > 1 && !flag.Default {
				problems = append(problems, problem.Problem{Code: "unknown_key", Origin: at,
					Message: "it could mean " + near[0].Key() + " or " + near[1].Key(), Hint: "tell its key with WithFlagKey"})
			}
			if len(near) != 1 {
				continue
			}
			leaf = near[0]
		}
		if flag.isNoDefault(leaf.Field) {
			continue
		}
		to := &b
		if flag.Default {
			at.Kind, to = problem.FlagDefault, &d.Builder
		}
		node, err := flag.node(leaf.Field.Type)
		if err != nil {
			problems = append(problems, unreadable(leaf.Path, at, flag.Text, err))
			continue
		}
		if other := to.Put(leaf.Path, node, at); other != nil && !flag.Default {
			problems = append(problems, problem.Problem{Code: "duplicate_key", Key: leaf.Key(), Origin: at,
				Message: "it sets the same key as --" + other.Name, Hint: "use one of them"})
		}
	}
	return b.Layer(problem.LastOrder), d.fallback(), problems
}

// isNoDefault reports whether a flag has a default that means nothing: the zero of its
// type, or one below a default tag, or of a secret, which cannot be read.
func (f Flag) isNoDefault(field *schema.Field) bool {
	switch {
	case !f.Default:
		return false
	case f.List:
		return field.HasDefault || len(f.Items) == 0
	}
	return field.HasDefault || isZeroDefault(f.Text) || redact.IsMask(f.Text)
}

func noSuchKey(flag Flag, t *schema.Type, at problem.Origin, suggest *problem.Suggester) problem.Problem {
	return problem.Problem{Code: "unknown_key", Key: flag.Key, Origin: at, Message: "the flag is meant for a key that does not exist",
		Hint: nearest(suggest, flag.Key, t, func(key string) string { return key })}
}

// node returns what the flag's value is for a field of type t.
func (f Flag) node(t *schema.Type) (document.Node, error) {
	text := f.Text
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
	if t.Kind == schema.Map { // as pflag prints maps
		text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	}
	n, err := t.Kind.ParseText(text)
	if err != nil {
		return document.Node{}, err
	}
	return *n, nil
}
