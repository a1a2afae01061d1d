package layers

import (
	"cmp"
	"strings"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/origin"
	"example.com/lastgood/internal/schema"
)

// Flag is a command-line flag that was set.
type Flag struct {
	Name  string
	Key   string   // what it sets; "" if its name tells
	Text  string   // its value, unless it is a list
	Items []string // of a list
	List  bool
}

// FromFlags makes a layer of flags. The name of a flag without a key may be spelled
// with "-" or "." between sections; one that matches nothing is left out, since
// not every flag is a setting.
func FromFlags(t *schema.Type, flags []Flag) (*Tree, []Fault) {
	var b Builder
	var faults []Fault
	var suggest diagnose.Suggester
	for _, flag := range flags {
		place := origin.Origin{Kind: origin.Flag, Name: flag.Name}
		leaf, ok := t.LeafAt(cmp.Or(flag.Key, flag.Name))
		if !ok && flag.Key != "" {
			faults = append(faults, noSuchKey(flag, t, place, &suggest))
			continue
		}
		if !ok {
			near := t.LeavesNamed(flag.Name)
			if len(near) > 1 {
				faults = append(faults, Fault{Code: "unknown_key", Place: place,
					Message: "it could mean " + near[0].Key() + " or " + near[1].Key(), Hint: "tell its key with WithFlagKey"})
			}
			if len(near) != 1 {
				continue
			}
			leaf = near[0]
		}
		node, err := flag.node(leaf.Field.Type)
		if err != nil {
			faults = append(faults, unreadable(leaf.Path, place, err))
			continue
		}
		if other := b.Put(leaf.Path, node, place); other != nil {
			faults = append(faults, Fault{Code: "duplicate_key", Key: leaf.Key(), Place: place,
				Message: "it sets the same key as --" + other.Name, Hint: "use one of them"})
		}
	}
	return b.Tree(), faults
}

func noSuchKey(flag Flag, t *schema.Type, place origin.Origin, suggest *diagnose.Suggester) Fault {
	f := Fault{Code: "unknown_key", Key: flag.Key, Place: place, Message: "the flag is meant for a key that does not exist"}
	if near := suggest.Suggest(flag.Key, func() []string { return keys(t.Leaves()) }); near != "" {
		f.Hint = "did you mean " + near + "?"
	}
	return f
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
	n, err := t.ParseText(text)
	if err != nil {
		return document.Node{}, err
	}
	return *n, nil
}

func keys(leaves []schema.Leaf) []string {
	out := make([]string, len(leaves))
	for i, leaf := range leaves {
		out[i] = leaf.Key()
	}
	return out
}
