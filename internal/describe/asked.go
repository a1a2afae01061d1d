package describe

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// class groups types for which a rule has the same meaning.
type class uint8

const (
	other class = iota
	aText
	aNumber
	aSwitch
	aList
	aMap
)

func classOf(t *schema.Type) class {
	switch t.Kind {
	case schema.List:
		return aList
	case schema.Map:
		return aMap
	case schema.Scalar:
		switch k := t.Go.Kind(); {
		case t.Scalar.AcceptsAnyText():
			return aText
		case !t.Scalar.Plain():
		case k == reflect.Bool:
			return aSwitch
		case k != reflect.Slice:
			return aNumber
		}
	}
	return other
}

// The bounds that a rule may set for a number, a length or a count.
const (
	least = iota
	above
	most
	below
)

// boundsOf returns the bounds that a rule sets for values of a class, as it has them; ""
// is none.
func (c class) boundsOf(r schema.Alternative) (all [4]string) {
	if e := rules.Lookup(r.Name); e != nil && (c == aNumber || e.Count != "" && (c != aText || e.Pattern == "")) {
		all = [...]string{least: e.Least, above: e.Above, most: e.Most, below: e.Below}
	}
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], "%s", r.Param)
	}
	return all
}

// keywords returns those for the bounds of values of a class, and what allows the zero
// value.
func (c class) keywords() (bounds [4]string, zero object) {
	switch c {
	case aText:
		return [...]string{"minLength", "minLength", "maxLength", "maxLength"}, object{{"const", ""}}
	case aNumber:
		return [...]string{"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}, object{{"const", 0}}
	case aList:
		return [...]string{"minItems", "minItems", "maxItems", "maxItems"}, object{{"maxItems", 0}}
	case aMap:
		return [...]string{"minProperties", "minProperties", "maxProperties", "maxProperties"}, object{{"maxProperties", 0}}
	}
	return bounds, nil
}

// restrict adds to o what rules ask of a value of type t, as far as JSON Schema has
// keywords for it, and returns the words for the rest. It never asks for more than the
// rules do.
func restrict(o object, t *schema.Type, all []rules.Rule) (_ object, rest []string) {
	var asked []object
	optional, required, c := false, false, classOf(t)
	for _, r := range all {
		switch e := rules.Lookup(r.Any[0].Name); {
		case e != nil && e.Omits == "zero":
			optional = true
			continue
		case r.Any[0].Name == "required" && len(r.Any) == 1 && c != other:
			required = c == aText
			continue
		}
		var alternatives []any
		for _, a := range r.Any {
			if equivalent := c.equivalent(a); equivalent != nil {
				alternatives = append(alternatives, equivalent)
			}
		}
		switch {
		case len(alternatives) < len(r.Any) && r.Words != "":
			rest = append(rest, r.Words)
		case len(alternatives) == 1:
			asked = append(asked, alternatives[0].(object))
		case len(alternatives) > 1:
			asked = append(asked, object{{"anyOf", alternatives}})
		}
	}
	if _, zero := c.keywords(); optional && len(asked) > 0 && zero != nil {
		asked = []object{{{"anyOf", list(zero, object{}.and(asked...))}}}
	}
	o = o.and(asked...)
	if required {
		o = o.unless(object{{"minLength", int64(1)}})
	}
	return o, rest
}

// equivalent returns what JSON Schema asks for a rule, or less, and nil if that is nothing.
// A number or text that YAML takes for something else, as it is quoted or not, gets by.
func (c class) equivalent(r schema.Alternative) (o object) {
	e := rules.Lookup(r.Name)
	switch {
	case e == nil:
		return nil
	case r.Name == "unique" && r.Param == "" && c == aList:
		return object{{"uniqueItems", true}}
	case r.Name == "oneof" && c == aText:
		return object{{"enum", append(choices(r.Words()), nil)}}
	case r.Name == "oneof" && c == aNumber:
		var all []any
		for _, word := range r.Words() {
			n, ok := number(word)
			if !ok {
				return nil
			}
			all = append(all, n)
		}
		return object{{"anyOf", list(object{{"enum", all}}, object{{"type", list("string", "null")}})}}
	case c == aText && e.Format+e.Pattern != "":
		if e.Format != "" {
			o = o.with("format", e.Format)
		}
		if e.Pattern != "" {
			o = o.with("pattern", strings.ReplaceAll(e.Pattern, "%s", regexp.QuoteMeta(r.Param)))
		}
		return o
	}
	names, _ := c.keywords()
	for i, param := range c.boundsOf(r) {
		n, ok := number(param)
		count, isWhole := n.(int64)
		switch {
		case param == "":
		case !ok || names[i] == "" || c != aNumber && !isWhole:
			return nil
		case c == aNumber:
			o = o.with(names[i], n)
		default:
			// A rule that nothing satisfies, lt=-5, asks for more than a keyword can.
			o = o.with(names[i], max(0, count+[...]int64{least: 0, above: 1, most: 0, below: -1}[i]))
		}
	}
	return o
}

// number reads a rule's parameter as the validator does.
func number(param string) (any, bool) {
	if n, err := strconv.ParseInt(param, 0, 64); err == nil {
		return n, true
	}
	if n, err := strconv.ParseUint(param, 0, 64); err == nil { // a float would be another number
		return n, true
	}
	f, err := strconv.ParseFloat(param, 64)
	return f, err == nil
}

// choices lists texts, and what YAML takes each for where it is not quoted.
func choices(words []string) []any {
	all := list(words...)
	for _, word := range words {
		var unquoted any
		switch n, ok := number(word); strings.ToLower(word) {
		case "true", "yes", "on":
			unquoted = true
		case "false", "no", "off":
			unquoted = false
		default:
			if ok {
				unquoted = n
			}
		}
		if unquoted != nil && !slices.Contains(all, unquoted) {
			all = append(all, unquoted)
		}
	}
	return all
}
