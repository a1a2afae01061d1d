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

// Resolver gives values of documents the texts that these refer to: of environment
// variables, and of files that a key beside the one of a field names. It does for a
// document only what that may ask for; see [source.Document].
type Resolver struct {
	Schema    *schema.Type
	Variables *expand.Variables           // that documents may refer to; nil for none
	Files     map[string]*source.Document // that were read for documents, by path
	Cut       bool                        // there are too many files, so that some were not read
}

// Resolve gives the layer of a document the tree with these texts, and returns what is wrong.
// A value that has a problem is set to what is not known.
func (r *Resolver) Resolve(l *Layer, doc *source.Document) []problem.Problem {
	all := &resolution{Resolver: r, layer: l, doc: doc, room: document.MaxExpandedText}
	l.Written = l.Root
	l.Root = all.value(r.Schema, l.Root, l.Secret)
	return all.problems
}

// References returns the paths of the files that a document with a tree refers to. It may
// return one twice.
func (r *Resolver) References(root *document.Node, doc *source.Document) []string {
	all := &resolution{Resolver: r, layer: &Layer{}, doc: doc, collecting: true}
	all.value(r.Schema, root, false)
	return all.paths
}

// resolution is that of one document.
type resolution struct {
	*Resolver
	layer    *Layer
	doc      *source.Document
	path     keypath.Path // to the value at hand
	room     int          // bytes that expanded texts may have
	problems []problem.Problem

	collecting bool // only the paths of files, of which none is looked at
	paths      []string
}

