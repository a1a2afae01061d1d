package schema

import "strings"

// GoNames finds the fields of a Struct by their names in Go.
type GoNames struct {
	byPath map[string]*Field // by GoPath joined by dots, Remain included
	byLast map[string]*Field // by the last name of GoPath
	hidden map[string]bool   // paths of fields whose keys others have
}

// hide adds a field whose key another has.
func (n *GoNames) hide(f *Field) {
	if n.hidden == nil {
		n.hidden = map[string]bool{}
	}
	n.hidden[strings.Join(f.GoPath, ".")] = true
}

// add adds the fields of a Struct.
func (n *GoNames) add(t *Type) {
	n.byPath, n.byLast = make(map[string]*Field, len(t.Fields)), make(map[string]*Field, len(t.Fields))
	for _, f := range t.Fields {
		n.byLast[f.GoPath[len(f.GoPath)-1]] = f
	}
	for _, f := range t.All() {
		n.byPath[strings.Join(f.GoPath, ".")] = f
	}
}

// Hides reports whether a path starts with that of a field whose key another has: nothing
// can set it.
func (n GoNames) Hides(path string) bool {
	for end := range len(path) + 1 {
		if (end == len(path) || path[end] == '.' || path[end] == '[') && n.hidden[path[:end]] {
			return true
		}
	}
	return false
}

// Cut returns the field, or Remain, whose path of Go names is the longest at the start of
// path, such as "A.B" in "A.B[0].C", and what follows it. It returns nil if there is none.
func (n GoNames) Cut(path string) (f *Field, after string) {
	for end := range len(path) + 1 {
		if end < len(path) && path[end] != '.' && path[end] != '[' {
			continue
		}
		if longer := n.byPath[path[:end]]; longer != nil {
			f, after = longer, path[end:]
		}
		if end < len(path) && path[end] == '[' {
			break // no Go name has one
		}
	}
	return f, after
}

// Field returns the field of that name, in whatever embedded struct, the last one if
// there are several. It returns nil if there is none.
func (n GoNames) Field(name string) *Field { return n.byLast[name] }
