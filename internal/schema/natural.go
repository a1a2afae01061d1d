package schema

import (
	"strconv"
	"strings"

	"example.com/lastgood/internal/document"
)

// Natural returns the value of a scalar where the type asks for none: the Go
// value that its kind suggests.
func Natural(n *document.Node) (any, *Mismatch) {
	switch n.Kind {
	case document.Null:
		return nil, nil
	case document.Bool:
		return strings.EqualFold(n.Text, "true"), nil
	case document.Int:
		return naturalInt(n)
	case document.Float:
		v, miss := convertFloat(n, 64)
		return v, orQuoted(miss)
	case document.Time:
		if v, miss := convertTime(n); miss == nil {
			return v, nil
		}
	}
	return n.Text, nil
}

// naturalInt returns an int, or an uint64 where that is too small.
func naturalInt(n *document.Node) (any, *Mismatch) {
	text, miss := integer(n)
	if miss != nil {
		return nil, orQuoted(miss)
	}
	if v, err := strconv.ParseInt(text, 0, strconv.IntSize); err == nil {
		return int(v), nil
	}
	if v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, 64); err == nil {
		return v, nil
	}
	return nil, orQuoted(want("an integer of at most 64 bits"))
}

// orQuoted adds the advice that helps where any type of value will do.
func orQuoted(m *Mismatch) *Mismatch {
	if m == nil {
		return nil
	}
	const advice = "quote it if it is a text"
	if m.Hint != "" {
		return &Mismatch{Want: m.Want, Hint: m.Hint + "; " + advice}
	}
	return &Mismatch{Want: m.Want, Hint: advice}
}
