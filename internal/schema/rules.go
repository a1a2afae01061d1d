package schema

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Rules are a validate tag of go-playground/validator. [ParseRules] is the only place
// that knows its grammar.
type Rules struct {
	Text   string
	Off    bool    // the validator leaves the field alone
	Levels []Level // for the field, then for what lies in it, one list or map deeper each
	Fault  string  // what is wrong with the tag, whatever the type
}

// Level are the rules for values as deep in a field as each other.
type Level struct {
	Rules []Rule
	Keys  []Rule // for the keys of a map, which are between "keys" and "endkeys"
	Keyed bool   // there are such, if none of them a rule
}

// Rule is one part of a tag. A value satisfies it if it satisfies one of its
// alternatives.
type Rule struct {
	Text string
	Any  []Alternative // one, unless the tag joins several by "|"
}

// Alternative is one rule of the validator, such as min=5.
type Alternative struct{ Text, Name, Param string }

// ParseRules reads a tag. A comma or bar in a parameter is written as its code,
// since both have a meaning of their own.
func ParseRules(tag string) Rules {
	r := Rules{Text: tag, Off: tag == "-", Levels: make([]Level, 1)}
	if tag == "" || r.Off {
		return r
	}
	inKeys := false
	for text := range strings.SplitSeq(tag, ",") {
		level := &r.Levels[len(r.Levels)-1]
		around := level // the map whose keys are meant
		if len(r.Levels) > 1 {
			around = &r.Levels[len(r.Levels)-2]
		}
		switch {
		case text == "keys":
			if len(r.Levels) == 1 {
				r.Fault = cmp.Or(r.Fault, `"keys" needs a map, and stands behind "dive"`)
			}
			inKeys, around.Keyed = true, true
		case text == "endkeys":
			if !inKeys {
				r.Fault = cmp.Or(r.Fault, `"endkeys" needs "keys" before it`)
			}
			inKeys = false
		case inKeys:
			around.Keys = append(around.Keys, ParseRule(text))
		case text == "dive":
			r.Levels = append(r.Levels, Level{})
		default:
			level.Rules = append(level.Rules, ParseRule(text))
		}
	}
	return r
}

// ParseRule reads one part of a tag.
func ParseRule(text string) Rule {
	r := Rule{Text: text}
	for alternative := range strings.SplitSeq(text, "|") {
		r.Any = append(r.Any, ParseAlternative(alternative))
	}
	return r
}

// ParseAlternative reads one rule of a tag.
func ParseAlternative(text string) Alternative {
	name, param, _ := strings.Cut(text, "=")
	return Alternative{text, name, strings.ReplaceAll(strings.ReplaceAll(param, "0x2C", ","), "0x7C", "|")}
}

// Words splits a parameter that names several things, as the validator does: at
// blanks, but not between single quotes.
func (a Alternative) Words() []string {
	var all []string
	for i, part := range strings.Split(a.Param, "'") {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}

// Dives is how many lists and maps the tag goes into.
func (r Rules) Dives() int { return len(r.Levels) - 1 }

// At returns the rules for what lies depth lists or maps inside the field.
func (r Rules) At(depth int) []Rule {
	if r.Off || depth >= len(r.Levels) {
		return nil
	}
	return r.Levels[depth].Rules
}

// KeysAt returns those for the keys of the map that lies depth lists or maps inside.
func (r Rules) KeysAt(depth int) []Rule {
	if r.Off || depth >= len(r.Levels) {
		return nil
	}
	return r.Levels[depth].Keys
}

// All returns every rule of the tag, those for keys included.
func (r Rules) All() iter.Seq[Alternative] {
	return func(yield func(Alternative) bool) {
		for _, level := range r.Levels {
			for _, rule := range slices.Concat(level.Rules, level.Keys) {
				for _, a := range rule.Any {
					if !yield(a) {
						return
					}
				}
			}
		}
	}
}
