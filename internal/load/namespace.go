package load

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/schema"
)

// spot is a place in a value, as the validator named it.
type spot struct {
	path   path
	field  *schema.Field // the last on the way
	parent reflect.Value // the struct that has the field
	kind   schema.Kind   // of the value
	value  reflect.Value
	key    reflect.Value // where the path ends at a map's key
	rules  []string      // of the field, for values as deep in it as this one
	rest   string        // of the name, where no key goes by it
}

// walkNamespace turns what the validator calls a place, such as
// "Config.Ups[0].Name", into a spot.
func (b *binder) walkNamespace(t *schema.Type, v reflect.Value, namespace string) spot {
	s := spot{value: v, kind: t.Kind, rest: strings.TrimPrefix(namespace, t.Go.Name()+".")}
	depth := 0 // lists and maps since the field
	for s.rest != "" {
		for v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		s.key = reflect.Value{}
		switch t.Kind {
		case schema.Struct:
			f, after := t.FieldAt(strings.TrimPrefix(s.rest, "."))
			if f == nil {
				return s
			}
			s.field, s.parent, s.rest, depth = f, v, after, 0
			if f != t.Remain {
				s.path = append(s.path, step{key: f.Key, isKey: true})
			}
			if v.Kind() == reflect.Struct {
				v, _ = v.FieldByIndexErr(f.Index)
			}
			t = f.Type
		case schema.List:
			text, after, _ := strings.Cut(strings.TrimPrefix(s.rest, "["), "]")
			index, err := strconv.Atoi(text)
			if err != nil || v.Kind() != reflect.Slice && v.Kind() != reflect.Array || index >= v.Len() {
				return s
			}
			s.path, s.rest = append(s.path, step{index: index}), after
			v, t, depth = v.Index(index), t.Elem, depth+1
		case schema.Map:
			e, after, ok := b.cutKey(v, s.rest)
			if !ok {
				return s
			}
			s.path, s.rest, s.key = append(s.path, b.keyStep(e.key)), after, e.key
			v, t, depth = e.value, t.Elem, depth+1
		default:
			return s
		}
		s.value, s.kind = v, t.Kind
	}
	if s.field != nil {
		s.rules = rulesAt(s.field.Rules, depth)
	}
	return s
}

func endsName(tail string) bool { return tail == "" || tail[0] == '.' || tail[0] == '[' }

// printed are the entries of a map by the text that the validator makes of their keys.
type printed struct {
	of      reflect.Value // that map, kept so that no other takes its address
	entries map[string]mapEntry
	longest int // text
}

// cutKey returns the entry of the map v whose key rest, "[key]...", starts with. Keys
// are not escaped there, so the map itself tells where one ends: at the last bracket
// that makes a key of it.
func (b *binder) cutKey(v reflect.Value, rest string) (e mapEntry, after string, ok bool) {
	if v.Kind() != reflect.Map || !strings.HasPrefix(rest, "[") {
		return mapEntry{}, "", false
	}
	p := b.printedOf(v)
	for end := min(len(rest)-1, p.longest+1); end > 0; end-- {
		if rest[end] != ']' || !endsName(rest[end+1:]) {
			continue
		}
		if e, ok := p.entries[rest[1:end]]; ok {
			return e, rest[end+1:], true
		}
	}
	return mapEntry{}, "", false
}

// printedOf returns the entries of a map, which it prints once.
func (b *binder) printedOf(v reflect.Value) printed {
	p, ok := b.printed[v.Pointer()]
	if ok {
		return p
	}
	p.of, p.entries = v, make(map[string]mapEntry, v.Len())
	for it := v.MapRange(); it.Next(); {
		text, panicked := b.running.Sprint(it.Key().Interface())
		if panicked != nil { // the validator cannot have printed it either
			continue
		}
		// Of keys that print alike, the one that documents spell so.
		at := b.keyStep(it.Key())
		if _, taken := p.entries[text]; !taken || at.key == text {
			p.entries[text] = mapEntry{key: it.Key(), value: it.Value(), step: at}
		}
		p.longest = max(p.longest, len(text))
	}
	if b.printed == nil {
		b.printed = map[uintptr]printed{}
	}
	b.printed[v.Pointer()] = p
	return p
}

// keyStep is the step from a map to its value at key.
func (b *binder) keyStep(key reflect.Value) step {
	if key.Kind() == reflect.String {
		return step{key: key.String(), isKey: true, data: true} // even if it has a String method
	}
	text, panicked := b.running.Sprint(key.Interface())
	if panicked != nil {
		text = panicked.Error()
	}
	return step{key: text, isKey: true, data: true}
}

// isKey reports whether the rule that failed is one for a map's keys, behind
// "keys". The validator gives both the key and the value the same name.
func (s spot) isKey(fe validator.FieldError) bool {
	if !s.key.IsValid() || !strings.Contains(s.field.Rules, "keys,") || fe.Type() != s.key.Type() || !isSame(s.key, fe.Value()) {
		return false
	}
	return s.value.Type() != s.key.Type() || !isSame(s.value, fe.Value())
}

// isSame reports whether v is the value that the validator has given.
func isSame(v reflect.Value, given any) bool {
	return v.Comparable() && reflect.ValueOf(given).Comparable() && v.Interface() == given
}
