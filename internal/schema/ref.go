package schema

import (
	"fmt"
	"reflect"
	"strings"
)

// ref parses the ref tag.
func (b *builder) ref(sf reflect.StructField, where string) bool {
	text, ok := sf.Tag.Lookup("ref")
	if ok && text != "file" {
		b.fault(where, fmt.Sprintf(`its tag ref:%q is not "file", the only one there is`, text))
	}
	return ok
}

// checkRefs checks that ref tags have an effect. The content of a file is shown as a
// secret, which is not possible for the keys of a map.
func (s *structBuilder) checkRefs() {
	for _, f := range s.to.All() {
		if !f.Ref {
			continue
		}
		if other := s.to.Field(f.Key + "_file"); other != nil {
			s.fault(f.Where, fmt.Sprintf(`its tag ref:"file" means nothing beside %s, which has the key %q itself`, strings.Join(other.GoPath, "."), other.Key))
		}
		if t := f.Type; f.Remains || t.Kind != Scalar && (t.Kind != List || t.Elem.Kind != Scalar) {
			s.fault(f.Where, `only a single value, or a list of these, can have the tag ref:"file"; put it on the fields inside, or make all of it a secret`)
		}
	}
}

// RefKey returns the documented key for the path of a file with the value of the field.
func (f *Field) RefKey() string {
	if strings.Contains(f.Key, "-") {
		return f.Key + "-file"
	}
	return f.Key + "_file"
}

// MayRefer reports whether a document may refer to a file with the value of the field.
// secret reports whether a section around it is secret.
func (f *Field) MayRefer(secret bool) bool {
	return (f.Ref || f.Secret || secret) && f.Type.Kind != Struct
}

// RefStem returns the key before the word file in a key that refers to a file: password for
// password_file, password-file and passwordFile.
func RefStem(key string) (stem string, ok bool) {
	const word = "file"
	at := len(key) - len(word)
	if at < 2 || !strings.EqualFold(key[at:], word) {
		return "", false
	}
	switch {
	case key[at-1] == '_' || key[at-1] == '-':
		return key[:at-1], true
	case key[at:] == "File":
		return key[:at], true
	}
	return "", false
}

// FileRefField returns the field whose value is in the file that key names, or nil if there
// is none, or if a field has the key itself.
func (t *Type) FileRefField(key string) *Field {
	stem, ok := RefStem(key)
	if !ok || t.Field(key) != nil {
		return nil
	}
	return t.Field(stem)
}
