package validate

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
)

// location is a place in a value, as the validator named it.
type location struct {
	path   keypath.Path
	field  *schema.Field // the last on the way
	parent reflect.Value // the struct that has the field
	kind   schema.Kind   // of the value
	value  reflect.Value
	key    reflect.Value // where the path ends at a map's key
	rules  []schema.Rule // of the field, for values as deep in it as this one
	keyed  bool          // the tag has rules for keys here
	rest   string        // of the name, where no key goes by it
}

// locate turns what the validator calls a place, such as "Config.Ups[0].Name", into a
// location.
func locate(t *schema.Type, v reflect.Value, namespace string) location {
	s := location{value: v, kind: t.Kind, rest: strings.TrimPrefix(namespace, t.Go.Name()+".")}
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
				s.path = append(s.path, keypath.Field(f.Key))
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
			s.path, s.rest = append(s.path, keypath.Item(index)), after
			v, t, depth = v.Index(index), t.Elem, depth+1
		case schema.Map:
			key, after, ok := cutKey(t, v, s.rest)
			if !ok {
				return s
			}
			s.path, s.rest, s.key = append(s.path, merge.EntryStep(key)), after, key
			v, t, depth = v.MapIndex(key), t.Elem, depth+1
		default:
			return s
		}
		s.value, s.kind = v, t.Kind
	}
	if s.field != nil {
		s.rules, s.keyed = s.field.Rules.At(depth), depth > 0 && s.field.Rules.Levels[min(depth, len(s.field.Rules.Levels))-1].Keyed
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
func cutKey(t *schema.Type, v reflect.Value, rest string) (key reflect.Value, after string, ok bool) {
	if v.Kind() != reflect.Map || !strings.HasPrefix(rest, "[") {
		return reflect.Value{}, "", false
	}
	for end := len(rest) - 1; end > 0; end-- {
		if rest[end] != ']' || !endsName(rest[end+1:]) {
			continue
		}
		if key, miss := t.ConvertKey(rest[1:end]); miss == nil && v.MapIndex(key).IsValid() {
			return key, rest[end+1:], true
		}
	}
	// Its type prints keys in another way than it reads them.
	for it := v.MapRange(); it.Next(); {
		tail, found := strings.CutPrefix(rest, fmt.Sprintf("[%v]", it.Key().Interface()))
		if found && endsName(tail) && (!ok || len(tail) < len(after)) {
			key, after, ok = it.Key(), tail, true
		}
	}
	return key, after, ok
}

// isKey reports whether the rule that failed is one for a map's keys, behind
// "keys". The validator gives both the key and the value the same name.
func (s location) isKey(fe validator.FieldError) bool {
	if !s.key.IsValid() || !s.keyed || fe.Type() != s.key.Type() || fe.Value() != s.key.Interface() {
		return false
	}
	return s.value.Type() != s.key.Type() || s.value.Interface() != fe.Value()
}

// section is the path to the struct that has the location's field.
func (s location) section() keypath.Path {
	for i := len(s.path) - 1; i >= 0; i-- {
		if s.path[i].IsKey && !s.path[i].Data {
			return s.path[:i]
		}
	}
	return nil
}
