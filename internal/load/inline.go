package load

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// IsFile reports whether a document is a configuration file, rather than the value of one
// key, or content that is given.
func (l *Loader) IsFile(doc source.Document) bool {
	p := l.reader.place(doc)
	return p.Kind == problem.File && !p.Given
}

// InlineSecrets returns the keys in configuration files that have a secret, or what may
// be one because no field has the key, sorted.
func (r *Result) InlineSecrets() []string {
	if r.Tree == nil {
		return nil
	}
	found := map[string]bool{}
	var visit func(t *schema.Type, n *document.Node, path keypath.Path, secret bool)
	visit = func(t *schema.Type, n *document.Node, path keypath.Path, secret bool) {
		if len(n.Children) == 0 {
			if (secret || t != nil && t.Secrets) && n.Kind != document.Null && n.Kind != document.Map && n.Kind != document.List {
				found[r.Tree.Schema.Mask(path).String()] = true
			}
			return
		}
		for i := range n.Children {
			child := &n.Children[i]
			step := keypath.Field(child.Key)
			switch {
			case n.Kind == document.List:
				step = keypath.Item(i)
			case t == nil || t.Kind != schema.Struct || t.Field(child.Key) == nil:
				step = keypath.Entry(child.Key)
			}
			inner, hide := inner(t, n, child.Key)
			if !r.Tree.Schema.Secrets && hide { // nothing can be but a key without a field
				hide = t.Kind == schema.Struct && n.Kind == document.Map
			}
			visit(inner, &child.Node, path.Child(step), secret || hide)
		}
	}
	for _, layer := range r.Tree.Layers {
		if layer.IsFile() && !layer.Given && layer.Path != "" && layer.Root != nil {
			visit(r.Tree.Schema, layer.Root, nil, false)
		}
	}
	keys := make([]string, 0, len(found))
	for key := range found {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
