package load

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// redactor returns what takes the secrets of layers out of a text that quotes a value,
// or that a caller's own code made. They are collected when first needed.
func (l *Loader) redactor(all []*layers.Layer) func(string) string {
	secrets := sync.OnceValue(func() secretTexts {
		var s secretTexts
		for _, layer := range all {
			s.collect(l.schema, layer.Root, false)
		}
		l.schema.EachStruct(func(t *schema.Type) {
			for _, f := range t.Fields {
				if f.Default != nil {
					s.collect(f.Type, f.Default, f.Secret)
				}
			}
		}, nil)
		return s
	})
	return func(text string) string { return secrets().redact(text) }
}

// HasSecrets reports whether the loader's type has secrets.
func (l *Loader) HasSecrets() bool { return l.schema.Secrets }

// Redact takes the secrets of values, pointers to the loader's type, out of a text.
func (l *Loader) Redact(text string, values ...any) string {
	if !l.schema.Secrets {
		return text
	}
	var s secretTexts
	explain.Secrets(l.schema, s.add, values...)
	return s.redact(text)
}

// secretTexts are texts that must not be shown.
type secretTexts []string

// redact takes the secrets out of a text.
func (s secretTexts) redact(text string) string {
	slices.SortFunc(s, func(x, y string) int { return len(y) - len(x) }) // one may hold another
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret, redact.Mask)
	}
	return text
}

// shortestSecret is how long a secret must be: very short ones are left, or they would
// take words with them.
const shortestSecret = 4

// add adds a secret, in the forms in which a text may quote it.
func (s *secretTexts) add(secret string) {
	if len(secret) < shortestSecret {
		return
	}
	*s = append(*s, secret)
	if quoted := strconv.Quote(secret); quoted[1:len(quoted)-1] != secret {
		*s = append(*s, quoted[1:len(quoted)-1])
	}
}

func (s *secretTexts) collect(t *schema.Type, n *document.Node, hide bool) {
	if len(n.Children) == 0 && hide {
		s.add(n.Text)
	}
	for i := range n.Children {
		child := &n.Children[i]
		inner, secret := inner(t, n, child.Key)
		s.collect(inner, &child.Node, hide || secret)
	}
}
