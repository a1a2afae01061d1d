package document

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// yamlFailure is an error of the YAML library on its way to be a problem.
// The library says what it was looking for; what the user did is easier to
// see from the text around the place.
type yamlFailure struct {
	text    string
	lines   yamlLines
	marks   yamlMarks
	problem Problem

	offset int  // of the place in text
	atEnd  bool // the library had read to the end of the text
}

// pointTo puts the problem at a mark. From the end of the text it moves back
// to the last character that can be seen.
func (f *yamlFailure) pointTo(at yamlMark) {
	start := f.markOffset(at)
	seen := strings.TrimRight(f.text, " \r\n") // a tab can be what is wrong
	f.atEnd = start >= len(seen)
	if f.atEnd {
		_, size := utf8.DecodeLastRuneInString(seen)
		start = len(seen) - size
	}
	f.move(start)
}

// pointToLine puts the problem at the first character of a line that is not
// blank.
func (f *yamlFailure) pointToLine(line int) {
	start := f.markOffset(yamlMark{line: max(line, 1), column: 1})
	rest := f.text[start:]
	f.move(start + len(rest) - len(strings.TrimLeft(rest, " \t")))
}

func (f *yamlFailure) markOffset(at yamlMark) int {
	line, column := f.lines.place(at.line, at.column)
	return byteOffset(f.text, line-f.lines.above, column)
}

func (f *yamlFailure) move(offset int) {
	f.offset = offset
	at := problemAt(f.text, offset, "")
	f.problem.Line, f.problem.Column = at.Line+int(f.lines.above), at.Column
}

// found returns the character at the place if it means something in YAML and
// so is nobody's secret.
func (f *yamlFailure) found() string {
	if f.offset < len(f.text) && strings.IndexByte("[]{},:-?&*!|>'\"%@`", f.text[f.offset]) >= 0 {
		return f.text[f.offset : f.offset+1]
	}
	return ""
}

// indentation returns what stands before the place on its line, and whether
// that is only blank.
func (f *yamlFailure) indentation() (before string, blank bool) {
	start := strings.LastIndexByte(f.text[:f.offset], '\n') + 1
	before = f.text[start:f.offset]
	return before, strings.Trim(before, " \t") == ""
}

// tab points to the tab in the indentation of the line, if there is one.
func (f *yamlFailure) tab() bool {
	start := strings.LastIndexByte(f.text[:f.offset], '\n') + 1
	line := f.text[start:]
	blank := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	i := strings.IndexByte(blank, '\t')
	if i < 0 {
		return false
	}
	f.move(start + i)
	f.problem.Message, f.problem.Hint = messageTab, hintTab
	return true
}

// contextLine returns the line, in our counting, of the map or list around
// the problem.
func (f *yamlFailure) contextLine() string {
	line, _ := f.lines.place(f.marks.context.line, 1)
	return strconv.Itoa(int(line))
}

// refineStart explains a character that no value starts with.
func refineStart(f *yamlFailure) {
	if f.tab() {
		return
	}
	if c := f.found(); c != "" {
		f.problem.Message = `a value cannot start with "` + c + `"`
	}
}

// refineMap explains what is no key where the next key of a map should be.
func refineMap(f *yamlFailure) {
	before, first := f.indentation()
	switch c := f.found(); {
	case f.tab():
	case c == "]" || c == "}" || c == ",":
		f.problem.Message, f.problem.Hint = `unexpected "`+c+`"`, ""
	case !first:
		f.problem.Message = "unexpected text after the end of the value"
		if strings.ContainsAny(before, `"'`) {
			f.problem.Hint = "check the quotes, here and on the lines before"
		}
	case c == "-" && f.marks.problem.column == f.marks.context.column:
		f.problem.Message = "a list item among the keys of a map"
		f.problem.Hint = "the map starts on line " + f.contextLine()
	case f.marks.problem.column != f.marks.context.column:
		f.problem.Message = "the indentation fits none of the lines before"
		f.problem.Hint = "the map around it starts on line " + f.contextLine()
	}
}

// refineList explains what is no item where the next item of a list should be.
func refineList(f *yamlFailure) {
	_, first := f.indentation()
	switch {
	case f.tab():
	case !first:
		f.problem.Message = "unexpected text after the end of the value"
	case f.marks.problem.column == f.marks.context.column:
		f.problem.Message = `expected "- ", as before the other items of the list`
		f.problem.Hint = "the list starts on line " + f.contextLine()
	default:
		f.problem.Message = "the indentation fits none of the lines before"
		f.problem.Hint = "the list around it starts on line " + f.contextLine()
	}
}

// refineFlow tells a bracket that is never closed from a missing comma. If
// the lines below a forgotten bracket happen to be taken for more items, only
// its line can be mentioned.
func refineFlow(f *yamlFailure) {
	if f.atEnd {
		f.move(f.markOffset(f.marks.context))
		f.problem.Message = `"` + f.found() + `" is not closed`
		return
	}
	if f.marks.context.line != f.marks.problem.line {
		f.problem.Hint = "the bracket opens on line " + f.contextLine() + "; check where it closes"
	}
}

// refineNode explains a place where a value should be and is not.
func refineNode(f *yamlFailure) {
	if f.atEnd {
		f.problem.Message = "a bracket is not closed"
	} else if c := f.found(); c != "" {
		f.problem.Message = `unexpected "` + c + `"`
	}
}

// refineControl finds the character that the library's reader refuses, whose
// place the reader does not tell.
func refineControl(f *yamlFailure) {
	for i, r := range f.text {
		if !yamlPrintable(r) {
			f.move(i)
			break
		}
	}
	f.problem.Message = "control character in the text"
	f.problem.Hint = `write it as an escape such as \x1b in double quotes`
}

// yamlPrintable reports whether YAML allows a character to stand for itself.
func yamlPrintable(r rune) bool {
	switch {
	case r == '\t', r == '\n', r == '\r', r == 0x85:
		return true
	case r < ' ', r >= 0x7F && r < 0xA0, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
		return false
	}
	return true
}
