package load

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/schema"
)

// failure reports one failed rule.
func (b *binder) failure(s spot, fe validator.FieldError) {
	if b.isConsequence(s.path) || b.comparesUnbound(s, fe) {
		return
	}
	w := b.wording(s, fe)
	text := w.describe(fe)
	if s.rest != "" {
		// A tag on something that no key can set, or a name that a caller's
		// function made up.
		b.blame(s.path, Problem{Code: w.code(fe), Message: text + " (in Go: " + b.redact(strings.TrimPrefix(s.rest, ".")) + ")"})
		return
	}
	at, depth := b.locate(s.path)
	set := depth == len(s.path)
	switch {
	case s.isKey(fe):
		b.add(found{ref: at, path: s.path, secret: b.secretAt(s.path), onKey: true,
			Problem: Problem{Code: w.code(fe), Message: "the key " + text}})
	case !set:
		b.missing(s, fe, w)
	case presenceDecides(s, fe):
		b.afterRequired(s, fe)
	default:
		b.blame(s.path, Problem{Code: w.code(fe), Message: text + b.got(s, at, fe)})
	}
}

// got says what was found instead, if that may be shown.
func (b *binder) got(s spot, at ref, fe validator.FieldError) string {
	if at.node == nil || b.hides(s) {
		return ""
	}
	if shapeOf(at.node) != oneValue {
		if v := reflect.ValueOf(fe.Value()); boundOf(fe.ActualTag()) != nil && isItems(v.Kind()) {
			return fmt.Sprintf(", got %d", v.Len())
		}
		return ""
	}
	if at.layer == fromDefault {
		return ", got the default " + b.show(at.node)
	}
	if b.made(at) != nil && fe.Kind() != reflect.String { // a variable is a text, but this one was read as something else
		return ", got " + b.shorten(at.node.Text)
	}
	return ", got " + b.show(at.node)
}

// hides reports whether the value at a spot is not shown: because of a field on the way
// to it, or because a secret stands where any value may.
func (b *binder) hides(s spot) bool {
	return b.secretAt(s.path) || s.value.Kind() == reflect.Interface && !s.value.IsNil() && schema.IsSecret(s.value.Elem().Type())
}

func isRequired(tag string) bool {
	return tag == "required" || strings.HasPrefix(tag, "required_") && !strings.Contains(tag, "|")
}

// presenceDecides reports whether a "required" rule failed on a value that is
// there: the validator takes false, 0 and a section of nothing else for unset.
// Where an alias stands for the rule, those behind it are not known, so that it
// cannot be passed over.
func presenceDecides(s spot, fe validator.FieldError) bool {
	if s.field == nil || !isRequired(fe.ActualTag()) || fe.Tag() != fe.ActualTag() || s.ruleAfter(fe) < 0 {
		return false
	}
	switch fe.Kind() {
	case reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Struct:
		return s.kind == schema.Struct
	}
	return false
}

// ruleAfter returns the index of the rule behind the one that failed, or -1 if
// that is not among the field's.
func (s spot) ruleAfter(fe validator.FieldError) int {
	for i, text := range s.rules {
		if r := parseRule(text); r.name == fe.ActualTag() && r.param == fe.Param() {
			return i + 1
		}
	}
	return -1
}

// afterRequired applies what the validator left out when it stopped at a
// "required" rule: the rules behind it, or those of the section's own fields.
func (b *binder) afterRequired(s spot, fe validator.FieldError) {
	if fe.Kind() == reflect.Struct {
		b.rules(addressable(reflect.Indirect(s.value)), s.path)
		return
	}
	s.rules = s.rules[s.ruleAfter(fe):] // one less, which ends the recursion
	if len(s.rules) == 0 || !s.parent.IsValid() {
		return
	}
	failures := b.apply(s.path, func() error {
		return b.loader.validate.VarWithValue(fe.Value(), s.parent.Interface(), strings.Join(s.rules, ","))
	})
	for _, fe := range failures {
		b.failure(s, fe)
	}
}

// missing reports a value that is not set and should be, at the section where it
// belongs.
func (b *binder) missing(s spot, fe validator.FieldError, w wording) {
	p := s.path
	problem := Problem{Code: w.code(fe), Message: w.describe(fe) + ", but it is not set"}
	if fe.ActualTag() == "required" {
		problem.Message = "required, not set"
	}
	at, depth := b.locateIn(p, func(i int) bool { return b.layers[i].made == nil })
	where := ""
	switch {
	case at.key != nil && b.secretAt(p[:depth-1]): // the key may be one that is not shown
		where = fmt.Sprintf(" in the section at line %d", at.key.Line)
	case at.key != nil:
		where = fmt.Sprintf(" under %q (line %d)", at.key.Key, at.key.Line)
	case depth > 0 && at.node != nil:
		where = fmt.Sprintf(" in the item at line %d", at.node.Line)
	}
	switch {
	case len(p)-depth > 1:
		problem.Hint = fmt.Sprintf("add a section %q", b.masked(p)[depth:len(p)-1]) + where
	case where == "":
		problem.Hint = "set it at the top level"
	default:
		problem.Hint = "set it" + where
	}
	if variable := b.variable(p); variable != "" {
		problem.Hint += " or " + variable
	}
	b.add(found{ref: at, path: p, Problem: problem, secret: b.secretAt(p[:depth]), onKey: true})
}

// variable returns the environment variable for the key at p, or "".
func (b *binder) variable(p path) string {
	if b.loader.opts.Env == nil {
		return ""
	}
	keys := make(schema.Path, len(p))
	for i, s := range p {
		if !s.isKey || s.data {
			return ""
		}
		keys[i] = s.key
	}
	return schema.EnvName(b.loader.opts.Env.Prefix, keys)
}

// blame reports a problem with the value at p.
func (b *binder) blame(p path, problem Problem) {
	at, depth := b.locate(p)
	if depth < len(p) {
		at = ref{} // the section around it is not to blame
	}
	b.add(found{Problem: problem, ref: at, path: p, secret: b.secretAt(p)})
}
