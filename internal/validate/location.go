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
	hidden bool          // another field has the key
}

// ruleAfter returns the index of the rule behind the one that failed, or -1 if
// that is not among the field's.
func (at location) ruleAfter(failed validator.FieldError) int {
	for i, r := range at.rules {
		if len(r.Any) == 1 && r.Any[0].Name == failed.ActualTag() && r.Any[0].Param == failed.Param() {
			return i + 1
		}
	}
	return -1
}

// isKey reports whether a rule that failed is one for a map's keys, behind
// "keys". The validator gives both the key and the value the same name.
func (at location) isKey(failed validator.FieldError) bool {
	if !at.key.IsValid() || !at.keyed || failed.Type() != at.key.Type() || !isSame(at.key, failed.Value()) {
		return false
	}
	return at.value.Type() != at.key.Type() || !isSame(at.value, failed.Value())
}

// isSame reports whether v is the value that the validator has given.
func isSame(v reflect.Value, given any) bool {
	return v.Comparable() && reflect.ValueOf(given).Comparable() && v.Interface() == given
}

// locator finds the places that the validator names.
type locator struct {
	running *guard.Running
	printed map[uintptr]printed // maps with values that broke a rule
}

// locate turns what the validator calls a place, such as "Config.Ups[0].Name", into a
// location.
func (l *locator) locate(t *schema.Type, v reflect.Value, namespace string) location {
	s := location{value: v, kind: t.Kind, rest: strings.TrimPrefix(namespace, t.Go.Name()+".")}
	depth := 0 // lists and maps since the field
	for s.rest != "" {
		for v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		s.key = reflect.Value{}
		switch t.Kind {
		case schema.Struct:
			f, after := t.Names.Cut(strings.TrimPrefix(s.rest, "."))
			if f == nil {
				s.hidden = t.Names.Hides(strings.TrimPrefix(s.rest, "."))
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
		s.rules, s.keyed = s.field.Rules.At(depth), depth > 0 && s.field.Rules.Levels[min(depth, len(s.field.Rules.Levels))-1].Keyed
	}
	return s
}

func endsName(tail string) bool { return tail == "" || tail[0] == '.' || tail[0] == '[' }

// printed are the entries of a map by the text that the validator makes of their keys.
type printed struct {
	of      reflect.Value // that map, kept so that no other takes its address
	entries map[string]value.Entry
	longest int // text
}

// cutKey returns the entry of the map v whose key rest, "[key]...", starts with. Keys
// are not escaped there, so the keys of the map decide where one ends: at the last bracket
// that makes a key of it.
func (l *locator) cutKey(v reflect.Value, rest string) (e value.Entry, after string, ok bool) {
	if v.Kind() != reflect.Map || !strings.HasPrefix(rest, "[") {
		return value.Entry{}, "", false
	}
	p := l.printedOf(v)
	for end := min(len(rest)-1, p.longest+1); end > 0; end-- {
		if rest[end] != ']' || !endsName(rest[end+1:]) {
			continue
		}
		if e, ok := p.entries[rest[1:end]]; ok {
			return e, rest[end+1:], true
		}
	}
	return value.Entry{}, "", false
}

// printedOf returns the entries of a map, which it prints once.
func (l *locator) printedOf(v reflect.Value) printed {
	p, ok := l.printed[v.Pointer()]
	if ok {
		return p
	}
	p.of, p.entries = v, make(map[string]value.Entry, v.Len())
	for it := v.MapRange(); it.Next(); {
		text, panicked := l.running.Sprint(it.Key().Interface())
		if panicked != nil { // the validator cannot have printed it either
			continue
		}
		// Of keys that print alike, the one that documents spell so.
		at := value.Step(l.running, it.Key())
		if _, taken := p.entries[text]; !taken || at.Key == text {
			p.entries[text] = value.Entry{Key: it.Key(), Value: it.Value(), Step: at}
		}
		p.longest = max(p.longest, len(text))
	}
	if l.printed == nil {
		l.printed = map[uintptr]printed{}
	}
	l.printed[v.Pointer()] = p
	return p
}

// section is the path to the struct that has the location's field.
func (at location) section() keypath.Path {
	for i := len(at.path) - 1; i >= 0; i-- {
		if at.path[i].IsKey && !at.path[i].Data {
			return at.path[:i]
		}
	}
	return nil
}
