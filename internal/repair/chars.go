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

// everywhere makes a hypothesis of what may be wrong on many lines: each of the changes
// that fix returns for a line, and all of them together. The distance counts for little:
// one in by.
func everywhere(by int, fix func(p *page, i int) change) func(*page, adder) {
	return func(p *page, add adder) {
		var all change
		for i := p.window.from; i < p.window.to; i++ {
			c := fix(p, i)
			if len(c.edits) == 0 {
				continue
			}
			add(p.nearby(c, by))
			if all.edits == nil {
				all = c
				all.cost, all.edits = c.cost-p.distance(i)+1, nil
			}
			all.edits = append(all.edits, c.edits...)
		}
		if n := len(all.edits); n > 1 {
			if all.counted {
				all.hint += fmt.Sprintf(", on %d lines", n)
			}
			add(all)
		}
	}
}

// invisible replaces blanks that are no spaces, and removes characters without a width.
func invisible(p *page, i int) change {
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
	c.counted = true
	return c
}

func isInvisible(r rune) bool {
	return r > unicode.MaxASCII && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)) || r == '\v' || r == '\f'
}

// comment writes a line that is a comment of another language as the format does.
func comment(p *page, i int) change {
	line := p.lines[i]
	if m := foreignComment.FindStringSubmatchIndex(line); m != nil && !strings.HasPrefix(line[m[2]:], "---") {
		return p.splice(i, m[2], m[3], "#", certain, fmt.Sprintf("%q starts no comment in %v", line[m[2]:m[3]], p.format), `write "#"`)
	}
	return change{}
}

var foreignComment = regexp.MustCompile(`^[ \t]*(//|/\*|\*/|<!--|;|--)`)

// typographic replaces quotation marks of word processors. In YAML they are characters
// like others.
func typographic(p *page, i int) change {
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

// removed removes the lines that match a pattern.
func removed(pattern, message, hint string) func(p *page, i int) change {
	compiled := regexp.MustCompile(pattern)
	return func(p *page, i int) change {
		if compiled.MatchString(p.lines[i]) {
			return p.replace(i, 0, "", certain, message, hint)
		}
		return change{}
	}
}
