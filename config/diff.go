package config

import (
	"reflect"
	"strconv"
	"strings"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/load"
)

// Change is a setting that differs between two configurations.
type Change struct {
	Key    string `json:"key"`
	Old    any    `json:"old"` // as in [Setting]; nil where there is none
	New    any    `json:"new"`
	Secret bool   `json:"secret,omitempty"` // both are redacted
}

// String renders the change on one line: server.port: 80 -> 8080. Of a secret it
// says only that it has changed.
func (c Change) String() string {
	if c.Secret {
		return c.Key + ": changed"
	}
	return c.Key + ": " + showValue(c.Old) + " -> " + showValue(c.New)
}

// Diff lists the settings that differ between two configurations, as a hook gets
// them, in the order of the type's fields. Neither may be nil. If T is loaded, the
// keys are spelled as its store spells them; see [Store.Diff] for one that [Open]
// made. It is safe for concurrent use.
func Diff[T any](old, new *T) []Change {
	if s := find[T](); s != nil && s.loader != nil {
		return s.Diff(old, new)
	}
	loader, problems := load.New(reflect.TypeFor[T](), load.Options{})
	if len(problems) > 0 {
		panic(newError(problems, 0)) // no store can have made such a value
	}
	return diff(loader, old, new)
}

// Diff lists the settings that differ between two of the store's configurations, in
// the order of the type's fields. Neither may be nil.
func (s *Store[T]) Diff(old, new *T) []Change {
	if s.loader == nil {
		return nil
	}
	return diff(s.loader, old, new)
}

func diff(loader *load.Loader, old, new any) []Change {
	found := explain.Diff(loader.Schema(), old, new)
	changes := make([]Change, len(found))
	for i, c := range found {
		changes[i] = Change(c)
	}
	return changes
}

// mostLogged is how many changes a log line names.
const mostLogged = 10

// summary renders changes on one line.
func summary(changes []Change) string {
	var b strings.Builder
	for i, c := range changes {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == mostLogged {
			b.WriteString("and " + strconv.Itoa(len(changes)-i) + " more")
			break
		}
		b.WriteString(c.String())
	}
	return b.String()
}
