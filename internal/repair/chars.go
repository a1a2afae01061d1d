package repair

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/document"
)

// characters replaces characters that are easily taken for the right ones.
func (h *hypotheses) characters() {
	h.invisible()
	h.tabs()
	h.comments()
	if h.format != document.YAML {
		h.typographic()
	}
}

// invisible replaces blanks that are no spaces, and removes characters without a width.
func (h *hypotheses) invisible() {
	var edits []edit
	for i := h.window.from; i < h.window.to; i++ {
		line := h.lines[i]
		at := strings.IndexFunc(line, isInvisible)
		if at < 0 {
			continue
		}
		r, _ := utf8.DecodeRuneInString(line[at:])
		message, hint := describeInvisible(r)
		text := visible(line)
		h.replace(i, at, text, certain+h.distance(i)/8-h.distance(i), message, hint)
		edits = append(edits, edit{i, text})
	}
	if len(edits) > 1 {
		line := h.lines[edits[0].line]
		r, _ := utf8.DecodeRuneInString(line[strings.IndexFunc(line, isInvisible):])
		message, hint := describeInvisible(r)
		h.everywhere(edits, func(line string) int { return strings.IndexFunc(line, isInvisible) }, certain+2, message, fmt.Sprintf("%s, on %d lines", hint, len(edits)))
	}
}

func isInvisible(r rune) bool {
	return r > unicode.MaxASCII && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)) || r == '\v' || r == '\f'
}

func describeInvisible(r rune) (message, hint string) {
	switch {
	case r == '\u00a0':
		return "a non-breaking space (U+00A0)", "replace it by a space"
	case unicode.IsSpace(r):
		return fmt.Sprintf("a blank that is no space (U+%04X)", r), "replace it by a space"
	}
	return fmt.Sprintf("an invisible character (U+%04X)", r), "remove it"
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
func (h *hypotheses) tabs() {
	if h.format != document.YAML {
		return
	}
	defer h.unlike(len(h.all))
	var edits []edit
	for i := h.window.from; i < h.window.to; i++ {
		line := h.lines[i]
		blank := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if !strings.Contains(blank, "\t") {
			continue
		}
		spaces := strings.ReplaceAll(blank, "\t", strings.Repeat(" ", h.unit))
		edits = append(edits, edit{i, spaces + line[len(blank):]})
		h.replace(i, strings.IndexByte(blank, '\t'), spaces+line[len(blank):], certain, "", "")
		if above := h.previous(i); above >= 0 {
			h.replace(i, strings.IndexByte(blank, '\t'), strings.Repeat(" ", h.scanned(above).indent)+line[len(blank):], certain, "", "")
		}
	}
	h.everywhere(edits, func(line string) int { return strings.IndexByte(line, '\t') }, certain+1, "", "")
}

// comments writes comments as the format does.
func (h *hypotheses) comments() {
	if h.format == document.JSON {
		return
	}
	var edits []edit
	for i := h.window.from; i < h.window.to; i++ {
		line := h.lines[i]
		rest := strings.TrimLeft(line, " \t")
		at := len(line) - len(rest)
		sign := ""
		for _, s := range []string{"//", "/*", "*/", "<!--", ";", "--"} {
			if strings.HasPrefix(rest, s) && !strings.HasPrefix(rest, "---") {
				sign = s
				break
			}
		}
		message := fmt.Sprintf("%q starts no comment in %v", sign, h.format)
		if sign != "" {
			text := line[:at] + "#" + strings.TrimPrefix(rest, sign)
			h.replace(i, at, text, certain, message, `write "#"`)
			edits = append(edits, edit{i, text})
			continue
		}
		if at := strings.Index(line, " //"); at >= 0 && h.distance(i) <= 1 {
			h.splice(i, at+1, at+3, "#", likely, fmt.Sprintf("%q starts no comment in %v", "//", h.format), `write "#"`)
		}
	}
	if len(edits) > 1 {
		line := h.lines[edits[0].line]
		sign := strings.TrimLeft(line, " \t")[:1]
		if sign == "/" {
			sign = "//"
		}
		h.everywhere(edits, func(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }, certain+1,
			fmt.Sprintf("%q starts no comment in %v", sign, h.format), `write "#"`)
	}
}

// typographic replaces quotation marks of word processors.
func (h *hypotheses) typographic() {
	var edits []edit
	const message, hint = "a typographic quotation mark", `write " or '`
	first := func(line string) int { return strings.IndexAny(line, `“”„‟«»‘’‚`) }
	for i := h.window.from; i < h.window.to; i++ {
		line := h.lines[i]
		if at := first(line); at >= 0 {
			text := plainQuotes.Replace(line)
			h.replace(i, at, text, certain, message, hint)
			edits = append(edits, edit{i, text})
		}
	}
	h.everywhere(edits, first, certain+1, message, hint)
}

var plainQuotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«", `"`, "»", `"`, "‘", `'`, "’", `'`, "‚", `'`)
