package document

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlParser builds the tree from the expressions (a header, or a key with its value) that
// go-toml's parser returns, by TOML's rules about tables.
//
// It uses the expressions, not go-toml's decoder, because only they have positions, and
// because the decoder compares every key with all others. They are in go-toml's package
// unstable, which may change in any version. This is all that is used of it, and only in
// the files toml*.go:
//
//   - Parser: Reset, NextExpression, Expression, Error and Range
//   - Node: Kind, Key, Value, Children, Data, and the Offset and Length of Raw
//   - the kinds KeyValue, Table, ArrayTable, Array, InlineTable and those of scalars
//   - ParserError, for its Highlight, and the texts of its messages (tomlerror.go)
//   - that Data is a part of the bytes given to Reset where no escape had to be
//     resolved, so that its offset follows from its capacity
//
// FuzzTOMLAgainstLibrary compares the result with go-toml's stable decoder. For an error
// message that is not in our table, the message is "invalid TOML".
type tomlParser struct {
	text   string
	data   []byte // the same as text, for the library
	lib    unstable.Parser
	above  int32 // lines above the text
	cursor cursor

	root    *tomlTable
	current *tomlTable // the table of the last header, to which keys are added

	// end is the offset after the last expression.
	end int

	nodes    int
	problems problemList
	stopped  bool
}

// parseTOML parses a text with above lines above it in its file. data are the bytes of
// text.
func parseTOML(text string, data []byte, above int32) (Node, []Problem) {
	// Ranges of the library count from the end of the capacity.
	p := tomlParser{text: text, data: data[:len(data):len(data)], above: above, cursor: newCursor(text, above)}
	p.root = &tomlTable{depth: 1, line: above + 1, column: 1}
	p.current = p.root
	p.lib.Reset(p.data)
	for !p.stopped && p.lib.NextExpression() {
		switch e := p.lib.Expression(); e.Kind {
		case unstable.KeyValue:
			p.end = p.keyValue(p.current, e)
		case unstable.Table:
			p.header(e, tomlHeader)
		case unstable.ArrayTable:
			p.header(e, tomlArray)
		}
	}
	if !p.stopped {
		p.syntaxError(p.lib.Error())
	}
	if len(p.problems) == 0 && len(p.root.children) == 0 {
		return Node{}, []Problem{emptyProblem(TOML)}
	}
	return p.root.node(), p.problems
}

// header parses [a.b] or [[a.b]] and makes it the current table.
func (p *tomlParser) header(e *unstable.Node, how tomlOrigin) {
	table := p.root
	for it := e.Key(); it.Next() && !p.stopped; {
		key := p.key(it.Node())
		p.end = key.end
		var next *tomlTable
		var first int32
		switch {
		case !it.IsLast():
			next, first = table.descend(key)
		case how == tomlArray:
			next, first = table.openArray(key)
		default:
			next, first = table.open(key)
		}
		if next == nil {
			p.problems.duplicate(key.name, key.line, key.column, first)
			// The keys below are still parsed, to report their problems,
			// into a table that is not in the tree.
			p.current = &tomlTable{depth: table.depth + 1}
			return
		}
		p.countValue(key, next.depth)
		table = next
	}
	if table.children == nil {
		table.children = make([]Child, 0, expectedKeys(p.text[p.end:]))
	}
	p.current = table
}

// expectedKeys estimates the number of keys of a table: the number of lines of rest up to
// the next header, at most 32.
func expectedKeys(rest string) int {
	const most = 32
	lines := 1
	for ; lines < most; lines++ {
		_, after, ok := strings.Cut(rest, "\n")
		rest = strings.TrimLeft(after, " \t")
		if !ok || rest == "" || rest[0] == '[' {
			break
		}
	}
	return lines
}

// keyValue parses a key, which may have dots, and its value into table, and returns the
// offset after the value.
func (p *tomlParser) keyValue(table *tomlTable, e *unstable.Node) int {
	it := e.Key()
	it.Next()
	key := p.key(it.Node())
	for ; !it.IsLast(); key = p.key(it.Node()) {
		it.Next()
		next, first := table.descendDotted(key)
		if next == nil {
			p.problems.duplicate(key.name, key.line, key.column, first)
			next = &tomlTable{depth: table.depth + 1}
		}
		if !p.countValue(key, next.depth) {
			return key.end
		}
		table = next
	}
	node, end := p.value(e.Value(), key.end, table.depth+1)
	if first := table.set(key, node); first > 0 {
		p.problems.duplicate(key.name, key.line, key.column, first)
	}
	return end
}

// key parses one part of a key.
func (p *tomlParser) key(n *unstable.Node) tomlKey {
	start := int(n.Raw.Offset)
	line, column := p.cursor.position(start)
	if len(n.Data) > MaxKey {
		p.problems.longKey(line, column)
	}
	return tomlKey{name: p.string(n.Data), line: line, column: column, end: start + int(n.Raw.Length)}
}

// string returns a text of the library as a substring of p.text, without an allocation,
// unless the library copied it to resolve escapes.
func (p *tomlParser) string(data []byte) string {
	if len(data) == 0 {
		return ""
	}
	if start := len(p.data) - cap(data); start >= 0 && &p.data[start] == &data[0] {
		return p.text[start : start+len(data)]
	}
	return string(data)
}

// countValue counts a table or value at key, and reports whether it is within the limits.
// depth is the level of a table or list, and 0 for other values.
func (p *tomlParser) countValue(key tomlKey, depth int) bool {
	p.nodes++
	switch {
	case p.stopped:
	case p.nodes > MaxNodes:
		p.problems.tooMany(key.line, key.column)
		p.stopped = true
	case depth > MaxDepth:
		p.problems.tooDeep(key.line, key.column)
		p.stopped = true
	}
	return !p.stopped
}

// syntaxError reports the error that ended the parser, if any.
func (p *tomlParser) syntaxError(err error) {
	if err == nil {
		return
	}
	known := explainTOML(err.Error())
	problem := Problem{Code: codeSyntax, Message: known.message, Hint: known.hint, Stuck: true}
	if known.code != "" {
		problem.Code = known.code
	}
	var perr *unstable.ParserError
	if known.atStart || !errors.As(err, &perr) {
		problem.Line, problem.Column = p.place(skipToExpression(p.text, p.end))
	} else {
		at := int(p.lib.Range(perr.Highlight).Offset)
		if known.atEscape {
			at = max(strings.LastIndexByte(p.text[:min(at+1, len(p.text))], '\\'), 0)
		}
		problem.Line, problem.Column = p.place(at)
	}
	p.problems.add(problem)
}

// place returns the position of an offset, which may be before earlier ones.
func (p *tomlParser) place(offset int) (line, column int) {
	// The library can stop inside a character.
	for offset > 0 && offset < len(p.text) && !utf8.RuneStart(p.text[offset]) {
		offset--
	}
	c := newCursor(p.text, p.above)
	l, col := c.position(offset)
	return int(l), int(col)
}
