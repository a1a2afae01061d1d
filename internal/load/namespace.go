package load

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// walkNamespace turns what the validator calls a place, such as
// "Config.Ups[0].Name", into a path, and returns the field at its end and the
// struct that has it. A map's key is not escaped there, so the value's own keys
// tell where it ends.
func walkNamespace(t *schema.Type, v reflect.Value, namespace string) (p path, f *schema.Field, parent reflect.Value) {
	rest := strings.TrimPrefix(namespace, t.Go.Name()+".")
	for rest != "" {
		for v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		var s step
		switch t.Kind {
		case schema.Struct:
			if f, rest = cutField(t, strings.TrimPrefix(rest, ".")); f == nil {
				return p, nil, parent
			}
			s = step{key: f.Key, isKey: true}
			parent = v
			if v.Kind() == reflect.Struct {
				v, _ = v.FieldByIndexErr(f.Index)
			}
			t = f.Type
		case schema.List:
			text, after, _ := strings.Cut(strings.TrimPrefix(rest, "["), "]")
			index, err := strconv.Atoi(text)
			if err != nil || v.Kind() != reflect.Slice && v.Kind() != reflect.Array || index >= v.Len() {
				return p, f, parent
			}
			s, rest, v, t = step{index: index}, after, v.Index(index), t.Elem
		case schema.Map:
			key, after, ok := cutKey(v, rest)
			if !ok {
				return p, f, parent
			}
			s, rest, t = step{key: fmt.Sprint(key.Interface()), isKey: true, data: true}, after, t.Elem
			v = v.MapIndex(key)
		default:
			return p, f, parent
		}
		p = append(p, s)
	}
	return p, f, parent
}

// cutField returns the field whose Go names rest starts with, the longest.
func cutField(t *schema.Type, rest string) (*schema.Field, string) {
	var best *schema.Field
	var after string
	for _, f := range t.Fields {
		tail, ok := strings.CutPrefix(rest, strings.Join(f.GoPath, "."))
		if ok && (tail == "" || tail[0] == '.' || tail[0] == '[') && (best == nil || len(tail) < len(after)) {
			best, after = f, tail
		}
	}
	return best, after
}

// cutKey returns the key of the map v that rest, "[key]...", starts with.
func cutKey(v reflect.Value, rest string) (key reflect.Value, after string, ok bool) {
	if v.Kind() != reflect.Map {
		return reflect.Value{}, "", false
	}
	for it := v.MapRange(); it.Next(); {
		tail, found := strings.CutPrefix(rest, fmt.Sprintf("[%v]", it.Key().Interface()))
		if found && (tail == "" || tail[0] == '.' || tail[0] == '[') && (!ok || len(tail) < len(after)) {
			key, after, ok = it.Key(), tail, true
		}
	}
	return key, after, ok
}

// typeAt returns the type of the value at p, which exists.
func (l *Loader) typeAt(p path) *schema.Type {
	t := l.schema
	for _, s := range p {
		t = below(t, s)
	}
	return t
}

// secretAt reports whether a field on the way to p is secret.
func (b *binder) secretAt(p path) bool {
	t := b.loader.schema
	for _, s := range p {
		if t == nil {
			return false
		}
		if t.Kind == schema.Struct && !s.data {
			if f := t.Field(s.key); f != nil && f.Secret {
				return true
			}
		}
		t = below(t, s)
	}
	return false
}

// siblings maps the Go names of the fields beside p to their keys, because
// rules name other fields by their Go names.
func (b *binder) siblings(p path) map[string]string {
	names := map[string]string{}
	if len(p) == 0 {
		return names
	}
	if t := b.loader.typeAt(p[:len(p)-1]); t != nil {
		for _, f := range t.Fields {
			names[f.GoPath[len(f.GoPath)-1]] = f.Key
		}
	}
	return names
}

// isOneValue reports whether r is a scalar, short enough to be quoted.
func isOneValue(r ref) bool {
	return r.node.Kind != document.Map && r.node.Kind != document.List
}
