package layers

import (
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
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
	node := s.natural(reflect.ValueOf(value))
	if s.revealed && !secret && !t.Secrets {
		s.problems = append(s.problems, problem.Problem{Code: "type", Key: at.String(), Origin: from,
			Message: "the value is a secret, but the field would show it", Hint: `give the field the tag secret:"true"`})
		return
	}
	if node.Kind == document.String && t.Kind != schema.Scalar && t.Kind != schema.Any { // as a variable bound in Viper gives it
		parsed, err := t.ParseText(node.Text)
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

// natural returns the node that stands for a Go value without a schema.
func (s *settingsReader) natural(v reflect.Value) document.Node {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return document.Node{}
		}
		if text, ok := convert.Reveal(v); ok {
			s.revealed = true
			return document.Node{Kind: document.String, Text: text}
		}
		if _, ok := v.Interface().(encoding.TextMarshaler); ok {
			break
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return document.Node{}
	}
	if text, ok := convert.Reveal(v); ok {
		s.revealed = true
		return document.Node{Kind: document.String, Text: text}
	}
	switch value := v.Interface().(type) {
	case time.Duration:
		return document.Node{Kind: document.String, Text: value.String()}
	case []byte:
		return document.Node{Kind: document.String, Text: string(value)}
	case encoding.TextMarshaler:
		if text, err := value.MarshalText(); err == nil {
			return document.Node{Kind: document.String, Text: string(text)}
		}
	}
	switch v.Kind() {
	case reflect.String:
		return document.Node{Kind: document.String, Text: v.String()}
	case reflect.Bool:
		return document.Node{Kind: document.Bool, Text: strconv.FormatBool(v.Bool())}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return document.Node{Kind: document.Int, Text: strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return document.Node{Kind: document.Int, Text: strconv.FormatUint(v.Uint(), 10)}
	case reflect.Float32, reflect.Float64:
		return document.Node{Kind: document.Float, Text: strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())}
	case reflect.Slice, reflect.Array:
		n := document.Node{Kind: document.List}
		for i := range v.Len() {
			n.Children = append(n.Children, document.Child{Node: s.natural(v.Index(i))})
		}
		return n
	case reflect.Map:
		n := document.Node{Kind: document.Map}
		for it := v.MapRange(); it.Next(); {
			n.Children = append(n.Children, document.Child{Key: keyText(it.Key()), Node: s.natural(it.Value())})
		}
		slices.SortFunc(n.Children, func(a, b document.Child) int { return strings.Compare(a.Key, b.Key) })
		return n
	}
	return document.Node{Kind: document.String, Text: fmt.Sprint(v.Interface())}
}
