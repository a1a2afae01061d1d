package config

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// leafFlag is the value of a flag from [AddFlags]. It implements pflag.Value.
type leafFlag struct {
	root  reflect.Type // the type of the configuration
	parse func(text string) (*document.Node, error)
	kind  string
	def   string
	value *document.Node // nil if the flag was not given
	keys  map[string]int // indexes of the entries of a map in value
}

func newLeafFlag(root reflect.Type, t *schema.Type, def any, parse func(string) (*document.Node, error)) *leafFlag {
	f := &leafFlag{root: root, parse: parse, kind: flagKind(t)}
	switch {
	case def != nil:
		f.def = flagText(def)
	case f.kind == "duration":
		f.def = "0s"
	case t.Kind == schema.List, t.Kind == schema.Map:
		f.def = "[]"
	case t.Kind == schema.Scalar && t.Scalar.Plain() && !t.Scalar.Bytes():
		f.def = flagText(reflect.Zero(t.Go).Interface())
	}
	return f
}

// String returns the value of the flag, or its default.
func (f *leafFlag) String() string {
	if f.value != nil {
		return flagText(plainValue(f.value))
	}
	return f.def
}

// Type returns the name of the type in the usage. The names are those of pflag, which the Get
// methods of pflag and Viper depend on.
func (f *leafFlag) Type() string { return f.kind }

// Set sets the value to a text, or adds the text to a list or map that is already set.
func (f *leafFlag) Set(text string) error {
	node, err := f.parse(text)
	if err != nil {
		return err
	}
	if f.value == nil || f.value.Kind != node.Kind || node.Kind != document.List && node.Kind != document.Map {
		f.value, f.keys = &document.Node{Kind: node.Kind, Text: node.Text}, map[string]int{}
	}
	for _, c := range node.Children {
		i, again := f.keys[c.Key]
		switch {
		case node.Kind == document.Map && again:
			f.value.Children[i] = c
		default:
			f.keys[c.Key] = len(f.value.Children)
			f.value.Children = append(f.value.Children, c)
		}
	}
	return nil
}

// plainValue returns a node in the form of settings, with all single values as texts.
func plainValue(n *document.Node) any {
	switch n.Kind {
	case document.List:
		list := make([]any, len(n.Children))
		for i := range list {
			list[i] = plainValue(&n.Children[i].Node)
		}
		return list
	case document.Map:
		entries := make(map[string]any, len(n.Children))
		for i := range n.Children {
			entries[n.Children[i].Key] = plainValue(&n.Children[i].Node)
		}
		return entries
	}
	return n.Text
}

// flagText returns a value in the notation of pflag: lists and maps in brackets, as CSV. A
// value with nested lists or maps is JSON.
func flagText(value any) string {
	var items []string
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			items = append(items, fmt.Sprint(item))
		}
		if !slices.ContainsFunc(v, isNested) {
			return "[" + asCSV(items) + "]"
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			items = append(items, key+"="+fmt.Sprint(v[key]))
		}
		if !slices.ContainsFunc(slices.Collect(maps.Values(v)), isNested) {
			return "[" + asCSV(items) + "]"
		}
	default:
		return fmt.Sprint(value)
	}
	text, err := json.Marshal(value)
	if err != nil { // a number that JSON does not have
		return fmt.Sprint(value)
	}
	return string(text)
}

func isNested(value any) bool {
	kind := reflect.ValueOf(value).Kind()
	return kind == reflect.Slice || kind == reflect.Map
}

func asCSV(items []string) string {
	if len(items) == 0 {
		return ""
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(items) // into memory
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// flagKind returns pflag's name for flags of a type, or a name in the same style.
func flagKind(t *schema.Type) string {
	switch {
	case t.Kind == schema.Scalar:
		return scalarKind(t.Go, t.Scalar.Plain())
	case t.Kind == schema.List && t.Elem.Kind == schema.Scalar:
		return flagKind(t.Elem) + "Slice"
	case t.Kind == schema.Map && t.Elem.Kind == schema.Scalar:
		kind := flagKind(t.Elem)
		return "stringTo" + strings.ToUpper(kind[:1]) + kind[1:]
	case t.Kind == schema.Any:
		return "value"
	}
	return "json"
}

func scalarKind(t reflect.Type, plain bool) string {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "duration"
	case reflect.TypeFor[net.IP]():
		return "ip"
	case reflect.TypeFor[net.IPNet]():
		return "ipNet"
	}
	switch name := t.Name(); {
	case plain && t.Kind() == reflect.Slice: // []byte
		return "string"
	case plain:
		return t.Kind().String()
	case name != "":
		return strings.ToLower(name)
	}
	return "value"
}
