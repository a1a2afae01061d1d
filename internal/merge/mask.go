package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/redact"
)

// IsMask reports whether a value is only what is shown in the place of a secret: as a
// text, as YAML reads it where it is not quoted, a list of one word, or as the key of a
// map.
func IsMask(n *document.Node) bool {
	switch n.Kind {
	case document.Map:
		for i := range n.Children {
			if redact.IsMask(n.Children[i].Key) {
				return true
			}
		}
		return false
	case document.List:
		return len(n.Children) == 1 && redact.IsMask("["+n.Children[0].Node.Text+"]")
	}
	return redact.IsMask(n.Text)
}

// isMask reports whether the highest value of a secret is only a mask.
func (m *merger) isMask(all []Value) bool {
	return m.Tree.Schema.Secrets && IsMask(all[len(all)-1].Node) && m.Secret(m.path)
}
