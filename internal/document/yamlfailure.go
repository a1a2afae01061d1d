package document

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlFailure is an error of the YAML library on its way to be a problem.
// The library says what it was looking for; what the user did is easier to
// see from the text around the place.
type yamlFailure struct {
	text    string
	above   int  // lines of the file above it
	cut     bool // lines above it were left out
	lines   yamlLines
	stop    yamlStop
	problem Problem

	completion string // what the text needs where it ends, for fails
	offset     int    // of the place in text
	reread     int    // bytes that were parsed for fails
	atEnd      bool   // the text ends where something is missing
}

// move puts the problem at an offset. From the end of the text it moves back
// to the last character that can be seen.
func (f *yamlFailure) move(offset int) {
	f.atEnd = offset >= len(f.text)
	if f.atEnd {
		seen := strings.TrimRight(f.text, " \r\n") // a tab can be what is wrong
		_, size := utf8.DecodeLastRuneInString(seen)
		offset = len(seen) - size
	}
	f.offset = offset
	at := problemAt(f.text, offset, "")
	f.problem.Line, f.problem.Column = at.Line, at.Column
}

// lineStart returns where the line of an offset begins.
func (f *yamlFailure) lineStart(offset int) int {
	return strings.LastIndexByte(f.text[:offset], '\n') + 1
}

// line returns the rest of the line from an offset on.
func (f *yamlFailure) line(offset int) string {
	line, _, _ := strings.Cut(f.text[offset:], "\n")
	return strings.TrimSuffix(line, "\r")
}

// scanned returns the offset of the line at which that starts which the library's
// scanner was reading.
func (f *yamlFailure) scanned() int {
	line, column := f.lines.place(max(f.stop.line-1, 1), 1) // without the blank line before
	return byteOffset(f.text, line, column)
}

// parsed returns the offset of the line at which that starts which the library's parser
// was reading. It counts from 0, so that the blank line before the text evens out.
func (f *yamlFailure) parsed() int {
	line, column := f.lines.place(max(f.stop.line, 1), 1)
	return byteOffset(f.text, line, column)
}

// startsAt hints at the line where something starts, unless that was left out.
func (f *yamlFailure) startsAt(what string, line int) {
	if !f.cut || line > f.above+1 {
		f.problem.Hint = what + " starts on line " + strconv.Itoa(line)
	}
}

// around returns the number of the line on which the map or list around the
// place starts, and whether the place is in a column where it can start there.
func (f *yamlFailure) around() (number int, aligned bool) {
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

// fails reports whether the text up to an offset and more, so completed that its end is no
// mistake of this kind, fails in the same way as all of it. After many bytes it does not.
func (f *yamlFailure) fails(end int, more string) bool {
	if f.reread += end; f.reread > maxRereadBytes {
		return false
	}
	err := decodeYAML(yaml.NewDecoder(newYAMLReader(f.text[:end] + more + f.completion)))
	_, theirs := cutYAMLLine(err.Error())
	return theirs == f.stop.theirs
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
	before = f.text[f.lineStart(f.offset):f.offset]
	return before, isBlank(before)
}

func isBlank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// tab points to the tab in the indentation of the line, if there is one.
func (f *yamlFailure) tab() bool {
	start := f.lineStart(f.offset)
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
	line, aligned := f.around()
	switch c := f.found(); {
	case f.tab():
	case c == "]" || c == "}" || c == ",":
		f.problem.Message, f.problem.Hint = `unexpected "`+c+`"`, ""
	case !first:
		f.afterValue(before)
	case c == "-" && aligned:
		f.problem.Message = "a list item among the keys of a map"
		f.startsAt("the map", line)
	case !aligned:
		f.problem.Message = "the indentation fits none of the lines before"
		f.startsAt("the map around it", line)
	}
}

// afterValue explains what follows a value on its line, behind other text.
func (f *yamlFailure) afterValue(before string) {
	f.problem.Message = "unexpected text after the end of the value"
	if strings.ContainsAny(before, `"'`) {
		f.problem.Hint = "check the quotes, here and on the lines before"
	}
}

// refineList explains what is no item where the next item of a list should be.
func refineList(f *yamlFailure) {
	_, first := f.indentation()
	line, aligned := f.around()
	switch {
	case f.tab():
	case !first:
		f.problem.Message = "unexpected text after the end of the value"
	case aligned:
		f.problem.Message = `expected "- ", as before the other items of the list`
		f.startsAt("the list", line)
	default:
		f.problem.Message = "the indentation fits none of the lines before"
		f.startsAt("the list around it", line)
	}
}

// refineFlow tells a bracket that is never closed from a missing comma. If
// the lines below a forgotten bracket happen to be taken for more items, only
// its line can be mentioned.
func refineFlow(f *yamlFailure) {
	start := f.parsed()
	line, _ := f.around()
	if open := openBracket(f.line(start)); open >= 0 && f.atEnd {
		f.move(start + open)
		f.problem.Message = `"` + f.found() + `" is not closed`
	} else if line != f.problem.Line+f.above {
		f.problem.Hint = "the bracket opens on line " + strconv.Itoa(line) + "; check where it closes"
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

// refineEnd explains what follows the mark of a document's end.
func refineEnd(f *yamlFailure) {
	before := strings.TrimRight(f.text[:f.lineStart(f.offset)], " \t\r\n")
	if before == "..." || strings.HasSuffix(before, "\n...") {
		f.problem.Message, f.problem.Hint = messageSecond, hintSecond
	}
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
