// Package schema reads a configuration's Go type once, by reflection: its keys,
// the kinds of values they take, defaults, validation rules and marks.
//
// A schema is built by [Of], never changes afterwards and is safe for
// concurrent use. It knows types, not values: reading documents against it is
// the business of packages merge and decode.
package schema

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
)

// Kind says what a value of a [Type] looks like in a document.
type Kind uint8

// The kinds of types.
const (
	Scalar Kind = iota // one text: a string, number, duration, address, ...
	Struct             // a map with known keys
	List               // a slice or array
	Map                // a map whose keys are data
	Any                // whatever is there
)

// Type describes a Go type without its pointers.
type Type struct {
	Kind   Kind
	Go     reflect.Type
	Scalar convert.Type // of a Scalar: what reads its texts
	Where  string       // a field that has it, from the root: main.Config.Server
	Fields []*Field     // of a Struct, those of embedded structs inlined
	Elem   *Type        // of a List or Map
	Key    *Type        // of a Map, a Scalar

	// Remain is where a Struct keeps keys it does not know, by mapstructure's
	// ",remain"; nil if it keeps none.
	Remain *Field

	// Validates tells that the type, or a pointer to it, has a method
	// Validate() error.
	Validates bool
	Validate  *guard.Func // that method; nil if there is none

	// Inlined are the indexes of embedded structs with a Validate method of their
	// own which Go does not promote to this Struct, as when two of them have one.
	Inlined [][]int

	// Judged tells that this type, or one below it, has a Validate method or is
	// a list or map of structs that the validator would not look into.
	Judged bool

	// Secrets tells that there are secret fields in this type or below it.
	Secrets bool

	// Restarts tells that there are fields with reload:"restart" in this type or
	// below it.
	Restarts bool

	// Defaults tells that this Struct, or one in it, has default tags that apply
	// even when nothing is set.
	Defaults bool

	// Keyed tells that there are keys to check in this type or below it: those of a
	// Struct, or those of a Map that are no plain texts.
	Keyed bool

	index  map[string]*Field // by folded key
	byName map[string]*Field // by GoPath joined by dots, Remain included
	byLast map[string]*Field // by the last name of GoPath

	leaves *leaves // of the root
}

// Field is one key of a Struct.
type Field struct {
	Key     string // as documents spell it
	Type    *Type
	Ordinal int      // its place among the struct's fields
	Pointer bool     // nil says that it is not set
	Index   []int    // for reflect.Value.FieldByIndex
	GoPath  []string // the Go names along Index

	Embedder []int // the index of the embedded pointer that it is in; nil if it is in none

	// Input is where mapstructure looks for the value, from the struct's own
	// map: one name, preceded by those of embedded structs that it nests.
	Input []string

	HasDefault  bool
	DefaultText string         // of the default tag
	Default     *document.Node // what it stands for; nil without one
	DefaultErr  error          // why it stands for nothing

	Rules   Rules  // the validate tag
	Secret  bool   // the field, or the whole section, is never shown
	Hidden  bool   // it is Secret, or a section that has it is one somewhere
	Restart bool   // it, or the whole section, takes effect after a restart
	Desc    string // the desc tag
	Remains bool   // it takes the keys that no other field has
	Dive    bool   // Rules leave the structs in this list or map unexamined
}

// MergesDefault reports whether the field's default is a map, into which others are
// merged; of any other kind, it is replaced.
func (f *Field) MergesDefault() bool { return f.Default != nil && f.Default.Kind == document.Map }

// NilEntries reports whether a null among the entries of a Map is nil. That of a
// section is not, but a section with its defaults.
func (t *Type) NilEntries() bool {
	if t.Elem.Kind == Struct {
		return false
	}
	switch t.Go.Elem().Kind() {
	case reflect.Interface, reflect.Map, reflect.Slice, reflect.Pointer:
		return true
	}
	return false
}

// Name is the field as messages about T name it: main.Config.Server.Port.
func (t *Type) Name(f *Field) string { return t.Where + "." + strings.Join(f.GoPath, ".") }

// Only returns a Struct with one field, to look at it alone and without its default.
func Only(f *Field) *Type {
	only := *f
	only.Ordinal, only.Default, only.Secret = 0, nil, f.Hidden
	return &Type{Kind: Struct, Fields: []*Field{&only}, Keyed: true, Secrets: f.Hidden || f.Type.Secrets, index: map[string]*Field{Fold(f.Key): &only}}
}

// Field returns the field that key names, whatever its case and its use of "_"
// and "-".
func (t *Type) Field(key string) *Field { return t.index[Fold(key)] }

// FieldAt returns the field, or Remain, to which a path of Go names leads that is the
// longest at the start of rest, such as "A.B" in "A.B[0].C", and what follows it. It
// returns nil if there is none.
func (t *Type) FieldAt(rest string) (f *Field, after string) {
	for end := range len(rest) + 1 {
		if end < len(rest) && rest[end] != '.' && rest[end] != '[' {
			continue
		}
		if longer := t.byName[rest[:end]]; longer != nil {
			f, after = longer, rest[end:]
		}
		if end < len(rest) && rest[end] == '[' {
			break // no Go name has one
		}
	}
	return f, after
}

// FieldNamed returns the field that has the name in Go, in whatever embedded struct,
// the last one if there are several. It returns nil if there is none.
func (t *Type) FieldNamed(name string) *Field { return t.byLast[name] }

// FieldOrRemain returns the field that key belongs to, which is Remain where no other
// has it.
func (t *Type) FieldOrRemain(key string) *Field {
	if f := t.Field(key); f != nil {
		return f
	}
	return t.Remain
}

// FieldNear returns what Field does. It is faster where key is that of the field
// at place i, as when documents keep to the order of the type.
func (t *Type) FieldNear(i int, key string) *Field {
	if i < len(t.Fields) && t.Fields[i].Key == key {
		return t.Fields[i]
	}
	return t.Field(key)
}

// Section reports whether values of the type have keys.
func (t *Type) Section() bool { return t.Kind == Struct || t.Kind == Map }

// All returns the fields of a Struct, Remain included.
func (t *Type) All() []*Field {
	if t.Remain == nil {
		return t.Fields
	}
	return append(slices.Clone(t.Fields), t.Remain)
}

// Keys returns the keys of a Struct in the order of its fields.
func (t *Type) Keys() []string {
	keys := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		keys[i] = f.Key
	}
	return keys
}

// Fold maps all spellings of a struct key to one.
func Fold(key string) string {
	if isFolded(key) {
		return key
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, key)
}

// isFolded reports whether folding a key would not change it.
func isFolded(key string) bool {
	for i := range len(key) {
		if c := key[i]; c == '_' || c == '-' || 'A' <= c && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}

// Snake is the key of a field that has no tag: its Go name in snake_case.
// Runs of capitals count as one word: HTTPPort is http_port.
func Snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
