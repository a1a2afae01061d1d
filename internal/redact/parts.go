package redact

import "strings"

// quotedPart is what a text has between quotes.
type quotedPart struct {
	span
	node int32 // where it ends in the automaton of all of them
}

// addQuotedParts adds what text has in quotes of that which was found in it.
func addQuotedParts(text string, found *spans) {
	var secrets strings.Builder
	for _, f := range *found {
		secrets.WriteString(text[f.start:f.end])
		secrets.WriteByte(0)
	}
	a := newAutomaton(nil)
	var parts []quotedPart
	for _, quote := range []byte("\"'`") {
		before := -1 // where the last quote stands
		for i := range len(text) {
			if text[i] != quote {
				continue
			}
			if size := i - before - 1; before >= 0 && 0 < size && size < secrets.Len() {
				parts = append(parts, quotedPart{span{before + 1, i}, a.insert(text[before+1 : i])})
			}
			before = i
		}
	}
	if len(parts) == 0 {
		return
	}
	a.link()
	occurs := a.occurring(secrets.String())
	for _, p := range parts {
		if occurs[p.node] {
			found.add(p.start, p.end)
		}
	}
	found.merge()
}
