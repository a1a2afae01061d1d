package load

import "strings"

// rule is one part of a validate tag.
type rule struct {
	name, param string
}

// parseRule splits "min=5". A comma or bar in the parameter is written as its
// code, since both have a meaning of their own.
func parseRule(text string) rule {
	name, param, _ := strings.Cut(text, "=")
	return rule{name, strings.ReplaceAll(strings.ReplaceAll(param, "0x2C", ","), "0x7C", "|")}
}

// rulesAt returns the rules of a validate tag that apply to what lies depth lists
// or maps inside the field. Those for a map's keys are left out.
func rulesAt(tag string, depth int) []string {
	var rules []string
	inKeys := false
	for text := range strings.SplitSeq(tag, ",") {
		switch {
		case text == "keys":
			inKeys = true
		case text == "endkeys":
			inKeys = false
		case inKeys:
		case text == "dive":
			depth--
		case depth == 0:
			rules = append(rules, text)
		}
	}
	return rules
}

// words splits a rule's parameter as the validator does: at blanks, but not
// between single quotes.
func words(param string) []string {
	var all []string
	for i, part := range strings.Split(param, "'") {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}
