package load

import (
	"fmt"
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
			f, after := cutField(t, strings.TrimPrefix(s.rest, "."))
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
			e, after, ok := b.cutKey(t, v, s.rest)
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

// cutField returns the field whose Go names rest starts with, the longest.
func cutField(t *schema.Type, rest string) (*schema.Field, string) {
	var best *schema.Field
	var after string
	for _, f := range t.All() {
		tail, ok := strings.CutPrefix(rest, strings.Join(f.GoPath, "."))
		if ok && endsName(tail) && (best == nil || len(tail) < len(after)) {
			best, after = f, tail
		}
	}
	return best, after
}

func endsName(tail string) bool { return tail == "" || tail[0] == '.' || tail[0] == '[' }

// cutKey returns the key of the map v that rest, "[key]...", starts with. Keys
// are not escaped there, so the map itself tells where one ends: at the last
// bracket that makes a key of it.
func (b *binder) cutKey(t *schema.Type, v reflect.Value, rest string) (e mapEntry, after string, ok bool) {
	if v.Kind() != reflect.Map || !strings.HasPrefix(rest, "[") {
		return mapEntry{}, "", false
	}
	for end := len(rest) - 1; end > 0; end-- {
		if rest[end] != ']' || !endsName(rest[end+1:]) {
			continue
		}
		if key, miss := b.convertKey(t, rest[1:end]); miss == nil && v.MapIndex(key).IsValid() {
			return mapEntry{key: key, value: v.MapIndex(key)}, rest[end+1:], true
		}
	}
	// Its type prints keys in another way than it reads them.
	for it := v.MapRange(); it.Next(); {
		tail, found := strings.CutPrefix(rest, fmt.Sprintf("[%v]", it.Key().Interface()))
		if found && endsName(tail) && (!ok || len(tail) < len(after)) {
			e, after, ok = mapEntry{key: it.Key(), value: it.Value()}, tail, true
		}
	}
	return e, after, ok
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
