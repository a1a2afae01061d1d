package load

import (
	"strconv"
	"strings"

	"example.com/lastgood/internal/schema"
)

// parsePath reads a key as [path.String] spells it: server.port, upstreams[2].url,
// flags["a.b"]. It fails where the type t has no such key.
func parsePath(t *schema.Type, key string) (path, bool) {
	var p path
	for key != "" {
		s, rest, ok := cutStep(strings.TrimPrefix(key, "."))
		if !ok || t == nil {
			return nil, false
		}
		switch t.Kind {
		case schema.Struct:
			f := t.Field(s.key)
			switch {
			case f != nil && s.isKey:
				s = step{key: f.Key, isKey: true}
			case t.Remain != nil && s.isKey:
				s.data = true
			default:
				return nil, false
			}
		case schema.Map:
			s.data = true
			ok = s.isKey
		case schema.List:
			ok = !s.isKey
		case schema.Any:
			s.data = s.isKey
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
		p, key = append(p, s), rest
		if t.Kind != schema.Any {
			t = below(t, s)
		}
	}
	return p, true
}

// cutStep returns the first step of a key.
func cutStep(key string) (s step, rest string, ok bool) {
	if !strings.HasPrefix(key, "[") {
		end := strings.IndexAny(key, ".[")
		if end < 0 {
			end = len(key)
		}
		return step{key: key[:end], isKey: true}, key[end:], end > 0
	}
	if quoted, err := strconv.QuotedPrefix(key[1:]); err == nil {
		text, err := strconv.Unquote(quoted)
		rest, closed := strings.CutPrefix(key[1+len(quoted):], "]")
		return step{key: text, isKey: true}, rest, err == nil && closed
	}
	text, rest, closed := strings.Cut(key[1:], "]")
	index, err := strconv.Atoi(text)
	return step{index: index}, rest, closed && err == nil && index >= 0
}
