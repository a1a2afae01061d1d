package load

import (
	"sync"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// keyNames decides which keys messages may contain.
type keyNames struct {
	schema     *schema.Type
	sets       func() (open, secret map[string]bool) // cached [schema.KeyNames]
	secretKeys func() string                         // cached [schema.SecretKeys]
}

func newKeyNames(t *schema.Type) keyNames {
	return keyNames{
		schema:     t,
		sets:       sync.OnceValues(func() (open, secret map[string]bool) { return schema.KeyNames(t.Written) }),
		secretKeys: sync.OnceValue(func() string { return schema.SecretKeys(t) }),
	}
}

// isOpen reports whether key may be shown at any place: at least one field has it and no
// secret field has it, or it is the key of a reference to a file for a field.
func (k *keyNames) isOpen(key string) bool {
	open, secret := k.sets()
	fold := schema.Fold(key)
	if stem, ok := schema.RefStem(key); ok && !open[fold] && !secret[fold] {
		stem = schema.Fold(stem)
		return open[stem] || secret[stem]
	}
	return open[fold] && !secret[fold]
}

// message returns the text of a syntax error, without the quoted part of the document where
// that may be secret.
func (k *keyNames) message(p document.Problem, secret bool) string {
	if (k.schema.Secrets || secret) && !k.isOpen(p.Quoted) {
		return p.Message
	}
	return p.FullMessage()
}
