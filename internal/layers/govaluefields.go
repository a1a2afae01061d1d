package layers

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// entry is an entry of a map.
type entry struct {
	key   string
	value reflect.Value
}

// entries returns the entries of a map, sorted by key.
func (n *nodeBuilder) entries(v reflect.Value) []entry {
	if v.Len() > n.nodes {
		n.stop(document.TooMany())
		return nil
	}
	all := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next() && !n.stopped; {
		key, panicked := keyText(it.Key())
		switch {
		case panicked != nil:
			n.problem(problem.Problem{Code: "type", Message: panicked.Error()})
		case len(key) > document.MaxKey:
			n.stop(document.LongKey())
		case !utf8.ValidString(key):
			n.problem(problem.Problem{Code: "syntax", Message: "a key is not valid UTF-8"})
		case n.countText(key):
			all = append(all, entry{key, it.Value()})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	return all
}

// fields returns the node of a struct: with the keys of t if that is the type of the same
// Go struct, or else with the keys that mapstructure uses.
func (n *nodeBuilder) fields(t *schema.Type, v reflect.Value) document.Node {
	var all []entry
	if t != nil && t.Go == v.Type() {
		for _, f := range t.All() {
			if f.IsOld() {
				continue
			}
			switch fv, err := v.FieldByIndexErr(f.Index); {
			case err != nil: // in an embedded pointer that is nil
			case f.Remains:
				all = append(all, n.entries(fv)...)
			default:
				all = append(all, entry{f.Key, fv})
			}
		}
	} else {
		all = n.mapstructureFields(v)
	}
	return n.section(t, all)
}

// mapstructureFields returns the exported fields of a struct by the keys that mapstructure
// uses.
func (n *nodeBuilder) mapstructureFields(v reflect.Value) (all []entry) {
	for i := range v.NumField() {
		f, fv := v.Type().Field(i), v.Field(i)
		name, list, _ := strings.Cut(f.Tag.Get("mapstructure"), ",")
		options := strings.Split(list, ",")
		switch {
		case name == "-" || !f.IsExported() || slices.Contains(options, "omitempty") && fv.IsZero():
		case slices.Contains(options, "squash") || slices.Contains(options, "remain"):
			switch fv = n.pointee(schema.AnyMap(), fv); fv.Kind() {
			case reflect.Struct:
				if n.depth++; n.countValue() { // it may contain itself
					all = append(all, n.mapstructureFields(fv)...)
				}
				n.depth--
			case reflect.Map:
				all = append(all, n.entries(fv)...)
			}
		default:
			all = append(all, entry{cmp.Or(name, f.Name), fv})
		}
	}
	return all
}
