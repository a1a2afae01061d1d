// Package document turns the bytes of a configuration file, YAML, TOML or
// JSON, into one tree of values in which every key and value knows its line
// and column.
//
// # What it promises
//
// [Parse] is total: whatever the bytes, it returns a tree or says what is
// wrong and where, in bounded time, memory and stack. It never panics and
// never passes on a parser library's own text, which may quote a secret; what it
// quotes itself is apart from its messages.
//
// The formats keep their own grammar and their own idea of types: YAML is 1.1
// as far as go.yaml.in/yaml/v3 reads it, without tags but its own; TOML is 1.0
// with what 1.1 adds (line breaks, comments and a comma at the end in inline
// tables, \e and \x in strings, times without seconds); JSON is RFC 8259. The
// rules around them are the same in all three: there is one document, its top
// level is a map, a key is set once, the text is UTF-8, and a file without any
// setting is an error.
//
// # Concurrency
//
// The package holds no state. A tree is not changed after Parse returned it,
// and must not be by its readers, because parts of it can be shared: see
// [Node].
package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Kind is the type of a value, as its format sees it.
type Kind uint8

// The kinds. Time is any date or time of day; Float includes infinities and
// not-a-number.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Time
	List
	Map
)

var kindNames = [...]string{
	Null:   "null",
	Bool:   "bool",
	Int:    "integer",
	Float:  "number",
	String: "string",
	Time:   "date",
	List:   "list",
	Map:    "map",
}

// String returns the word for the kind in messages: "integer".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown kind"
}

// Node is one value of a document.
//
// A tree is read-only: a YAML anchor and its aliases share their Children.
type Node struct {
	// Text is a scalar as written, without quotes and with escapes resolved.
	// Numbers and dates keep their spelling ("1.10", "0x1F", "1_000"), so
	// that a string field can be given exactly what the file says.
	Text string

	// Children are the pairs of a Map or the items of a List, in order.
	Children []Child

	// Line and Column are where the value starts, counted from 1. Columns
	// count characters, not bytes. What came from a YAML alias has the
	// position of the anchored original.
	Line, Column int32

	// Kind is the type of the value.
	Kind Kind

	// Marks are what else there is to know of the value.
	Marks Marks

	// Layer and Below are for package merge, which makes one tree of several.
	// Parse leaves them 0.
	Layer int16
	Below int32
}

// Clone returns a copy of the node that shares nothing with it.
func (n *Node) Clone() Node {
	c := *n
	c.Children = slices.Clone(n.Children)
	for i := range c.Children {
		c.Children[i].Node = n.Children[i].Node.Clone()
	}
	return c
}

// Holds reports whether the node, or one in it, has one of the marks.
func (n *Node) Holds(m Marks) bool {
	if n.Marks&m != 0 {
		return true
	}
	for i := range n.Children {
		if n.Children[i].Node.Holds(m) {
			return true
		}
	}
	return false
}

// Marks are what else there is to know of a value.
type Marks uint8

// The marks.
const (
	Anchored Marks = 1 << iota // there is an anchor at the value
	OtherKey                   // its key is no text, but a number, a date, true or false
	Made                       // it was made by a decode hook, of the value at its place
	Resolved                   // its text is not that of the document: a variable or a file gave it
	Unknown                    // it is set, but to what is not known
	Items                      // a List of single items of the list below it, in the order of their indexes, which are the Columns of the Children
)

// Child is one pair of a map, or one item of a list.
type Child struct {
	// Key is the name in a map, and empty in a list.
	Key string

	// Line and Column are where the key starts; in a list, the item.
	Line, Column int32

	// Node is the value.
	Node Node
}

// Codes of problems.
const (
	codeSyntax    = "syntax"
	codeDuplicate = "duplicate_key"
	codeEmpty     = "empty"
	codeTooLarge  = "too_large"
)

// Problem says why a document was not accepted.
type Problem struct {
	// Code is one of "syntax", "duplicate_key", "empty" and "too_large".
	Code string

	// Line and Column are counted from 1, and 0 if not known. Columns count
	// characters.
	Line, Column int

	// Message is plain English without file name and position. It quotes no text
	// of the document, which could be a secret, apart from a single character
	// that has a meaning in the format.
	Message string

	// Quoted is the key or tag that is at fault, if there is one; see Full.
	Quoted string
	full   string // Message with "%s" for Quoted

	// Hint, if not empty, says what to do. It quotes no text of the document.
	Hint string

	// Repaired, if not empty, is the line as it would parse. It quotes the document, so
	// that it must not be shown where that may hold a secret. Parse leaves it empty.
	Repaired string

	// Stuck reports that the parser could not read on: the mistake can be on a
	// line above.
	Stuck bool
}

