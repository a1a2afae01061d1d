package merge

import (
	"fmt"
	"reflect"

	"example.com/lastgood/internal/keypath"
)

// EntryStep is the step from a map to its value at key.
func EntryStep(key reflect.Value) keypath.Step {
	if key.Kind() == reflect.String {
		return keypath.Entry(key.String()) // even if it has a String method
	}
	return keypath.Entry(fmt.Sprint(key.Interface()))
}
