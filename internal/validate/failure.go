package validate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// failure reports one failed rule.
func (j *judge) failure(s location, fe validator.FieldError) {
	if j.Failed(s.path) || j.comparesFailed(s, fe) {
		return
	}
	w := j.wording(s, fe)
	text := w.Describe(fe)
	if s.rest != "" {
		// A tag on something that no key can set, or a name that a caller's
		// function made up.
		j.reportAt(s.path, problem.Problem{Code: w.Code(fe), Message: text + " (in Go: " + j.Redact(strings.TrimPrefix(s.rest, ".")) + ")"})
		return
	}
	at, depth := j.Locate(s.path)
	switch {
	case s.isKey(fe):
		j.Add(problem.Problem{Code: w.Code(fe), Message: "the key " + text, OnKey: true}, s.path, at)
	case depth < len(s.path):
		j.missing(s, fe, w)
	case presenceDecides(s, fe):
		j.afterRequired(s, fe)
	default:
		p := problem.Problem{Code: w.Code(fe), Message: text + j.got(s, at, fe)}
		if at.Node.Kind == document.String {
			p.Hint = problem.NotMeant(at.Node.Text)
		}
		j.reportAt(s.path, p)
	}
}

// wording returns what the words for a rule that failed depend on. All rules start
// from the struct around the field, whatever the validator's documentation says of
// those with "cs".
func (j *judge) wording(s location, fe validator.FieldError) rules.Wording {
	w := rules.Wording{Fields: j.Tree.Schema.At(s.section()), Secret: j.hides(s) || s.field != nil && s.field.Hidden}
	if fe.ActualTag() == "unique" { // a field of the items
		w.Fields = j.Tree.Schema.At(s.path).Below(keypath.Item(0))
	}
	return w
}

// hides reports whether the value at a location is not shown: because of a field on the
// way to it, or because a secret is where any value may be.
func (j *judge) hides(s location) bool {
	return j.Secret(s.path) || s.value.Kind() == reflect.Interface && !s.value.IsNil() && convert.IsSecret(s.value.Elem().Type())
}

// comparesFailed reports whether a rule failed that compares with a field which
// could not be decoded: that it failed need not mean anything.
func (j *judge) comparesFailed(s location, fe validator.FieldError) bool {
	if !rules.RefersToFields(fe.ActualTag()) {
		return false
	}
	from := s.section()
	t := j.Tree.Schema.At(from)
	return slices.ContainsFunc(rules.OtherFields(rules.Failed(fe)), func(name string) bool {
		p, _, ok := rules.KeyPath(t, name)
		return ok && j.Incomplete(from.Join(p))
	})
}

// got says what was found instead, if that may be shown.
func (j *judge) got(s location, at merge.Value, fe validator.FieldError) string {
	switch {
	case j.hides(s):
		return ""
	case at.Node.Kind == document.List, at.Node.Kind == document.Map:
		if v := reflect.ValueOf(fe.Value()); rules.IsBound(fe.ActualTag()) && rules.IsItems(v.Kind()) {
			return fmt.Sprintf(", got %d", v.Len())
		}
		return ""
	case at.Layer == merge.Default:
		return ", got the default " + j.Show(at.Node)
	case !j.Tree.Layers[at.Layer].IsFile() && fe.Kind() != reflect.String: // a variable is a text, but this one was read as something else
		return ", got " + j.ShowText(at.Node)
	}
	return ", got " + j.Show(at.Node)
}

func isRequired(tag string) bool {
	return tag == "required" || strings.HasPrefix(tag, "required_") && !strings.Contains(tag, "|")
}

