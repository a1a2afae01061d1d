package document

import "strings"

// jsonScanner scans the tokens of a JSON text, from the offset on.
type jsonScanner struct {
	text     string
	offset   int
	above    int32 // lines above the text
	problems problemList

	// stopped is set by a problem after which parsing cannot continue.
	stopped bool
}

// word parses true, false or null.
func (p *jsonScanner) word() (Kind, string) {
	rest := p.text[p.offset:]
	for _, w := range [...]struct {
		text string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if strings.HasPrefix(rest, w.text) && !isWordByte(rest[len(w.text):]) {
			p.offset += len(w.text)
			return w.kind, w.text
		}
	}
	p.unexpected("not a JSON value")
	return Null, ""
}

// isWordByte reports whether rest starts with a letter, a digit or "_".
func isWordByte(rest string) bool {
	if rest == "" {
		return false
	}
	c := rest[0] | 0x20
	return 'a' <= c && c <= 'z' || isDigit(rest[0]) || rest[0] == '_'
}

func isDigit(c byte) bool {
	return '0' <= c && c <= '9'
}

// peek returns the byte at the offset, or 0 at the end of the text, which
// cannot contain 0.
func (p *jsonScanner) peek() byte {
	if p.offset < len(p.text) {
		return p.text[p.offset]
	}
	return 0
}

func (p *jsonScanner) skipSpace() {
	for p.offset < len(p.text) {
		switch p.text[p.offset] {
		case ' ', '\n', '\t', '\r':
			p.offset++
		default:
			return
		}
	}
}

// unexpected reports the text at the offset. It has messages for frequent mistakes, such as
// a comment; for others it uses message.
func (p *jsonScanner) unexpected(message string) {
	rest := p.text[p.offset:]
	switch {
	case rest == "":
		p.fail(p.offset, "unexpected end of the file", "")
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "/*"), rest[0] == '#':
		p.fail(p.offset, "unexpected comment", "JSON allows no comments")
	case rest[0] == '\'':
		p.fail(p.offset, "unexpected single quote", `JSON strings stand in double quotes`)
	default:
		p.fail(p.offset, message, "")
	}
}

// fail reports a syntax error at offset and stops the parser.
func (p *jsonScanner) fail(offset int, message, hint string) {
	problem := problemAt(p.text, offset, message)
	p.failAt(p.above+int32(problem.Line), int32(problem.Column), message, hint)
}

func (p *jsonScanner) failAt(line, column int32, message, hint string) {
	p.problems.add(Problem{Code: codeSyntax, Line: int(line), Column: int(column), Message: message, Hint: hint, Stuck: true})
	p.stopped = true
}
