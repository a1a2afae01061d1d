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

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
)

// Kind is the form of a value of a [Type] in a document.
type Kind uint8

// The kinds of types.
const (
	Scalar Kind = iota // one text: a string, number, duration, address, ...
	Struct             // a map with known keys
	List               // a slice or array
	Map                // a map whose keys are data
	Any                // whatever is there
)

// Section reports whether values of the kind have keys.
func (k Kind) Section() bool { return k == Struct || k == Map }

// Type describes a Go type without its pointers.
type Type struct {
	Kind   Kind
	Go     reflect.Type
	Scalar convert.Type // of a Scalar: what reads its texts
	Where  string       // a field that has it, from the root: main.Config.Server

	RuleTexts map[string]string // what rules ask for, by name, in words of a caller's

	Fields []*Field // of a Struct, those of embedded structs inlined
	Elem   *Type    // of a List or Map
	Key    *MapKey  // of a Map

	// Remain is where a Struct keeps keys it does not know, by mapstructure's
	// ",remain"; nil if it keeps none.
	Remain *Field

	Validate *guard.Func // the method Validate() error of the type, or of a pointer to it; nil if there is none

	// Inlined are the indexes of embedded structs with a Validate method of their
	// own which Go does not promote to this Struct, as when two of them have one.
	Inlined [][]int

	// Unbound reports that mapstructure would not set the fields of a Struct as it should: it
	// always sets embedded pointers and what other fields hide, and no map that is inlined.
	Unbound bool

	Marks
	Names  GoNames // of the fields of a Struct
	Leaves *Leaves // of the root

	// Written is the type as documents may write it, with fields for old keys: of the root,
	// and of types that have some; nil for others.
	Written *Type

	index map[string]*Field // by folded key
}

// Field is one key of a Struct.
type Field struct {
	Key     string // as documents spell it
	Type    *Type
	Ordinal int      // its place among the struct's fields
	Pointer bool     // nil if it is not set
	Index   []int    // for reflect.Value.FieldByIndex
	GoPath  []string // the Go names along Index
	Where   string   // the field as messages about T name it: main.Config.Server.Port

	Embedder []int // the index of the embedded pointer that it is in; nil if it is in none

	// Input is where mapstructure looks for the value, from the struct's own
	// map: one name, preceded by those of embedded structs that it nests.
	Input []string

	HasDefault  bool
	DefaultText string         // of the default tag
	Default     *document.Node // its value; nil without one
	DefaultErr  error          // why it has none

	Rules   Rules  // the validate tag
	Secret  bool   // the field, or the whole section, is never shown
	Hidden  bool   // it is Secret, or a section that has it is one somewhere
	Restart bool   // it, or the whole section, takes effect after a restart
	Ref     bool   // a document may have a key beside it that refers to a file with its value, as it may for a secret
	Desc    string // the desc tag
	Env     string // the env tag; "-" also where an embedded struct around it has that
	Remains bool   // it takes the keys that no other field has
	Dive    bool   // Rules leave the structs in this list or map unexamined

	Old          []string // old keys: those of the alias tag; with a leading dot, paths from the root
	Moved        bool     // it, or something in it, has an old path from the root
	Deprecated   string   // the deprecated tag
	IsDeprecated bool

	// Of a type as documents may write it: Now is the field that an old key is for, and NowAt
	// the path to it from the root, unless that is in the same section. Gone is a section
	// that has nothing but old keys.
	Now   *Field
	NowAt keypath.Path
	Gone  bool
}

// IsOld reports whether the field is only there for old keys.
func (f *Field) IsOld() bool { return f.Now != nil || f.Gone }

// MergesDefault reports whether the field's default is a map, into which others are
// merged; of any other kind, it is replaced.
func (f *Field) MergesDefault() bool { return f.Default != nil && f.Default.Kind == document.Map }

// Only returns a Struct with one field, to look at it alone and without its default.
func Only(f *Field) *Type {
	t := only(f, f.Type)
	if t.Written = t; f.Type.Written != nil {
		t.Written = only(f, f.Type.Written)
	}
	return t
}

func only(f *Field, t *Type) *Type {
	only := *f
	only.Type, only.Ordinal, only.Default, only.Secret = t, 0, nil, f.Hidden
	return &Type{Kind: Struct, Fields: []*Field{&only}, index: map[string]*Field{Fold(f.Key): &only},
		Marks: Marks{Keyed: true, Secrets: f.Hidden || t.Secrets, Renames: t.Renames}}
}

// Field returns the field that key names, whatever its case and its use of "_"
// and "-".
func (t *Type) Field(key string) *Field { return t.index[Fold(key)] }

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
