package decode

import (
	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/internal/merge"
)

// ViperInput returns the map that Viper is given for a tree.
func ViperInput(r *merge.Report) map[string]any {
	return structInput(r.Tree.Schema, r.Tree.Root)
}

// DecodeHook returns the decode hook for a tree.
func DecodeHook(r *merge.Report) mapstructure.DecodeHookFunc { return decodeHook(newDecoder(r, nil)) }

// WithViper decodes input by Viper.
func WithViper(input map[string]any, into any, keyTag string, hook mapstructure.DecodeHookFunc) error {
	return withViper(opaque(input), into, keyTag, hook)
}
