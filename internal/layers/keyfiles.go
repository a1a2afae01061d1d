package layers

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"example.com/lastgood/internal/diagnose"
	"example.com/lastgood/internal/origin"
	"example.com/lastgood/internal/schema"
)

// KeyFile is a file that holds one value.
type KeyFile struct {
	Name string // what tells the key, in a directory
	Path string
	Data []byte
}

// FromKeyFiles makes a layer of the files of a directory, whose names are keys: "."
// or "__" leads into a section.
func FromKeyFiles(t *schema.Type, files []KeyFile) (*Tree, []Fault) {
	var b Builder
	var faults []Fault
	var near diagnose.Suggester
	for _, file := range files {
		path, leaf, ok := resolve(t, file.Name)
		if !ok {
			faults = append(faults, unknownFile(t, file, &near))
			continue
		}
		if fault := b.file(path, leaf, origin.KeyFile, file); fault != nil {
			faults = append(faults, *fault)
		}
	}
	return b.Tree(), faults
}

// EnvFile adds the value of the file that a variable names. The fault is that of the
// file.
func (b *Builder) EnvFile(leaf schema.Leaf, file KeyFile) *Fault {
	return b.file(leaf.Path, leaf.Field.Type, origin.EnvFile, file)
}

// file adds the value that is a file's content, without its final newline.
func (b *Builder) file(path schema.Path, t *schema.Type, kind origin.Kind, file KeyFile) *Fault {
	place := origin.Origin{Kind: kind, Name: file.Path}
	data := bytes.TrimSuffix(bytes.TrimSuffix(file.Data, []byte("\n")), []byte("\r"))
	if !t.TakesBytes() && !utf8.Valid(data) {
		fault := notText(path, place)
		return &fault
	}
	node, err := t.ParseText(string(data))
	if err != nil {
		fault := unreadable(path, place, err)
		return &fault
	}
	if other := b.Put(path, *node, place); other != nil {
		return &Fault{Code: "duplicate_key", Key: join(path), Place: place,
			Message: "it sets what " + other.Name + " sets", Hint: "keep one"}
	}
	return nil
}

// resolve finds the key that a file's name stands for: as it is, for a key with a
// dot in it, or by sections.
func resolve(t *schema.Type, name string) (schema.Path, *schema.Type, bool) {
	if path, leaf, ok := t.Resolve([]string{name}); ok {
		return path, leaf, true
	}
	return t.Resolve(strings.Split(strings.ReplaceAll(name, "__", "."), "."))
}

func unknownFile(t *schema.Type, file KeyFile, suggest *diagnose.Suggester) Fault {
	f := Fault{Code: "unknown_key", Key: file.Name, Place: origin.Origin{Kind: origin.KeyFile, Name: file.Path}, Message: "unknown key"}
	if near := suggest.Suggest(file.Name, func() []string { return keys(t.Leaves()) }); near != "" {
		f.Hint = "did you mean \"" + near + "\"?"
	}
	return f
}

func join(path schema.Path) string { return strings.Join(path, ".") }
