package document

import (
	"encoding/base64"
	"strings"

	"go.yaml.in/yaml/v3"
)

// scalar converts a scalar. What kind an untagged one is, the library has
// decided already: it resolves plain scalars while it parses.
func (w *yamlWalker) scalar(n *yaml.Node) Node {
	node := Node{Text: n.Value}
	node.Line, node.Column = w.lines.place(n.Line, n.Column)
	if n.Style&yaml.TaggedStyle != 0 {
		w.tagged(n, &node)
		return node
	}
	node.Kind, _ = yamlKind(n.Tag)
	return node
}

// yamlKind returns the kind for a tag of YAML's own.
func yamlKind(tag string) (kind Kind, ok bool) {
	switch tag {
	case "!!str", "!!merge": // a merge key where a value stands is only text
		return String, true
	case "!!int":
		return Int, true
	case "!!float":
		return Float, true
	case "!!bool":
		return Bool, true
	case "!!null":
		return Null, true
	case "!!timestamp":
		return Time, true
	}
	return String, false
}

// tagged finishes the node of a scalar that has an explicit tag, to which the
// text must be suited.
func (w *yamlWalker) tagged(n *yaml.Node, node *Node) {
	if n.Tag == "!!binary" {
		data, err := base64.StdEncoding.DecodeString(n.Value)
		if err != nil {
			w.unsuitedTag(n)
		}
		node.Kind, node.Text = String, string(data)
		return
	}
	kind, ok := yamlKind(n.Tag)
	if !ok {
		w.unsupportedTag(n)
		return
	}
	node.Kind = kind
	// The library knows best what it would take for an integer.
	var v any
	if kind != String && n.Decode(&v) != nil {
		w.unsuitedTag(n)
	}
}

// checkTag checks the tag of a map or list, which can only be the one that
// it has without a tag, too.
func (w *yamlWalker) checkTag(n *yaml.Node, want string) {
	if n.Tag == want {
		return
	}
	if _, standard := yamlKind(n.Tag); standard || n.Tag == "!!map" || n.Tag == "!!seq" || n.Tag == "!!binary" {
		w.unsuitedTag(n)
		return
	}
	w.unsupportedTag(n)
}

func (w *yamlWalker) unsuitedTag(n *yaml.Node) {
	line, column := w.lines.place(n.Line, n.Column)
	w.fail(line, column, "the value does not suit its tag "+n.Tag, "")
}

// unsupportedTag reports a tag that nothing here knows. A tag without a value
// is not quoted at all: it can be a password that starts with an exclamation mark.
func (w *yamlWalker) unsupportedTag(n *yaml.Node) {
	line, column := w.lines.place(n.Line, n.Column)
	problem := Problem{Code: codeSyntax, Line: int(line), Column: int(column),
		Message: "unsupported tag",
		Hint:    `leave the tag out: only those of YAML itself, such as !!str, are known; quote the value if it starts with "!"`}
	if n.Tag == "!vault" {
		problem.Message, problem.Hint = "the value is encrypted by Ansible Vault", "decrypt it before it is used as configuration"
		w.problems.add(problem)
		return
	}
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) != "" {
		problem.Quoted, problem.full = n.Tag, "unsupported tag %s"
	}
	w.problems.add(problem)
}
