package load

import (
	"context"
	"reflect"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Redact removes secrets from text: those of result and its layers or, if result is nil, those
// of a pass over docs, and those of values.
func (l *Loader) Redact(text string, result *Result, docs []source.Document, values ...explain.Side) string {
	if !l.HasSecrets() {
		return text
	}
	r := redactor{schema: l.schema, sides: values}
	if result != nil && result.Tree != nil {
		r.layers = result.Tree.Layers
		r.addSide(result.Value, result.Tree)
	} else {
		all := make(chan []*layers.Layer, 1)
		_ = guard.Run(context.Background(), nil, CallLimit, func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			cancel() // the causes of syntax errors are not needed
			read, _ := l.reader.read(ctx, l.Viper(), docs, nil)
			all <- read
		})
		select {
		case r.layers = <-all:
		default: // a codec panicked or did not return, as in the pass
		}
	}
	return r.redact(text)
}

// redactor removes secrets from texts that quote a value or that the caller's code returned.
// The secrets are collected when redact is first called: as the layers spell them, and as the
// values have them that the caller's code is called with.
type redactor struct {
	schema  *schema.Type
	running *guard.Running
	layers  []*layers.Layer
	sides   []explain.Side // values with their trees; no value is nil

	secrets   *redact.Secrets // nil until first needed
	collected int             // the number of sides whose secrets were added
}

// addSide adds a value whose secrets are to be removed.
func (r *redactor) addSide(value any, tree *merge.Tree) {
	r.sides = append(r.sides, explain.Side{Value: value, Tree: tree})
}

// hasNoSecrets reports whether there is nothing to remove.
func (r *redactor) hasNoSecrets() bool {
	return !r.schema.Secrets && !slices.ContainsFunc(r.layers, (*layers.Layer).HasSources) &&
		!slices.ContainsFunc(r.sides, func(s explain.Side) bool { return s.Tree != nil && s.Tree.HasSources() })
}

// redact returns text without secrets.
func (r *redactor) redact(text string) string {
	if r.hasNoSecrets() {
		return text
	}
	if r.secrets == nil {
		r.secrets = &redact.Secrets{}
		for _, l := range r.layers {
			r.add(l, r.schema, l.Root, l.Secret)
		}
		for t := range r.schema.Types() {
			for _, f := range t.Fields {
				if f.Default != nil {
					r.add(nil, f.Type, f.Default, f.Secret)
				}
			}
		}
	}
	for ; r.collected < len(r.sides); r.collected++ {
		explain.Secrets(r.running, r.schema, r.sides[r.collected].Value, r.sides[r.collected].Tree, r.secrets.AddValue)
	}
	return r.secrets.Redact(text)
}

// add adds the secrets in n, and the keys in secret values that are data. t is the type of n,
// or nil if it is unknown; l is the layer of n, or nil. With hide, all of n is secret.
func (r *redactor) add(l *layers.Layer, t *schema.Type, n *document.Node, hide bool) {
	var from *layers.Source
	if l != nil {
		from = l.Source(n)
	}
	switch {
	case hide && n.Kind != document.Bool && n.Kind != document.Null:
		r.secrets.Add(n.Text)
	case from != nil && (from.File || len(from.Values) > 0 && len(n.Text) <= longExpanded):
		r.secrets.Add(n.Text)
	}
	if from != nil {
		for _, value := range from.Values {
			r.secrets.Add(value)
		}
	}
	for i := range n.Children {
		child := &n.Children[i]
		if (hide || from.HidesKeys()) && isData(t, child.Key) {
			r.secrets.Add(child.Key)
		}
		inner, secret := childType(t, n, child.Key)
		r.add(l, inner, &child.Node, hide || secret)
	}
}

// longExpanded is the length in bytes above which a text with variables is not a secret as a
// whole, but only the values of the variables are.
const longExpanded = 4096

// isData reports whether key, in a value of type t or of an unknown type if t is nil, is data
// and not the name of a field.
func isData(t *schema.Type, key string) bool {
	switch {
	case t == nil:
		return true
	case t.Kind == schema.Struct:
		return t.Field(key) == nil
	case t.Kind == schema.Scalar: // the type decodes itself
		return t.Go.Kind() != reflect.Struct
	}
	return true
}
