package explain

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxBrief bounds what brief keeps of a value: the bytes of its texts plus the number of its
// items.
const maxBrief = 256

// brief returns a rendered value, cut if it is long. The result shares no memory with anything
// else: a text can be part of a whole document, which would stay in memory with it.
func brief(v any) any {
	room := maxBrief
	return cut(v, &room)
}

const ellipsis = "…"

// cut returns as much of a value as there is room for, and reduces room.
func cut(v any, room *int) any {
	*room--
	switch v := v.(type) {
	case string:
		text := v[:min(len(v), max(*room, 0))]
		if len(text) == len(v) {
			*room -= len(text)
			return strings.Clone(v)
		}
		*room = 0
		for len(text) > 0 && !utf8.RuneStart(v[len(text)]) {
			text = text[:len(text)-1]
		}
		return text + ellipsis
	case []any:
		kept := make([]any, 0, min(len(v), max(*room, 0)+1))
		for _, item := range v {
			if *room <= 0 {
				return append(kept, ellipsis)
			}
			kept = append(kept, cut(item, room))
		}
		return kept
	case map[string]any:
		kept := make(map[string]any, min(len(v), max(*room, 0)+1))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if *room <= 0 {
				kept[ellipsis] = ellipsis
				break
			}
			*room -= len(key)
			kept[strings.Clone(key)] = cut(v[key], room)
		}
		return kept
	}
	return v
}
