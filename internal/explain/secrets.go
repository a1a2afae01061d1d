package explain

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
)

// Secrets calls yield with the secret values in v, a pointer to the type t, and with the
// values that come from variables, files and secret documents of tree. tree is what v was
// decoded from; nil if that is unknown. r is the run that calls of the caller's methods are
// part of.
func Secrets(r *guard.Running, t *schema.Type, v any, tree *merge.Tree, yield func(reflect.Value)) {
	l, root := &lister{running: r}, merge.Value{}
	if tree != nil && tree.HasSources() {
		l.tree, root = tree, tree.Root
	}
	l.emit = func(at leaf) {
		if at.secret || l.tree != nil && slices.ContainsFunc(l.tree.Sources(at.in), (*layers.Source).IsSecret) {
			yield(at.value)
		}
	}
	l.section(t, reflect.ValueOf(v).Elem(), root, leaf{})
}
