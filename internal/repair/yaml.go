package repair

import (
	"regexp"
	"strings"
)

const yamlKey = `([^\s:#'"\[\]{},&*!|>%@\x60=-][^\s:=]*|"[^"]*"|'[^']*'|<<)`

var (
	yamlNoSpace  = regexp.MustCompile(`^\s*(?:- +)*` + yamlKey + `:[^\s:]`)
	yamlEquals   = regexp.MustCompile(`^\s*(?:- +)*` + yamlKey + `\s*=\s*`)
	yamlTwoWords = regexp.MustCompile(`^\s*(?:- +)*` + yamlKey + `[ \t]+\S`)
	yamlOneWord  = regexp.MustCompile(`^\s*(?:- +)*` + yamlKey + `$`)
	yamlDash     = regexp.MustCompile(`^\s*(?:- +)*(-)[^\s]`)
	otherDash    = regexp.MustCompile(`^\s*([*•–—‐‑·]|-\t)\s*\S`)
)

// yaml adds the hypotheses that are about YAML alone.
func (h *hypotheses) yaml() {
	for i := h.window.from; i < h.window.to; i++ {
		if s := h.scanned(i); !s.blank() && !s.text {
			h.yamlSpaces(i, s)
			h.yamlItem(i, s)
			h.yamlColon(i, s)
			h.yamlValue(i, s)
			h.yamlStray(i, s)
		}
	}
	h.indentation()
}

// yamlSpaces adds spaces that are missing behind a colon or a dash.
func (h *hypotheses) yamlSpaces(i int, s *scanned) {
	line := h.lines[i]
	if m := yamlNoSpace.FindStringSubmatchIndex(line); m != nil {
		cost := certain
		if strings.HasPrefix(line[m[3]:], "://") || s.colon >= 0 {
			cost = possible
		}
		at := m[3]
		h.splice(i, at, at+1, ": ", cost, `no space after the ":"`, "put a space there")
	}
	if m := otherDash.FindStringSubmatchIndex(line); m != nil {
		rest := strings.TrimLeft(line[m[3]:], " \t")
		h.splice(i, m[2], len(line)-len(rest), "- ", certain, `an item of a list starts with "-" and a space`, "write them")
	} else if m := yamlDash.FindStringSubmatchIndex(line); m != nil && !strings.HasPrefix(line, "---") {
		cost := certain
		if line[m[3]] == '-' || '0' <= line[m[3]] && line[m[3]] <= '9' {
			cost = likely
		}
		h.splice(i, m[2], m[3], "- ", cost, `no space after the "-"`, "put a space there")
	}
}

// yamlItem adds the dash that is missing where the lines around it are items.
func (h *hypotheses) yamlItem(i int, s *scanned) {
	if s.dashes() || h.distance(i) > 4 {
		return
	}
	const message, hint = `no "-" in front of an item of a list`, `write "-" and a space`
	if next := h.next(i); next >= 0 && h.scanned(next).indent > s.indent && s.colon >= 0 && s.value < s.end {
		h.splice(i, s.indent, s.indent, "- ", likely+1, message, hint) // what is below belongs to the same item
	}
	for _, step := range []func(int) int{h.previous, h.next} {
		for j := step(i); j >= 0 && h.scanned(j).indent >= s.indent; j = step(j) {
			if other := h.scanned(j); other.indent == s.indent {
				if other.dashes() {
					h.splice(i, s.indent, s.indent, "- ", likely, message, hint)
					return
				}
			}
		}
	}
}

// yamlColon adds the colon that is missing behind a key.
func (h *hypotheses) yamlColon(i int, s *scanned) {
	if s.colon >= 0 {
		return
	}
	line := h.lines[i][:s.end]
	const message, hint = `no ":" after the key`, `write a ":" and a space`
	if m := yamlEquals.FindStringSubmatchIndex(line); m != nil {
		h.splice(i, m[3], m[1], ": ", certain, `"=" where ":" is expected`, `write ":" and a space`)
		return
	}
	if m := yamlTwoWords.FindStringSubmatchIndex(line); m != nil {
		cost := likely
		if words := len(strings.Fields(line[m[2]:])); words > 3 {
			cost = possible
		}
		h.splice(i, m[3], m[3], ":", cost, message, hint)
	}
	if m := yamlOneWord.FindStringSubmatchIndex(line); m != nil {
		cost := possible
		if next := h.next(i); next >= 0 && (h.scanned(next).indent > s.indent || h.scanned(next).indent == s.indent && h.scanned(next).dashes()) {
			cost = likely
		}
		h.splice(i, m[3], m[3], ":", cost, message, `write a ":"`)
	}
}

// yamlValue puts a value into quotes that cannot be without.
func (h *hypotheses) yamlValue(i int, s *scanned) {
	from := s.start()
	value := h.lines[i][from:s.end]
	if value == "" || h.distance(i) > 1 {
		return
	}
	switch quote := value[0]; {
	case (quote == '\'' || quote == '"') && len(value) > 2 && value[len(value)-1] == quote:
		inner := value[1 : len(value)-1]
		if !strings.Contains(inner, string(quote)) {
			return
		}
		if quote == '\'' {
			h.splice(i, from, s.end, "'"+strings.ReplaceAll(inner, "'", "''")+"'", likely, "", "")
		} else {
			h.splice(i, from, s.end, `"`+strings.ReplaceAll(inner, `"`, `\"`)+`"`, likely, "", "")
		}
	case s.colon >= 0 || s.dashes():
		h.splice(i, from, s.end, "'"+strings.ReplaceAll(value, "'", "''")+"'", possible+2, "", "")
	}
}

// yamlStray makes a comment of a line that is nothing else.
func (h *hypotheses) yamlStray(i int, s *scanned) {
	if s.colon < 0 && h.distance(i) <= 2 {
		defer h.unlike(len(h.all))
		h.splice(i, s.indent, s.indent, "# ", desperate, "the line is no key with a value, and no item of a list", `remove it, or make it a comment with "#"`)
	}
}
