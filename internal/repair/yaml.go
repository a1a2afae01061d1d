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
	doubledComma = regexp.MustCompile(`,\s*,`)
	otherDash    = regexp.MustCompile(`^\s*([*•–—‐‑·]|-\t)\s*\S`)
)

// yamlSpaces adds spaces that are missing behind a colon or a dash.
func yamlSpaces(p *page, i int, add adder) {
	line := p.lines[i]
	if m := yamlNoSpace.FindStringSubmatchIndex(line); m != nil {
		cost := certain
		if strings.HasPrefix(line[m[3]:], "://") || p.scanned(i).colon >= 0 {
			cost = possible
		}
		add(p.splice(i, m[3], m[3]+1, ": ", cost, `no space after the ":"`, "put a space there"))
	}
	if m := otherDash.FindStringSubmatchIndex(line); m != nil {
		rest := strings.TrimLeft(line[m[3]:], " \t")
		add(p.splice(i, m[2], len(line)-len(rest), "- ", certain, `an item of a list starts with "-" and a space`, "write them"))
	} else if m := yamlDash.FindStringSubmatchIndex(line); m != nil && !strings.HasPrefix(line, "---") {
		cost := certain
		if line[m[3]] == '-' || '0' <= line[m[3]] && line[m[3]] <= '9' {
			cost = likely
		}
		add(p.splice(i, m[2], m[3], "- ", cost, `no space after the "-"`, "put a space there"))
	}
}

// yamlItem adds the dash that is missing where the lines around it are items.
func yamlItem(p *page, i int, add adder) {
	s := p.scanned(i)
	if s.dashes() || p.distance(i) > 4 {
		return
	}
	const message, hint = `no "-" in front of an item of a list`, `write "-" and a space`
	if next := p.next(i); next >= 0 && p.scanned(next).indent > s.indent && s.colon >= 0 && s.value < s.end {
		add(p.splice(i, s.indent, s.indent, "- ", likely+1, message, hint)) // what is below belongs to the same item
	}
	for _, step := range []func(int) int{p.previous, p.next} {
		for j := step(i); j >= 0 && p.scanned(j).indent >= s.indent; j = step(j) {
			if other := p.scanned(j); other.indent == s.indent {
				if other.dashes() {
					add(p.splice(i, s.indent, s.indent, "- ", likely, message, hint))
					return
				}
			}
		}
	}
}

// yamlColon adds the colon that is missing behind a key.
func yamlColon(p *page, i int, add adder) {
	s := p.scanned(i)
	if s.colon >= 0 {
		return
	}
	line := p.lines[i][:s.end]
	const message, hint = `no ":" after the key`, `write a ":" and a space`
	if m := yamlEquals.FindStringSubmatchIndex(line); m != nil {
		add(p.splice(i, m[3], m[1], ": ", certain, `"=" where ":" is expected`, `write ":" and a space`))
		return
	}
	if m := yamlTwoWords.FindStringSubmatchIndex(line); m != nil {
		cost := likely
		if words := len(strings.Fields(line[m[2]:])); words > 3 {
			cost = possible
		}
		add(p.splice(i, m[3], m[3], ":", cost, message, hint))
	}
	if m := yamlOneWord.FindStringSubmatchIndex(line); m != nil {
		cost := possible
		if next := p.next(i); next >= 0 && (p.scanned(next).indent > s.indent || p.scanned(next).indent == s.indent && p.scanned(next).dashes()) {
			cost = likely
		}
		add(p.splice(i, m[3], m[3], ":", cost, message, `write a ":"`))
	}
}

// yamlValue puts a value into quotes that cannot be without.
func yamlValue(p *page, i int, add adder) {
	s := p.scanned(i)
	from := s.start()
	value := p.lines[i][from:s.end]
	if value == "" || p.distance(i) > 1 {
		return
	}
	last := value[len(value)-1]
	switch first := value[0]; {
	case (first == '\'' || first == '"') && len(value) > 2 && last == first:
		inner := value[1 : len(value)-1]
		if !strings.Contains(inner, string(first)) {
			return
		}
		if first == '\'' {
			add(p.splice(i, from, s.end, "'"+strings.ReplaceAll(inner, "'", "''")+"'", likely, "", ""))
		} else {
			add(p.splice(i, from, s.end, `"`+strings.ReplaceAll(inner, `"`, `\"`)+`"`, likely, "", ""))
		}
	case first == '[' && last == ']', first == '{' && last == '}': // it is meant to be a list or map
		add(p.pattern(i, doubledComma, ",", likely, `"," twice`, "remove one"))
	case s.colon >= 0 || s.dashes():
		add(p.splice(i, from, s.end, "'"+strings.ReplaceAll(value, "'", "''")+"'", possible+2, "", ""))
	}
}

// yamlStray makes a comment of a line that is nothing else.
func yamlStray(p *page, i int, add adder) {
	s := p.scanned(i)
	if s.colon < 0 && p.distance(i) <= 2 {
		add(unlike(p.splice(i, s.indent, s.indent, "# ", desperate, "the line is no key with a value, and no item of a list", `remove it, or make it a comment with "#"`)))
	}
}
