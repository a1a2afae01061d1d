package describe

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// exemplify gives a setting its value, the default or else one plain example, and notes
// which of its rules that does not satisfy. No method of a caller's type and no rule of a
// caller's is called: what they would accept is not known.
func (s Subject) exemplify(n *setting) {
	e := example{s, n, false}
	isDefault := n.hasDefault && !n.field.Hidden
	judged := any(map[string]any{})
	switch {
	case n.form == section:
	case n.form == items:
		judged = []any{nil}
	case n.form == entries:
		n.value = e.key(n.field.Type, 0)
		judged = map[string]any{plain(n.value): nil}
	case isDefault:
		n.value, judged = n.def, n.def
	default:
		n.value = e.value(n.field.Type, 0)
		judged = n.value
	}
	e.judge(n.field.Type, 0, judged, n.form == leaf && isDefault)
	if n.form == leaf && isDefault && len(n.unmet) > 0 {
		n.live = true // the default is not accepted
	}
}

// example makes up a value for a setting.
type example struct {
	Subject
	*setting
	inner bool // it is a key of what is written on one line
}

// fails notes what a value so deep in the setting does not satisfy.
func (e example) fails(depth int, words string) {
	if depth > 0 {
		words = "each " + words
	}
	if !slices.Contains(e.unmet, words) {
		e.unmet = append(e.unmet, words)
	}
}

// An example has at most so many items, of which each has fewer, and characters.
const (
	mostItems      = 64
	mostCharacters = 1000
)

// value makes up a value for what lies depth lists or maps inside the setting.
func (e example) value(t *schema.Type, depth int) any {
	word := "example"
	if e.place.secret {
		word = "replace-this-secret"
	}
	asked := rules.For(e.section, e.field, depth)
	switch {
	case t.Kind == schema.Scalar:
		return e.scalar(t, depth, asked, word)
	case innermost(t) == nil && t.Kind == schema.List:
		return []any{}
	case innermost(t) == nil:
		return map[string]any{}
	case t.Kind == schema.List:
		low, _ := limits(aList, asked, 1)
		most := max(1, mostItems>>(2*depth))
		count := max(1, int(min(low, float64(most))))
		if t.Go.Kind() == reflect.Array {
			if count = min(t.Go.Len(), most); count < t.Go.Len() {
				e.fails(depth, fmt.Sprintf("must have %d items", t.Go.Len()))
			}
		}
		return slices.Repeat([]any{e.value(t.Elem, depth+1)}, count)
	case t.Kind == schema.Map:
		return map[string]any{plain(e.key(t, depth)): e.value(t.Elem, depth+1)}
	case t.Kind == schema.Struct: // on one line
		defaults, keys := explain.Defaults(t, nil), map[string]any{}
		for _, f := range t.Fields {
			switch {
			case !rules.Needs(e.Loader.Validator(), t, f, defaults):
			case e.inner: // there might be no end
				e.fails(depth, "must have "+f.Key)
			default:
				inner := example{e.Subject, &setting{section: t, field: f, place: e.place.with(f)}, true}
				keys[f.Key] = inner.value(f.Type, 0)
				inner.judge(f.Type, 0, keys[f.Key], false)
				for _, words := range inner.unmet {
					e.fails(depth, f.Key+" "+words)
				}
			}
		}
		return keys
	}
	return word
}

// key makes up a key for a map so deep in the setting.
func (e example) key(t *schema.Type, depth int) any {
	return e.scalar(t.Key.Type, depth, rules.ForKeys(e.section, e.field, depth), "name")
}

// scalar makes up a value for a Scalar. word is what a text is that can be anything.
func (e example) scalar(t *schema.Type, depth int, asked []rules.Rule, word string) any {
	_, known := library(t.Go)
	switch c := classOf(t); {
	case known != "":
		return known
	case c == aText, t.Scalar.Bytes():
		return textOf(asked, word)
	case c == aNumber:
		n := numberOf(asked, 1)
		if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			return int64(n)
		}
		return n
	case c == aSwitch:
		return false
	case t.Go == reflect.TypeFor[time.Duration]():
		return time.Duration(numberOf(asked, float64(time.Second))).String()
	case t.Go == reflect.TypeFor[time.Time]():
		return "2006-01-02T15:04:05Z"
	}
	e.fails(depth, "must be "+typeWords(t)) // only its own method knows
	return word
}

// exampleOf returns what a rule has for an example, in which … is for any text, or "".
func exampleOf(r schema.Alternative) string {
	switch e := rules.Lookup(r.Name); {
	case e == nil:
		return ""
	case e.Choice:
		return strings.Join(r.Words()[:min(1, len(r.Words()))], "")
	default:
		return strings.ReplaceAll(e.Example, "%s", r.Param)
	}
}

