package document

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlFailure is an error of the YAML library that is being turned into a problem. The
// library's error has what it expected; the user's mistake follows rather from the text
// around the place.
type yamlFailure struct {
	text    string
	above   int  // lines above the text in its file
	cut     bool // these include lines of the document that were left out
	lines   yamlLines
	stop    yamlStop
	problem Problem

	completion string // appended to the text by failsAlike
	offset     int    // of the problem
	reread     int    // bytes that were parsed by failsAlike
	atEnd      bool   // the problem is at the end of the text
}

// move sets the place of the problem to an offset. If that is the end of the text, it is
// the last visible character.
func (f *yamlFailure) move(offset int) {
	f.atEnd = offset >= len(f.text)
	if f.atEnd {
		seen := strings.TrimRight(f.text, " \r\n") // a tab may be the mistake
		_, size := utf8.DecodeLastRuneInString(seen)
		offset = len(seen) - size
	}
	f.offset = offset
	at := problemAt(f.text, offset, "")
	f.problem.Line, f.problem.Column = at.Line, at.Column
}

// lineStart returns the start of the line of an offset.
func lineStart(text string, offset int) int {
	return strings.LastIndexByte(text[:offset], '\n') + 1
}

// line returns the rest of the line from an offset on.
func (f *yamlFailure) line(offset int) string {
	line, _, _ := strings.Cut(f.text[offset:], "\n")
	return strings.TrimSuffix(line, "\r")
}

// scanned returns the offset of the line on which the token starts that the library's
// scanner was reading.
func (f *yamlFailure) scanned() int {
	line, column := f.lines.place(max(f.stop.line-1, 1), 1) // without the added blank line
	return byteOffset(f.text, line, column)
}

// parsed returns the offset of the line on which the value starts that the library's parser
// was reading. It counts lines from 0, which evens out the added blank line.
func (f *yamlFailure) parsed() int {
	line, column := f.lines.place(max(f.stop.line, 1), 1)
	return byteOffset(f.text, line, column)
}

// hintStart adds a hint with the line on which a value starts, unless that line was left
// out.
func (f *yamlFailure) hintStart(what string, line int) {
	if !f.cut || line > f.above+1 {
		f.problem.Hint = what + " starts on line " + strconv.Itoa(line)
	}
}

// enclosing returns the line number of the map or list around the place, and whether the
// place is in the column where its items start.
func (f *yamlFailure) enclosing() (number int, aligned bool) {
	line, _ := f.lines.place(max(f.stop.line, 1), 1)
	rest := f.line(f.parsed())
	before, _ := f.indentation()
	for at := 0; at <= len(before); {
		at += len(rest[at:]) - len(strings.TrimLeft(rest[at:], " "))
		if at == len(before) {
			return int(line) + f.above, true
		}
		if !strings.HasPrefix(rest[at:], "- ") {
			break
		}
		at++
	}
	return int(line) + f.above, false
}

// failsAlike reports whether the text up to an offset, followed by more and the completion,
// fails with the same error as the whole text. It returns false once it has parsed
// maxRereadBytes.
func (f *yamlFailure) failsAlike(end int, more string) bool {
	if f.reread += end; f.reread > maxRereadBytes {
		return false
	}
	err := decodeYAML(yaml.NewDecoder(newYAMLReader(f.text[:end] + more + f.completion)))
	_, message := cutYAMLLine(err.Error())
	return message == f.stop.libMessage
}

// indicator returns the character at the place if it has a meaning in YAML, so that it can
// be quoted, or "".
func (f *yamlFailure) indicator() string {
	if f.offset < len(f.text) && strings.IndexByte("[]{},:-?&*!|>'\"%@`", f.text[f.offset]) >= 0 {
		return f.text[f.offset : f.offset+1]
	}
	return ""
}

// indentation returns the text before the place on its line, and whether it is blank.
func (f *yamlFailure) indentation() (before string, blank bool) {
	before = f.text[lineStart(f.text, f.offset):f.offset]
	return before, isBlank(before)
}

func isBlank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// pointToTab moves the problem to the tab in the indentation of the line, if there is one.
func (f *yamlFailure) pointToTab() bool {
	start := lineStart(f.text, f.offset)
	line := f.text[start:]
	blank := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	i := strings.IndexByte(blank, '\t')
	if i < 0 {
		return false
	}
	f.move(start + i)
	f.problem.Message, f.problem.Hint, f.problem.Stuck = messageTab, hintTab, false
	return true
}

// refineStart explains a character that cannot start a value.
func refineStart(f *yamlFailure) {
	if f.pointToTab() {
		return
	}
	if c := f.indicator(); c != "" {
		f.problem.Message = `a value cannot start with "` + c + `"`
	}
}

// refineMap explains a text in a map where a key is expected.
func refineMap(f *yamlFailure) {
	before, first := f.indentation()
	line, aligned := f.enclosing()
	switch c := f.indicator(); {
	case f.pointToTab():
	case c == "]" || c == "}" || c == ",":
		f.problem.Message, f.problem.Hint = `unexpected "`+c+`"`, ""
	case !first:
		f.afterValue(before)
	case c == "-" && aligned:
		f.problem.Message = "a list item among the keys of a map"
		f.hintStart("the map", line)
	case !aligned:
		f.problem.Message = "the indentation fits none of the lines before"
		f.hintStart("the map around it", line)
	}
}

// afterValue explains text after a value on its line.
func (f *yamlFailure) afterValue(before string) {
	f.problem.Message = "unexpected text after the end of the value"
	if strings.ContainsAny(before, `"'`) {
		f.problem.Hint = "check the quotes, here and on the lines before"
	}
}

// refineList explains a text in a list where an item is expected.
func refineList(f *yamlFailure) {
	_, first := f.indentation()
	line, aligned := f.enclosing()
	switch {
	case f.pointToTab():
	case !first:
		f.problem.Message = "unexpected text after the end of the value"
	case aligned:
		f.problem.Message = `expected "- ", as before the other items of the list`
		f.hintStart("the list", line)
	default:
		f.problem.Message = "the indentation fits none of the lines before"
		f.hintStart("the list around it", line)
	}
}

// refineFlow distinguishes a bracket that is not closed from a missing comma. If the lines
// below a missing bracket parse as more items, only its line can be named.
func refineFlow(f *yamlFailure) {
	start := f.parsed()
	line, _ := f.enclosing()
	if open := openBracket(f.line(start)); open >= 0 && f.atEnd {
		f.move(start + open)
		f.problem.Message = `"` + f.indicator() + `" is not closed`
	} else if line != f.problem.Line+f.above {
		f.problem.Hint = "the bracket opens on line " + strconv.Itoa(line) + "; check where it closes"
	}
}

// refineNode explains a missing value.
func refineNode(f *yamlFailure) {
	if f.atEnd {
		f.problem.Message = "a bracket is not closed"
	} else if c := f.indicator(); c != "" {
		f.problem.Message = `unexpected "` + c + `"`
	}
}

// refineEnd explains text after the end of a document.
func refineEnd(f *yamlFailure) {
	before := strings.TrimRight(f.text[:lineStart(f.text, f.offset)], " \t\r\n")
	if before == "..." || strings.HasSuffix(before, "\n...") {
		f.problem.Message, f.problem.Hint = messageSecond, hintSecond
	}
}

// yamlPrintable reports whether YAML allows a character without an escape.
func yamlPrintable(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r', r == 0x85:
		return true
	case r < ' ', r >= 0x7F && r < 0xA0, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return true
}
