package describe

import (
	"reflect"
	"strconv"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
)

// restrict adds to o what the rules ask of a value of type t, as far as JSON Schema
// can say it, and returns the words for the rest. It never asks for more than the
// rules do.
func restrict(o object, t *schema.Type, all []rules.Rule) (_ object, rest []string) {
	var asked object
	optional := false
	for _, r := range all {
		switch r.Any[0].Name {
		case "omitempty", "omitzero":
			optional = true
			continue
		}
		equivalent, ok := anyOf(t, r.Any)
		switch {
		case ok:
			asked = asked.and(equivalent)
		case r.Words != "":
			rest = append(rest, r.Words)
		}
	}
	if zero := zeroOf(t); optional && len(asked) > 0 && zero != nil {
		asked = object{{"anyOf", list(zero, asked)}}
	}
	return o.and(asked), rest
}

// anyOf returns the equivalent of a rule, or of several of which one must hold.
func anyOf(t *schema.Type, alternatives []schema.Alternative) (object, bool) {
	var all []any
	for _, a := range alternatives {
		o, ok := equivalent(t, a)
		if !ok {
			return nil, false
		}
		if len(o) == 0 { // it always holds
			return nil, true
		}
		all = append(all, o)
	}
	if len(all) == 1 {
		return all[0].(object), true
	}
	return object{{"anyOf", all}}, true
}

// class is what rules mean something else for.
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
		case t.Scalar.TakesText():
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

// zeroOf allows the zero value beside others.
func zeroOf(t *schema.Type) object {
	switch classOf(t) {
	case aText:
		return object{{"const", ""}}
	case aNumber:
		return object{{"const", 0}}
	case aList:
		return object{{"maxItems", 0}}
	case aMap:
		return object{{"maxProperties", 0}}
	}
	return nil
}

// equivalent returns what says the same as a rule, or less. That a rule always
// holds, once there is a value, is an empty one.
func equivalent(t *schema.Type, r schema.Alternative) (object, bool) {
	c := classOf(t)
	switch {
	case c == other:
		return nil, false
	case r.Name == "required":
		if c == aText {
			return object{{"minLength", int64(1)}}, true
		}
		return nil, true
	case c == aText:
		return textRule(r)
	case c == aNumber:
		return numberRule(r)
	case r.Name == "unique" && r.Param == "" && c == aList:
		return object{{"uniqueItems", true}}, true
	case c == aList:
		return countRule(r, "minItems", "maxItems")
	case c == aMap:
		return countRule(r, "minProperties", "maxProperties")
	}
	return nil, false
}

// countRule bounds how many characters, items or keys there are.
func countRule(r schema.Alternative, least, most string) (object, bool) {
	n, err := strconv.ParseInt(r.Param, 0, 32)
	if err != nil {
		return nil, false
	}
	switch r.Name {
	case "len", "eq":
		return object{{least, n}, {most, n}}, true
	case "min", "gte":
		return object{{least, n}}, true
	case "max", "lte":
		return object{{most, n}}, true
	case "gt":
		return object{{least, n + 1}}, true
	case "lt":
		return object{{most, n - 1}}, true
	}
	return nil, false
}

// numberRule bounds a number. One that is quoted gets by.
func numberRule(r schema.Alternative) (object, bool) {
	switch r.Name {
	case "oneof":
		var all []any
		for _, word := range r.Words() {
			n, ok := number(word)
			if !ok {
				return nil, false
			}
			all = append(all, n)
		}
		return object{{"anyOf", list(object{{"enum", all}}, object{{"type", list("string", "null")}})}}, true
	case "port":
		return object{{"minimum", int64(1)}, {"maximum", int64(65535)}}, true
	}
	n, ok := number(r.Param)
	if !ok {
		return nil, false
	}
	switch r.Name {
	case "min", "gte":
		return object{{"minimum", n}}, true
	case "max", "lte":
		return object{{"maximum", n}}, true
	case "gt":
		return object{{"exclusiveMinimum", n}}, true
	case "lt":
		return object{{"exclusiveMaximum", n}}, true
	case "len", "eq":
		return object{{"minimum", n}, {"maximum", n}}, true
	case "ne":
		return object{{"not", object{{"const", n}}}}, true
	}
	return nil, false
}

// number reads a rule's parameter as the validator does.
func number(param string) (any, bool) {
	if n, err := strconv.ParseInt(param, 0, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(param, 64)
	return f, err == nil
}
