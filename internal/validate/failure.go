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
	"example.com/lastgood/internal/value"
)

// failure is a rule that failed.
type failure struct {
	*validation
	at   location
	rule validator.FieldError
}

// report reports the failure, unless it only follows from another problem.
func (f failure) report() {
	if f.at.shadowed || f.Failed(f.at.path) || f.comparesWithUndecoded() {
		return
	}
	w := f.wording()
	text := w.Describe(f.rule)
	if f.at.rest != "" {
		// A tag on something that no key sets, or a field name that a caller's
		// function invented.
		f.reportAt(f.at.path, problem.Problem{Code: w.Code(f.rule), Message: text + " (in Go: " + f.Redact(strings.TrimPrefix(f.at.rest, ".")) + ")"})
		return
	}
	at, depth := f.Locate(f.at.path)
	switch {
	case f.at.isKey(f.rule):
		f.Add(problem.Problem{Code: w.Code(f.rule), Message: "the key " + text, OnKey: true}, f.at.path, at)
	case depth < len(f.at.path):
		f.reportMissing(w)
	case f.isZeroThatIsSet():
		f.applyRulesAfterRequired()
	default:
		p := problem.Problem{Code: w.Code(f.rule), Message: text + f.describeValue(at)}
		if at.Node.Kind == document.String && at.Node.Marks&document.Resolved == 0 {
			p.Hint = problem.NotMeant(at.Node.Text)
		}
		p.AddHints(f.otherFields())
		f.reportAt(f.at.path, p)
	}
}

// wording returns what the description of the failed rule depends on. The fields that a
// rule names are relative to the struct around the field, also for the rules with "cs",
// contrary to the validator's documentation.
func (f failure) wording() rules.Wording {
	w := rules.Wording{Fields: f.Tree.Schema.At(f.at.section()), Secret: f.isSecret() || f.at.field != nil && f.at.field.Hidden}
	if f.rule.ActualTag() == "unique" { // a field of the items
		w.Fields = f.Tree.Schema.At(f.at.path).Below(keypath.Item(0))
	}
	return w
}

// isSecret reports whether the value must not be shown: because of a field on the path to
// it, or because an interface contains a secret type.
func (f failure) isSecret() bool {
	return f.Secret(f.at.path) || f.at.value.Kind() == reflect.Interface && !f.at.value.IsNil() && convert.IsSecret(f.at.value.Elem().Type())
}

// comparesWithUndecoded reports whether the failed rule compares with a field that could
// not be decoded, so that the failure may have no meaning.
func (f failure) comparesWithUndecoded() bool {
	from := f.at.section()
	t := f.Tree.Schema.At(from)
	return slices.ContainsFunc(rules.FailedRules(f.rule), func(r schema.Alternative) bool {
		return slices.ContainsFunc(rules.OtherFields(r), func(name string) bool {
			p, _, ok := rules.KeyPath(t, name)
			return ok && f.Incomplete(from.Join(p))
		})
	})
}

// describeValue returns the value for the message, if it may be shown.
func (f failure) describeValue(at merge.Value) string {
	switch {
	case f.isSecret(), f.IsHidden(f.at.path, at), f.Tree.IsTaken(at) && (f.Tree.Schema.Secrets || f.Tree.HasSources()): // a hook's result may contain secrets
		return ""
	case at.Node.Kind == document.List, at.Node.Kind == document.Map:
		if v := reflect.ValueOf(f.rule.Value()); rules.IsBound(f.rule.ActualTag()) && rules.IsItems(v.Kind()) {
			return fmt.Sprintf(", got %d", v.Len())
		}
		return ""
	case at.Layer == merge.Default:
		return ", got the default " + f.Quote(at)
	case !f.Tree.Layers[at.Layer].IsFile() && f.rule.Kind() != reflect.String: // a variable's text that was converted is not quoted
		return ", got " + f.QuoteText(at)
	}
	return ", got " + f.Quote(at)
}

// isZeroThatIsSet reports whether a "required" rule failed on a value that is set: the
// validator takes false, 0 and a section of only these for unset. It is false where the
// rule is part of an alias: the rules after it are not known then, so that it cannot be
// skipped.
func (f failure) isZeroThatIsSet() bool {
	if f.at.field == nil || !rules.IsPresence(f.rule.ActualTag()) || f.rule.Tag() != f.rule.ActualTag() || f.at.ruleAfter(f.rule) < 0 {
		return false
	}
	switch f.rule.Kind() {
	case reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Struct:
		return f.at.kind == schema.Struct
	}
	return false
}

