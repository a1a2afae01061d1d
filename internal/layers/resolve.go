package layers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/expand"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Resolver resolves the references in documents: to environment variables, and to files
// that a key beside the one of a field names. What a document may refer to depends on its
// [source.Document].
type Resolver struct {
	Schema    *schema.Type
	Variables *expand.Variables           // that documents may refer to; nil for none
	Files     map[string]*source.Document // files that were read for documents, by path
	Truncated bool                        // there were too many files, and some were not read
}

// Resolve replaces the references in the tree of a document by their texts, and returns the
// problems. A value with a problem becomes an unknown one.
func (r *Resolver) Resolve(l *Layer, doc *source.Document) []problem.Problem {
	all := &resolution{Resolver: r, layer: l, doc: doc, room: document.MaxExpandedText}
	l.WrittenRoot = l.Root
	l.Root = all.value(r.Schema, l.Root, l.Secret)
	return all.problems
}

// References returns the paths of the files that a document refers to. It may return a path
// twice.
func (r *Resolver) References(root *document.Node, doc *source.Document) []string {
	all := &resolution{Resolver: r, layer: &Layer{}, doc: doc, collecting: true}
	all.value(r.Schema, root, false)
	return all.paths
}

// resolution resolves the references of one document.
type resolution struct {
	*Resolver
	layer    *Layer
	doc      *source.Document
	path     keypath.Path // of the current value
	room     int          // number of bytes that expanded texts may still have
	problems []problem.Problem

	collecting bool // only the paths of files are collected, and no file is read
	paths      []string
}

// value resolves the references in a value of type t, which is nil if it is not known. hide
// reports whether the value must not be shown.
func (r *resolution) value(t *schema.Type, n *document.Node, hide bool) *document.Node {
	if n.Kind == document.String {
		return r.text(n, hide)
	}
	section := n.Kind == document.Map && t != nil && t.Kind == schema.Struct
	e := document.Editor{From: n}
	var set map[*schema.Field]int // the child that sets a field; built for the first reference
	for i := range n.Children {
		c := &n.Children[i]
		if section && !r.doc.Remote {
			if f := t.FileRefField(c.Key); f != nil && f.MayRefer(hide) {
				if set == nil {
					set = indexByField(t, n)
				}
				r.reference(&e, i, f, set)
				continue
			}
		}
		step, inner, secret := r.below(t, n, i)
		r.path.Enter(step)
		e.Keep(i, r.value(inner, &c.Node, hide || secret))
		r.path.Leave()
	}
	return e.Node()
}

// indexByField returns the indexes of the children that set the fields of a section of type
// t.
func indexByField(t *schema.Type, n *document.Node) map[*schema.Field]int {
	set := make(map[*schema.Field]int, len(n.Children))
	for i := range n.Children {
		if f := t.Field(n.Children[i].Key); f != nil && n.Children[i].Node.Kind != document.Null {
			set[f] = i
		}
	}
	return set
}

// below returns the step to the i-th child of a value, and the child's type if it is known.
// secret reports whether the field is secret, or may be one in another spelling.
func (r *resolution) below(t *schema.Type, n *document.Node, i int) (step keypath.Step, inner *schema.Type, secret bool) {
	key := n.Children[i].Key
	switch {
	case n.Kind == document.List:
		step = keypath.Item(i)
	case t != nil && t.Kind == schema.Struct:
		if f := t.Field(key); f != nil {
			return keypath.Field(f.Key), f.Type, f.Secret
		}
		step, secret = keypath.Entry(key), r.Schema.Secrets && (t.Remain == nil || t.Remain.Secret)
	default:
		step = keypath.Entry(key)
	}
	if t == nil || t.Kind == schema.Scalar {
		return step, nil, secret
	}
	return step, t.Below(step), secret
}

