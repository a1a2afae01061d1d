package value

import (
	"cmp"
	"reflect"
	"slices"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
)

// Entry is an entry of a map.
type Entry struct {
	Step       keypath.Step
	Key, Value reflect.Value
}

// Entries returns the entries of a map, sorted by the texts of their keys. They include the
// values, because a NaN key cannot be looked up.
func Entries(r *guard.Running, m reflect.Value) []Entry {
	if !m.IsValid() {
		return nil
	}
	entries := make([]Entry, 0, m.Len())
	for it := m.MapRange(); it.Next(); {
		entries = append(entries, Entry{Step(r, it.Key()), it.Key(), it.Value()})
	}
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Step.Key, b.Step.Key) })
	return entries
}

// Step returns the step from a map to its value at key.
func Step(r *guard.Running, key reflect.Value) keypath.Step {
	if key.Kind() == reflect.String {
		return keypath.Entry(key.String()) // not by its String method
	}
	text, panicked := r.Sprint(key.Interface())
	if panicked != nil {
		text = panicked.Error()
	}
	return keypath.Entry(text)
}
