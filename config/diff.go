package config

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"weak"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/merge"
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
// hook gets them, in the order of the type's fields. A nil one has no settings. What is
// expanded ([WithExpandEnv]) is as it is written; of a value that is none of the store's,
// only that it differs is shown once there is such a thing. It is safe for concurrent use.
func (s *Store[T]) Diff(old, new *T) []Change {
	if s.loader == nil {
		return nil
	}
	return newChanges(explain.Diff(context.Background(), s.loader.Schema(), s.side(old), s.side(new)))
}

// side returns a configuration as one of two that are compared.
func (s *Store[T]) side(v *T) explain.Side {
	s.mu.Lock()
	defer s.mu.Unlock()
	tree, known := s.trees[weak.Make(v)]
	return explain.Side{Value: v, Tree: tree, Hide: s.hasSources && !known}
}

// rememberTree keeps, for as long as somebody has a configuration, the tree that it was
// decoded from, or nil if nothing in it is from elsewhere than its documents. s.mu must be
// held.
func (s *Store[T]) rememberTree(of *Snapshot[T]) {
	maps.DeleteFunc(s.trees, func(at weak.Pointer[T], _ *merge.Tree) bool { return at.Value() == nil })
	if s.trees == nil {
		s.trees = map[weak.Pointer[T]]*merge.Tree{}
	}
	tree := of.result.Tree
	if tree != nil && !tree.HasSources() {
		tree = nil
	}
	s.trees[weak.Make(of.Value)] = tree
	s.hasSources = s.hasSources || tree != nil
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
