package repair

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/problem"
)

// invisible replaces blanks that are no spaces, and removes characters without a width.
func invisible(p *page, add adder) {
	var edits []edit
	for i := p.window.from; i < p.window.to; i++ {
		line := p.lines[i]
		at := strings.IndexFunc(line, isInvisible)
		if at < 0 {
			continue
		}
		message, hint := describeInvisible(line[at:])
		text := visible(line)
		add(nearby(p, p.replace(i, at, text, certain, message, hint), 8))
		edits = note(edits, i, text)
	}
	if len(edits) > 1 {
		line := p.lines[edits[0].line]
		first := strings.IndexFunc(line, isInvisible)
		message, hint := describeInvisible(line[first:])
		add(p.everywhere(edits, first, certain+2, message, fmt.Sprintf("%s, on %d lines", hint, len(edits))))
	}
}

func isInvisible(r rune) bool {
	return r > unicode.MaxASCII && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)) || r == '\v' || r == '\f'
}

// describeInvisible describes the character that a text begins with.
func describeInvisible(text string) (message, hint string) {
	switch r, _ := utf8.DecodeRuneInString(text); {
	case r == '\u00a0':
		return "a non-breaking space (U+00A0)", "replace it by a space"
	case unicode.IsSpace(r):
		return fmt.Sprintf("a blank that is no space (U+%04X)", r), "replace it by a space"
	default:
		return fmt.Sprintf("an invisible character (U+%04X)", r), "remove it"
	}
}

// visible returns a line with spaces for other blanks, and without what has no width.
func visible(line string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case !isInvisible(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, line)
}

// tabs replaces tabs in the indentation, each by as many spaces as the document indents
// by, or by what the line above has.
func tabs(p *page, add adder) {
	var edits []edit
	first := 0
	for i := p.window.from; i < p.window.to; i++ {
		line := p.lines[i]
		rest := strings.TrimLeft(line, " \t")
		tab := strings.IndexByte(line[:len(line)-len(rest)], '\t')
		if tab < 0 {
			continue
		}
		if len(edits) == 0 {
			first = tab
		}
		text := strings.ReplaceAll(line[:len(line)-len(rest)], "\t", strings.Repeat(" ", p.unit)) + rest
		edits = note(edits, i, text)
		add(unlike(p.replace(i, tab, text, certain, "", "")))
		if above := p.previous(i); above >= 0 {
			add(unlike(p.replace(i, tab, strings.Repeat(" ", p.scanned(above).indent)+rest, certain, "", "")))
		}
	}
	add(unlike(p.everywhere(edits, first, certain+1, "", "")))
}

// comments writes comments as the format does.
func comments(p *page, add adder) {
	var edits []edit
	first, message := 0, ""
	const hint = `write "#"`
	for i := p.window.from; i < p.window.to; i++ {
		line := p.lines[i]
		rest := strings.TrimLeft(line, " \t")
		at := len(line) - len(rest)
		if sign := commentSign(rest); sign != "" {
			message := foreignComment(sign, p.format)
			text := line[:at] + "#" + strings.TrimPrefix(rest, sign)
			add(p.replace(i, at, text, certain, message, hint))
			edits = note(edits, i, text)
		} else if at := strings.Index(line, " //"); at >= 0 && p.distance(i) <= 1 {
			add(p.splice(i, at+1, at+3, "#", likely, foreignComment("//", p.format), hint))
		}
		if len(edits) == 1 && message == "" {
			first, message = at, foreignComment(commentSign(rest), p.format)
		}
	}
	add(p.everywhere(edits, first, certain+1, message, hint))
}

func foreignComment(sign string, f document.Format) string {
	return fmt.Sprintf("%q starts no comment in %v", sign, f)
}

// commentSign returns what a comment of another language begins with, or "".
func commentSign(text string) string {
	for _, sign := range []string{"//", "/*", "*/", "<!--", ";", "--"} {
		if strings.HasPrefix(text, sign) && !strings.HasPrefix(text, "---") {
			return sign
		}
	}
	return ""
}

// typographic replaces quotation marks of word processors. In YAML they are characters
// like others.
func typographic(p *page, add adder) {
	var edits []edit
	first := 0
	cost, plain := certain, plainQuotes
	switch p.format {
	case document.YAML:
		cost = likely
	case document.JSON:
		plain = doubleQuotes
	}
	const message, hint = problem.Typographic, problem.QuoteHint
	for i := p.window.from; i < p.window.to; i++ {
		line := p.lines[i]
		at := problem.IndexTypographic(line)
		if at < 0 {
			continue
		}
		if len(edits) == 0 {
			first = at
		}
		text := plain.Replace(line)
		add(p.replace(i, at, text, cost, message, hint))
		edits = note(edits, i, text)
	}
	add(p.everywhere(edits, first, cost+1, message, hint))
}

var (
	plainQuotes  = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "‘", `'`, "’", `'`, "‚", `'`)
	doubleQuotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "‘", `"`, "’", `"`, "‚", `"`)
)
