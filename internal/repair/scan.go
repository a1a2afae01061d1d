package repair

import (
	"strings"

	"example.com/lastgood/internal/document"
)

// scanned is what a line contains, as far as it can be seen without its context.
type scanned struct {
	indent int // blanks at its start
	body   int // start of its first key or value, after the dashes of lists
	colon  int // the ":" or "=" after its key, or -1
	value  int // start of the value after that; end if there is none
	end    int // end of everything but a comment
	quote  int // a quote that is not closed on the line, or -1
	open   []int
	wrong  int  // the first closing bracket that does not match, or -1
	text   bool // it is part of a block of text
}

// blank reports whether the line is empty or has only a comment.
func (s *scanned) blank() bool { return s.end <= s.indent }

// start returns the start of the value or, without a key, of the whole text.
func (s *scanned) start() int {
	if s.colon < 0 {
		return min(s.body, s.end)
	}
	return s.value
}

// dashes reports whether the line starts an item of a list.
func (s *scanned) dashes() bool { return s.body > s.indent }

// lineScanner scans one line.
type lineScanner struct {
	scanned
	format document.Format
	line   string
}

// scanLine scans a line of a document.
func scanLine(f document.Format, line string) scanned {
	s := lineScanner{format: f, line: line}
	s.colon, s.quote, s.wrong = -1, -1, -1
	s.indent = len(line) - len(strings.TrimLeft(line, " "))
	s.body = s.indent
	for f == document.YAML && strings.HasPrefix(line[s.body:], "- ") {
		s.body += 2
		s.body += len(line[s.body:]) - len(strings.TrimLeft(line[s.body:], " "))
	}
	s.value, s.end = len(line), len(line)
	s.tokens(s.body)
	s.end = len(strings.TrimRight(line[:s.end], " \t"))
	s.value = min(s.value, s.end)
	return s.scanned
}

// tokens scans the line from i on. In YAML, quotes and brackets have a meaning only where a
// value can start.
func (s *lineScanner) tokens(i int) {
	start := true
	for i < len(s.line) {
		c := s.line[i]
		switch {
		case c == ' ' || c == '\t':
			i++
			continue
		case s.isComment(i):
			s.end = i
			return
		case (c == '"' || c == '\'' && s.format != document.JSON) && (start || s.format != document.YAML):
			if i = s.skipQuoted(i); i < 0 {
				return
			}
			start = false
			continue
		case (c == '[' || c == '{') && (start || len(s.open) > 0 || s.format != document.YAML):
			s.open = append(s.open, i)
			start = true
		case (c == ']' || c == '}') && (len(s.open) > 0 || s.format != document.YAML || start || s.colon < 0):
			s.closeBracket(i)
			start = false
		case s.isColon(i):
			if len(s.open) == 0 && s.colon < 0 {
				s.colon = i
				s.value = i + 1 + len(s.line[i+1:]) - len(strings.TrimLeft(s.line[i+1:], " \t"))
			}
			start = true
		case c == ',' && (len(s.open) > 0 || s.colon < 0):
			start = true
		case (c == '&' || c == '!') && start && s.format == document.YAML:
			for i < len(s.line) && s.line[i] != ' ' {
				i++
			}
			continue
		default:
			start = false
		}
		i++
	}
}

// isComment reports whether a comment starts at i.
func (s *lineScanner) isComment(i int) bool {
	switch s.format {
	case document.YAML:
		return s.line[i] == '#' && (i == 0 || s.line[i-1] == ' ' || s.line[i-1] == '\t')
	case document.TOML:
		return s.line[i] == '#'
	}
	return false
}

// isColon reports whether a key ends at i.
func (s *lineScanner) isColon(i int) bool {
	switch s.format {
	case document.YAML:
		return s.line[i] == ':' && (i+1 == len(s.line) || strings.IndexByte(" \t", s.line[i+1]) >= 0 || len(s.open) > 0 && s.line[i-1] == '"')
	case document.TOML:
		return s.line[i] == '='
	}
	return s.line[i] == ':'
}

// skipQuoted returns the offset after the quoted text at i, or -1 if it is not closed.
func (s *lineScanner) skipQuoted(i int) int {
	quote := s.line[i]
	if s.format == document.TOML && strings.HasPrefix(s.line[i:], strings.Repeat(string(quote), 3)) {
		if end := strings.Index(s.line[i+3:], s.line[i:i+3]); end >= 0 {
			return i + 3 + end + 3
		}
		return -1
	}
	for j := i + 1; j < len(s.line); j++ {
		switch {
		case s.line[j] == '\\' && quote == '"':
			j++
		case s.line[j] == quote && quote == '\'' && strings.HasPrefix(s.line[j+1:], "'") && s.format == document.YAML:
			j++
		case s.line[j] == quote:
			return j + 1
		}
	}
	s.quote = i
	return -1
}

// closeBracket handles the closing bracket at i.
func (s *lineScanner) closeBracket(i int) {
	last := len(s.open) - 1
	if last >= 0 && closing(s.line[s.open[last]]) == s.line[i] {
		s.open = s.open[:last]
		return
	}
	if s.wrong < 0 {
		s.wrong = i
	}
}
