// Package keypath spells the way from a configuration's root to a value, as users
// write it: server.port, upstreams[2].url, flags["a.b"].
package keypath

import (
	"slices"
	"strconv"
	"strings"
)

// Step is one step from a value to one inside it: a key of a struct or map, or
// an index of a list.
type Step struct {
	Key   string
	Index int  // of a list, when IsKey is false
	IsKey bool // so that the zero key "" is one
	Data  bool // the key is a map's, hence data and spelled exactly
}

// Field is the step to a field of a struct.
func Field(key string) Step { return Step{Key: key, IsKey: true} }

// Entry is the step to an entry of a map.
func Entry(key string) Step { return Step{Key: key, IsKey: true, Data: true} }

// Item is the step to an item of a list.
func Item(index int) Step { return Step{Index: index} }

// Path leads from the root to a value.
type Path []Step

// Child returns the path one step further. It shares nothing that p could grow into.
func (p Path) Child(s Step) Path { return append(p[:len(p):len(p)], s) }

// Enter makes the path one step longer, in its own room, until Leave.
func (p *Path) Enter(s Step) { *p = append(*p, s) }

// Leave takes the last step off.
func (p *Path) Leave() { *p = (*p)[:len(*p)-1] }

// Join returns the path that goes on with rest.
func (p Path) Join(rest Path) Path { return append(p[:len(p):len(p)], rest...) }

// Keys returns the keys of a path that has nothing else.
func (p Path) Keys() []string {
	keys := make([]string, len(p))
	for i, s := range p {
		keys[i] = s.Key
	}
	return keys
}

// Plain reports whether a path leads through fields of structs alone.
func (p Path) Plain() bool {
	return !slices.ContainsFunc(p, func(s Step) bool { return !s.IsKey || s.Data })
}

// String spells the path. A map's key that is not a plain word is quoted.
func (p Path) String() string {
	var b strings.Builder
	for _, s := range p {
		s.write(&b)
	}
	return b.String()
}

// Prefixes calls f with the spelling of every path around p, from the root on, and
// of p itself, until f returns false.
func (p Path) Prefixes(f func(string) bool) {
	var b strings.Builder
	for i := 0; f(b.String()) && i < len(p); i++ {
		p[i].write(&b)
	}
}

func (s Step) write(b *strings.Builder) {
	switch {
	case !s.IsKey:
		b.WriteByte('[')
		b.WriteString(strconv.Itoa(s.Index))
		b.WriteByte(']')
	case s.Data && !isWord(s.Key):
		b.WriteByte('[')
		b.WriteString(strconv.Quote(s.Key))
		b.WriteByte(']')
	default:
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.Key)
	}
}

func isWord(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return false
		}
	}
	return s != ""
}

// Cut returns the first step of a key, and what follows it.
func Cut(key string) (s Step, rest string, ok bool) {
	key = strings.TrimPrefix(key, ".")
	if !strings.HasPrefix(key, "[") {
		end := strings.IndexAny(key, ".[")
		if end < 0 {
			end = len(key)
		}
		return Step{Key: key[:end], IsKey: true}, key[end:], end > 0
	}
	if quoted, err := strconv.QuotedPrefix(key[1:]); err == nil {
		text, err := strconv.Unquote(quoted)
		rest, closed := strings.CutPrefix(key[1+len(quoted):], "]")
		return Step{Key: text, IsKey: true}, rest, err == nil && closed
	}
	text, rest, closed := strings.Cut(key[1:], "]")
	index, err := strconv.Atoi(text)
	return Step{Index: index}, rest, closed && err == nil && index >= 0
}