// text expands the references to variables in a text.
func (r *resolution) text(n *document.Node, hide bool) *document.Node {
	if r.collecting || !expand.Refers(n.Text) {
		return n
	}
	variables := r.Variables
	switch {
	case r.doc.Remote:
		variables = nil
	case r.doc.Dry:
		variables = variables.WithoutValues()
	}
	got, err := variables.Text(n.Text, r.room)
	from := &Source{Written: n.Text, Values: got.Values, OnlyReferences: got.Plain}
	if len(got.Names) > 0 {
		from.From = "env " + strings.Join(got.Names, ", ")
	}
	if got.Left != "" {
		r.warnUnexpanded(n, got.Left, hide)
	}
	wrong := (*expand.Error)(nil)
	switch out := *n; {
	case errors.As(err, &wrong):
		from.From = "env " + wrong.Name
		return r.fail(n, from, problem.Problem{Code: "env", Message: wrong.Message, Hint: wrong.Hint})
	case err != nil:
		return r.fail(n, from, problem.Problem{Code: "too_large", Message: fmt.Sprintf("what is expanded in the document has more than %d bytes", document.MaxExpandedText)})
	case !got.Found:
		return n
	case r.doc.Dry && len(got.Names) > 0:
		return r.unread(n, from, "the variable is not read here")
	default:
		out.Text, r.room = got.Text, r.room-len(got.Text)
		r.layer.add(&out, from)
		return &out
	}
}

// reference sets a field to the content of the file that the i-th child of its section
// names. set has the children that set fields of the section.
func (r *resolution) reference(e *document.Editor, i int, f *schema.Field, set map[*schema.Field]int) {
	c := e.From.Children[i]
	if c.Node.Kind == document.Null {
		e.Drop(i)
		return
	}
	r.path.Enter(keypath.Field(f.Key))
	defer r.path.Leave()
	if other, twice := set[f]; twice {
		first := e.From.Children[other]
		p := problem.Problem{Code: "duplicate_key", Message: fmt.Sprintf("%q sets the same as %q", c.Key, first.Key), Hint: "keep one", OnKey: true, Spelt: c.Key}
		if first.Line > 0 {
			p.Message += fmt.Sprintf(" on line %d", first.Line)
		}
		r.problem(p, r.layer.At(int(c.Line), int(c.Column)))
		e.Drop(i)
		return
	}
	set[f] = i
	c.Node = *r.fileContent(f, &c.Node)
	if !r.collecting {
		c.Key = f.Key
		e.Replace(i, c)
	}
}

// fileContent returns the value of a field that is in the file whose path n is.
func (r *resolution) fileContent(f *schema.Field, n *document.Node) *document.Node {
	from := &Source{Written: n.Text, From: n.Text, File: true, OnlyReferences: true}
	fail := func(p problem.Problem) *document.Node { return withShape(r.fail(n, from, p), f.Type) }
	switch {
	case n.Kind == document.Map || n.Kind == document.List:
		from.From = ""
		return fail(problem.Problem{Code: "type", Message: "want the path of a file, got " + problem.Article(n.Kind.String())})
	case n.Text == "":
		return fail(problem.Problem{Code: "type", Message: "the path of the file is empty"})
	case r.Variables != nil && expand.Refers(n.Text):
		return fail(problem.Problem{Code: "type", Message: "nothing is expanded in the path of a file", Hint: "write the path itself"})
	case r.doc.Dry:
		if r.collecting {
			return n
		}
		return withShape(r.unread(n, from, "the file is not read here"), f.Type)
	}
	path, err := source.Beside(r.doc.Path, n.Text)
	switch file := r.Files[path]; {
	case err != nil:
		return fail(problem.Problem{Code: "type", Message: err.Error(), Hint: "write the whole path, from the root"})
	case r.collecting:
		r.paths = append(r.paths, path)
		return n
	case file == nil && r.Truncated:
		from.From = path
		return withShape(r.unknown(n, from), f.Type)
	case file == nil:
		return fail(problem.Problem{Code: "unreadable", Message: "the file was not read", Hint: "write the key as it is, " + f.RefKey()})
	case file.Err != nil:
		from.From = path
		return fail(problem.Problem{Code: file.Err.Code, Message: ofFile(file.Err.Message), Hint: file.Err.Hint, Err: file.Err.Err})
	default:
		from.From = path
		r.layer.files = append(r.layer.files, fileSum{path, file.Sum})
		from.Values = []string{TrimLine(string(file.Data))}
		return r.parseFile(f, n, from, from.Values[0])
	}
}

// ofFile turns the message of a problem with a file into one about a value that refers to
// it.
func ofFile(message string) string {
	for _, verb := range []string{"is ", "has ", "cannot "} {
		if strings.HasPrefix(message, verb) {
			return "the file " + message
		}
	}
	return message
}

