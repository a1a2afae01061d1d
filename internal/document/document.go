// Package document parses a configuration file, in YAML, TOML or JSON, into one tree of
// values in which every key and value has its line and column.
//
// # Guarantees
//
// [Parse] accepts any bytes: it returns a tree or the problems with their places, in bounded
// time, memory and stack. It does not panic, and it does not pass on a parser library's own
// text, which may quote a secret. Text of the document is kept apart from its messages.
//
// The formats keep their grammars and their types: YAML is 1.1 as far as
// go.yaml.in/yaml/v3 reads it, with no tags but YAML's own; TOML is 1.0 with the additions
// of 1.1 (line breaks, comments and a comma at the end in inline tables, \e and \x in
// strings, times without seconds); JSON is RFC 8259. The same rules apply to all three: there
// is one document, its top level is a map, a key is set once, the text is UTF-8, and a file
// without any setting is an error.
//
// # Concurrency
//
// All functions are safe for concurrent use. A tree is not changed after Parse returned it,
// and its readers must not change it, because parts of it can be shared: see [Node].
package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Kind is the type of a value in its format.
type Kind uint8

// The kinds. Time is any date or time of day. Float includes infinities and NaN.
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
	// that a string field gets exactly the text of the file.
	Text string

	// Children are the pairs of a Map or the items of a List, in order.
	Children []Child

	// Line and Column are where the value starts, counted from 1. Columns
	// count characters, not bytes. A value of a YAML alias has the position
	// of the anchored value.
	Line, Column int32

	// Kind is the type of the value.
	Kind Kind

	// Marks are further properties of the value.
	Marks Marks

	// Layer and Below are set by package merge. Parse leaves them 0.
	Layer int16
	Below int32
}

// Clone returns a copy of the node that shares no memory with it that can be written to.
func (n *Node) Clone() Node {
	c := *n
	c.Children = slices.Clone(n.Children)
	for i := range c.Children {
		c.Children[i].Node = n.Children[i].Node.Clone()
	}
	return c
}

// HasMark reports whether the node, or a node below it, has one of the marks.
func (n *Node) HasMark(m Marks) bool {
	if n.Marks&m != 0 {
		return true
	}
	for i := range n.Children {
		if n.Children[i].Node.HasMark(m) {
			return true
		}
	}
	return false
}

// Marks are properties of a value besides its kind.
type Marks uint8

// The marks.
const (
	Anchored    Marks = 1 << iota // the value has a YAML anchor
	NonTextKey                    // its key is not a text in the document but a number, a date, true or false
	Synthetic                     // it was built from the result of a decode hook for the value at its place
	Resolved                      // its text is from a variable or a file, not from the document
	Unknown                       // it is set, but its content is unknown
	SingleItems                   // a List of single items to set in the list of the layers below, sorted by their indexes, which are in the Column of the Children
)

// Child is one pair of a map, or one item of a list.
type Child struct {
	// Key is the key in a map, and empty in a list.
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

// Problem is the reason why a document was rejected.
type Problem struct {
	// Code is one of "syntax", "duplicate_key", "empty" and "too_large".
	Code string

	// Line and Column are counted from 1, and 0 if not known. Columns count
	// characters.
	Line, Column int

	// Message has no file name and position. It quotes no text of the document,
	// which could be a secret, apart from a single character that has a meaning
	// in the format.
	Message string

	// Quoted is the key or tag that is at fault, or empty; see FullMessage.
	Quoted        string
	messageFormat string // Message with "%s" for Quoted

	// Hint is what to do, or empty. It quotes no text of the document.
	Hint string

	// Repaired is the line as it would parse, or empty. It quotes the document, so it
	// must not be shown if that may contain a secret. Parse leaves it empty.
	Repaired string

	// Stuck is set if the parser could not continue: the mistake may be on a line
	// above.
	Stuck bool
}

// FullHint returns the hint, with the repaired line if quote allows quoting the document.
func (p Problem) FullHint(quote bool) string {
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

// FullMessage returns the message with the key or tag that it is about. The caller must
// know that this may be shown.
func (p Problem) FullMessage() string {
	if p.messageFormat == "" {
		return p.Message
	}
	return fmt.Sprintf(p.messageFormat, quoteKey(p.Quoted))
}

// Parse parses data, the whole content of a file in the format f.
//
// Without problems, the node is a [Map]. With problems it is nil, and the problems are sorted
// by position: all duplicate keys and invalid values, but only the first syntax error,
// because the rest of the text cannot be parsed reliably. A document of more than 1 GiB is
// rejected.
func Parse(f Format, data []byte) (*Node, []Problem) { return ParsePart(f, data, 0) }

// ParsePart is like [Parse] for a document that is a part of a file, such as a value in a
// manifest. above is the number of lines of the file above the part. All line numbers,
// those in messages too, are the file's.
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

// Accepts parses text as [Parse] does, and returns nil where Parse reports a problem. It is
// faster, because it does not locate the problem.
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

// guard turns a panic of a parser library into a problem of the document, so that the
// process keeps its last good configuration.
func guard(f Format, read func() (Node, []Problem)) (root Node, problems []Problem) {
	defer func() {
		if recover() != nil {
			root, problems = Node{}, []Problem{{Code: codeSyntax, Message: "invalid " + f.String()}}
		}
	}()
	return read()
}

// checkRoot rejects a valid document that is no configuration. A YAML file that contains
// only comments has a null root.
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

// rootHint returns the alternative to a top level of kind k, or "".
func rootHint(f Format, k Kind) string {
	switch {
	case k != List:
		return ""
	case f == JSON:
		return `give the list a key, as in {"items": […]}`
	}
	return `give the list a key, as in "items:"`
}

// describe returns the word for the kind after "a", to avoid "a integer".
func (k Kind) describe() string {
	if k == Int {
		return "number"
	}
	return k.String()
}

// emptyProblem returns the problem of a file without settings. That is an error because a
// file that is being written is empty for a moment.
func emptyProblem(f Format) Problem {
	p := Problem{Code: codeEmpty, Message: "no settings in it", Hint: "write {} if that is meant"}
	if f == TOML {
		// TOML has no way to write an empty document explicitly.
		p.Hint = "remove the file, and make it optional, if it is not needed"
	}
	return p
}
