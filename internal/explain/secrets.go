package explain

import (
	"reflect"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
)

// Secrets calls yield with the secret values in a value, a pointer to the type t, as part
// of what r runs.
func Secrets(r *guard.Running, t *schema.Type, v any, yield func(reflect.Value)) {
	l := &lister{running: r, emit: func(at leaf) {
		if at.secret {
			yield(at.value)
		}
	}}
	l.section(t, reflect.ValueOf(v).Elem(), merge.Value{}, leaf{})
}
