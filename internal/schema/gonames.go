package schema

import "strings"

// GoNames finds the fields of a struct by their Go names.
type GoNames struct {
	byPath map[string]*Field // by GoPath joined by dots, Remain included
	byLast map[string]*Field // by the last name of GoPath
	hidden map[string]bool   // paths of fields whose keys other fields have
}

// addHidden adds a field whose key another field has.
func (n *GoNames) addHidden(f *Field) {
	if n.hidden == nil {
		n.hidden = map[string]bool{}
	}
	n.hidden[strings.Join(f.GoPath, ".")] = true
}

// add adds the fields of a struct.
func (n *GoNames) add(t *Type) {
	n.byPath, n.byLast = make(map[string]*Field, len(t.Fields)), make(map[string]*Field, len(t.Fields))
	for _, f := range t.Fields {
		n.byLast[f.GoPath[len(f.GoPath)-1]] = f
	}
	for _, f := range t.All() {
		n.byPath[strings.Join(f.GoPath, ".")] = f
	}
}

// Hides reports whether a path starts with that of a field whose key another field has, so
// that nothing can set it.
func (n GoNames) Hides(path string) bool {
	for end := range len(path) + 1 {
		if (end == len(path) || path[end] == '.' || path[end] == '[') && n.hidden[path[:end]] {
			return true
		}
	}
	return false
}

// Cut returns the field, or Remain, whose path of Go names is the longest at the start of
// path, such as "A.B" in "A.B[0].C", and the rest of path. It returns nil if there is none.
func (n GoNames) Cut(path string) (f *Field, after string) {
	for end := range len(path) + 1 {
		if end < len(path) && path[end] != '.' && path[end] != '[' {
			continue
		}
		if longer := n.byPath[path[:end]]; longer != nil {
			f, after = longer, path[end:]
		}
		if end < len(path) && path[end] == '[' {
			break // Go names have no bracket
		}
	}
	return f, after
}

// Field returns the field with that name, in any embedded struct; the last one if there are
// several, or nil if there is none.
func (n GoNames) Field(name string) *Field { return n.byLast[name] }
