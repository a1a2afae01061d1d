// Package keypath has paths from a configuration's root to a value, and their text as users
// write it: server.port, upstreams[2].url, flags["a.b"].
package keypath

import (
	"slices"
	"strconv"
	"strings"
)

// Step is one step from a value to a value in it: a key of a struct or map, or an index of
// a list.
type Step struct {
	Key   string
	Index int  // of a list, when IsKey is false
	IsKey bool // the step is a key, which may be ""
	Data  bool // the key is a map's: its spelling is not folded
}

// Field returns the step to a field of a struct.
func Field(key string) Step { return Step{Key: key, IsKey: true} }

// Entry returns the step to an entry of a map.
func Entry(key string) Step { return Step{Key: key, IsKey: true, Data: true} }

// Item returns the step to an item of a list.
func Item(index int) Step { return Step{Index: index} }

// Path is the steps from the root to a value.
type Path []Step

// Child returns p with one more step. Appending to p later does not change the result.
func (p Path) Child(s Step) Path { return append(p[:len(p):len(p)], s) }

// Enter appends a step to the path in place. Leave removes it.
func (p *Path) Enter(s Step) { *p = append(*p, s) }

// Leave removes the last step.
func (p *Path) Leave() { *p = (*p)[:len(*p)-1] }

// Join returns p followed by rest.
func (p Path) Join(rest Path) Path { return append(p[:len(p):len(p)], rest...) }

// Keys returns the keys of a path that consists of keys only.
func (p Path) Keys() []string {
	keys := make([]string, len(p))
	for i, s := range p {
		keys[i] = s.Key
	}
	return keys
}

// OnlyFields reports whether all steps are fields of structs.
func (p Path) OnlyFields() bool {
	return !slices.ContainsFunc(p, func(s Step) bool { return !s.IsKey || s.Data })
}

// String returns the text of the path. A map's key that is not a plain word is quoted.
func (p Path) String() string {
	var b strings.Builder
	for _, s := range p {
		s.write(&b)
	}
	return b.String()
}

// Prefixes calls f with the text of each prefix of p, from the root to p itself, until f
// returns false.
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

// Cut returns the first step of a key, and the rest.
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
