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

// Redact takes secrets out of a text: those of result and of its layers or, if it is nil,
// those of a pass over docs, and those of values of the loader's type.
func (l *Loader) Redact(text string, result *Result, docs []source.Document, values ...explain.Side) string {
	if !l.HasSecrets() {
		return text
	}
	r := redactor{schema: l.schema, seen: values}
	if result != nil && result.Tree != nil {
		r.layers = result.Tree.Layers
		r.see(result.Value, result.Tree)
	} else {
		all := make(chan []*layers.Layer, 1)
		_ = guard.Run(context.Background(), nil, CallLimit, func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			cancel() // nobody asks for the causes of syntax errors
			read, _ := l.reader.read(ctx, l.Viper(), docs, nil)
			all <- read
		})
		select {
		case r.layers = <-all:
		default: // a codec does not read them, as in the pass
		}
	}
	return r.redact(text)
}

// redactor takes secrets out of texts that quote a value, or that a caller's own code
// made: as the layers spell them, and of the values that this code gets to see. They
// are collected when first needed.
type redactor struct {
	schema  *schema.Type
	running *guard.Running
	layers  []*layers.Layer
	seen    []explain.Side // without nil values

	secrets *redact.Secrets // nil until they are needed
	known   int             // how many of seen are in secrets
}

func (r *redactor) see(value any, tree *merge.Tree) {
	r.seen = append(r.seen, explain.Side{Value: value, Tree: tree})
}

// hasNone reports whether there are no secrets.
func (r *redactor) hasNone() bool {
	return !r.schema.Secrets && !slices.ContainsFunc(r.layers, (*layers.Layer).HasSources) &&
		!slices.ContainsFunc(r.seen, func(s explain.Side) bool { return s.Tree != nil && s.Tree.HasSources() })
}

func (r *redactor) redact(text string) string {
	if r.hasNone() {
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
	for ; r.known < len(r.seen); r.known++ {
		explain.Secrets(r.running, r.schema, r.seen[r.known].Value, r.seen[r.known].Tree, r.secrets.AddValue)
	}
	return r.secrets.Redact(text)
}

// add adds the secrets in n, whose type is t if that is known, and the keys that are not
// the type's there. With hide, all of it is secret. l is the layer that n is in, if any.
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
		inner, secret := inner(t, n, child.Key)
		r.add(l, inner, &child.Node, hide || secret)
	}
}

// longExpanded is from how many bytes on only the values of variables in a text are looked
// for, and not all of it.
const longExpanded = 4096

// isData reports whether a key in a value of type t, if that is known, is data, rather
// than the name of a field.
func isData(t *schema.Type, key string) bool {
	switch {
	case t == nil:
		return true
	case t.Kind == schema.Struct:
		return t.Field(key) == nil
	case t.Kind == schema.Scalar: // it reads itself
		return t.Go.Kind() != reflect.Struct
	}
	return true
}
