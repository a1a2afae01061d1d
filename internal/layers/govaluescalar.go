package layers

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// scalar returns the node of a value that is no list or section, and false for any other.
func (n *nodeBuilder) scalar(v reflect.Value) (node document.Node, ok bool) {
	if text, ok := convert.Reveal(v); ok {
		if !n.root.SecretAt(n.path) {
			n.problem(problem.Problem{Code: "type", Message: "the value is a secret, but the field would show it",
				Hint: `give the field the tag secret:"true"`})
		}
		return document.Node{Kind: document.String, Text: text}, true
	}
	switch value := v.Interface().(type) {
	case time.Duration:
		return document.Node{Kind: document.String, Text: value.String()}, true
	case time.Time:
		return document.Node{Kind: document.Time, Text: value.Format(time.RFC3339Nano)}, true
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return document.Node{Kind: document.Float, Text: value.String()}, true
		}
		return document.Node{Kind: document.Int, Text: value.String()}, true
	}
	text, ok, panicked := methodText(v)
	if panicked != nil {
		n.problem(problem.Problem{Code: "type", Message: panicked.Error()})
	}
	if ok || panicked != nil {
		return document.Node{Kind: document.String, Text: text}, true
	}
	switch v.Kind() {
	case reflect.String:
		node = document.Node{Kind: document.String, Text: v.String()}
	case reflect.Bool:
		node = document.Node{Kind: document.Bool, Text: strconv.FormatBool(v.Bool())}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		node = document.Node{Kind: document.Int, Text: strconv.FormatInt(v.Int(), 10)}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		node = document.Node{Kind: document.Int, Text: strconv.FormatUint(v.Uint(), 10)}
	case reflect.Float32, reflect.Float64:
		node = document.Node{Kind: document.Float, Text: strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())}
	case reflect.Complex64, reflect.Complex128:
		node = document.Node{Kind: document.String, Text: strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			node = document.Node{Kind: document.String, Text: string(v.Bytes())}
		}
	}
	return node, node.Kind != document.Null
}

// methodText returns the text of a value by a method of its type: MarshalText, which a
// pointer to a struct may have, or for a struct String, as url.URL has.
func methodText(v reflect.Value) (text string, ok bool, panicked *guard.Error) {
	value, isStruct := v.Interface(), v.Kind() == reflect.Struct
	if isStruct {
		to := reflect.New(v.Type())
		to.Elem().Set(v)
		value = to.Interface()
	}
	if m, is := value.(encoding.TextMarshaler); is {
		if text, ok, panicked = marshalText(m); ok || panicked != nil {
			return text, ok, panicked
		}
	}
	if s, is := value.(fmt.Stringer); is && isStruct {
		text, panicked = (*guard.Running)(nil).Sprint(s)
		return text, panicked == nil, panicked
	}
	return "", false, nil
}

// parseScalar returns the node of a scalar for type t: a text may be that of a list, map or
// section.
func (n *nodeBuilder) parseScalar(t *schema.Type, scalar document.Node) document.Node {
	switch {
	case !n.countText(scalar.Text):
		return document.Node{}
	case t != nil && t.Kind == schema.Scalar && t.Scalar.Bytes():
		return scalar
	case !utf8.ValidString(scalar.Text):
		n.problem(notText(nil, problem.Origin{}))
		return document.Node{}
	case scalar.Kind != document.String || t == nil || t.Kind == schema.Any,
		t.Kind == schema.Struct && !strings.HasPrefix(strings.TrimSpace(scalar.Text), "{"): // the decoder reports it
		return scalar
	}
	node, err := t.Kind.ParseText(scalar.Text)
	if err != nil {
		n.problem(problem.Problem{Code: "type", Message: err.Error()})
		return document.Node{}
	}
	return *node
}
