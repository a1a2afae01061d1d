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
			w.tagProblem(unsuitedTag(n), n)
		}
		node.Kind, node.Text = String, string(data)
		return
	}
	kind, ok := yamlKind(n.Tag)
	if !ok {
		w.tagProblem(unsupportedTag(n), n)
		return
	}
	node.Kind = kind
	// The library knows best what it would take for an integer.
	var v any
	if kind != String && n.Decode(&v) != nil {
		w.tagProblem(unsuitedTag(n), n)
	}
}

// wrongTag returns the problem with the tag of a map or list, which can only be the one
// that it has without a tag, too.
func wrongTag(n *yaml.Node, want string) *Problem {
	if n.Tag == want {
		return nil
	}
	if _, standard := yamlKind(n.Tag); standard || n.Tag == "!!map" || n.Tag == "!!seq" || n.Tag == "!!binary" {
		return unsuitedTag(n)
	}
	return unsupportedTag(n)
}

// tagProblem reports a problem with the tag of a value, if there is one.
func (w *yamlWalker) tagProblem(p *Problem, n *yaml.Node) {
	if p == nil {
		return
	}
	line, column := w.lines.place(n.Line, n.Column)
	p.Code, p.Line, p.Column = codeSyntax, int(line), int(column)
	w.problems.add(*p)
}

func unsuitedTag(n *yaml.Node) *Problem {
	return &Problem{Message: "the value does not suit its tag " + n.Tag}
}

// unsupportedTag is the problem of a tag that nothing here knows. A tag without a value
// is not quoted at all: it can be a password that starts with an exclamation mark.
func unsupportedTag(n *yaml.Node) *Problem {
	switch {
	case n.Tag == "!vault":
		return &Problem{Message: "the value is encrypted by Ansible Vault", Hint: "decrypt it before it is used as configuration"}
	case n.Kind != yaml.ScalarNode, strings.TrimSpace(n.Value) != "":
		return &Problem{Message: "unsupported tag", Hint: leaveTagOut, Quoted: n.Tag, full: "unsupported tag %s"}
	}
	return &Problem{Message: "unsupported tag", Hint: leaveTagOut}
}

const leaveTagOut = `leave the tag out: only those of YAML itself, such as !!str, are known; quote the value if it starts with "!"`
