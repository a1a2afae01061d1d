package schema

import "example.com/lastgood/internal/document"

// Fit returns how well a value of a document fits the type: the number of its known keys,
// less that of unknown keys and of values whose shape is wrong.
func Fit(t *Type, n *document.Node) int {
	isMap, isList := n.Kind == document.Map, n.Kind == document.List
	switch t.Kind {
	case Any:
		return 0
	case Scalar:
		return -boolToInt((isMap || isList) && !t.Scalar.DecodesAll())
	case List:
		if !isList {
			return -boolToInt(isMap)
		}
	default:
		if !isMap {
			return -boolToInt(n.Kind != document.Null)
		}
	}
	fit := 0
	for i := range n.Children {
		child := &n.Children[i]
		switch {
		case t.Kind != Struct:
			fit += Fit(t.Elem, &child.Node)
		case t.Field(child.Key) != nil:
			fit += 1 + Fit(t.Field(child.Key).Type, &child.Node)
		case t.Remain == nil:
			fit--
		}
	}
	return fit
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
