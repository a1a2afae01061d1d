package repair

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/problem"
)

// eachLine returns a hypothesis for a mistake that may be on many lines: the change that
// fix returns for each line, and all of them together. The distance is divided by by.
func eachLine(by int, fix func(p *region, i int) change) func(*region, addFunc) {
	return func(p *region, add addFunc) {
		var all change
		for i := p.window.from; i < p.window.to; i++ {
			c := fix(p, i)
			if len(c.edits) == 0 {
				continue
			}
			add(p.discountDistance(c, by))
			if all.edits == nil {
				all = c
				all.cost, all.edits = c.cost-p.distance(i)+1, nil
			}
			all.edits = append(all.edits, c.edits...)
		}
		if n := len(all.edits); n > 1 {
			if all.countLines {
				all.hint += fmt.Sprintf(", on %d lines", n)
			}
			add(all)
		}
	}
}

// invisible replaces blanks other than spaces, and removes characters without a width.
func invisible(p *region, i int) change {
	line := p.lines[i]
	at := strings.IndexFunc(line, isInvisible)
	if at < 0 {
		return change{}
	}
	visible := strings.Map(func(r rune) rune {
		switch {
		case !isInvisible(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, line)
	message, hint := "an invisible character (U+%04X)", "remove it"
	r, _ := utf8.DecodeRuneInString(line[at:])
	switch {
	case r == '\u00a0':
		message, hint = "a non-breaking space (U+%04X)", "replace it by a space"
	case unicode.IsSpace(r):
		message, hint = "a blank that is no space (U+%04X)", "replace it by a space"
	}
	c := p.replace(i, at, visible, certain, fmt.Sprintf(message, r), hint)
	c.countLines = true
	return c
}

func isInvisible(r rune) bool {
	return r > unicode.MaxASCII && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)) || r == '\v' || r == '\f'
}

// comment replaces the start of another language's comment by "#".
func comment(p *region, i int) change {
	line := p.lines[i]
	if m := foreignComment.FindStringSubmatchIndex(line); m != nil && !strings.HasPrefix(line[m[2]:], "---") {
		return p.splice(i, m[2], m[3], "#", certain, fmt.Sprintf("%q starts no comment in %v", line[m[2]:m[3]], p.format), `write "#"`)
	}
	return change{}
}

var foreignComment = regexp.MustCompile(`^[ \t]*(//|/\*|\*/|<!--|;|--)`)

// typographic replaces quotation marks of word processors. In YAML they are ordinary
// characters.
func typographic(p *region, i int) change {
	line := p.lines[i]
	at := problem.IndexTypographic(line)
	if at < 0 {
		return change{}
	}
	cost, plain := certain, plainQuotes
	switch p.format {
	case document.YAML:
		cost = likely
	case document.JSON:
		plain = doubleQuotes
	}
	return p.replace(i, at, plain.Replace(line), cost, problem.Typographic, problem.QuoteHint)
}

var (
	plainQuotes  = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "‘", `'`, "’", `'`, "‚", `'`)
	doubleQuotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "‘", `"`, "’", `"`, "‚", `"`)
)

// removeLines removes the lines that match a pattern.
func removeLines(pattern, message, hint string) func(p *region, i int) change {
	compiled := regexp.MustCompile(pattern)
	return func(p *region, i int) change {
		if compiled.MatchString(p.lines[i]) {
			return p.replace(i, 0, "", certain, message, hint)
		}
		return change{}
	}
}
