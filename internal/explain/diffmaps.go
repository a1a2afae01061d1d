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
	step    keypath.Step
	a, b    reflect.Value
	changes int // in it; none where one is an empty section and the other missing
}

// firstPairs collects where two maps differ, sorted, as far as it is listed. The rest is
// counted.
type firstPairs struct {
	*differ
	elem *schema.Type
	most int
	kept []pair
	full bool // kept is sorted up to most, and what is beyond that is not listed
}

// entries lists the differing entries of two maps, of which one may be missing.
func (d *differ) entries(t *schema.Type, a, b reflect.Value, p keypath.Path) {
	first := firstPairs{differ: d, elem: t.Elem, most: d.most - len(d.changes)}
	if d.isFull() {
		first.most, first.full = 0, true
	}
	if len(value.Lost(a))+len(value.Lost(b)) > 0 { // they belong together as they are spelled
		for _, e := range d.pairs(a, b) {
			if !areAlike(e.a, e.b) {
				first.add(e.step, e.a, e.b)
			}
		}
	} else {
		first.addAll(a, b)
	}
	first.sort()
	for _, e := range first.kept {
		d.value(t.Elem, e.a, e.b, d.below(p, e.step), false)
	}
}

// addAll adds what is at each key of two maps.
func (f *firstPairs) addAll(a, b reflect.Value) {
	if a.IsValid() {
		for it := a.MapRange(); it.Next(); {
			if other := entryOf(b, it.Key()); !areAlike(it.Value(), other) {
				f.add(value.Step(f.running, it.Key()), it.Value(), other)
			}
		}
	}
	if b.IsValid() {
		for it := b.MapRange(); it.Next(); {
			if !entryOf(a, it.Key()).IsValid() {
				f.add(value.Step(f.running, it.Key()), reflect.Value{}, it.Value())
			}
		}
	}
}

func (f *firstPairs) add(at keypath.Step, a, b reflect.Value) {
	e := pair{at, a, b, 1}
	if f.isBrief() && f.elem.Kind != schema.Scalar {
		e.changes = f.count(e)
	}
	switch {
	case e.changes == 0:
		return
	case f.full && (f.most == 0 || f.kept[f.most-1].step.Key < at.Key):
		f.rest += e.changes
		return
	}
	f.kept = append(f.kept, e)
	if len(f.kept)/2 >= f.most {
		f.sort()
		f.full = true
	}
}

// sort sorts what has been kept, and counts what is not listed of it.
func (f *firstPairs) sort() {
	slices.SortFunc(f.kept, func(a, b pair) int { return strings.Compare(a.step.Key, b.step.Key) })
	most := min(len(f.kept), f.most)
	for _, e := range f.kept[most:] {
		f.rest += e.changes
	}
	f.kept = f.kept[:most]
}

// count returns how many changes there are in a pair.
func (f *firstPairs) count(e pair) int {
	rest, counting := f.rest, f.counting
	f.rest, f.counting = 0, true
	f.value(f.elem, e.a, e.b, nil, false)
	counted := f.rest
	f.rest, f.counting = rest, counting
	return counted
}

// pairs returns the keys of both maps, sorted. Those that do not equal themselves, as
// NaN, belong together as they are spelled, and of those that are spelled alike, the ones
// with equal values do.
func (d *differ) pairs(a, b reflect.Value) []pair {
	left, right := value.Entries(d.running, a), value.Entries(d.running, b)
	all := make([]pair, 0, max(len(left), len(right)))
	for len(left) > 0 || len(right) > 0 {
		var key string
		if len(left) == 0 || len(right) > 0 && right[0].Step.Key < left[0].Step.Key {
			key = right[0].Step.Key
		} else {
			key = left[0].Step.Key
		}
		var x, y []value.Entry
		x, left = cutKey(left, key)
		y, right = cutKey(right, key)
		x, y = unequal(x, y)
		for i := range max(len(x), len(y)) {
			next := pair{step: keypath.Entry(key)}
			if i < len(x) {
				next.a = x[i].Value
			}
			if i < len(y) {
				next.b = y[i].Value
			}
			all = append(all, next)
		}
	}
	return all
}

// cutKey cuts the entries with a key off the start of a sorted list.
func cutKey(all []value.Entry, key string) (with, rest []value.Entry) {
	n := 0
	for n < len(all) && all[n].Step.Key == key {
		n++
	}
	return all[:n], all[n:]
}

// maxAlike is how many keys that are spelled alike are compared with each other.
// Documents can spell NaN in a few ways only.
const maxAlike = 100

// unequal returns the entries of two lists that have no equal in the other.
func unequal(a, b []value.Entry) (restA, restB []value.Entry) {
	if len(a) > maxAlike || len(b) > maxAlike {
		return a, b
	}
	restB = slices.Clone(b)
	for _, e := range a {
		i := slices.IndexFunc(restB, func(other value.Entry) bool { return areAlike(e.Value, other.Value) })
		if i < 0 {
			restA = append(restA, e)
		} else {
			restB = slices.Delete(restB, i, i+1)
		}
	}
	return restA, restB
}