// limits returns what rules keep a number, a length or a count between. Of bounds that
// are out themselves, it is a unit off.
func limits(c class, asked []rules.Rule, unit float64) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	for _, r := range asked {
		for i, param := range c.boundsOf(r.Any[0]) {
			switch n, ok := asFloat(param); {
			case !ok:
			case i == least:
				low = max(low, n)
			case i == above:
				low = max(low, n+unit)
			case i == most:
				high = min(high, n)
			default:
				high = min(high, n-unit)
			}
		}
	}
	return low, high
}

func asFloat(param string) (float64, bool) {
	n, ok := number(param)
	if d, err := time.ParseDuration(param); err == nil && !ok {
		return float64(d), true
	}
	switch n := n.(type) {
	case int64:
		return float64(n), ok
	case uint64:
		return float64(n), ok
	case float64:
		return n, ok && !math.IsNaN(n)
	}
	return 0, false
}

// numberOf returns a number for rules: their example or one unit, or else the one next
// to it between their bounds.
func numberOf(asked []rules.Rule, unit float64) float64 {
	n := unit
	for _, r := range asked {
		if example, ok := asFloat(exampleOf(r.Any[0])); ok {
			n = example
		}
	}
	low, high := limits(aNumber, asked, unit)
	if low > high { // there is less than a unit between
		low, high = limits(aNumber, asked, 0)
		return (low + high) / 2
	}
	return min(max(n, low), high)
}

// textOf returns a text for rules: their example or the word, as long as they ask for and
// with what they ask for around it.
func textOf(asked []rules.Rule, word string) string {
	before, base, after := "", "", ""
	for _, r := range asked {
		text := exampleOf(r.Any[0])
		if head, tail, around := strings.Cut(text, "…"); around {
			before, after = before+head, tail+after
		} else if base == "" {
			base = text
		}
	}
	base = cmp.Or(base, word)
	low, high := limits(aText, asked, 1)
	runes := []rune(base)
	around := float64(utf8.RuneCountInString(before + after))
	n := int(max(0, min(max(float64(len(runes)), min(low, mostCharacters)-around), high-around)))
	for len(runes) < n {
		runes = append(runes, []rune(base)...)
	}
	return before + string(runes[:n]) + after
}

// judge notes the rules that a value, so deep in the setting, does not satisfy. What is
// not known to satisfy a rule is noted, too, unless it is a default.
func (e example) judge(t *schema.Type, depth int, v any, isDefault bool) {
	e.check(depth, "", rules.For(e.section, e.field, depth), natural(t, v), isDefault)
	if t.Scalar.Bytes() && len(e.field.Rules.At(depth+1)) > 0 && !isDefault {
		e.fails(depth, "must have bytes that its rules behind dive accept")
	}
	switch all := v.(type) {
	case []any:
		for _, item := range all {
			if t.Elem != nil {
				e.judge(t.Elem, depth+1, item, isDefault)
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if t.Kind == schema.Map {
				e.check(depth+1, "key ", rules.ForKeys(e.section, e.field, depth), natural(t.Key.Type, key), isDefault)
				e.judge(t.Elem, depth+1, all[key], isDefault)
			}
		}
	}
}

func (e example) check(depth int, what string, asked []rules.Rule, v any, isDefault bool) {
	for _, r := range asked {
		if holds, known := r.Holds(v); r.Words != "" && !holds && (known || !isDefault) {
			e.fails(depth, what+r.Words)
		}
	}
}

// natural returns a value, as settings show it, as the validator judges one of type t. It
// is nil if that takes code of a caller's.
func natural(t *schema.Type, v any) any {
	known, _ := library(t.Go)
	switch c := classOf(t); {
	case v == nil, t.Kind == schema.Struct:
		return nil
	case t.Kind != schema.Scalar, c == aText, c == aSwitch:
		return v
	case c == aNumber, known != nil, t.Go == reflect.TypeFor[time.Duration](), t.Go == reflect.TypeFor[time.Time](), t.Scalar.Bytes():
		got, miss := t.Scalar.New(nil, plain(v))
		if miss != nil {
			return nil
		}
		switch got := got.Elem(); {
		case c != aNumber:
			return got.Interface()
		case got.CanInt():
			return got.Int()
		case got.CanUint():
			return got.Uint()
		default:
			return got.Float()
		}
	}
	return nil
}

// plain returns the text of a scalar.
func plain(v any) string {
	if text, is := v.(string); is {
		return text
	}
	return scalar(v)
}
