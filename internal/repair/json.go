package repair

import (
	"fmt"
	"strings"
)

// jsonLines are mistakes on single lines of JSON.
var jsonLines = lines(near, 1,
	part(`^\s*[{,]?\s*"[^"]*"(\s*=?\s*)["\[{\w-]`, as(": "), likely, `no ":" after the key`, `write a ":"`),
	unlikely(part(`:(\s*)(?:[,}]|$)`, as(" null"), likely, `no value after the ":"`, `write one, or leave the key out`)),
	part(`:\s*-?(\d{1,3}(?:,\d{3})+)\s*(?:[,}]|$)`, changed(",", ""), certain, "a separator of thousands in a number", "leave it out"),
	part(`:\s*-?\d+(,)\d+\s*(?:[,}]|$)`, as("."), certain+1, "a comma in a number", `write "."`),
	part(`\b(True|TRUE|False|FALSE)\b`, strings.ToLower, certain, "", ""),
	part(`\b(None|nil|NULL|Null|undefined|NaN)\b`, as("null"), certain, "", ""),
	part(`["\]}\w](\s+)["\[{]`, as(", "), likely, `no "," between two values`, `add the ","`),
	part(`(,)\s*(?:[\]}]|$)`, as(""), likely, "", ""),
	part(`(?:[{,]\s*|^\s*)([A-Za-z_$][\w$.-]*)\s*:`, inQuotes, likely, "", ""),
	part(`:\s*([A-Za-z_/.][^\s",\[\]{}]*)\s*,?\s*$`, inQuotes, possible, "", ""),
	part(`(\s*(?:(?://|#).*$|/\*.*?\*/))`, as(""), likely, "", ""),
	part(`(')`, as(`"`), likely, "", ""),
)

// jsonOpening opens a map or list where the line of the bracket has nothing left, or
// nothing behind the colon.
func jsonOpening(p *page, i int, add adder) {
	s := p.scanned(i)
	if s.colon >= 0 && s.value == s.end || s.blank() && p.distance(i) <= 3 {
		for _, bracket := range []string{"{", "["} {
			add(p.splice(i, s.end, s.end, bracket, likely, fmt.Sprintf("%q is missing", bracket), "open the map or list"))
		}
	}
}
