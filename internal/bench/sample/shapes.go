package sample

import (
	"fmt"
	"reflect"
	"strings"
)

// Ten is a section of ten keys.
type Ten[T any] struct {
	A T `mapstructure:"a"`
	B T `mapstructure:"b"`
	C T `mapstructure:"c"`
	D T `mapstructure:"d"`
	E T `mapstructure:"e"`
	F T `mapstructure:"f"`
	G T `mapstructure:"g"`
	H T `mapstructure:"h"`
	I T `mapstructure:"i"`
	J T `mapstructure:"j"`
}

// Thousand has 1,000 leaves.
type Thousand = Ten[Ten[Ten[int]]]

// TwoThousand has 2,000 leaves.
type TwoThousand struct {
	First  Thousand `mapstructure:"first"`
	Second Thousand `mapstructure:"second"`
}

// NewTwoThousand returns one in which every leaf is n.
func NewTwoThousand(n int) *TwoThousand {
	var c TwoThousand
	fill(reflect.ValueOf(&c).Elem(), n)
	return &c
}

// NewThousand returns one in which every leaf is n.
func NewThousand(n int) *Thousand {
	var c Thousand
	fill(reflect.ValueOf(&c).Elem(), n)
	return &c
}

func fill(v reflect.Value, n int) {
	if v.Kind() == reflect.Int {
		v.SetInt(int64(n))
		return
	}
	for i := range v.NumField() {
		fill(v.Field(i), n)
	}
}

// Leaves returns the keys of all leaves of a configuration's type, with dots.
func Leaves(t reflect.Type) []string {
	var keys []string
	for f := range t.Fields() {
		key := f.Tag.Get("mapstructure")
		if f.Type.Kind() != reflect.Struct {
			keys = append(keys, key)
			continue
		}
		for _, below := range Leaves(f.Type) {
			keys = append(keys, key+"."+below)
		}
	}
	return keys
}

// Variable returns the name of the environment variable for a key.
func Variable(prefix, key string) string {
	return prefix + "_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// Deep is a section with ten leaves and a section like it.
type Deep struct {
	Ten[int] `mapstructure:",squash"`
	Next     *Deep `mapstructure:"next"`
}

// NewDeep returns one of depth sections.
func NewDeep(depth int) *Deep {
	if depth == 0 {
		return nil
	}
	c := &Deep{Next: NewDeep(depth - 1)}
	fill(reflect.ValueOf(&c.Ten).Elem(), depth)
	return c
}

// YAML writes it; squashed keys are the section's own.
func (c *Deep) YAML() []byte {
	var b strings.Builder
	indent := ""
	for ; c != nil; c = c.Next {
		writeYAML(&b, reflect.ValueOf(c.Ten), indent)
		if c.Next != nil {
			fmt.Fprintf(&b, "%snext:\n", indent)
			indent += "  "
		}
	}
	return []byte(b.String())
}