// Advice returns the hint, with the repaired line if quote allows to quote the document.
func (p Problem) Advice(quote bool) string {
	line := strings.TrimSpace(p.Repaired)
	if !quote || line == "" {
		return p.Hint
	}
	if runes := []rune(line); len(runes) > maxQuotedLine {
		line = string(runes[:maxQuotedLine]) + "…"
	}
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, line)
	if p.Hint == "" {
		return "write it as: " + line
	}
	return p.Hint + ", as in: " + line
}

// Full returns the message with the key or tag that it is about, for who knows that
// this may be shown.
func (p Problem) Full() string {
	if p.full == "" {
		return p.Message
	}
	return fmt.Sprintf(p.full, quoteKey(p.Quoted))
}

// Parse reads data, the whole content of a file, as format f.
//
// Without problems, the node is a [Map]. With problems it is nil, and the
// problems are sorted by position: all duplicate keys and unsuitable values,
// but only the first syntax error, because what follows one is guesswork.
func Parse(f Format, data []byte) (*Node, []Problem) { return ParsePart(f, data, 0) }

// ParsePart is like [Parse] for a document that is a part of a file, such as a value
// in a manifest: above is how many lines of the file stand above it. All lines, those
// that messages mention too, are the file's.
func ParsePart(f Format, data []byte, above int) (*Node, []Problem) {
	text, problem := decode(data)
	if problem != nil {
		if problem.Line > 0 {
			problem.Line += above
		}
		return nil, []Problem{*problem}
	}
	root, problems := parse(f, text, data[len(data)-len(text):], int32(above))
	if len(problems) == 0 {
		problems = checkRoot(f, root)
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		return nil, problems
	}
	return &root, nil
}

// Accepts parses text as [Parse] does, and returns nil where Parse reports a problem. It
// costs less, because it does not find out where the problem is.
func Accepts(f Format, text string) *Node {
	var root Node
	var problems []Problem
	if f == YAML {
		root, problems = guard(f, func() (Node, []Problem) { return parseYAML(text, 0, false) })
	} else {
		root, problems = parse(f, text, []byte(text), 0)
	}
	if len(problems) > 0 || root.Kind != Map {
		return nil
	}
	return &root
}

// parse calls the parser of the format. data are the bytes of text.
func parse(f Format, text string, data []byte, above int32) (Node, []Problem) {
	switch f {
	case YAML:
		return guard(f, func() (Node, []Problem) { return parseYAML(text, above, true) })
	case TOML:
		return guard(f, func() (Node, []Problem) { return parseTOML(text, data, above) })
	case JSON:
		return guard(f, func() (Node, []Problem) { return parseJSON(text, above) })
	}
	return Node{}, []Problem{{Code: codeSyntax, Message: f.String()}}
}

// guard makes a panic in read, which is one in a library, an error of the
// document: that is what it is to the user, and the process has a good
// configuration to go on with.
func guard(f Format, read func() (Node, []Problem)) (root Node, problems []Problem) {
	defer func() {
		if recover() != nil {
			root, problems = Node{}, []Problem{{Code: codeSyntax, Message: "invalid " + f.String()}}
		}
	}()
	return read()
}

// checkRoot rejects what is well-formed and still no configuration. A null
// root is what a file of comments amounts to in YAML.
func checkRoot(f Format, root Node) []Problem {
	switch {
	case root.Kind == Null:
		return []Problem{emptyProblem(f)}
	case root.Kind != Map:
		return []Problem{{
			Code:    codeSyntax,
			Line:    int(root.Line),
			Column:  int(root.Column),
			Message: "the top level must be a map of keys, not a " + root.Kind.describe(),
			Hint:    rootHint(f, root.Kind),
			Stuck:   f == YAML && root.Kind == String, // keys without a colon are one text
		}}
	}
	return nil
}

// rootHint returns what is possible instead of a top level of that kind.
func rootHint(f Format, k Kind) string {
	switch {
	case k != List:
		return ""
	case f == JSON:
		return `give the list a key, as in {"items": […]}`
	}
	return `give the list a key, as in "items:"`
}

// describe avoids "a integer".
func (k Kind) describe() string {
	if k == Int {
		return "number"
	}
	return k.String()
}

// emptyProblem reports a file with nothing in it. That is an error because it
// is what a reader sees while somebody else is still writing.
func emptyProblem(f Format) Problem {
	p := Problem{Code: codeEmpty, Message: "no settings in it", Hint: "write {} if that is meant"}
	if f == TOML {
		// TOML cannot say "deliberately nothing".
		p.Hint = "remove the file, and make it optional, if it is not needed"
	}
	return p
}
