package document

// jsonParser is a recursive descent parser of RFC 8259. encoding/json is not used because
// its tokens have no start position, hide lone surrogates and duplicate keys, and cost an
// allocation each.
type jsonParser struct {
	jsonScanner
	cursor cursor

	// open contains the children of all maps and lists that are not closed
	// yet, the innermost last. Closing one copies its children out.
	open []Child

	nodes int
}

// parseJSON parses a JSON text with above lines above it in its file.
func parseJSON(text string, above int32) (Node, []Problem) {
	p := jsonParser{jsonScanner: jsonScanner{text: text, above: above}, cursor: newCursor(text, above)}
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

// value parses the value at the offset, which is not white space. depth is its level if it
// is a map or list.
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

// object parses the map that starts at self.
func (p *jsonParser) object(self Node, depth int) []Child {
	first := len(p.open)
	var keys keyIndex
	p.offset++
	for p.next(self, '{', '}', len(p.open) == first) {
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

// array parses the list that starts at self.
func (p *jsonParser) array(self Node, depth int) []Child {
	first := len(p.open)
	p.offset++
	for p.next(self, '[', ']', len(p.open) == first) {
		item := p.value(depth + 1)
		if p.stopped {
			break
		}
		p.open = append(p.open, Child{Line: item.Line, Column: item.Column, Node: item})
	}
	return p.close(first)
}

// next advances to the next pair or item of the map or list that starts at self, or past
// its end, and reports whether there is one.
func (p *jsonParser) next(self Node, opening, closing byte, isFirst bool) bool {
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
		// The start is more useful to the user than the end of the file.
		p.failAt(self.Line, self.Column, `"`+string(opening)+`" is not closed`, "")
		return false
	}
	p.unexpected(`expected "," or "` + string(closing) + `"`)
	return false
}

// close removes the children from first on from p.open and returns them.
func (p *jsonParser) close(first int) []Child {
	children := make([]Child, len(p.open)-first)
	copy(children, p.open[first:])
	p.open = p.open[:first]
	return children
}
