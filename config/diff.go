package config

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/redact"
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
		return redact.Escape(c.Key) + ": changed"
	}
	return redact.Escape(c.Key + ": " + showValue(c.Old) + " -> " + showValue(c.New))
}

// Diff lists the settings that differ between two configurations, as a hook gets
// them, in the order of the type's fields. A nil one has no settings. If T is loaded, the
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
	return newChanges(explain.Diff(context.Background(), loader.Schema(), old, new))
}

// Diff lists the settings that differ between two of the store's configurations, in
// the order of the type's fields. A nil one has no settings.
func (s *Store[T]) Diff(old, new *T) []Change {
	if s.loader == nil {
		return nil
	}
	return newChanges(explain.Diff(context.Background(), s.loader.Schema(), old, new))
}

func newChanges(found []explain.Change) []Change {
	changes := make([]Change, len(found))
	for i, c := range found {
		changes[i] = Change(c)
	}
	return changes
}

// mostLogged is how many changes a log line names.
const mostLogged = 10

// summary renders changes on one line; more are those that are not among them.
func summary(changes []Change, more int) string {
	shown := min(len(changes), mostLogged)
	texts := make([]string, shown, shown+1)
	for i, c := range changes[:shown] {
		texts[i] = c.String()
	}
	if more += len(changes) - shown; more > 0 {
		texts = append(texts, "and "+strconv.Itoa(more)+" more")
	}
	return strings.Join(texts, ", ")
}
