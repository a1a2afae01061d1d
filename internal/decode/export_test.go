package decode

import (
	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/internal/merge"
)

// Handed returns what Viper is handed for a tree.
func Handed(r *merge.Report) map[string]any {
	return parts(r.Tree.Schema, r.Tree.Root)
}

// OwnHook returns the decode hook for a tree.
func OwnHook(r *merge.Report) mapstructure.DecodeHookFunc { return binding(newDecoder(r, nil)) }

// WithViper has Viper decode what it is handed.
func WithViper(input map[string]any, into any, keyTag string, hook mapstructure.DecodeHookFunc) error {
	return withViper(opaque(input), into, keyTag, hook)
}
