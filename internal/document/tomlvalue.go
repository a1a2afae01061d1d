package document

import (
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// value parses a value that starts after the offset from, and returns the offset after its
// end. depth is its level if it is a map or list. The offsets are needed for lists: the
// library has the start of scalars and inline tables, but not of lists, nor the end of
// either.
func (p *tomlParser) value(n *unstable.Node, from, depth int) (Node, int) {
	start, end := int(n.Raw.Offset), int(n.Raw.Offset+n.Raw.Length)
	if n.Kind == unstable.Array {
		start = skipBetween(p.text, from)
	} else if n.Kind != unstable.InlineTable {
		depth = 0
	}
	node := Node{}
	node.Line, node.Column = p.cursor.position(start)
	if !p.countValue(tomlKey{line: node.Line, column: node.Column}, depth) {
		return node, end
	}
	switch n.Kind {
	case unstable.Array:
		return p.list(n, node, start+1, depth)
	case unstable.InlineTable:
		return p.inlineTable(n, node, start+1, depth)
	case unstable.String:
		node.Kind, node.Text = String, p.string(n.Data)
		return node, end
	}
	node.Text = p.text[start:end]
	var complaint string
	node.Kind, complaint = checkTOML(n.Kind, node.Text)
	if complaint != "" {
		p.problems.add(Problem{Code: codeSyntax, Line: int(node.Line), Column: int(node.Column), Message: complaint})
	}
	return node, end
}

func (p *tomlParser) list(n *unstable.Node, node Node, from, depth int) (Node, int) {
	node.Kind = List
	node.Children = make([]Child, 0, childCount(n))
	for it := n.Children(); it.Next() && !p.stopped; {
		var item Node
		item, from = p.value(it.Node(), from, depth+1)
		node.Children = append(node.Children, Child{Line: item.Line, Column: item.Column, Node: item})
	}
	return node, skipBetween(p.text, from) + 1
}

func (p *tomlParser) inlineTable(n *unstable.Node, node Node, from, depth int) (Node, int) {
	table := tomlTable{depth: depth, line: node.Line, column: node.Column}
	table.children = make([]Child, 0, childCount(n))
	for it := n.Children(); it.Next() && !p.stopped; {
		from = p.keyValue(&table, it.Node())
	}
	return table.node(), skipBetween(p.text, from) + 1
}

func childCount(n *unstable.Node) int {
	count := 0
	for it := n.Children(); it.Next(); {
		count++
	}
	return count
}

// skipBetween skips everything that is allowed between a key and its value, between two
// items, and between the last item and the closing bracket.
func skipBetween(text string, offset int) int {
	for offset < len(text) {
		switch text[offset] {
		case ' ', '\t', '\n', '\r', ',', '=':
			offset++
		case '#':
			offset = lineEnd(text, offset)
		default:
			return offset
		}
	}
	return offset
}

// skipToExpression skips from the end of one expression to the start of the next.
func skipToExpression(text string, offset int) int {
	if offset > 0 {
		offset = lineEnd(text, offset)
	}
	return skipBetween(text, offset)
}

func lineEnd(text string, offset int) int {
	if i := strings.IndexByte(text[offset:], '\n'); i >= 0 {
		return offset + i
	}
	return len(text)
}

// checkTOML returns the kind of a scalar other than a string, and an error message: the
// library's parser only finds its end.
func checkTOML(kind unstable.Kind, text string) (Kind, string) {
	switch kind {
	case unstable.Bool:
		return Bool, ""
	case unstable.Integer:
		if !fitsInt64(text) {
			return Int, "the number does not fit into 64 bits"
		}
		return Int, ""
	case unstable.Float:
		if !fitsFloat64(text) {
			return Float, "the number is too large"
		}
		return Float, ""
	case unstable.LocalDate, unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
		if !validTOMLTime(kind, text) {
			return Time, "not a valid date or time"
		}
		return Time, ""
	}
	return Null, "invalid TOML"
}

// fitsInt64 reports whether a well-formed integer is in range.
func fitsInt64(text string) bool {
	if len(text) <= len("0x7fffffffffffffff")-1 {
		return true // too short to overflow in any base, whatever the digits
	}
	_, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
	return err == nil
}

// fitsFloat64 reports whether a well-formed float is in range.
func fitsFloat64(text string) bool {
	if len(text) < 300 && !strings.ContainsAny(text, "eE") {
		return true
	}
	_, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return err == nil
}
