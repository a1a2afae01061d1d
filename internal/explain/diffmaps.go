package explain

import (
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// pair is a key of two maps, of which one may lack it, with what they have for it.
type pair struct {
	step keypath.Step
	a, b reflect.Value
}

// entries lists the differing entries of two maps, of which one may be missing.
func (d *differ) entries(t *schema.Type, a, b reflect.Value, p keypath.Path) {
	pairs := d.lost(a, b)
	if a.IsValid() {
		for key, x := range a.Seq2() {
			if y := entryOf(b, key); !value.IsNaNKey(key) && !areAlike(x, y) {
				pairs = append(pairs, pair{value.Step(d.running, key), x, y})
			}
		}
	}
	if b.IsValid() {
		for key, y := range b.Seq2() {
			if !value.IsNaNKey(key) && !entryOf(a, key).IsValid() {
				pairs = append(pairs, pair{value.Step(d.running, key), reflect.Value{}, y})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.step.Key, b.step.Key) })
	for _, e := range pairs {
		d.value(t.Elem, e.a, e.b, d.below(p, e.step), false)
	}
}

// lost returns the differing entries of two maps whose keys do not equal themselves, as
// NaN: those that are spelled alike belong together, and of these, the ones with equal
// values do.
func (d *differ) lost(a, b reflect.Value) (pairs []pair) {
	left, right := value.NaNEntries(a), value.NaNEntries(b)
	for _, all := range [][]value.Entry{left, right} {
		for i := range all {
			all[i].Step = value.Step(d.running, all[i].Key)
		}
	}
	take := func(e value.Entry, ok func(a, b reflect.Value) bool) (v reflect.Value) {
		for i, other := range right[:min(len(right), value.MaxNaNKeys)] {
			if other.Step == e.Step && ok(e.Value, other.Value) {
				right = slices.Delete(right, i, i+1)
				return other.Value
			}
		}
		return reflect.Value{}
	}
	left = slices.DeleteFunc(left, func(e value.Entry) bool { return take(e, areAlike).IsValid() })
	for _, e := range left {
		pairs = append(pairs, pair{e.Step, e.Value, take(e, func(_, _ reflect.Value) bool { return true })})
	}
	for _, e := range right {
		pairs = append(pairs, pair{e.Step, reflect.Value{}, e.Value})
	}
	return pairs
}
