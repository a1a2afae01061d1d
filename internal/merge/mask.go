package merge

import (
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/redact"
)

// IsMask reports whether a value is only the mask that is shown in the place of a secret:
// as text, as a list of one word, which YAML reads where the mask is not quoted, or as the
// key of a map.
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

// isMask reports whether the value of a secret at p is only a mask.
func isMask(r *Report, p keypath.Path, v Value) bool {
	return r.Tree.Schema.Secrets && IsMask(v.Node) && r.Secret(p)
}