// value resolves what is in a value of type t, if that is known. hide is whether it must not
// be shown.
func (r *resolution) value(t *schema.Type, n *document.Node, hide bool) *document.Node {
	if n.Kind == document.String {
		return r.text(n, hide)
	}
	section := n.Kind == document.Map && t != nil && t.Kind == schema.Struct
	e := document.Editor{From: n}
	var set map[*schema.Field]int // the child that sets a field; nil until there is a reference
	for i := range n.Children {
		c := &n.Children[i]
		if section && !r.doc.Remote {
			if f := t.ReferredBy(c.Key); f != nil && f.MayRefer(hide) {
				if set == nil {
					set = setBy(t, n)
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

// setBy returns the places of the children that set the fields of a section of type t.
func setBy(t *schema.Type, n *document.Node) map[*schema.Field]int {
	set := make(map[*schema.Field]int, len(n.Children))
	for i := range n.Children {
		if f := t.Field(n.Children[i].Key); f != nil && n.Children[i].Node.Kind != document.Null {
			set[f] = i
		}
	}
	return set
}

// below returns the way to the i-th child of a value, and its type, if it is known. A value
// without a field may be a secret under another name.
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

// text expands a text.
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
	from := &Source{Written: n.Text, Values: got.Values, Plain: got.Plain}
	if len(got.Names) > 0 {
		from.From = "env " + strings.Join(got.Names, ", ")
	}
	if got.Left != "" {
		r.left(n, got.Left, hide)
	}
	wrong := (*expand.Error)(nil)
	switch out := *n; {
	case errors.As(err, &wrong):
		from.From = "env " + wrong.Name
		return r.wrong(n, from, problem.Problem{Code: "env", Message: wrong.Message, Hint: wrong.Hint})
	case err != nil:
		return r.wrong(n, from, problem.Problem{Code: "too_large", Message: fmt.Sprintf("what is expanded in the document has more than %d bytes", document.MaxExpandedText)})
	case !got.Found:
		return n
	case r.doc.Dry && len(got.Names) > 0:
		return r.unjudged(n, from, "the variable is not read here")
	default:
		out.Text, r.room = got.Text, r.room-len(got.Text)
		r.layer.add(&out, from)
		return &out
	}
}

// reference gives a field the value in the file that the i-th child of its section names. set
// has the children that set fields of the section.
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
	c.Node = *r.content(f, &c.Node)
	if !r.collecting {
		c.Key = f.Key
		e.Replace(i, c)
	}
}

// content returns the value of a field that is in the file with the path that n is.
func (r *resolution) content(f *schema.Field, n *document.Node) *document.Node {
	from := &Source{Written: n.Text, From: n.Text, File: true, Plain: true}
	fail := func(p problem.Problem) *document.Node { return withShape(r.wrong(n, from, p), f.Type) }
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
		return withShape(r.unjudged(n, from, "the file is not read here"), f.Type)
	}
	path, err := source.Beside(r.doc.Path, n.Text)
	switch file := r.Files[path]; {
	case err != nil:
		return fail(problem.Problem{Code: "type", Message: err.Error(), Hint: "write the whole path, from the root"})
	case r.collecting:
		r.paths = append(r.paths, path)
		return n
	case file == nil && r.Cut:
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
		return r.read(f, n, from, from.Values[0])
	}
}

// ofFile makes the message of a problem with a file one of a value that refers to it.
func ofFile(message string) string {
	for _, verb := range []string{"is ", "has ", "cannot "} {
		if strings.HasPrefix(message, verb) {
			return "the file " + message
		}
	}
	return message
}

// read returns the value that the content of a file is.
func (r *resolution) read(f *schema.Field, n *document.Node, from *Source, text string) *document.Node {
	if !IsText(f.Type, text) {
		return withShape(r.wrong(n, from, problem.Problem{Code: "type", Message: "the file is " + ErrNotText.Error()}), f.Type)
	}
	node, err := f.Type.Kind.ParseText(text)
	if err != nil {
		return withShape(r.wrong(n, from, problem.Problem{Code: "type", Message: "the content of the file: " + err.Error()}), f.Type)
	}
	node.Line, node.Column = n.Line, n.Column
	r.layer.add(node, from)
	r.spread(node)
	return node
}

// spread gives all that is in a value its place and source.
func (r *resolution) spread(n *document.Node) {
	for i := range n.Children {
		c := &n.Children[i]
		c.Line, c.Column = n.Line, n.Column
		c.Node.Line, c.Node.Column, c.Node.Marks = n.Line, n.Column, n.Marks
		r.spread(&c.Node)
	}
}

// unknown returns a value of which only that it is set is known, in the place of n.
func (r *resolution) unknown(n *document.Node, from *Source) *document.Node {
	out := document.Node{Kind: document.String, Line: n.Line, Column: n.Column, Marks: n.Marks | document.Unknown}
	r.layer.add(&out, from)
	return &out
}

// withShape gives an unknown value the shape that a type wants, so that layers agree on it.
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

// wrong reports what is wrong with the value n, and returns one that is not known.
func (r *resolution) wrong(n *document.Node, from *Source, p problem.Problem) *document.Node {
	if r.collecting {
		return n
	}
	out := r.unknown(n, from)
	p.Token = from.Written
	r.problem(p, r.layer.Origin(out))
	return out
}

// problem reports what is wrong with the value at hand. A key that a section does not have
// may be a part of a secret.
func (r *resolution) problem(p problem.Problem, at problem.Origin) {
	if r.collecting || len(r.problems) > problem.Most {
		return
	}
	p.Alone = true
	r.problems = append(r.problems, r.here(p, at))
}

// here makes a problem one of the value at hand: with its key as it is now.
func (r *resolution) here(p problem.Problem, at problem.Origin) problem.Problem {
	p.Path = r.Schema.Now(r.path)
	p.Key, p.Origin, p.Order = r.Schema.Mask(p.Path).String(), at, r.layer.Order
	if !slices.Equal(p.Path, r.path) {
		p.AddHint(WrittenAs(r.Schema.Mask(r.path)))
	}
	return p
}

// WrittenAs is the hint at how the path of a value is written that has an old key there, as it
// may be shown.
func WrittenAs(p keypath.Path) string { return "it is written as " + p.String() }

// mostWarnings is how many values of a document are warned of.
const mostWarnings = 10

func (r *resolution) warn(at problem.Origin, message, hint string) {
	if len(r.layer.Warnings) < mostWarnings {
		r.layer.Warnings = append(r.layer.Warnings, r.here(problem.Problem{Code: "env", Message: message, Hint: hint, Warning: true}, at))
	}
}

// unjudged returns a value that is known to be set, and says so.
func (r *resolution) unjudged(n *document.Node, from *Source, why string) *document.Node {
	out := r.unknown(n, from)
	r.warn(r.layer.Origin(out), why+", so the value counts as set and is not judged", "")
	return out
}

// left says that a reference was left as it is. A part of a secret is not shown.
func (r *resolution) left(n *document.Node, ref string, hide bool) {
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
