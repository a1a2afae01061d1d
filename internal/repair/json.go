package repair

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	jsonNoColon  = regexp.MustCompile(`^\s*[{,]?\s*"[^"]*"(\s*=?\s*)["\[{\w-]`)
	jsonNoValue  = regexp.MustCompile(`(:)(\s*)([,}]|$)`)
	jsonBareKey  = regexp.MustCompile(`([{,]\s*|^\s*)([A-Za-z_$][\w$.-]*)(\s*:)`)
	jsonWord     = regexp.MustCompile(`\b(True|TRUE|False|FALSE|None|nil|NULL|Null|undefined|NaN)\b`)
	jsonNoComma  = regexp.MustCompile(`(["\]}\w])(\s+)(["\[{])`)
	jsonComma    = regexp.MustCompile(`,(\s*[\]}])`)
	jsonComment  = regexp.MustCompile(`\s*(//|#).*$|/\*.*?\*/`)
	jsonBareText = regexp.MustCompile(`(:\s*)([A-Za-z_/.][^\s",\[\]{}]*)(\s*,?\s*)$`)
	jsonGroups   = regexp.MustCompile(`(:\s*-?)(\d{1,3}(?:,\d{3})+)(\s*(?:[,}]|$))`)
	jsonDecimal  = regexp.MustCompile(`(:\s*-?\d+),(\d+)(\s*(?:[,}]|$))`)
)

// jsonColon writes the colon behind a key, and a value behind a colon.
func jsonColon(p *page, i int, add adder) {
	line := p.lines[i]
	if m := jsonNoColon.FindStringSubmatchIndex(line); m != nil {
		add(p.splice(i, m[2], m[3], ": ", likely, `no ":" after the key`, `write a ":"`))
	}
	if m := jsonNoValue.FindStringSubmatchIndex(line); m != nil && nextIsEnd(p, i, line[m[3]:]) {
		add(unlike(p.splice(i, m[3], m[5], " null", likely, `no value after the ":"`, `write one, or leave the key out`)))
	}
}

// nextIsEnd reports whether what follows on line i, or on the next, ends a map.
func nextIsEnd(p *page, i int, rest string) bool {
	if next := p.next(i); strings.TrimSpace(rest) == "" {
		return next >= 0 && strings.IndexByte("},", p.lines[next][p.scanned(next).indent:][0]) >= 0
	}
	return true
}

// jsonValue writes numbers, true, false and null as JSON does.
func jsonValue(p *page, i int, add adder) {
	line := p.lines[i]
	if m := jsonGroups.FindStringSubmatchIndex(line); m != nil {
		add(p.splice(i, m[4], m[5], strings.ReplaceAll(line[m[4]:m[5]], ",", ""), certain, "a separator of thousands in a number", "leave it out"))
	}
	if m := jsonDecimal.FindStringSubmatchIndex(line); m != nil {
		add(p.splice(i, m[3], m[4], ".", certain+1, "a comma in a number", `write "."`))
	}
	if at := jsonWord.FindStringIndex(line); at != nil {
		word := strings.ToLower(line[at[0]:at[1]])
		if word != "true" && word != "false" {
			word = "null"
		}
		add(p.splice(i, at[0], at[1], word, certain, "", ""))
	}
}

// jsonWritten writes commas, keys, texts and comments as JSON does.
func jsonWritten(p *page, i int, add adder) {
	add(p.pattern(i, jsonNoComma, "${1},${2}${3}", likely, `no "," between two values`, `add the ","`))
	add(p.pattern(i, jsonComma, "$1", likely, "", ""))
	add(p.pattern(i, jsonBareKey, `${1}"${2}"${3}`, likely, "", ""))
	add(p.pattern(i, jsonBareText, `${1}"${2}"${3}`, possible, "", ""))
	add(p.pattern(i, jsonComment, "", likely, "", ""))
	if line := p.lines[i]; strings.Contains(line, "'") {
		add(p.replace(i, strings.IndexByte(line, '\''), strings.ReplaceAll(line, "'", `"`), likely, "", ""))
	}
}

// jsonOpening opens a map or list where the line of the bracket has nothing left, or
// nothing behind the colon.
func jsonOpening(p *page, add adder) {
	for i := p.window.from; i < p.window.to; i++ {
		s := p.scanned(i)
		if (s.colon < 0 || s.value != s.end) && !(s.blank() && p.distance(i) <= 3) {
			continue
		}
		for _, bracket := range []string{"{", "["} {
			add(nearby(p, p.splice(i, s.end, s.end, bracket, likely, fmt.Sprintf("%q is missing", bracket), "open the map or list"), 8))
		}
	}
}

// jsonTrailing removes the comma in front of a bracket on another line.
func jsonTrailing(p *page, add adder) {
	for _, i := range []int{p.at, p.previous(p.at)} {
		if i < 0 {
			continue
		}
		if s := p.scanned(i); s.end > 0 && p.lines[i][s.end-1] == ',' {
			add(p.splice(i, s.end-1, s.end, "", likely, "", ""))
		}
	}
}
