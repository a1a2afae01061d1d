package decode

import (
	"math"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/merge"
)

// data is the value for a type that decodes itself.
type data struct {
	tree  *merge.Tree
	value merge.Value
}

// Natural returns the value as Viper's codec would have decoded it.
func (d data) Natural() (any, bool) { return d.tree.Natural(d.value), true }

// Node returns the value as the YAML parser's node.
func (d data) Node() *yaml.Node { return yamlNode(d.tree, d.value) }

// yamlNode returns v as a YAML node.
func yamlNode(t *merge.Tree, v merge.Value) *yaml.Node {
	from := v.Node
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: from.Text}
	switch from.Kind {
	case document.Map:
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: make([]*yaml.Node, 0, 2*len(from.Children))}
		for i := range from.Children {
			child := &from.Children[i]
			key := &yaml.Node{Kind: yaml.ScalarNode, Value: child.Key, Line: int(child.Line), Column: int(child.Column)}
			if key.Tag = "!!str"; child.Node.Marks&document.NonTextKey != 0 {
				key.Tag = "" // ShortTag derives it from the text
				key.Tag = key.ShortTag()
			}
			n.Content = append(n.Content, key, yamlNode(t, v.Child(i)))
		}
	case document.List:
		n = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: make([]*yaml.Node, len(from.Children))}
		for i := range from.Children {
			n.Content[i] = yamlNode(t, v.Child(i))
		}
	case document.String:
		if !t.InFile(v) {
			n = convert.PlainNode(from.Text)
		} else if n.ShortTag() != "!!str" {
			n.Style = yaml.DoubleQuotedStyle
		}
		n.Tag = n.ShortTag()
	case document.Null:
		n.Tag = "!!null"
	case document.Float:
		if f, miss := convert.Float(from.Text); miss == nil {
			n.Value = yamlFloat(f.(float64), from.Text)
		}
		n.Tag = "!!float"
	case document.Bool, document.Int:
		n.Tag = n.ShortTag() // YAML's own reading of the text
	case document.Time:
		n.Tag = n.ShortTag() // a string, if it is no YAML timestamp
	}
	n.Line, n.Column = int(from.Line), int(from.Column)
	return n
}

// yamlFloat returns the YAML spelling of a number, which differs only if it is not finite.
func yamlFloat(f float64, text string) string {
	switch {
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	case math.IsNaN(f):
		return ".nan"
	}
	return text
}
