package load

import (
	"cmp"
	"path/filepath"
	"reflect"
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
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
		s.below = appendLayer(s.below, layers.FromValue(l.schema, reflect.ValueOf(l.opts.Defaults).Elem()))
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
	s.problems = appendAt(s.problems, problems, problem.LastOrder)
}

func appendLayer(to []*layers.Layer, layer *layers.Layer) []*layers.Layer {
	if layer == nil {
		return to
	}
	return append(to, layer)
}

// appendAt appends problems that are to be sorted as those of a document.
func appendAt(to, problems []problem.Problem, order int) []problem.Problem {
	for _, p := range problems {
		p.Order = order
		to = append(to, p)
	}
	return to
}

// layers makes all layers of a pass, from the lowest to the highest. It reads every
// document, so that the problems of all are known at once.
func (l *Loader) layers(docs []source.Document) (all []*layers.Layer, problems []problem.Problem) {
	all = slices.Clone(l.static.below)
	problems = slices.Clone(l.static.problems)
	for i := 0; i < len(docs); {
		place, next := l.place(docs[i]), i+1
		var layer *layers.Layer
		var found []problem.Problem
		if place.Kind == problem.File {
			layer, found = parse(docs[i], i)
		} else {
			for next < len(docs) && docs[next].Place == docs[i].Place {
				next++
			}
			layer, found = l.keyFiles(place, docs[i:next], i)
		}
		all = appendLayer(all, layer)
		problems = appendAt(problems, found, i)
		i = next
	}
	if all = append(all, l.static.above...); len(all) > merge.MaxLayers {
		problems = append(problems, problem.Problem{Code: "too_large", Message: "there are more than " + problem.Count(merge.MaxLayers, "file")})
		all = all[:merge.MaxLayers]
	}
	return all, problems
}

// place returns where a document was read from. Without places, as in tests, every
// document is a file.
func (l *Loader) place(doc source.Document) Place {
	if doc.Place < len(l.places) {
		return l.places[doc.Place]
	}
	return Place{Kind: problem.File}
}

// keyFiles makes the layer of the files with one value each that were read at a place.
func (l *Loader) keyFiles(place Place, docs []source.Document, order int) (*layers.Layer, []problem.Problem) {
	var files []layers.KeyFile
	var problems []problem.Problem
	for _, doc := range docs {
		if doc.Err == nil {
			files = append(files, layers.KeyFile{Name: filepath.Base(doc.Path), Path: doc.Path, Data: doc.Data})
			continue
		}
		p := unread(doc, place.Kind)
		if place.Kind == problem.EnvFile {
			p.Key = place.leaf.Key()
			p.AddHint(place.variable + " names it")
		}
		problems = append(problems, p)
	}
	var layer *layers.Layer
	var found []problem.Problem
	switch {
	case len(files) == 0:
	case place.Kind == problem.KeyFile:
		layer, found = layers.FromKeyFiles(l.schema, files, order)
	default:
		layer, found = layers.FromEnvFile(place.leaf, files[0], order)
	}
	if l.opts.AllowUnknown {
		found = slices.DeleteFunc(found, func(p problem.Problem) bool { return p.Code == "unknown_key" })
	}
	return layer, append(problems, found...)
}

func unread(doc source.Document, kind problem.Kind) problem.Problem {
	return problem.Problem{Code: doc.Err.Code, Origin: problem.Origin{Kind: kind, Name: doc.Path, Line: doc.Above},
		Message: doc.Err.Message, Hint: doc.Err.Hint, Err: doc.Err.Err}
}

// parse makes the layer of a configuration file, or none if there is no file.
func parse(doc source.Document, order int) (*layers.Layer, []problem.Problem) {
	switch {
	case doc.Absent:
		return nil, nil
	case doc.Err != nil:
		return nil, []problem.Problem{unread(doc, problem.File)}
	}
	l := &layers.Layer{Path: doc.Path, Margin: doc.Margin, Order: order}
	format, ok := document.FormatOf(cmp.Or(doc.Name, doc.Path))
	if !ok {
		return nil, []problem.Problem{{Code: "syntax", Origin: l.At(0, 0),
			Message: "unknown file type", Hint: "name it .yaml, .yml, .toml or .json"}}
	}
	root, faults := document.ParsePart(format, doc.Data, doc.Above)
	if l.Root = root; len(faults) == 0 {
		return l, nil
	}
	problems := make([]problem.Problem, len(faults))
	for i, f := range faults {
		problems[i] = problem.Problem{Code: f.Code, Origin: l.At(f.Line, f.Column), Message: f.Message, Hint: f.Hint}
	}
	return nil, problems
}
