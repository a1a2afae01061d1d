package load

import (
	"cmp"
	"reflect"
	"slices"
)

// mapEntry is an entry of a map-typed value.
type mapEntry struct {
	step       step
	key, value reflect.Value
}

// entriesOf returns the entries of a map, sorted by how their keys are spelled. They
// come with their values, because a key that does not equal itself, as NaN does not,
// leads to none.
func (b *binder) entriesOf(m reflect.Value) []mapEntry {
	if !m.IsValid() {
		return nil
	}
	entries := make([]mapEntry, 0, m.Len())
	for it := m.MapRange(); it.Next(); {
		entries = append(entries, mapEntry{b.keyStep(it.Key()), it.Key(), it.Value()})
	}
	slices.SortFunc(entries, func(a, b mapEntry) int { return cmp.Compare(a.step.key, b.step.key) })
	return entries
}
