package load

import (
	"sync"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// keyNames are the names of keys, as far as messages may show them.
type keyNames struct {
	schema     *schema.Type
	sets       func() (open, secret map[string]bool) // see [schema.KeyNames]
	secretKeys func() string                         // see [schema.SecretKeys]
}

func newKeyNames(t *schema.Type) keyNames {
	return keyNames{
		schema:     t,
		sets:       sync.OnceValues(func() (open, secret map[string]bool) { return schema.KeyNames(t.Written) }),
		secretKeys: sync.OnceValue(func() string { return schema.SecretKeys(t) }),
	}
}

// isOpen reports whether a key may be shown wherever it is: some field has it, and none
// that is secret; or it refers to a file for a field.
func (k *keyNames) isOpen(key string) bool {
	open, secret := k.sets()
	fold := schema.Fold(key)
	if stem, ok := schema.RefStem(key); ok && !open[fold] && !secret[fold] {
		stem = schema.Fold(stem)
		return open[stem] || secret[stem]
	}
	return open[fold] && !secret[fold]
}

// message returns what is wrong with a document, without text of it that might be
// secret.
func (k *keyNames) message(p document.Problem, secret bool) string {
	if (k.schema.Secrets || secret) && !k.isOpen(p.Quoted) {
		return p.Message
	}
	return p.FullMessage()
}
