package load

import (
	"fmt"
	"reflect"
	"strings"

	"example.com/lastgood/internal/schema"
)

// readDefaults parses the default tags and checks that each suits its field.
func (l *Loader) readDefaults() []schema.Fault {
	var faults []schema.Fault
	l.schema.EachStruct(func(t *schema.Type) {
		for _, f := range t.Fields {
			if f.Default == nil {
				continue
			}
			fault := func(message string) {
				faults = append(faults, schema.Fault{Field: fieldName(t, f), Message: fmt.Sprintf("its default %q: %s", *f.Default, message)})
			}
			node, err := f.Type.ParseText(*f.Default)
			if err != nil {
				fault(err.Error())
				continue
			}
			b := &binder{loader: l}
			b.bind(f.Type, []ref{{layer: fromDefault, node: node}}, false)
			for _, p := range b.problems {
				fault(p.Message)
			}
			l.defaults[f] = node
		}
	})
	return faults
}

// fieldName names a field in faults: Server.Port of main.Server.
func fieldName(t *schema.Type, f *schema.Field) string {
	return t.Go.String() + "." + strings.Join(f.GoPath, ".")
}

// checkRules finds validation rules that would panic, now or once a nil pointer
// is set by a later reload, and those that name fields which do not exist, which
// the validator takes for rules that always hold or always fail.
func (l *Loader) checkRules() []schema.Fault {
	var faults []schema.Fault
	l.schema.EachStruct(func(t *schema.Type) {
		// The validator parses the rules of all fields of a struct the first
		// time it sees one, and panics at those it does not know.
		if err := guardText(func() { _ = l.validate.Struct(reflect.New(t.Go).Interface()) }); err != "" {
			faults = append(faults, schema.Fault{Field: t.Go.String(), Message: "its validate tags are not valid: " + err})
			return
		}
		for _, f := range t.Fields {
			for _, message := range l.checkRulesOf(t, f) {
				faults = append(faults, schema.Fault{Field: fieldName(t, f), Message: message})
			}
		}
	})
	return faults
}

// checkRulesOf tries every rule of a field on a value of the field's type.
func (l *Loader) checkRulesOf(t *schema.Type, f *schema.Field) (faults []string) {
	if f.Rules == "" || f.Rules == "-" {
		return nil
	}
	at := fieldType(t.Go, f.Index)
	var outside []reflect.Type // of "keys", to go back to at "endkeys"
	for rule := range strings.SplitSeq(f.Rules, ",") {
		for at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		switch rule {
		case "dive":
			switch at.Kind() {
			case reflect.Slice, reflect.Array, reflect.Map:
				outside = append(outside[:0], at)
				at = at.Elem()
			default:
				return append(faults, fmt.Sprintf("validate:%q: \"dive\" needs a list or map, not %s", f.Rules, at))
			}
		case "keys":
			if len(outside) == 0 || outside[0].Kind() != reflect.Map {
				return append(faults, fmt.Sprintf("validate:%q: \"keys\" needs a map", f.Rules))
			}
			at = outside[0].Key()
		case "endkeys":
			at = outside[0].Elem()
		default:
			for alternative := range strings.SplitSeq(rule, "|") {
				if message := l.checkRule(t, at, alternative); message != "" {
					faults = append(faults, fmt.Sprintf("validate:%q: %s", f.Rules, message))
				}
			}
		}
	}
	return faults
}

func fieldType(t reflect.Type, index []int) reflect.Type {
	for _, i := range index {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		t = t.Field(i).Type
	}
	return t
}

// structural rules are handled by the validator itself, before any function.
var structural = map[string]bool{"omitempty": true, "omitzero": true, "omitnil": true, "structonly": true,
	"nostructlevel": true, "required": true, "isdefault": true}

// checkRule tries one rule on values of type at in a struct of type t.
func (l *Loader) checkRule(t *schema.Type, at reflect.Type, rule string) string {
	name, param, _ := strings.Cut(rule, "=")
	if structural[name] {
		return ""
	}
	if message := checkNames(t, name, param); message != "" {
		return message
	}
	if !builtIn(name) || refersToFields(name) {
		return "" // a caller's own rule may expect more than a sample has to offer
	}
	for _, sample := range samples(at) {
		if err := guardText(func() { _ = l.validate.Var(sample, rule) }); err != "" {
			return fmt.Sprintf("the rule %q cannot be applied to %s: %s", rule, at, err)
		}
	}
	return ""
}

// builtIn reports whether the validator has the rule without a caller's help.
func builtIn(name string) bool {
	known := guardText(func() { _ = ownValidator().Var("", "omitempty,"+name) })
	return known == ""
}

// refersToFields reports whether a rule's parameter names fields.
func refersToFields(name string) bool {
	return relations[name] != "" || strings.HasPrefix(name, "required_") || strings.HasPrefix(name, "excluded_") || name == "skip_unless"
}

// checkNames checks that the fields which a rule names exist in the struct. Rules
// across structs ("cs") name them from the top and are left alone.
func checkNames(t *schema.Type, name, param string) string {
	if !refersToFields(name) || strings.Contains(name, "csfield") {
		return ""
	}
	words := strings.Fields(param)
	every := 1
	if strings.HasSuffix(name, "_if") || strings.HasSuffix(name, "_unless") {
		every = 2 // pairs of a field and a value
		if len(words)%2 != 0 {
			return fmt.Sprintf("the rule %q needs pairs of a field and a value", name+"="+param)
		}
	}
	if len(words) == 0 {
		return fmt.Sprintf("the rule %q needs the name of a field", name)
	}
	for i := 0; i < len(words); i += every {
		first, _, _ := strings.Cut(words[i], ".")
		first, _, _ = strings.Cut(first, "[")
		if _, ok := t.Go.FieldByName(first); !ok {
			return fmt.Sprintf("the rule %q names %s, which is not a field of %s", name+"="+param, words[i], t.Go)
		}
	}
	return ""
}

// samples returns values of a type on which a rule is tried: its zero value, and
// one that is not empty, because some rules look closer at that.
func samples(t reflect.Type) []any {
	zero := reflect.New(t).Elem()
	full := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		full.SetString("1")
	case reflect.Bool:
		full.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		full.SetInt(1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		full.SetUint(1)
	case reflect.Float32, reflect.Float64:
		full.SetFloat(1)
	case reflect.Slice:
		full.Set(reflect.MakeSlice(t, 1, 1))
	case reflect.Map:
		full.Set(reflect.MakeMap(t))
		full.SetMapIndex(reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem())
	case reflect.Interface:
		return nil // nothing is known of what it will hold
	}
	return []any{zero.Interface(), full.Interface()}
}

// guardText returns the text of f's panic, or "". The panics at hand are of the
// validator, over tags.
func guardText(f func()) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprint(p)
		}
	}()
	f()
	return ""
}
