package load

import (
	"slices"
	"strconv"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// masked returns p without the keys that documents have in a secret section, since
// they belong to what is secret there.
func (b *binder) masked(p path) path {
	shown := append(path(nil), p...)
	for i, s := range p {
		if s.data && b.secretAt(p[:i]) {
			shown[i].key = "…"
		}
	}
	return shown
}

// redact takes the secrets of the documents out of a text that quotes a
// value, or that a caller's own code made. Very short ones are left, or they would take words with them.
func (b *binder) redact(text string) string {
	if !b.hasSecrets {
		b.hasSecrets = true
		for _, l := range b.layers {
			b.collectSecrets(b.loader.schema, l.root, false)
		}
		for f, node := range b.loader.defaults {
			b.collectSecrets(f.Type, node, f.Secret)
		}
	}
	return replaceAll(text, b.secrets)
}

// replaceAll takes secrets out of a text.
func replaceAll(text string, secrets []string) string {
	slices.SortFunc(secrets, func(x, y string) int { return len(y) - len(x) }) // one may hold another
	for _, secret := range secrets {
		text = strings.ReplaceAll(text, secret, redact.Mask)
	}
	return text
}

const shortestSecret = 4

func (b *binder) collectSecrets(t *schema.Type, n *document.Node, hide bool) {
	if len(n.Children) == 0 && hide {
		b.secrets = appendSecret(b.secrets, n.Text)
	}
	for i := range n.Children {
		child := &n.Children[i]
		inner, secret := inner(t, n, child.Key)
		b.collectSecrets(inner, &child.Node, hide || secret)
	}
}

// appendSecret adds a secret, in the forms in which a text may quote it.
func appendSecret(to []string, secret string) []string {
	if len(secret) < shortestSecret {
		return to
	}
	to = append(to, secret)
	if quoted := strconv.Quote(secret); quoted[1:len(quoted)-1] != secret {
		to = append(to, quoted[1:len(quoted)-1])
	}
	return to
}
