package schema

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Rules are the rules in a validate tag of go-playground/validator. Only [ParseRules]
// parses the tag's grammar.
type Rules struct {
	Text   string
	Off    bool    // the tag is "-": the validator skips the field
	Levels []Level // for the field, then for the values in it, one list or map deeper each
	Fault  string  // an error in the tag, whatever the type; or ""
}

// Level has the rules for values at one depth in a field.
type Level struct {
	Rules []Rule
	Keys  []Rule // for the keys of a map, between "keys" and "endkeys"
	Keyed bool   // there is a "keys", maybe without rules
}

// Rule is one part of a tag. A value satisfies it if it satisfies one of its alternatives.
type Rule struct {
	Text string
	Any  []Alternative // one, unless the tag joins several with "|"
}

// Alternative is a single rule, such as min=5.
type Alternative struct{ Text, Name, Param string }

// ParseRules parses a tag. A comma or bar in a parameter is written as 0x2C or 0x7C.
func ParseRules(tag string) Rules {
	r := Rules{Text: tag, Off: tag == "-", Levels: make([]Level, 1)}
	if tag == "" || r.Off {
		return r
	}
	inKeys := false
	for text := range strings.SplitSeq(tag, ",") {
		level := &r.Levels[len(r.Levels)-1]
		around := level // the map of "keys"
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

// ParseRule parses one part of a tag.
func ParseRule(text string) Rule {
	r := Rule{Text: text}
	for alternative := range strings.SplitSeq(text, "|") {
		r.Any = append(r.Any, ParseAlternative(alternative))
	}
	return r
}

// ParseAlternative parses a single rule of a tag.
func ParseAlternative(text string) Alternative {
	name, param, _ := strings.Cut(text, "=")
	return Alternative{text, name, strings.ReplaceAll(strings.ReplaceAll(param, "0x2C", ","), "0x7C", "|")}
}

// Words splits a parameter with several values as the validator does: at blanks, but not
// between single quotes.
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

// Dives returns the number of lists and maps that the tag dives into.
func (r Rules) Dives() int { return len(r.Levels) - 1 }

// At returns the rules for values depth lists or maps below the field.
func (r Rules) At(depth int) []Rule {
	if r.Off || depth >= len(r.Levels) {
		return nil
	}
	return r.Levels[depth].Rules
}

// KeysAt returns the rules for the keys of the map depth lists or maps below the field.
func (r Rules) KeysAt(depth int) []Rule {
	if r.Off || depth >= len(r.Levels) {
		return nil
	}
	return r.Levels[depth].Keys
}

// All returns all rules of the tag, including those for keys.
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
