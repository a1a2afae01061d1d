package load

import (
	"cmp"
	"context"
	"path/filepath"
	"reflect"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/repair"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Place is where documents are read from, and what they are.
type Place struct {
	source.Place
	Kind problem.Kind // File, KeyFile or EnvFile

	leaf     schema.Leaf // what an EnvFile sets
	variable string      // which names it
}

// static are the layers that are made once.
type static struct {
	below, above []*layers.Layer // files and directories are between them
	problems     []problem.Problem
	warnings     []problem.Problem
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
func (l *Loader) Warnings() []problem.Problem { return l.static.warnings }

// readStatic makes the layers that never change, and finds the files that
// variables name. The faults are those of the type.
func (l *Loader) readStatic() []problem.Problem {
	l.places = l.opts.Places
	s := &l.static
	if l.opts.Defaults != nil {
		if layer := layers.FromValue(l.schema, reflect.ValueOf(l.opts.Defaults).Elem()); layer != nil {
			s.below = append(s.below, layer)
			s.problems = appendLast(s.problems, layer.Problems)
		}
	}
	if e := l.opts.Env; e != nil {
		env, faults := layers.ReadEnv(l.schema, e.Prefix, e.Environ)
		if len(faults) > 0 {
			return faults
		}
		s.add(env.Layer, env.Problems)
		if e.Strict {
			s.add(nil, env.Unknown)
		} else {
			s.warnings = env.Unknown
		}
		l.places = slices.Clip(l.places) // they are the caller's
		for _, f := range env.Files {
			l.places = append(l.places,
				Place{Place: source.Place{Path: f.Path}, Kind: problem.EnvFile, leaf: f.Leaf, variable: f.Variable})
		}
	}
	if l.opts.Settings != nil {
		s.add(layers.FromSettings(l.schema, l.opts.Settings))
	}
	s.add(layers.FromFlags(l.schema, l.opts.Flags))
	return nil
}

// add adds a layer above files, which is nil for none, and what is wrong with it.
func (s *static) add(layer *layers.Layer, problems []problem.Problem) {
	s.above = appendLayer(s.above, layer)
	s.problems = appendLast(s.problems, problems)
}

func appendLayer(to []*layers.Layer, layer *layers.Layer) []*layers.Layer {
	if layer == nil {
		return to
	}
	return append(to, layer)
}

// appendLast appends problems that are to be sorted behind those of documents.
func appendLast(to, problems []problem.Problem) []problem.Problem {
	for _, p := range problems {
		p.Order = problem.LastOrder
		to = append(to, p)
	}
	return to
}

// layers makes all layers of a pass, from the lowest to the highest. It reads every
// document, so that the problems of all are known at once.
func (l *Loader) layers(ctx context.Context, docs []source.Document) (all []*layers.Layer, problems []problem.Problem) {
	all = slices.Clone(l.static.below)
	problems = slices.Clone(l.static.problems)
	running := guard.Under(ctx)
	for first := 0; first < len(docs) && !running.Over(); {
		read, next := l.reader(ctx, docs, first)
		layer, found := read(docs[first:next], first)
		all = appendLayer(all, layer)
		problems = append(problems, found...)
		first = next
	}
	if all = append(all, l.static.above...); len(all) > merge.MaxLayers {
		problems = append(problems, problem.Problem{Code: "too_large", Message: "there are more than " + problem.Count(merge.MaxLayers, "file")})
		all = all[:merge.MaxLayers]
	}
	return all, problems
}

// reader returns what makes a layer of the documents from first on, and where those of
// the next layer begin. order is the place of the first among all documents.
func (l *Loader) reader(ctx context.Context, docs []source.Document, first int) (read func(docs []source.Document, order int) (*layers.Layer, []problem.Problem), next int) {
	place := l.place(docs[first])
	next = first + 1
	switch place.Kind {
	case problem.KeyFile:
		for next < len(docs) && docs[next].Place == docs[first].Place {
			next++
		}
		return l.keyFiles, next
	case problem.EnvFile: // no two of them set the same key
		for next < len(docs) && l.place(docs[next]).Kind == problem.EnvFile {
			next++
		}
		return l.envFiles, next
	}
	return func(docs []source.Document, order int) (*layers.Layer, []problem.Problem) {
		return l.file(ctx, docs[0], order)
	}, next
}

// place returns where a document was read from. Without places, as in tests, every
// document is a file.
func (l *Loader) place(doc source.Document) Place {
	if doc.Place < len(l.places) {
		return l.places[doc.Place]
	}
	return Place{Kind: problem.File}
}

// keyFiles makes the layer of the key files in a directory.
func (l *Loader) keyFiles(docs []source.Document, order int) (*layers.Layer, []problem.Problem) {
	var files []layers.KeyFile
	var problems []problem.Problem
	for i, doc := range docs {
		if doc.Err != nil {
			problems = append(problems, unread(doc, problem.KeyFile, order+i))
		} else {
			files = append(files, layers.KeyFile{Name: filepath.Base(doc.Path), Path: doc.Path, Data: doc.Data})
		}
	}
	layer, found := layers.FromKeyFiles(l.schema, files, order)
	if l.opts.AllowUnknown {
		found = slices.DeleteFunc(found, func(p problem.Problem) bool { return p.Code == "unknown_key" })
	}
	return layer, appendLast(problems, found)
}

// envFiles makes one layer of the files that variables name.
func (l *Loader) envFiles(docs []source.Document, order int) (*layers.Layer, []problem.Problem) {
	var b layers.Builder
	var problems []problem.Problem
	for i, doc := range docs {
		place := l.place(doc)
		if doc.Err != nil {
			p := unread(doc, problem.EnvFile, order+i)
			p.Key = place.leaf.Key()
			p.AddHint(place.variable + " names it")
			problems = append(problems, p)
			continue
		}
		if p := b.EnvFile(place.leaf, layers.KeyFile{Path: doc.Path, Data: doc.Data}); p != nil {
			problems = appendLast(problems, []problem.Problem{*p})
		}
	}
	return b.Layer(order), problems
}

func unread(doc source.Document, kind problem.Kind, order int) problem.Problem {
	return problem.Problem{Code: doc.Err.Code, Origin: problem.Origin{Kind: kind, Name: doc.Path, Line: doc.Above}, Order: order,
		Message: doc.Err.Message, Hint: doc.Err.Hint, Err: doc.Err.Err}
}

// file makes the layer of a configuration file, or none if there is no file.
func (l *Loader) file(ctx context.Context, doc source.Document, order int) (*layers.Layer, []problem.Problem) {
	switch {
	case doc.Absent:
		return nil, nil
	case doc.Err != nil:
		return nil, []problem.Problem{unread(doc, problem.File, order)}
	}
	file := &layers.Layer{Path: doc.Path, Margin: doc.Margin, Order: order}
	format, ok := document.FormatOf(cmp.Or(doc.Name, doc.Path))
	if !ok {
		return nil, []problem.Problem{{Code: "syntax", Origin: file.At(0, 0), Order: order,
			Message: "unknown file type", Hint: "name it .yaml, .yml, .toml or .json"}}
	}
	root, faults := document.ParsePart(format, doc.Data, doc.Above)
	if len(faults) == 0 {
		if p := l.manifest(root); p != nil {
			faults = append(faults, *p)
		}
	} else {
		faults = repair.Diagnose(ctx, format, doc.Data, doc.Above, faults, l.schema.Fit)
	}
	if len(faults) == 0 {
		file.Root = root
		return file, nil
	}
	problems := make([]problem.Problem, len(faults))
	for i, f := range faults {
		problems[i] = problem.Problem{Code: f.Code, Origin: file.At(f.Line, f.Column), Order: order,
			Message: l.message(f), Hint: f.Advice(!l.schema.Secrets)}
	}
	return nil, problems
}

// manifest recognises a document that parses, and is no configuration but has one in it:
// the manifest of a Kubernetes object, the data of one, or what SOPS encrypted.
func (l *Loader) manifest(root *document.Node) *document.Problem {
	if l.opts.AllowUnknown || l.schema.Remain != nil {
		return nil
	}
	return repair.Manifest(root, func(key string) bool { return l.schema.Field(key) != nil }, !l.schema.Secrets)
}
