package config

import (
	"context"
	"strconv"
	"strings"

	"example.com/lastgood/internal/explain"
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

// Diff lists the settings that differ between two of the store's configurations, as a
// hook gets them, in the order of the type's fields. A nil one has no settings. It is
// safe for concurrent use.
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
