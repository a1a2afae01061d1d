package repair

import (
	"fmt"
	"strings"
)

// jsonLines are mistakes on single lines of JSON.
var jsonLines = lines(near, 1,
	replaceMatch(`^\s*[{,]?\s*"[^"]*"(\s*=?\s*)["\[{\w-]`, constant(": "), likely, `no ":" after the key`, `write a ":"`),
	noLine(replaceMatch(`:(\s*)(?:[,}]|$)`, constant(" null"), likely, `no value after the ":"`, `write one, or leave the key out`)),
	replaceMatch(`:\s*-?(\d{1,3}(?:,\d{3})+)\s*(?:[,}]|$)`, replaceAll(",", ""), certain, "a separator of thousands in a number", "leave it out"),
	replaceMatch(`:\s*-?\d+(,)\d+\s*(?:[,}]|$)`, constant("."), certain+1, "a comma in a number", `write "."`),
	replaceMatch(`\b(True|TRUE|False|FALSE)\b`, strings.ToLower, certain, "", ""),
	replaceMatch(`\b(None|nil|NULL|Null|undefined|NaN)\b`, constant("null"), certain, "", ""),
	replaceMatch(`["\]}\w](\s+)["\[{]`, constant(", "), likely, `no "," between two values`, `add the ","`),
	replaceMatch(`(,)\s*(?:[\]}]|$)`, constant(""), likely, "", ""),
	replaceMatch(`(?:[{,]\s*|^\s*)([A-Za-z_$][\w$.-]*)\s*:`, inQuotes, likely, "", ""),
	replaceMatch(`:\s*([A-Za-z_/.][^\s",\[\]{}]*)\s*,?\s*$`, inQuotes, possible, "", ""),
	replaceMatch(`(\s*(?:(?://|#).*$|/\*.*?\*/))`, constant(""), likely, "", ""),
	replaceMatch(`(')`, constant(`"`), likely, "", ""),
)

// jsonOpening opens a map or list on a line that has nothing else, or nothing after the
// colon.
func jsonOpening(p *region, i int, add addFunc) {
	s := p.scan(i)
	if s.colon >= 0 && s.value == s.end || s.blank() && p.distance(i) <= 3 {
		for _, bracket := range []string{"{", "["} {
			add(p.splice(i, s.end, s.end, bracket, likely, fmt.Sprintf("%q is missing", bracket), "open the map or list"))
		}
	}
}
