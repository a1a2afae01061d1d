package load

import (
	"cmp"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/origin"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Place is where documents are read from, and what they are.
type Place struct {
	source.Place
	Kind OriginKind // File, KeyFile or EnvFile

	leaf     schema.Leaf // what an EnvFile sets
	variable string      // which names it
}

// layer is one tree on its way into a value. Later layers win.
type layer struct {
	root   *document.Node
	made   *layers.Tree  // nil for a file
	path   string        // of a file
	data   []byte        // of a file
	margin source.Margin // of data

	order int // for sorting what is wrong: that of the document
}

// static are the layers that are made once.
type static struct {
	below, above []layer // files and directories stand between them
	problems     []Problem
	warnings     []Problem
}

// Places returns what is to be read for each pass: those of the options, and the
// files that environment variables name.
func (l *Loader) Places() []source.Place {
	places := make([]source.Place, len(l.places))
	for i, p := range l.places {
		places[i] = p.Place
	}
	return places
}

// Warnings are what may be wrong with the environment.
func (l *Loader) Warnings() []Problem { return l.static.warnings }

// readStatic makes the layers that never change, and finds the files that
// variables name. The faults are those of the type.
func (l *Loader) readStatic() []schema.Fault {
	l.places = l.opts.Places
	s := &l.static
	if l.opts.Defaults != nil {
		if tree := layers.FromValue(l.schema, reflect.ValueOf(l.opts.Defaults).Elem()); tree != nil {
			s.below = appendTree(s.below, tree, 0)
			s.problems = appendFaults(s.problems, tree.Faults)
		}
	}
	if e := l.opts.Env; e != nil {
		env, faults := layers.ReadEnv(l.schema, e.Prefix, e.Environ)
		if len(faults) > 0 {
			return faults
		}
		s.above = appendTree(s.above, env.Tree, lastOrder)
		s.problems = appendFaults(s.problems, env.Faults)
		if e.Strict {
			s.problems = appendFaults(s.problems, env.Unknown)
		} else {
			s.warnings = appendFaults(s.warnings, env.Unknown)
		}
		l.places = slices.Clip(l.places) // they are the caller's
		for _, f := range env.Files {
			l.places = append(l.places,
				Place{Place: source.Place{Path: f.Path}, Kind: origin.EnvFile, leaf: f.Leaf, variable: f.Variable})
		}
	}
	if l.opts.Settings != nil {
		tree, faults := layers.FromSettings(l.schema, l.opts.Settings)
		s.above = appendTree(s.above, tree, lastOrder)
		s.problems = appendFaults(s.problems, faults)
	}
	tree, faults := layers.FromFlags(l.schema, l.opts.Flags)
	s.above = appendTree(s.above, tree, lastOrder)
	s.problems = appendFaults(s.problems, faults)
	return nil
}

func appendTree(to []layer, tree *layers.Tree, order int) []layer {
	if tree == nil {
		return to
	}
	return append(to, layer{root: tree.Root, made: tree, order: order})
}

// lastOrder sorts the problems of layers that are no files behind the others.
const lastOrder = 1 << 30

func appendFaults(problems []Problem, faults []layers.Fault) []Problem {
	for _, f := range faults {
		problems = append(problems, Problem{Code: f.Code, Key: f.Key, Origin: f.Place, Message: f.Message, Hint: f.Hint, order: lastOrder})
	}
	return problems
}

// place returns where a document was read from. Without places, as in tests, every
// document is a file.
func (l *Loader) place(doc source.Document) Place {
	if doc.Place < len(l.places) {
		return l.places[doc.Place]
	}
	return Place{Kind: File}
}

// layers makes all layers of a pass, from the lowest to the highest. It reads every
// document, so that the faults of all are known at once.
func (l *Loader) layers(docs []source.Document, running *guard.Running) (all []layer, problems []Problem) {
	all = append(make([]layer, 0, len(l.static.below)+len(docs)+len(l.static.above)), l.static.below...)
	problems = append(problems, l.static.problems...)
	for i := 0; i < len(docs) && !running.Over(); {
		place := l.place(docs[i])
		if place.Kind == File {
			made, faults := l.parse(docs[i], i)
			problems = append(problems, faults...)
			if made.root != nil {
				all = append(all, made)
			}
			i++
			continue
		}
		read := l.keyFiles
		if place.Kind == origin.EnvFile {
			read = l.envFiles
		}
		tree, next, faults := read(docs, i)
		problems = append(problems, faults...)
		all = appendTree(all, tree, i)
		i = next
	}
	return append(all, l.static.above...), problems
}

// keyFiles makes the layer of the key files read at one place, and returns where the
// documents of the next begin.
func (l *Loader) keyFiles(docs []source.Document, first int) (tree *layers.Tree, next int, problems []Problem) {
	var files []layers.KeyFile
	for next = first; next < len(docs) && docs[next].Place == docs[first].Place; next++ {
		if doc := docs[next]; doc.Err != nil {
			problems = append(problems, unread(doc, origin.KeyFile, next))
		} else {
			files = append(files, layers.KeyFile{Name: filepath.Base(doc.Path), Path: doc.Path, Data: doc.Data})
		}
	}
	tree, faults := layers.FromKeyFiles(l.schema, files)
	if l.opts.AllowUnknown {
		faults = slices.DeleteFunc(faults, func(f layers.Fault) bool { return f.Code == "unknown_key" })
	}
	return tree, next, appendFaults(problems, faults)
}

// envFiles makes one layer of the files that variables name, which are read one after
// the other, and returns where the documents after them begin. No two of them set the
// same key.
func (l *Loader) envFiles(docs []source.Document, first int) (tree *layers.Tree, next int, problems []Problem) {
	var b layers.Builder
	for next = first; next < len(docs) && l.place(docs[next]).Kind == origin.EnvFile; next++ {
		doc, place := docs[next], l.place(docs[next])
		if doc.Err != nil {
			p := unread(doc, place.Kind, next)
			p.Key, p.Hint = place.leaf.Key(), strings.TrimPrefix(p.Hint+"; "+place.variable+" names it", "; ")
			problems = append(problems, p)
			continue
		}
		if fault := b.EnvFile(place.leaf, layers.KeyFile{Path: doc.Path, Data: doc.Data}); fault != nil {
			problems = appendFaults(problems, []layers.Fault{*fault})
		}
	}
	return b.Tree(), next, problems
}

func unread(doc source.Document, kind OriginKind, order int) Problem {
	return Problem{Code: doc.Err.Code, Origin: Origin{Kind: kind, Name: doc.Path, Line: doc.Above}, order: order,
		Message: doc.Err.Message, Hint: doc.Err.Hint, Err: doc.Err.Err}
}

// parse reads a configuration file. The layer has no root if there is none.
func (l *Loader) parse(doc source.Document, order int) (layer, []Problem) {
	if doc.Absent {
		return layer{}, nil
	}
	if doc.Err != nil {
		return layer{}, []Problem{unread(doc, File, order)}
	}
	file := layer{path: doc.Path, data: doc.Data, margin: doc.Margin, order: order}
	format, ok := document.FormatOf(cmp.Or(doc.Name, doc.Path))
	if !ok {
		return layer{}, []Problem{{Code: "syntax", Origin: file.at(0, 0), order: order,
			Message: "unknown file type", Hint: "name it .yaml, .yml, .toml or .json"}}
	}
	root, faults := document.ParsePart(format, doc.Data, doc.Above)
	if len(faults) == 0 {
		file.root = root
		return file, nil
	}
	var problems []Problem
	for _, f := range faults {
		problems = append(problems, Problem{Code: f.Code, Origin: file.at(f.Line, f.Column), Message: l.message(f), Hint: f.Hint, order: order})
	}
	return layer{}, problems
}

// at returns a place in a file. That of a part as a whole is the line above it.
func (l layer) at(line, column int) Origin {
	o := Origin{Kind: File, Name: l.path, Line: line, Column: column}
	switch {
	case line == 0:
		o.Line = l.margin.Above
	case column > 0:
		o.Column += l.margin.Left
	}
	return o
}
