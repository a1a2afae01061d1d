package load

import (
	"reflect"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// HasSecrets reports whether the loader's type has secrets.
func (l *Loader) HasSecrets() bool { return l.schema.Secrets }

// Redact takes secrets out of a text: those that docs set, all other layers, and those
// of values, which are pointers to the loader's type.
func (l *Loader) Redact(text string, docs []source.Document, values ...any) string {
	if !l.schema.Secrets {
		return text
	}
	all, _ := l.layers(docs, nil)
	b := &binder{loader: l, layers: all, judged: values}
	return b.redact(text)
}

// masked returns p without the keys that documents have in a secret section, since
// they belong to what is secret there.
func (b *binder) masked(p path) path {
	shown := append(path(nil), p...)
	for i, s := range p {
		if s.data && b.secretAt(p[:i]) {
			shown[i].key = redact.Hidden
		}
	}
	return shown
}

// redact takes secrets out of a text that quotes a value, or that a caller's own code
// made: as the layers spell them, and of the values that this code gets to see.
func (b *binder) redact(text string) string {
	if !b.loader.schema.Secrets {
		return text
	}
	if b.secrets == nil {
		b.secrets = &redact.Secrets{}
		for _, l := range b.layers {
			b.addSecretsOf(b.loader.schema, l.root, false)
		}
		for f, node := range b.loader.defaults {
			b.addSecretsOf(f.Type, node, f.Secret)
		}
	}
	for ; b.known < len(b.judged); b.known++ {
		b.addSecretsIn(b.judged[b.known])
	}
	return b.secrets.Redact(text)
}

// addSecretsIn adds the secrets in a value, a pointer to the loader's type.
func (b *binder) addSecretsIn(value any) {
	l := lister{binder: &binder{loader: b.loader, running: b.running}, trail: new(trail), emit: func(at leaf) {
		if at.secret {
			b.secrets.AddValue(at.value)
		}
	}}
	l.section(b.loader.schema, reflect.ValueOf(value).Elem(), nil, leaf{})
}

// addSecretsOf adds the secrets in n, whose type is t if that is known, and the keys that
// are not the type's there. With hide, all of it is secret.
func (b *binder) addSecretsOf(t *schema.Type, n *document.Node, hide bool) {
	if hide && n.Kind != document.Bool && n.Kind != document.Null {
		b.secrets.Add(n.Text)
	}
	for i := range n.Children {
		child := &n.Children[i]
		if isData := t == nil || t.Kind != schema.Struct || t.Field(child.Key) == nil; hide && isData {
			b.secrets.Add(child.Key)
		}
		inner, secret := inner(t, n, child.Key)
		b.addSecretsOf(inner, &child.Node, hide || secret)
	}
}
