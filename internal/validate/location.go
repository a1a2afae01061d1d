package validate

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// location is the place of a value, found from the validator's name for it.
type location struct {
	path        keypath.Path
	field       *schema.Field // the last field on the path
	parent      reflect.Value // the struct that has the field
	kind        schema.Kind   // of the value
	value       reflect.Value
	key         reflect.Value // where the path ends at a map's key
	rules       []schema.Rule // of the field, for values at this depth in it
	hasKeyRules bool          // the tag has rules for map keys at this depth
	rest        string        // the end of the name, for which there is no key
	shadowed    bool          // another field has the key
}

// ruleAfter returns the index of the rule after the one that failed, or -1 if that is not
// one of the field's.
func (at location) ruleAfter(failed validator.FieldError) int {
	for i, r := range at.rules {
		if len(r.Any) == 1 && r.Any[0].Name == failed.ActualTag() && r.Any[0].Param == failed.Param() {
			return i + 1
		}
	}
	return -1
}

// isKey reports whether the rule that failed is about a map's key, after "keys". The
// validator gives a key and its value the same name.
func (at location) isKey(failed validator.FieldError) bool {
	if !at.key.IsValid() || !at.hasKeyRules || failed.Type() != at.key.Type() || !isSame(at.key, failed.Value()) {
		return false
	}
	return at.value.Type() != at.key.Type() || !isSame(at.value, failed.Value())
}

// isSame reports whether v is the value that the validator returned.
func isSame(v reflect.Value, reported any) bool {
	return v.Comparable() && reflect.ValueOf(reported).Comparable() && v.Interface() == reported
}

// locator finds the locations that the validator names.
type locator struct {
	running *guard.Running
	maps    map[uintptr]printedKeys // the entries of maps, by address
}

// locate returns the location for a name of the validator, such as "Config.Ups[0].Name", in
// the value v of type t.
func (l *locator) locate(t *schema.Type, v reflect.Value, namespace string) location {
	s := location{value: v, kind: t.Kind, rest: strings.TrimPrefix(namespace, t.Go.Name()+".")}
	depth := 0 // lists and maps below the field
	for s.rest != "" {
		for v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		s.key = reflect.Value{}
		switch t.Kind {
		case schema.Struct:
			f, after := t.Names.Cut(strings.TrimPrefix(s.rest, "."))
			if f == nil {
				s.shadowed = t.Names.Hides(strings.TrimPrefix(s.rest, "."))
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
			e, after, ok := l.cutKey(v, s.rest)
			if !ok {
				return s
			}
			s.path, s.rest, s.key = append(s.path, e.Step), after, e.Key
			v, t, depth = e.Value, t.Elem, depth+1
		default:
			return s
		}
		s.value, s.kind = v, t.Kind
	}
	if s.field != nil {
		s.rules, s.hasKeyRules = s.field.Rules.At(depth), depth > 0 && s.field.Rules.Levels[min(depth, len(s.field.Rules.Levels))-1].Keyed
	}
	return s
}

func isNameEnd(tail string) bool { return tail == "" || tail[0] == '.' || tail[0] == '[' }

// printedKeys are the entries of a map by the text that the validator prints for their
// keys.
type printedKeys struct {
	of      reflect.Value // the map, referenced so that its address is not reused
	entries map[string]value.Entry
	longest int // length of the longest text
}

// cutKey returns the entry of the map v whose key is at the start of rest, which is
// "[key]...". The validator does not escape keys: the key ends at the last bracket with
// which it is a key of the map.
func (l *locator) cutKey(v reflect.Value, rest string) (e value.Entry, after string, ok bool) {
	if v.Kind() != reflect.Map || !strings.HasPrefix(rest, "[") {
		return value.Entry{}, "", false
	}
	p := l.printKeys(v)
	for end := min(len(rest)-1, p.longest+1); end > 0; end-- {
		if rest[end] != ']' || !isNameEnd(rest[end+1:]) {
			continue
		}
		if e, ok := p.entries[rest[1:end]]; ok {
			return e, rest[end+1:], true
		}
	}
	return value.Entry{}, "", false
}

// printKeys returns the entries of a map. It prints the keys of each map once.
func (l *locator) printKeys(v reflect.Value) printedKeys {
	p, ok := l.maps[v.Pointer()]
	if ok {
		return p
	}
	p.of, p.entries = v, make(map[string]value.Entry, v.Len())
	for it := v.MapRange(); it.Next(); {
		text, panicked := l.running.Sprint(it.Key().Interface())
		if panicked != nil { // the validator could not print it either
			continue
		}
		// Of several keys with this text, take the one that documents spell so.
		at := value.Step(l.running, it.Key())
		if _, taken := p.entries[text]; !taken || at.Key == text {
			p.entries[text] = value.Entry{Key: it.Key(), Value: it.Value(), Step: at}
		}
		p.longest = max(p.longest, len(text))
	}
	if l.maps == nil {
		l.maps = map[uintptr]printedKeys{}
	}
	l.maps[v.Pointer()] = p
	return p
}

// section returns the path to the struct that has the location's field.
func (at location) section() keypath.Path {
	for i := len(at.path) - 1; i >= 0; i-- {
		if at.path[i].IsKey && !at.path[i].Data {
			return at.path[:i]
		}
	}
	return nil
}
