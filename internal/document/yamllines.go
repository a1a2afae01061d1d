package document

import "strings"

// yamlLines converts the library's positions to ours. In YAML, a lone carriage return and
// three Unicode characters also end a line; in editors they do not.
type yamlLines struct {
	// starts are the library's lines. It is nil if the document has none of
	// these breaks, so that the lines are the same.
	starts []yamlLine

	// above is the number of our lines above the text.
	above int32

	// last is the number of lines. For the library, a missing value at the very
	// end is on the line after the last.
	last int32
}

// yamlLine is the start of one of the library's lines in our counting.
type yamlLine struct {
	line   int32
	before int32 // characters before it on that line
}

func newYAMLLines(text string, above int32) yamlLines {
	lines := yamlLines{above: above, last: int32(strings.Count(text, "\n")) + 1}
	if !hasYAMLBreak(text) {
		return lines
	}
	lines.starts = []yamlLine{{line: 1}}
	at := yamlLine{line: 1}
	for i, r := range text {
		at.before++
		switch r {
		case '\n':
			at = yamlLine{line: at.line + 1}
		case '\r':
			if strings.HasPrefix(text[i+1:], "\n") {
				continue
			}
		case '\u0085', '\u2028', '\u2029':
		default:
			continue
		}
		lines.starts = append(lines.starts, at)
	}
	return lines
}

// hasYAMLBreak reports whether text has a line break other than LF and CRLF.
func hasYAMLBreak(text string) bool {
	if strings.Contains(text, "\u0085") || strings.Contains(text, "\u2028") || strings.Contains(text, "\u2029") {
		return true
	}
	return strings.Count(text, "\r") != strings.Count(text, "\r\n")
}

// YAMLPlaces returns a function that converts positions of the YAML library in a text,
// which has above lines above it in its file, to lines and columns in this package's
// counting.
func YAMLPlaces(text string, above int) func(line, column int) (int, int) {
	lines := newYAMLLines(text, int32(above))
	return func(line, column int) (int, int) {
		l, c := lines.place(line, column)
		return int(l), int(c)
	}
}

// place returns the position of the library's line and column.
func (l yamlLines) place(line, column int) (int32, int32) {
	if line >= 1 && line <= len(l.starts) {
		at := l.starts[line-1]
		return l.above + at.line, at.before + int32(column)
	}
	return l.above + min(int32(line), l.last), int32(column)
}
