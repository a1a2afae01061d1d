package document

import "strings"

// jsonParser is a recursive descent parser of RFC 8259.
//
// It is our own because the tokens of encoding/json know where they end and
// not where they start, hide lone surrogates and duplicate keys, and cost an
// allocation each.
type jsonParser struct {
	text   string
	offset int
	above  int32 // lines above the text
	cursor cursor

	// open holds the children of all maps and lists that are not closed
	// yet, the innermost last. Each is copied out at its final length.
	open []Child

	nodes    int
	problems problemList

	// stopped is set by a problem after which reading on makes no sense.
	stopped bool
}

func parseJSON(text string, above int32) (Node, []Problem) {
	p := jsonParser{text: text, above: above, cursor: newCursor(text, above)}
	p.skipSpace()
	if p.offset == len(text) {
		return Node{}, []Problem{emptyProblem(JSON)}
	}
	root := p.value(1)
	p.skipSpace()
	switch {
	case p.stopped || p.offset == len(text):
	case root.Kind == Map && text[p.offset] == '{':
		p.fail(p.offset, "only one JSON document is allowed in a file", "remove it, or make it a file of its own")
	default:
		p.unexpected("unexpected text after the end of the document")
	}
	return root, p.problems
}

// value reads the value at the offset, which is not white space. Depth is the
// level that it is on if it is a map or list.
func (p *jsonParser) value(depth int) Node {
	line, column := p.cursor.position(p.offset)
	p.nodes++
	if p.nodes > MaxNodes {
		p.problems.tooMany(line, column)
		p.stopped = true
		return Node{}
	}
	node := Node{Line: line, Column: column}
	switch c := p.peek(); {
	case c == '{' || c == '[':
		if depth > MaxDepth {
			p.problems.tooDeep(line, column)
			p.stopped = true
			return Node{}
		}
		if c == '{' {
			node.Kind, node.Children = Map, p.object(node, depth)
		} else {
			node.Kind, node.Children = List, p.array(node, depth)
		}
	case c == '"':
		node.Kind, node.Text = String, p.string()
	case c == '-' || '0' <= c && c <= '9':
		node.Kind, node.Text = p.number()
	default:
		node.Kind, node.Text = p.word()
	}
	return node
}

// object reads the map that starts at self.
func (p *jsonParser) object(self Node, depth int) []Child {
	first := len(p.open)
	var keys keyIndex
	p.offset++
	for p.another(self, '{', '}', len(p.open) == first) {
		if p.peek() != '"' {
			p.unexpected("a key must be a string in double quotes")
			break
		}
		child := Child{}
		child.Line, child.Column = p.cursor.position(p.offset)
		child.Key = p.string()
		p.skipSpace()
		if p.stopped {
			break
		}
		if p.peek() != ':' {
			p.unexpected(`expected ":" after the key`)
			break
		}
		p.offset++
		p.skipSpace()
		child.Node = p.value(depth + 1)
		if p.stopped {
			break
		}
		if len(child.Key) > MaxKey {
			p.problems.longKey(child.Line, child.Column)
		}
		if i := keys.find(p.open[first:], child.Key); i >= 0 {
			p.problems.duplicate(child.Key, child.Line, child.Column, p.open[first+i].Line)
			continue
		}
		p.open = append(p.open, child)
	}
	return p.close(first)
}

// array reads the list that starts at self.
func (p *jsonParser) array(self Node, depth int) []Child {
	first := len(p.open)
	p.offset++
	for p.another(self, '[', ']', len(p.open) == first) {
		item := p.value(depth + 1)
		if p.stopped {
			break
		}
		p.open = append(p.open, Child{Line: item.Line, Column: item.Column, Node: item})
	}
	return p.close(first)
}

// another goes to the next pair or item of the map or list that starts at
// self, or past its end, and reports whether there is one.
func (p *jsonParser) another(self Node, opening, closing byte, isFirst bool) bool {
	p.skipSpace()
	if p.peek() == closing {
		p.offset++
		return false
	}
	if isFirst && p.offset < len(p.text) {
		if p.peek() == ',' {
			p.fail(p.offset, `unexpected ","`, "")
			return false
		}
		return true
	}
	if p.peek() == ',' {
		comma := p.offset
		p.offset++
		p.skipSpace()
		if p.peek() == closing {
			p.fail(comma, `unexpected "," before "`+string(closing)+`"`, "JSON allows no trailing comma")
			return false
		}
		if p.offset < len(p.text) {
			return true
		}
	}
	if p.offset == len(p.text) {
		// The start is where to look: the end of the file says nothing.
		p.failAt(self.Line, self.Column, `"`+string(opening)+`" is not closed`, "")
		return false
	}
	p.unexpected(`expected "," or "` + string(closing) + `"`)
	return false
}

// close takes the children from first on out of p.open.
func (p *jsonParser) close(first int) []Child {
	children := make([]Child, len(p.open)-first)
	copy(children, p.open[first:])
	p.open = p.open[:first]
	return children
}

// word reads true, false or null.
func (p *jsonParser) word() (Kind, string) {
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

// isWordByte reports whether rest goes on with a letter or digit.
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
func (p *jsonParser) peek() byte {
	if p.offset < len(p.text) {
		return p.text[p.offset]
	}
	return 0
}

func (p *jsonParser) skipSpace() {
	for p.offset < len(p.text) {
		switch p.text[p.offset] {
		case ' ', '\n', '\t', '\r':
			p.offset++
		default:
			return
		}
	}
}

// unexpected reports what stands at the offset, in the words of the habit
// that probably led to it, or else with message.
func (p *jsonParser) unexpected(message string) {
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
func (p *jsonParser) fail(offset int, message, hint string) {
	problem := problemAt(p.text, offset, message)
	p.failAt(p.above+int32(problem.Line), int32(problem.Column), message, hint)
}

func (p *jsonParser) failAt(line, column int32, message, hint string) {
	p.problems.add(Problem{Code: codeSyntax, Line: int(line), Column: int(column), Message: message, Hint: hint, Stuck: true})
	p.stopped = true
}
