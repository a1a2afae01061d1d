package document

// tomlTable is a table that can still grow, since TOML's tables are written in pieces. It
// follows the rules of the specification and, where that has none, those of go-toml.
type tomlTable struct {
	children []Child
	keys     keyIndex

	// tables has, at the index of each child that is a table, that table, or
	// the last one of an array of tables. For other children it is nil or
	// too short.
	tables []*tomlTable

	origin tomlOrigin

	// before are the tables before this one in an array of tables.
	before []*tomlTable

	depth        int // 1 for the root
	line, column int32
}

// tomlOrigin is what created a table, which decides how it can be extended. Other values,
// including inline tables, cannot be.
type tomlOrigin uint8

const (
	tomlDotted   tomlOrigin = iota + 1 // a, by a.b = 1
	tomlImplicit                       // a, by [a.b]
	tomlHeader                         // a, by [a]
	tomlArray                          // a, by [[a]]
)

// tomlKey is one part of a key with its position. end is the offset after it.
type tomlKey struct {
	name         string
	line, column int32
	end          int
}

// open returns the table for the header [key], or nil and the line of the value that
// already has the key.
func (t *tomlTable) open(key tomlKey) (table *tomlTable, first int32) {
	i, table := t.find(key)
	if i < 0 {
		return t.add(key, tomlHeader), 0
	}
	if table == nil || table.origin != tomlImplicit {
		return nil, t.children[i].Line
	}
	// The header's line is the one to show from now on.
	table.origin = tomlHeader
	table.line, table.column = key.line, key.column
	t.children[i].Line, t.children[i].Column = key.line, key.column
	return table, 0
}

// openArray returns a new table for the header [[key]], or nil and the line of the value
// that already has the key.
func (t *tomlTable) openArray(key tomlKey) (table *tomlTable, first int32) {
	i, last := t.find(key)
	if i < 0 {
		return t.add(key, tomlArray), 0
	}
	if last == nil || last.origin != tomlArray {
		return nil, t.children[i].Line
	}
	table = &tomlTable{origin: tomlArray, depth: last.depth, line: key.line, column: key.column}
	table.before = append(last.before, last) //nolint:gocritic // the list moves on: last is never extended again
	t.tables[i] = table
	return table, 0
}

// descend returns the table for a key inside a header: of an array of tables, the last one.
// It is nil if a value has the key, on the line first.
func (t *tomlTable) descend(key tomlKey) (table *tomlTable, first int32) {
	i, table := t.find(key)
	if i < 0 {
		return t.add(key, tomlImplicit), 0
	}
	return table, t.children[i].Line
}

// descendDotted returns the table for a key inside a dotted key. It is nil if that exists
// and was not created by a dotted key.
func (t *tomlTable) descendDotted(key tomlKey) (table *tomlTable, first int32) {
	i, table := t.find(key)
	if i < 0 {
		return t.add(key, tomlDotted), 0
	}
	if table == nil || table.origin != tomlDotted {
		return nil, t.children[i].Line
	}
	return table, 0
}

// set adds a value, or returns the line of the value that already has the key.
func (t *tomlTable) set(key tomlKey, value Node) (first int32) {
	if i := t.keys.find(t.children, key.name); i >= 0 {
		return t.children[i].Line
	}
	t.children = append(t.children, Child{Key: key.name, Line: key.line, Column: key.column, Node: value})
	return 0
}

// find returns the index of a key, or -1, and the table there, or nil.
func (t *tomlTable) find(key tomlKey) (i int, table *tomlTable) {
	i = t.keys.find(t.children, key.name)
	if i >= 0 && i < len(t.tables) {
		table = t.tables[i]
	}
	return i, table
}

// add adds a new table with a new key.
func (t *tomlTable) add(key tomlKey, origin tomlOrigin) *tomlTable {
	table := &tomlTable{origin: origin, depth: t.depth + 1, line: key.line, column: key.column}
	if origin == tomlArray {
		table.depth++ // for the list around it
	}
	t.tables = append(t.tables, make([]*tomlTable, len(t.children)-len(t.tables)+1)...)
	t.tables[len(t.children)] = table
	t.children = append(t.children, Child{Key: key.name, Line: key.line, Column: key.column})
	return table
}

// node returns the complete table as a node.
func (t *tomlTable) node() Node {
	for i, table := range t.tables {
		if table == nil {
			continue
		}
		child := &t.children[i]
		if table.origin == tomlArray {
			child.Node = Node{Kind: List, Line: child.Line, Column: child.Column, Children: table.elements()}
		} else {
			child.Node = table.node()
		}
	}
	return Node{Kind: Map, Line: t.line, Column: t.column, Children: t.children}
}

// elements returns the items of the array of tables whose last table is t.
func (t *tomlTable) elements() []Child {
	items := make([]Child, 0, len(t.before)+1)
	for _, table := range append(t.before, t) {
		items = append(items, Child{Line: table.line, Column: table.column, Node: table.node()})
	}
	return items
}
