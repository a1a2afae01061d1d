// Package schema describes a configuration's Go type: its keys, the kinds of their values,
// defaults, validation rules and marks. The type is read once, by reflection.
//
// A schema is built by [Of], does not change afterwards, and is safe for concurrent use. It
// describes types only: packages merge and decode apply it to documents.
package schema

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
)

// Kind is the shape of the values of a [Type] in a document.
type Kind uint8

// The kinds of types.
const (
	Scalar Kind = iota // one text: a string, number, duration, address, ...
	Struct             // a map with known keys
	List               // a slice or array
	Map                // a map whose keys are data
	Any                // any value
)

// Section reports whether values of the kind have keys.
func (k Kind) Section() bool { return k == Struct || k == Map }

// Type describes a Go type without its pointers.
type Type struct {
	Kind   Kind
	Go     reflect.Type
	Scalar convert.Type // of a Scalar: it converts its texts
	Where  string       // a field that has the type, from the root: main.Config.Server

	RuleTexts map[string]string // a caller's texts for what rules ask for, by name

	Fields []*Field // of a Struct, with those of embedded structs
	Elem   *Type    // of a List or Map
	Key    *MapKey  // of a Map

	// Remain is the field of a Struct for keys that no other field has, by
	// mapstructure's ",remain"; nil if there is none.
	Remain *Field

	Validate *guard.Func // the method Validate() error of the type, or of a pointer to it; nil if there is none

	// Inlined are the indexes of embedded structs with a Validate method that
	// Go does not promote to this Struct, for example because two have one.
	Inlined [][]int

	// NotBindable is set if mapstructure would not set the fields of a Struct correctly: it
	// always sets embedded pointers and hidden fields, and never an inlined map.
	NotBindable bool

	Marks
	Names  GoNames // of the fields of a Struct
	Leaves *Leaves // of the root only

	// Written is the type with fields for old keys, which documents may have. It is set
	// for the root and for types that have old keys.
	Written *Type

	index map[string]*Field // by folded key
}

// Field is one key of a Struct.
type Field struct {
	Key     string // in documents
	Type    *Type
	Ordinal int      // its index among the struct's fields
	Pointer bool     // the Go field is a pointer, nil if the field is not set
	Index   []int    // for reflect.Value.FieldByIndex
	GoPath  []string // the Go names along Index
	Where   string   // its name in messages about T: main.Config.Server.Port

	Embedder []int // index of the embedded pointer that it is in; nil if there is none

	// Input is the path at which mapstructure expects the value in the struct's
	// map: one name, preceded by those of the embedded structs around it.
	Input []string

	HasDefault  bool
	DefaultText string         // of the default tag
	Default     *document.Node // its value; nil without one
	DefaultErr  error          // why its text is not valid

	Rules   Rules  // the validate tag
	Secret  bool   // the field, or the whole section, is never shown
	Hidden  bool   // it is Secret, or is below a field that is, anywhere in the type
	Restart bool   // a change of it, or of the section around it, takes effect after a restart
	Ref     bool   // a document may name a file with its value, as for a secret
	Desc    string // the desc tag
	Env     string // the env tag; "-" also if an embedded struct around it has that
	Remains bool   // it is for keys that no other field has
	Dive    bool   // Rules do not dive into the structs in this list or map, which are validated separately

	Old          []string // old keys, by the alias tag; with a leading dot, paths from the root
	Moved        bool     // it, or a field in it, has an old path from the root
	Deprecated   string   // the deprecated tag
	IsDeprecated bool

	// For old keys, in a Written type: ReplacedBy is the field whose old key this is, and
	// ReplacedAt its path from the root if it is in another section. OnlyOldKeys is set for
	// a section that contains only old keys.
	ReplacedBy  *Field
	ReplacedAt  keypath.Path
	OnlyOldKeys bool
}

// IsOld reports whether the field is for old keys only.
func (f *Field) IsOld() bool { return f.ReplacedBy != nil || f.OnlyOldKeys }

// MergesDefault reports whether the field's default is a map, into which other values are
// merged. Any other default is replaced.
func (f *Field) MergesDefault() bool { return f.Default != nil && f.Default.Kind == document.Map }

// SingleField returns a struct type with only the field f, without its default.
func SingleField(f *Field) *Type {
	t := singleField(f, f.Type)
	if t.Written = t; f.Type.Written != nil {
		t.Written = singleField(f, f.Type.Written)
	}
	return t
}

func singleField(f *Field, t *Type) *Type {
	only := *f
	only.Type, only.Ordinal, only.Default, only.Secret = t, 0, nil, f.Hidden
	return &Type{Kind: Struct, Fields: []*Field{&only}, index: map[string]*Field{Fold(f.Key): &only},
		Marks: Marks{Keyed: true, Secrets: f.Hidden || t.Secrets, Renames: t.Renames}}
}

// Field returns the field with the key, ignoring case, "_" and "-", or nil.
func (t *Type) Field(key string) *Field { return t.index[Fold(key)] }

// FieldOrRemain returns the field with the key, or else Remain.
func (t *Type) FieldOrRemain(key string) *Field {
	if f := t.Field(key); f != nil {
		return f
	}
	return t.Remain
}

// FieldNear is like [Type.Field]. It is faster if key is that of the i-th field, as in
// documents in the order of the type.
func (t *Type) FieldNear(i int, key string) *Field {
	if i < len(t.Fields) && t.Fields[i].Key == key {
		return t.Fields[i]
	}
	return t.Field(key)
}

// All returns the fields of a Struct, including Remain.
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