// parseFile returns the value that the content of a file has for a field.
func (r *resolution) parseFile(f *schema.Field, n *document.Node, from *Source, text string) *document.Node {
	if !IsText(f.Type, text) {
		return withShape(r.fail(n, from, problem.Problem{Code: "type", Message: "the file is " + ErrNotText.Error()}), f.Type)
	}
	node, err := f.Type.Kind.ParseText(text)
	if err != nil {
		return withShape(r.fail(n, from, problem.Problem{Code: "type", Message: "the content of the file: " + err.Error()}), f.Type)
	}
	node.Line, node.Column = n.Line, n.Column
	r.layer.add(node, from)
	r.copyPlace(node)
	return node
}

// copyPlace gives all nodes below n its place and marks.
func (r *resolution) copyPlace(n *document.Node) {
	for i := range n.Children {
		c := &n.Children[i]
		c.Line, c.Column = n.Line, n.Column
		c.Node.Line, c.Node.Column, c.Node.Marks = n.Line, n.Column, n.Marks
		r.copyPlace(&c.Node)
	}
}

// unknown returns a node, in the place of n, for a value that is set but whose content is
// unknown.
func (r *resolution) unknown(n *document.Node, from *Source) *document.Node {
	out := document.Node{Kind: document.String, Line: n.Line, Column: n.Column, Marks: n.Marks | document.Unknown}
	r.layer.add(&out, from)
	return &out
}

// withShape gives an unknown value the shape that a type asks for, so that layers do not
// conflict.
func withShape(n *document.Node, t *schema.Type) *document.Node {
	if n.Marks&document.Unknown != 0 {
		switch t.Kind {
		case schema.List:
			n.Kind = document.List
		case schema.Map:
			n.Kind = document.Map
		}
	}
	return n
}

// fail reports a problem with the value n, and returns an unknown value for it.
func (r *resolution) fail(n *document.Node, from *Source, p problem.Problem) *document.Node {
	if r.collecting {
		return n
	}
	out := r.unknown(n, from)
	p.Token = from.Written
	r.problem(p, r.layer.Origin(out))
	return out
}

// problem reports a problem with the current value. A key that the section does not have
// may be part of a secret.
func (r *resolution) problem(p problem.Problem, at problem.Origin) {
	if r.collecting || len(r.problems) > problem.Most {
		return
	}
	p.Alone = true
	r.problems = append(r.problems, r.locate(p, at))
}

// locate sets the place of a problem to the current value, with its path after renaming.
func (r *resolution) locate(p problem.Problem, at problem.Origin) problem.Problem {
	p.Path = r.Schema.ReplaceOldKeys(r.path)
	p.Key, p.Origin, p.Order = r.Schema.Mask(p.Path).String(), at, r.layer.Order
	if !slices.Equal(p.Path, r.path) {
		p.AddHint(WrittenAs(r.Schema.Mask(r.path)))
	}
	return p
}

// WrittenAs returns the hint with the path as written of a value that has an old key. p
// must be masked.
func WrittenAs(p keypath.Path) string { return "it is written as " + p.String() }

// maxWarnings is the number of values of a document that there are warnings about.
const maxWarnings = 10

func (r *resolution) warn(at problem.Origin, message, hint string) {
	if len(r.layer.Warnings) < maxWarnings {
		r.layer.Warnings = append(r.layer.Warnings, r.locate(problem.Problem{Code: "env", Message: message, Hint: hint, Warning: true}, at))
	}
}

// unread returns an unknown value for a reference that is not read, and adds a warning.
func (r *resolution) unread(n *document.Node, from *Source, why string) *document.Node {
	out := r.unknown(n, from)
	r.warn(r.layer.Origin(out), why+", so the value counts as set and is not judged", "")
	return out
}

// warnUnexpanded warns that a reference was not expanded. With hide, it is not quoted.
func (r *resolution) warnUnexpanded(n *document.Node, ref string, hide bool) {
	at, hint := r.layer.At(int(n.Line), int(n.Column)), "see WithExpandEnv"
	if hide {
		ref = "what looks like ${NAME}"
	}
	switch {
	case r.doc.Remote:
		hint = "nothing is expanded in what is no file of the service's own"
	case r.Variables != nil:
		hint = "it is not among the names that WithExpandEnv was given"
	}
	r.warn(at, ref+" is not expanded", hint)
}
