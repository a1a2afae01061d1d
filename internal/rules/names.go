package rules

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/schema"
)

// checkNames checks that the fields which a rule names exist in the struct t, and
// can be compared with a value of type at, the rule's own. The validator takes
// rules that fail at this for ones that always hold, or never.
func checkNames(t *schema.Type, at reflect.Type, r schema.Alternative) string {
	if !RefersToFields(r.Name) {
		return ""
	}
	if pairs := strings.HasSuffix(r.Name, "_if") || strings.HasSuffix(r.Name, "_unless"); pairs && len(r.Words())%2 != 0 {
		return fmt.Sprintf("the rule %q needs pairs of a field and a value", r.Text)
	}
	names := OtherFields(r)
	if len(names) == 0 || names[0] == "" {
		return fmt.Sprintf("the rule %q needs the name of a field", r.Text)
	}
	for _, name := range names {
		other, ok := fieldNamed(t.Go, name)
		if !ok {
			return fmt.Sprintf("the rule %q names %s, which is not a field of %s", r.Text, name, t.Where)
		}
		if relationOf(r.Name) != "" && other != nil && !areCompared(indirect(other), at) {
			return fmt.Sprintf("the rule %q compares %s with %s", r.Text, schema.TypeName(at), schema.TypeName(other))
		}
	}
	return ""
}

// areCompared reports whether the validator compares values of the two types.
func areCompared(a, b reflect.Type) bool {
	return a.Kind() == b.Kind() || a.Kind() == reflect.Interface || b.Kind() == reflect.Interface
}

// fieldNamed returns the type of a struct's field A.B, or nil where it lies in a
// list or map, so that its presence depends on the value.
func fieldNamed(t reflect.Type, name string) (reflect.Type, bool) {
	for part := range strings.SplitSeq(name, ".") {
		part, _, indexed := strings.Cut(part, "[")
		if t = indirect(t); t.Kind() != reflect.Struct {
			return nil, false
		}
		f, ok := t.FieldByName(part)
		if !ok {
			return nil, false
		}
		if indexed {
			return nil, true
		}
		t = f.Type
	}
	return t, true
}