// applyRulesAfterRequired applies what the validator skipped when it stopped at a
// "required" rule: the rules after it, or those of the section's own fields.
func (f failure) applyRulesAfterRequired() {
	if f.rule.Kind() == reflect.Struct {
		f.validateStruct(value.Pointer(reflect.Indirect(f.at.value)), f.at.path)
		return
	}
	f.at.rules = f.at.rules[f.at.ruleAfter(f.rule):] // fewer rules each time, which ends the recursion
	if len(f.at.rules) == 0 || !f.at.parent.IsValid() {
		return
	}
	var tag strings.Builder
	for _, r := range f.at.rules {
		tag.WriteString("," + r.Text)
	}
	failures := f.callValidator(f.at.path, func() error {
		return f.Validate.VarWithValue(f.rule.Value(), f.at.parent.Interface(), tag.String()[1:])
	})
	for _, rule := range failures {
		failure{f.validation, f.at, rule}.report()
	}
}

// reportMissing reports a value that is required and not set: at its key, or that of a
// section around it, if that was left empty, and otherwise at the section in which it
// belongs.
func (f failure) reportMissing(w rules.Wording) {
	state := "not set"
	at, depth := f.FileSection(f.at.path)
	key, toKey, empty := f.EmptyKey(f.at.path)
	if empty = empty && (depth < toKey || at.Node.Kind == document.Null); empty && toKey == len(f.at.path) {
		state = nullOrEmpty(key)
	}
	p := problem.Problem{Code: w.Code(f.rule), Message: w.Describe(f.rule) + ", but it is " + state}
	if f.rule.ActualTag() == "required" {
		p.Message = "required, " + state
		if empty && toKey == len(f.at.path) {
			p.Message = "required, but " + state
		}
	}
	line := ""
	switch {
	case empty:
		line = f.fillHint(f.at.path, key, toKey)
		at, depth = key, toKey-1 // the line ends at the key, so it contains no secret
	case f.Files || depth > 0:
		line = f.setHint(f.at.path, at, depth)
	}
	if p.Hint = line; f.SetHint != nil {
		p.Hint = f.SetHint(f.at.path, line)
	}
	p.AddHints(f.otherFields())
	f.Missing(p, f.at.path, at, depth)
}

// nullOrEmpty returns the words for the value of a key that has none.
func nullOrEmpty(v merge.Value) string {
	if v.Node.Text != "" {
		return "null"
	}
	return "empty"
}

// fillHint returns the hint how to set the value at p where the first depth steps lead to a
// key without a value.
func (f failure) fillHint(p keypath.Path, v merge.Value, depth int) string {
	switch {
	case depth == len(p):
		return "give it a value"
	case f.Secret(p[:depth-1]): // the key itself may be secret
		return fmt.Sprintf("the section at line %d is %s; set it there", v.Key.Line, nullOrEmpty(v))
	}
	return fmt.Sprintf("the section %q is %s; set it there", v.Key.Key, nullOrEmpty(v))
}

// setHint returns the hint how to set the value at p, of which the first depth steps lead
// to an existing section.
func (f failure) setHint(p keypath.Path, section merge.Value, depth int) string {
	where := ""
	switch {
	case depth == 0:
	case section.Layer == merge.Default:
		where = " there"
	case !f.Tree.Layers[section.Layer].IsFile():
		where = " in " + strings.TrimPrefix(f.Tree.Origin(section).String(), "env ")
	case section.Key == nil:
		where = fmt.Sprintf(" in the item at line %d", section.Node.Line)
	case f.Secret(p[:depth-1]): // the key itself may be secret
		where = fmt.Sprintf(" in the section at line %d", section.Key.Line)
	default:
		where = fmt.Sprintf(" under %q (line %d)", section.Key.Key, section.Key.Line)
	}
	switch {
	case len(p)-depth > 1:
		return fmt.Sprintf("add a section %q", f.Tree.Schema.Mask(p)[depth:len(p)-1].String()) + where
	case where == "":
		return "set it at the top level"
	}
	return "set it" + where
}