// presenceDecides reports whether a "required" rule failed on a value that is
// there: the validator takes false, 0 and a section of nothing else for unset.
// Where an alias stands for the rule, those behind it are not known, so that it
// cannot be passed over.
func presenceDecides(s location, fe validator.FieldError) bool {
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
func (s location) ruleAfter(fe validator.FieldError) int {
	for i, r := range s.rules {
		if len(r.Any) == 1 && r.Any[0].Name == fe.ActualTag() && r.Any[0].Param == fe.Param() {
			return i + 1
		}
	}
	return -1
}

// afterRequired applies what the validator left out when it stopped at a
// "required" rule: the rules behind it, or those of the section's own fields.
func (j *judge) afterRequired(s location, fe validator.FieldError) {
	if fe.Kind() == reflect.Struct {
		j.rules(addressable(reflect.Indirect(s.value)), s.path)
		return
	}
	s.rules = s.rules[s.ruleAfter(fe):] // one less, which ends the recursion
	if len(s.rules) == 0 || !s.parent.IsValid() {
		return
	}
	var tag strings.Builder
	for _, r := range s.rules {
		tag.WriteString("," + r.Text)
	}
	failures := j.apply(s.path, func() error {
		return j.Validate.VarWithValue(fe.Value(), s.parent.Interface(), tag.String()[1:])
	})
	for _, fe := range failures {
		j.failure(s, fe)
	}
}

// missing reports a value that is not set and should be, at its key or that of a section
// around it if one was left empty, or else at the section where it belongs.
func (j *judge) missing(s location, fe validator.FieldError, w rules.Wording) {
	state := "not set"
	at, depth, empty := j.Empty(s.path)
	if empty && depth == len(s.path) {
		state = emptiness(at)
	}
	p := problem.Problem{Code: w.Code(fe), Message: w.Describe(fe) + ", but it is " + state}
	if fe.ActualTag() == "required" {
		p.Message = "required, " + state
		if empty && depth == len(s.path) {
			p.Message = "required, but " + state
		}
	}
	if empty {
		p.Hint = j.fillHint(s.path, at, depth)
		depth-- // a line that ends there holds nothing of a secret
	} else {
		at, depth = j.Section(s.path)
		p.Hint = j.setHint(s.path, at, depth)
	}
	if j.Variable != nil && s.path.Plain() {
		p.Hint += " or " + j.Variable(s.path)
	}
	j.Missing(p, s.path, at, depth)
}

// emptiness says what a key without a value has.
func emptiness(v merge.Value) string {
	if v.Node.Text != "" {
		return "null"
	}
	return "empty"
}

// fillHint says how to set the value at p, to which the first depth steps lead up to a
// key without a value.
func (j *judge) fillHint(p keypath.Path, v merge.Value, depth int) string {
	switch {
	case depth == len(p):
		return "give it a value"
	case j.Secret(p[:depth-1]): // the key may be one that is not shown
		return fmt.Sprintf("the section at line %d is %s; set it there", v.Key.Line, emptiness(v))
	}
	return fmt.Sprintf("the section %q is %s; set it there", v.Key.Key, emptiness(v))
}

// setHint says how to set the value at p, of which the first depth steps lead to a
// section that there is.
func (j *judge) setHint(p keypath.Path, section merge.Value, depth int) string {
	where := ""
	switch {
	case depth == 0:
	case section.Key == nil:
		where = fmt.Sprintf(" in the item at line %d", section.Node.Line)
	case j.Secret(p[:depth-1]): // the key may be one that is not shown
		where = fmt.Sprintf(" in the section at line %d", section.Key.Line)
	default:
		where = fmt.Sprintf(" under %q (line %d)", section.Key.Key, section.Key.Line)
	}
	switch {
	case len(p)-depth > 1:
		return fmt.Sprintf("add a section %q", j.Tree.Schema.Mask(p)[depth:len(p)-1].String()) + where
	case where == "":
		return "set it at the top level"
	}
	return "set it" + where
}

// reportAt reports a problem with the value at p.
func (j *judge) reportAt(p keypath.Path, found problem.Problem) {
	at, depth := j.Locate(p)
	if depth < len(p) {
		at = merge.Value{} // the section around it is not at fault
	}
	j.Add(found, p, at)
}
