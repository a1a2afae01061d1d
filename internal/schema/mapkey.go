package schema

import (
	"reflect"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/guard"
)

// MapKey is the type of the keys of a map.
type MapKey struct {
	Type  *Type // a Scalar
	Plain bool  // the keys are the documents' texts
}

func mapKey(scalar convert.Type) *MapKey {
	return &MapKey{&Type{Kind: Scalar, Go: scalar.Go, Scalar: scalar}, scalar.Go.Kind() == reflect.String && scalar.Plain()}
}

// Convert converts a document's key to the map's key type.
func (k *MapKey) Convert(r *guard.Running, text string) (reflect.Value, *convert.Mismatch) {
	key := reflect.New(k.Type.Go).Elem()
	if k.Plain {
		key.SetString(text)
		return key, nil
	}
	miss := k.Type.Scalar.Set(r, key, text)
	if miss == nil && !key.Comparable() { // a method may store such a value in an interface
		miss = &convert.Mismatch{Want: k.Type.Scalar.Name(), Hint: "what its own method makes of the text cannot be a key"}
	}
	return key, miss
}
