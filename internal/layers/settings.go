package layers

import (
	"encoding"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// FromSettings makes a layer of what a Viper's AllSettings returns. Keys that t has
// no field for are left out: a Viper can serve more than one purpose.
func FromSettings(t *schema.Type, settings map[string]any) (*Layer, []problem.Problem) {
	s := &settingsReader{}
	s.section(t, settings, nil, false)
	return s.Layer(problem.LastOrder), s.problems
}

type settingsReader struct {
	Builder
	problems []problem.Problem
	revealed bool // there is a secret among the values read
}

func (s *settingsReader) section(t *schema.Type, settings map[string]any, path keypath.Path, secret bool) {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		f, value := t.Field(key), settings[key]
		if f == nil || value == nil {
			continue
		}
		at := path.Child(keypath.Field(f.Key))
		if inner, ok := value.(map[string]any); ok && f.Type.Kind == schema.Struct {
			s.section(f.Type, inner, at, secret || f.Secret)
			continue
		}
		s.value(f.Type, value, at, secret || f.Secret)
	}
}

func (s *settingsReader) value(t *schema.Type, value any, at keypath.Path, secret bool) {
	from := problem.Origin{Kind: problem.Viper, Name: at.String()}
	s.revealed = false
	node, panicked := s.natural(reflect.ValueOf(value))
	if panicked != nil {
		s.problems = append(s.problems, unprintable(at.String(), from, panicked))
		return
	}
	if s.revealed && !secret && !t.Secrets {
		s.problems = append(s.problems, problem.Problem{Code: "type", Key: at.String(), Origin: from,
			Message: "the value is a secret, but the field would show it", Hint: `give the field the tag secret:"true"`})
		return
	}
	if node.Kind == document.String && t.Kind != schema.Scalar && t.Kind != schema.Any { // as a variable bound in Viper gives it
		parsed, err := t.Kind.ParseText(node.Text)
		if err != nil {
			s.problems = append(s.problems, unreadable(at, from, err))
			return
		}
		node = *parsed
	}
	if clash := s.Put(at, node, from); clash != nil {
		s.problems = append(s.problems, problem.Problem{Code: "duplicate_key", Key: at.String(), Origin: from,
			Message: "Viper has the key in two spellings", Hint: "keep one"})
	}
}

// natural returns the node for a Go value without a schema.
func (s *settingsReader) natural(v reflect.Value) (document.Node, *guard.Error) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return document.Node{}, nil
		}
		if text, ok := convert.Reveal(v); ok {
			s.revealed = true
			return document.Node{Kind: document.String, Text: text}, nil
		}
		if _, ok := v.Interface().(encoding.TextMarshaler); ok {
			break
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return document.Node{}, nil
	}
	if text, ok := convert.Reveal(v); ok {
		s.revealed = true
		return document.Node{Kind: document.String, Text: text}, nil
	}
	switch value := v.Interface().(type) {
	case time.Duration:
		return document.Node{Kind: document.String, Text: value.String()}, nil
	case []byte:
		return document.Node{Kind: document.String, Text: string(value)}, nil
	case encoding.TextMarshaler:
		if text, ok, panicked := marshalled(value); ok || panicked != nil {
			return document.Node{Kind: document.String, Text: text}, panicked
		}
	}
	switch v.Kind() {
	case reflect.String:
		return document.Node{Kind: document.String, Text: v.String()}, nil
	case reflect.Bool:
		return document.Node{Kind: document.Bool, Text: strconv.FormatBool(v.Bool())}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return document.Node{Kind: document.Int, Text: strconv.FormatInt(v.Int(), 10)}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return document.Node{Kind: document.Int, Text: strconv.FormatUint(v.Uint(), 10)}, nil
	case reflect.Float32, reflect.Float64:
		return document.Node{Kind: document.Float, Text: strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())}, nil
	case reflect.Slice, reflect.Array:
		n := document.Node{Kind: document.List}
		for i := range v.Len() {
			item, panicked := s.natural(v.Index(i))
			if panicked != nil {
				return n, panicked
			}
			n.Children = append(n.Children, document.Child{Node: item})
		}
		return n, nil
	case reflect.Map:
		n := document.Node{Kind: document.Map}
		for it := v.MapRange(); it.Next(); {
			key, panicked := keyText(it.Key())
			if panicked != nil {
				return n, panicked
			}
			item, panicked := s.natural(it.Value())
			if panicked != nil {
				return n, panicked
			}
			n.Children = append(n.Children, document.Child{Key: key, Node: item})
		}
		slices.SortFunc(n.Children, func(a, b document.Child) int { return strings.Compare(a.Key, b.Key) })
		return n, nil
	}
	text, panicked := (*guard.Running)(nil).Sprint(v.Interface())
	return document.Node{Kind: document.String, Text: text}, panicked
}
