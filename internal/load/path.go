package load

import (
	"strconv"
	"strings"
)

// step is one step from a value to one inside it: a key of a struct or map, or
// an index of a list.
type step struct {
	key   string
	index int  // of a list, when isKey is false
	isKey bool // so that the zero key "" is one
	data  bool // the key is a map's, hence data and spelled exactly
}

// path leads from the root to a value.
type path []step

func (p path) child(s step) path { return append(p[:len(p):len(p)], s) }

func (p path) parent() path { return p[: len(p)-1 : len(p)-1] }

// String spells the path as users write it: server.port, upstreams[2].url.
// A map's key that is not a plain word is quoted: flags["a.b"].
func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		switch {
		case !s.isKey:
			b.WriteByte('[')
			b.WriteString(strconv.Itoa(s.index))
			b.WriteByte(']')
		case s.data && !isWord(s.key):
			b.WriteByte('[')
			b.WriteString(strconv.Quote(s.key))
			b.WriteByte(']')
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.key)
		}
	}
	return b.String()
}

func isWord(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return false
		}
	}
	return s != ""
}

// here returns a copy of the path to the value being bound.
func (b *binder) here() path { return append(path(nil), b.path...) }
