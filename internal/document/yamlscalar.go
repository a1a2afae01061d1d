package document

import (
	"encoding/base64"
	"strings"

	"go.yaml.in/yaml/v3"
)

// scalar converts a scalar. The library has resolved the kind of a scalar without a tag
// while it parsed.
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

// yamlKind returns the kind for one of YAML's own tags.
func yamlKind(tag string) (kind Kind, ok bool) {
	switch tag {
	case "!!str", "!!merge": // "<<" as a value is a text
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

// tagged sets the kind and text of a scalar with an explicit tag, and reports a text that
// is not valid for the tag.
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
	// The library decides which texts are valid.
	var v any
	if kind != String && n.Decode(&v) != nil {
		w.tagProblem(unsuitedTag(n), n)
	}
}

// wrongTag returns the problem of the tag of a map or list, which may only be the one it
// has by default, or nil.
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

// unsupportedTag returns the problem of a tag that is not one of YAML's own. A tag without
// a value is not quoted: it may be a password that starts with an exclamation mark.
func unsupportedTag(n *yaml.Node) *Problem {
	switch {
	case n.Tag == "!vault":
		return &Problem{Message: "the value is encrypted by Ansible Vault", Hint: "decrypt it before it is used as configuration"}
	case n.Kind != yaml.ScalarNode, strings.TrimSpace(n.Value) != "":
		return &Problem{Message: "unsupported tag", Hint: leaveTagOut, Quoted: n.Tag, messageFormat: "unsupported tag %s"}
	}
	return &Problem{Message: "unsupported tag", Hint: leaveTagOut}
}

const leaveTagOut = `leave the tag out: only those of YAML itself, such as !!str, are known; quote the value if it starts with "!"`
