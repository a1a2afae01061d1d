package rules

import (
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/schema"
)

// Rule is one part of a validate tag with its words.
type Rule struct {
	schema.Rule
	Words string // what it asks for, as problems say it: "must be greater than 0"; "" for one that belongs to no value
}

// For returns the rules for what lies depth lists or maps inside f, a field of the
// Struct t. The words for those that belong to no value, such as omitempty, are
// empty.
func For(t *schema.Type, f *schema.Field, depth int) []Rule {
	return withWords(t, f, typeInside(t, f, depth), f.Rules.At(depth))
}

// ForKeys returns the rules for the keys of the map that lies depth lists or maps
// inside f, a field of the Struct t.
func ForKeys(t *schema.Type, f *schema.Field, depth int) []Rule {
	return withWords(t, f, indirect(typeInside(t, f, depth).Key()), f.Rules.KeysAt(depth))
}

func typeInside(t *schema.Type, f *schema.Field, depth int) reflect.Type {
	at := indirect(fieldType(t.Go, f.Index))
	for range depth {
		at = indirect(at.Elem())
	}
	return at
}

// withWords returns the rules of f, a field of the Struct t, for values of type at. A
// rule of a secret whose parameter depends on its value is an empty Alternative.
func withWords(t *schema.Type, f *schema.Field, at reflect.Type, all []schema.Rule) []Rule {
	at = convert.Judged(at)
	var out []Rule
	for _, r := range all {
		if r.Text == "" || r.Text == "-" {
			continue
		}
		named := Rule{Rule: r}
		if name := r.Any[0].Name; len(r.Any) > 1 || !isStructural(name) || textFor(name) != "" {
			fe := ruleOf{tag: r.Text, typ: at}
			if len(r.Any) == 1 {
				fe.tag, fe.param = name, r.Any[0].Param
			}
			named.Words = Wording{Fields: scope(t, at, name), Secret: f.Hidden}.Describe(fe)
		}
		named.Any = slices.Clone(r.Any)
		for i, a := range r.Any {
			if f.Hidden && a.Param != "" && (!IsBound(a.Name) || !isCount(a.Name, at.Kind())) {
				named.Any[i] = schema.Alternative{}
			}
		}
		out = append(out, named)
	}
	return out
}

// scope is the struct whose fields a rule names in Go: t, or for "unique" what is
// listed.
func scope(t *schema.Type, at reflect.Type, rule string) *schema.Type {
	if rule != "unique" || !IsItems(at.Kind()) {
		return t
	}
	for listed := range t.Types() {
		if listed.Kind == schema.Struct && listed.Go == indirect(at.Elem()) {
			return listed
		}
	}
	return nil
}

// ruleOf is a rule that has not failed, as far as its words depend on it.
type ruleOf struct {
	validator.FieldError // nil: the words depend on nothing else
	tag, param           string
	typ                  reflect.Type
}

func (r ruleOf) ActualTag() string  { return r.tag }
func (r ruleOf) Param() string      { return r.param }
func (r ruleOf) Kind() reflect.Kind { return r.typ.Kind() }
func (r ruleOf) Type() reflect.Type { return r.typ }

// Needs reports whether f, a field of the Struct t, must be set where defaults, by key
// and with sections as maps, are all the section has: a rule of its own rejects the
// zero value, or one in it does. Rules that depend on other fields, and those of a
// caller's validator, do not count.
func Needs(v *validator.Validate, t *schema.Type, f *schema.Field, defaults map[string]any) bool {
	if behindPointer(t.Go, f.Index) {
		return false // it is judged only if something else there is set
	}
	def, has := defaults[f.Key]
	if f.Type.Kind != schema.Struct {
		return !has && rejectsZero(v, t, f)
	}
	inner, _ := def.(map[string]any)
	switch {
	case len(inner) == 0 && rejectsZero(v, t, f):
		return true
	case f.Pointer || f.Rules.Off || f.Rules.Text != "" && f.Rules.Text != "required":
		return false // it may be left out, or not be looked into
	}
	return slices.ContainsFunc(f.Type.Fields, func(g *schema.Field) bool { return Needs(v, f.Type, g, inner) })
}

// rejectsZero reports whether one of a field's rules rejects its zero value.
func rejectsZero(v *validator.Validate, t *schema.Type, f *schema.Field) bool {
	all := f.Rules.At(0)
	for _, optional := range []string{"omitempty", "omitzero", "omitnil"} {
		if schema.Has(all, optional) {
			return false
		}
	}
	typ := fieldType(t.Go, f.Index)
	zero := reflect.Zero(typ).Interface()
	return slices.ContainsFunc(all, func(r schema.Rule) bool {
		name := r.Any[0].Name
		if strings.Contains(r.Text, "|") || name != "required" && (isStructural(name) || RefersToFields(name) || !isBuiltIn(name)) {
			return false
		}
		if convert.Judged(typ).Kind() == reflect.Struct {
			return name == "required" && requiresStructs(v)
		}
		failed := false
		panicked := guardText(func() { failed = v.Var(zero, r.Text) != nil })
		return failed && panicked == ""
	})
}

// requiresStructs reports whether "required" means something on a struct.
func requiresStructs(v *validator.Validate) bool {
	type inner struct{ A int }
	var outer struct {
		V inner `validate:"required"`
	}
	return v.Struct(outer) != nil
}

// behindPointer reports whether a field lies in an embedded pointer.
func behindPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		if t = t.Field(i).Type; t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}
