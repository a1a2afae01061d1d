package load

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// IsDocument reports whether doc is a configuration file, as opposed to the value of one key
// or a file that a document refers to.
func (l *Loader) IsDocument(doc source.Document) bool {
	return !doc.Ref && l.reader.kind(doc) == problem.File
}

// IsStored reports whether doc is part of a last good version on disk: a configuration file
// that is not built into the program, or anything that a source returned.
func (l *Loader) IsStored(doc source.Document) bool {
	return doc.Remote || l.IsDocument(doc) && !l.reader.place(doc).Given
}

// InlineSecrets returns, sorted, the keys with secrets written in configuration files or
// returned by sources, and the keys without a field, whose values may be secrets.
func (r *Result) InlineSecrets() []string {
	if r.Tree == nil {
		return nil
	}
	found := map[string]bool{}
	var in *layers.Layer
	var visit func(t *schema.Type, n *document.Node, path keypath.Path, secret bool)
	visit = func(t *schema.Type, n *document.Node, path keypath.Path, secret bool) {
		from := in.Source(n)
		if from != nil && from.OnlyReferences { // the document contains the name of a variable only
			return
		}
		secret = secret || from != nil && from.File
		if len(n.Children) == 0 {
			if isSecretText(t, n, secret) {
				shown := r.Tree.Schema.Mask(path)
				if in.Secret {
					shown = schema.MaskData(path)
				}
				found[shown.String()] = true
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
			inner, hide := secretChildType(r.Tree.Schema, t, n, child.Key)
			visit(inner, &child.Node, path.Child(step), secret || hide)
		}
	}
	for _, layer := range r.Tree.Layers {
		if (layer.Path != "" || layer.Remote) && !layer.Embedded && layer.Root != nil {
			in = layer
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
