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

// Change is the difference of one setting between two configurations.
type Change struct {
	Key    string `json:"key"`
	Old    any    `json:"old"`              // in the form of [Setting].Value; nil if the setting did not exist
	New    any    `json:"new"`              // nil if the setting no longer exists
	Secret bool   `json:"secret,omitempty"` // Old and New are redacted
}

// String returns the change on one line, such as "server.port: 80 -> 8080". For a secret, it is
// the key and "changed".
func (c Change) String() string {
	if c.Secret {
		return redact.Escape(c.Key) + ": changed"
	}
	return redact.Escape(c.Key + ": " + showValue(c.Old) + " -> " + showValue(c.New))
}

// Diff lists the settings that differ between two configurations of the store, such as those
// that a hook is given, in the order of the type's fields. A nil configuration has no settings.
// Secrets are redacted, and texts that were expanded ([WithExpandEnv]) are as written in the
// document. For a value that is not one of the store's versions, only that a setting differs is
// shown if the store has ever had values from variables or files in documents.
func (s *Store[T]) Diff(old, new *T) []Change {
	if s.loader == nil {
		return nil
	}
	return newChanges(explain.Diff(context.Background(), s.loader.Schema(), s.side(old), s.side(new)))
}

// side returns a configuration as one of the two of a comparison.
func (s *Store[T]) side(v *T) explain.Side {
	s.mu.Lock()
	defer s.mu.Unlock()
	tree, known := s.trees[weak.Make(v)]
	return explain.Side{Value: v, Tree: tree, Hide: s.hasSources && !known}
}

// trackTree keeps the tree that a version was decoded from, for as long as its value is in
// use; nil if all of it comes from the documents themselves. s.mu must be held.
func (s *Store[T]) trackTree(of *Snapshot[T]) {
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

// maxLogged is the number of changes in a log record.
const maxLogged = 10

// summary returns changes on one line. more is the number of changes that are not in the list.
func summary(changes []Change, more int) string {
	shown := min(len(changes), maxLogged)
	texts := make([]string, shown, shown+1)
	for i, c := range changes[:shown] {
		texts[i] = c.String()
	}
	if more += len(changes) - shown; more > 0 {
		texts = append(texts, "and "+strconv.Itoa(more)+" more")
	}
	return strings.Join(texts, ", ")
}
