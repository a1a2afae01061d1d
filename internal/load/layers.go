package load

import (
	"context"
	"path/filepath"
	"reflect"
	"strings"

	"example.com/lastgood/internal/document"
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
	root *document.Node
	made *layers.Tree // nil for a file
	path string       // of a file
	data []byte       // of a file

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
		s.below = appendTree(s.below, layers.FromValue(l.schema, reflect.ValueOf(l.opts.Defaults).Elem()), 0)
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
		for _, f := range env.Files {
			l.places = append(l.places[:len(l.places):len(l.places)],
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
func (l *Loader) layers(ctx context.Context, docs []source.Document) (all []layer, problems []Problem) {
	all = append(make([]layer, 0, len(l.static.below)+len(docs)+len(l.static.above)), l.static.below...)
	problems = append(problems, l.static.problems...)
	for i := 0; i < len(docs); {
		place := l.place(docs[i])
		if place.Kind == File {
			made, faults := l.parse(ctx, docs[i], i)
			problems = append(problems, faults...)
			if made.root != nil {
				all = append(all, made)
			}
			i++
			continue
		}
		files, next, faults := keyFiles(docs, i, place)
		problems = append(problems, faults...)
		tree, unsuitable := l.values(place, files)
		all = appendTree(all, tree, i)
		problems = appendFaults(problems, unsuitable)
		i = next
	}
	return append(all, l.static.above...), problems
}

// keyFiles returns the files read at one place, and where those of the next begin.
func keyFiles(docs []source.Document, first int, place Place) (files []layers.KeyFile, next int, problems []Problem) {
	for next = first; next < len(docs) && docs[next].Place == docs[first].Place; next++ {
		doc := docs[next]
		if doc.Err != nil {
			p := unread(doc, place.Kind, next)
			if place.Kind == origin.EnvFile {
				p.Key, p.Hint = place.leaf.Key(), strings.TrimPrefix(p.Hint+"; "+place.variable+" names it", "; ")
			}
			problems = append(problems, p)
			continue
		}
		files = append(files, layers.KeyFile{Name: filepath.Base(doc.Path), Path: doc.Path, Data: doc.Data})
	}
	return files, next, problems
}

// values makes the layer of files with one value each.
func (l *Loader) values(place Place, files []layers.KeyFile) (*layers.Tree, []layers.Fault) {
	if place.Kind == origin.KeyFile {
		tree, faults := layers.FromKeyFiles(l.schema, files)
		if !l.opts.AllowUnknown {
			return tree, faults
		}
		kept := faults[:0]
		for _, f := range faults {
			if f.Code != "unknown_key" {
				kept = append(kept, f)
			}
		}
		return tree, kept
	}
	if len(files) == 0 { // it could not be read
		return nil, nil
	}
	return layers.FromEnvFile(place.leaf, files[0])
}

func unread(doc source.Document, kind OriginKind, order int) Problem {
	return Problem{Code: doc.Err.Code, Origin: Origin{Kind: kind, Name: doc.Path}, order: order,
		Message: doc.Err.Message, Hint: doc.Err.Hint, Err: doc.Err.Err}
}

// parse reads a configuration file. The layer has no root if there is none.
func (l *Loader) parse(ctx context.Context, doc source.Document, order int) (layer, []Problem) {
	if doc.Absent {
		return layer{}, nil
	}
	if doc.Err != nil {
		return layer{}, []Problem{unread(doc, File, order)}
	}
	at := Origin{Kind: File, Name: doc.Path}
	format, ok := document.FormatOf(doc.Path)
	if !ok {
		return layer{}, []Problem{{Code: "syntax", Origin: at, order: order,
			Message: "unknown file type", Hint: "name it .yaml, .yml, .toml or .json"}}
	}
	root, faults := document.Parse(format, doc.Data)
	if len(faults) > 0 {
		return layer{}, l.syntaxProblems(ctx, format, doc, faults, order)
	}
	if p, ok := l.manifest(doc, root, order); ok {
		return layer{}, []Problem{p}
	}
	return layer{root: root, path: doc.Path, data: doc.Data, order: order}, nil
}
