package layers

import (
	"strconv"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// KeyFile is a file that has the value of one key.
type KeyFile struct {
	Name   string // the key, relative to a section
	Path   string
	Data   []byte
	Remote bool // it is from a source other than a file
	Secret bool // its value is secret, whatever the key
}

// origin returns the origin of the value.
func (f *KeyFile) origin() problem.Origin {
	if f.Remote {
		return problem.Origin{Kind: problem.Source, Name: f.Path}
	}
	return problem.Origin{Kind: problem.KeyFile, Name: f.Path}
}

// FromKeyFiles returns a layer of the files of a directory, and the problems with them.
// Their names are keys in the section at under, in which "." or "__" separates sections.
func FromKeyFiles(t *schema.Type, under keypath.Path, files []KeyFile, order int) (*Layer, []problem.Problem) {
	var b Builder
	var problems []problem.Problem
	var near problem.Suggester
	section := t.At(under)
	for _, file := range files {
		path, leaf, ok := keyOf(section, file.Name)
		if !ok {
			problems = append(problems, unknownFile(t, under, file, &near))
			continue
		}
		path = under.Join(path)
		b.secret = file.Secret
		if bad := b.putText(path, leaf, file.origin(), TrimLine(string(file.Data))); bad != nil {
			problems = append(problems, *bad)
		}
	}
	return b.Layer(order), problems
}

// putText adds the value that a text has for type t, or returns the problem with it.
func (b *Builder) putText(path keypath.Path, t *schema.Type, at problem.Origin, text string) *problem.Problem {
	if !IsText(t, text) {
		bad := notText(path, at)
		return &bad
	}
	node, err := t.Kind.ParseText(text)
	if err != nil {
		bad := unreadable(path, at, text, err)
		return &bad
	}
	if other := b.Put(path, *node, at); other != nil {
		return &problem.Problem{Code: "duplicate_key", Key: path.String(), Origin: at,
			Message: "it sets what " + other.Name + " sets", Hint: "keep one"}
	}
	return nil
}

// TrimLine returns a text without its final newline.
func TrimLine(text string) string {
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
}

// keyOf returns the path and type of the key that a file's name means: the key with that
// very name, which may have a dot in it, or a path of sections.
func keyOf(t *schema.Type, name string) (keypath.Path, *schema.Type, bool) {
	if path, leaf, ok := resolveKey(t, []string{name}); ok {
		return path, leaf, true
	}
	return resolveKey(t, strings.Split(strings.ReplaceAll(name, "__", "."), "."))
}

// resolveKey returns the path of keys that parts are, and the type there. Keys of structs
// match as in documents. In a map each part is a key; where entries have no keys below
// them, all remaining parts are one key, joined by dots.
func resolveKey(t *schema.Type, parts []string) (keypath.Path, *schema.Type, bool) {
	var path keypath.Path
	for len(parts) > 0 {
		switch t.Kind {
		case schema.Struct:
			f := t.Field(parts[0])
			if f == nil {
				return nil, nil, false
			}
			path, t, parts = append(path, keypath.Field(f.Key)), f.Type, parts[1:]
		case schema.Map:
			n := 1
			if !t.Elem.Kind.Section() {
				n = len(parts)
			}
			path, t, parts = append(path, keypath.Entry(strings.Join(parts[:n], "."))), t.Elem, parts[n:]
		default:
			return nil, nil, false
		}
	}
	return path, t, len(path) > 0
}

func unknownFile(t *schema.Type, under keypath.Path, file KeyFile, suggest *problem.Suggester) problem.Problem {
	p := problem.Problem{Code: "unknown_key", Key: file.Name, Origin: file.origin(), Message: "unknown key"}
	if len(under) == 0 {
		p.Hint = nearest(suggest, file.Name, t, strconv.Quote)
		return p
	}
	section := t.At(under)
	if p.Key = t.Mask(under.Child(keypath.Entry(file.Name))).String(); section.Kind == schema.Struct {
		if near := suggest.Suggest(file.Name, section.Keys); near != "" {
			p.Hint = "did you mean " + strconv.Quote(near) + "?"
		}
	}
	if p.Hint == "" {
		p.Hint = "if it is no setting, leave it out by IgnoreFiles"
	}
	return p
}
