package decode

import (
	"math"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/merge"
)

// data is a value for a type that reads itself.
type data struct {
	tree  *merge.Tree
	value merge.Value
}

// Natural returns what Viper's codec would have read.
func (d data) Natural() (any, bool) { return d.tree.Natural(d.value), true }

// Node returns the value as a YAML parser would have.
func (d data) Node() *yaml.Node { return yamlNode(d.tree, d.value) }

func yamlNode(t *merge.Tree, v merge.Value) *yaml.Node {
	from := v.Node
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: from.Text}
	switch from.Kind {
	case document.Map:
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: make([]*yaml.Node, 0, 2*len(from.Children))}
		for i := range from.Children {
			child := &from.Children[i]
			key := &yaml.Node{Kind: yaml.ScalarNode, Value: child.Key, Line: int(child.Line), Column: int(child.Column)}
			if key.Tag = "!!str"; child.Node.Marks&document.OtherKey != 0 {
				key.Tag = "" // as it reads
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
			n.Value = special(f.(float64), from.Text)
		}
		n.Tag = "!!float"
	case document.Bool, document.Int:
		n.Tag = n.ShortTag() // in the way that YAML understands it
	case document.Time:
		n.Tag = n.ShortTag() // a text, if YAML knows no such time
	}
	n.Line, n.Column = int(from.Line), int(from.Column)
	return n
}

// special spells a number that is not finite as YAML does.
func special(f float64, text string) string {
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
