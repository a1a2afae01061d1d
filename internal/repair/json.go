package repair

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	jsonNoColon  = regexp.MustCompile(`^\s*[{,]?\s*"[^"]*"(\s*=?\s*)["\[{\w-]`)
	jsonBareKey  = regexp.MustCompile(`([{,]\s*|^\s*)([A-Za-z_$][\w$.-]*)(\s*:)`)
	jsonWord     = regexp.MustCompile(`\b(True|TRUE|False|FALSE|None|nil|NULL|Null|undefined|NaN)\b`)
	jsonNoComma  = regexp.MustCompile(`(["\]}\w])(\s+)(["\[{])`)
	jsonComma    = regexp.MustCompile(`,(\s*[\]}])`)
	jsonComment  = regexp.MustCompile(`\s*(//|#).*$|/\*.*?\*/`)
	jsonBareText = regexp.MustCompile(`(:\s*)([A-Za-z_/.][^\s",\[\]{}]*)(\s*,?\s*)$`)
)

var jsonWords = map[string]string{"true": "true", "false": "false"}

// json adds the hypotheses that are about JSON alone.
func (h *hypotheses) json() {
	for i := h.window.from; i < h.window.to; i++ {
		s := h.scanned(i)
		if s.blank() || h.distance(i) > 2 {
			continue
		}
		line := h.lines[i]
		if m := jsonNoColon.FindStringSubmatchIndex(line); m != nil {
			h.splice(i, m[2], m[3], ": ", likely, `no ":" after the key`, `write a ":"`)
		}
		h.pattern(i, jsonNoComma, "${1},${2}${3}", likely, `no "," between two values`, `add the ","`)
		h.pattern(i, jsonComma, "$1", likely, "", "")
		h.pattern(i, jsonBareKey, `${1}"${2}"${3}`, likely, "", "")
		h.pattern(i, jsonBareText, `${1}"${2}"${3}`, possible, "", "")
		h.pattern(i, jsonComment, "", likely, "", "")
		if strings.Contains(line, "'") {
			h.replace(i, strings.IndexByte(line, '\''), strings.ReplaceAll(line, "'", `"`), likely, "", "")
		}
		if at := jsonWord.FindStringIndex(line); at != nil {
			word := jsonWords[strings.ToLower(line[at[0]:at[1]])]
			if word == "" {
				word = "null"
			}
			h.splice(i, at[0], at[1], word, certain, "", "")
		}
	}
	h.jsonTrailing()
	h.jsonOpening()
}

// jsonOpening opens a map or list where the line of the bracket has nothing left, or
// nothing behind the colon.
func (h *hypotheses) jsonOpening() {
	for i := h.window.from; i < h.window.to; i++ {
		s := h.scanned(i)
		switch {
		case s.colon >= 0 && s.value == s.end:
		case s.blank() && h.distance(i) <= 3:
		default:
			continue
		}
		for _, bracket := range []string{"{", "["} {
			cost := likely + h.distance(i)/8 - h.distance(i)
			h.splice(i, s.end, s.end, bracket, cost, fmt.Sprintf("%q is missing", bracket), "open the map or list")
		}
	}
}

// jsonTrailing removes the comma in front of a bracket on another line.
func (h *hypotheses) jsonTrailing() {
	above := h.previous(h.at)
	for _, i := range []int{h.at, above} {
		if i < 0 {
			continue
		}
		if s := h.scanned(i); s.end > 0 && h.lines[i][s.end-1] == ',' {
			h.splice(i, s.end-1, s.end, "", likely, "", "")
		}
	}
}

// pattern adds the hypothesis that what matches a pattern should be another text.
func (h *hypotheses) pattern(i int, pattern *regexp.Regexp, replacement string, cost int, message, hint string) {
	line := h.lines[i]
	if at := pattern.FindStringIndex(line); at != nil {
		h.replace(i, at[0], pattern.ReplaceAllString(line, replacement), cost, message, hint)
	}
}
