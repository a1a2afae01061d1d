package load

import (
	"cmp"
	"context"
	"crypto/sha256"
	"path/filepath"
	"reflect"
	"slices"
	"sync/atomic"

	"example.com/lastgood/internal/expand"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// Place is a file or a directory to read, with the kind of its documents.
type Place struct {
	source.Place
	Kind  problem.Kind // File, KeyFile or EnvFile
	Under string       // the key of the section that KeyFiles set; "" for the whole configuration

	under keypath.Path
	env   layers.EnvFile
}

// reader builds the layers of passes.
type reader struct {
	keyNames
	allowUnknown bool
	places       []Place
	codecs       []Codec
	format       string
	variables    *expand.Variables // the variables that documents may refer to; nil for none

	// Built once. A layer is nil if the options have none.
	flagDefaults, defaults, env, flags *layers.Layer
	entries                            *layers.EnvEntries // on top of env; nil for none
	problems                           []problem.Problem
	startup                            Startup

	viper atomic.Pointer[layers.Viper]
}

// Startup is the result of reading the environment and the flags, once.
type Startup struct {
	Variables  *schema.Variables // the names of variables; nil without Options.Env
	Warnings   []problem.Problem // not a reason to reject
	OtherFlags []string          // flags that were given, set no key and resemble none
}

// newReader builds the layers that never change, and adds the files that variables name to the
// places. The faults are those of the type or of Options.Places.
func newReader(t *schema.Type, opts Options) (*reader, []problem.Problem) {
	r := &reader{keyNames: newKeyNames(t), allowUnknown: opts.AllowUnknown, places: opts.Places, codecs: opts.Codecs, format: opts.Format, variables: opts.Variables}
	if faults := r.findSections(); len(faults) > 0 {
		return nil, faults
	}
	if opts.Defaults != nil {
		if r.defaults = layers.FromValue(t, reflect.ValueOf(opts.Defaults).Elem()); r.defaults != nil {
			r.problems = appendLast(r.problems, r.defaults.Problems)
		}
		r.problems = appendLast(r.problems, r.defaults.Rename(t))
	}
	if e := opts.Env; e != nil {
		env, faults := layers.ReadEnv(t, e.EnvOptions, e.Environ)
		if len(faults) > 0 {
			return nil, faults
		}
		r.env, r.entries, r.startup.Variables = env.Layer, env.Entries, env.Variables
		r.problems = appendLast(r.problems, append(env.Problems, env.Layer.Rename(t)...))
		if e.Strict {
			r.problems = appendLast(r.problems, env.Unknown)
		} else {
			r.startup.Warnings = env.Unknown
		}
		r.startup.Warnings = append(r.startup.Warnings, env.Warnings...)
		for _, f := range env.Files {
			r.places = append(r.places, Place{Place: source.Place{Path: f.Path}, Kind: problem.EnvFile, env: f})
		}
	}
	flags := layers.FromFlags(t, opts.Flags)
	r.flags, r.flagDefaults, r.problems = flags.Given, flags.Defaults, appendLast(r.problems, flags.Problems)
	r.problems = appendLast(r.problems, append(flags.Given.Rename(t), flags.Defaults.Rename(t)...))
	r.startup.Warnings, r.startup.OtherFlags = append(append(r.startup.Warnings, opts.Warnings...), flags.Warnings...), flags.Unmatched
	r.viper.Store(&layers.Viper{})
	_ = r.readViper(context.Background(), nil, opts.Viper) // this context never ends
	r.startup.Warnings = append(r.startup.Warnings, unranked(r.viper.Load().Unranked)...)
	for i := range r.startup.Warnings {
		r.startup.Warnings[i].Warning = true
	}
	return r, nil
}

// findSections resolves the keys of the sections that directories of key files set.
func (r *reader) findSections() (faults []problem.Problem) {
	r.places = slices.Clone(r.places) // they are the caller's
	for i := range r.places {
		p := &r.places[i]
		if p.Under == "" {
			continue
		}
		path, ok := schema.ParsePath(r.schema, p.Under)
		t := r.schema.At(path)
		if !ok || t == nil || !t.Kind.Section() || slices.ContainsFunc(path, func(s keypath.Step) bool { return !s.IsKey }) {
			faults = append(faults, schema.Fault(r.schema.Where, "the files in "+p.Path+" are meant for "+p.Under+", which is no section of it"))
		}
		p.under = path
	}
	return faults
}

// defaultLayers returns the layers of defaults, the lowest first. All others are above them.
func (r *reader) defaultLayers(viper *layers.Viper) []*layers.Layer {
	return appendLayers(nil, viper.FlagDefaults, r.flagDefaults, r.defaults, viper.Defaults)
}

// appendLayers appends the layers that are not nil.
func appendLayers(to []*layers.Layer, all ...*layers.Layer) []*layers.Layer {
	for _, layer := range all {
		if layer != nil {
			to = append(to, layer)
		}
	}
	return to
}

// appendLast appends problems that are sorted behind those of documents.
func appendLast(to, problems []problem.Problem) []problem.Problem {
	for _, p := range problems {
		p.Order = problem.LastOrder
		to = append(to, p)
	}
	return to
}

// read returns all layers of a pass, the lowest first. It parses every document, so that the
// problems of all are reported together. It reuses a layer of known, the layers of the running
// version, for a document that has not changed.
func (r *reader) read(ctx context.Context, viper *layers.Viper, docs []source.Document, known []*layers.Layer) (all []*layers.Layer, problems []problem.Problem) {
	all = appendLayers(r.defaultLayers(viper), viper.File)
	problems = appendLast(slices.Clone(r.problems), viper.Problems)
	running := guard.Under(ctx)
	docs, refs, cut := referred(docs)
	problems = append(problems, cut...)
	for order := 0; order < len(docs) && !running.Over(); {
		layer, found, count := r.next(ctx, docs[order:], order, refs, known)
		all = appendLayers(all, layer)
		problems = append(problems, found...)
		order += count
	}
	all = appendLayers(all, r.env)
	if r.entries != nil && !running.Over() {
		layer, found := r.entries.Layer(all, r.entryFiles(docs))
		all, problems = appendLayers(all, layer), appendLast(problems, append(found, layer.Rename(r.schema)...))
	}
	if all = appendLayers(all, viper.Overrides, r.flags); len(all) > merge.MaxLayers {
		problems = append(problems, problem.Problem{Code: "too_large", Message: "there are more than " + problem.Count(merge.MaxLayers, "file")})
		all = all[:merge.MaxLayers]
	}
	return all, problems
}

// referred splits docs into documents and the files that they refer to, by path. refs is nil,
// with a problem, if there were too many to read.
func referred(docs []source.Document) (others []source.Document, refs map[string]*source.Document, problems []problem.Problem) {
	first := slices.IndexFunc(docs, func(d source.Document) bool { return d.Ref })
	if first < 0 {
		return docs, map[string]*source.Document{}, nil
	}
	refs = map[string]*source.Document{}
	for i := range docs[first:] {
		doc := &docs[first+i]
		if doc.Path == "" {
			return docs[:first], nil, []problem.Problem{{Code: doc.Err.Code, Order: first, Message: doc.Err.Message, Hint: doc.Err.Hint}}
		}
		refs[doc.Path] = doc
	}
	return docs[:first], refs, nil
}

// next returns the layer of the first of docs and of those behind it that belong to the same
// layer, with their number. order is the index of the first in the pass.
func (r *reader) next(ctx context.Context, docs []source.Document, order int, refs map[string]*source.Document, known []*layers.Layer) (layer *layers.Layer, problems []problem.Problem, count int) {
	count = 1
	switch r.kind(docs[0]) {
	case problem.KeyFile:
		for count < len(docs) && docs[count].Place == docs[0].Place && r.kind(docs[count]) == problem.KeyFile {
			count++
		}
		layer, problems = r.keyFiles(docs[:count], order)
	case problem.EnvFile: // no two of these files set the same key
		for count < len(docs) && r.place(docs[count]).Kind == problem.EnvFile {
			count++
		}
		layer, problems = r.envFiles(docs[:count], order)
	default:
		if layer = unchanged(known, docs[0], order, refs); layer == nil {
			layer, problems = r.file(ctx, docs[0], order, refs)
		}
	}
	return layer, problems, count
}

// place returns the place that a document was read from. Tests have no places: then every
// document is a file.
func (r *reader) place(doc source.Document) Place {
	if doc.Place < len(r.places) {
		return r.places[doc.Place]
	}
	return Place{Kind: problem.File}
}

// kind returns the kind of a document.
func (r *reader) kind(doc source.Document) problem.Kind {
	if doc.Key != "" {
		return problem.KeyFile
	}
	return r.place(doc).Kind
}

// keyFiles returns the layer of the key files of one directory.
func (r *reader) keyFiles(docs []source.Document, order int) (*layers.Layer, []problem.Problem) {
	var files []layers.KeyFile
	var problems []problem.Problem
	for i, doc := range docs {
		if doc.Err != nil {
			problems = append(problems, readProblem(doc, problem.KeyFile, order+i))
		} else {
			files = append(files, layers.KeyFile{Name: cmp.Or(doc.Key, filepath.Base(doc.Path)), Path: doc.Path, Data: doc.Data, Remote: doc.Remote, Secret: doc.Secret})
		}
	}
	layer, found := layers.FromKeyFiles(r.schema.Written, r.place(docs[0]).under, files, order)
	if layer != nil {
		layer.Remote = docs[0].Remote
	}
	found = append(found, layer.Rename(r.schema)...)
	if r.allowUnknown {
		found = slices.DeleteFunc(found, func(p problem.Problem) bool { return p.Code == "unknown_key" })
	}
	return layer, appendLast(problems, found)
}

// envFiles returns one layer of the files that variables name.
func (r *reader) envFiles(docs []source.Document, order int) (*layers.Layer, []problem.Problem) {
	var b layers.Builder
	var problems []problem.Problem
	for i, doc := range docs {
		f := r.place(doc).env
		switch {
		case doc.Err != nil:
			p := readProblem(doc, problem.EnvFile, order+i)
			p.Key = f.Leaf.Key()
			p.AddHint(f.Variable + " names it")
			problems = append(problems, p)
		case f.IsEntry(): // set by r.entries, a layer above
		default:
			if p := f.Add(&b, doc.Data); p != nil {
				problems = appendLast(problems, []problem.Problem{*p})
			}
		}
	}
	layer := b.Layer(order)
	return layer, appendLast(problems, layer.Rename(r.schema))
}

// entryFiles returns the files that set single entries and could be read.
func (r *reader) entryFiles(docs []source.Document) (files []layers.EntryFile) {
	for _, doc := range docs {
		if f := r.place(doc).env; f.IsEntry() && doc.Err == nil {
			files = append(files, layers.EntryFile{EnvFile: f, Data: doc.Data})
		}
	}
	return files
}

// readProblem returns the problem of a document that could not be read.
func readProblem(doc source.Document, kind problem.Kind, order int) problem.Problem {
	if doc.Remote {
		kind = problem.Source
	}
	return problem.Problem{Code: doc.Err.Code, Origin: problem.Origin{Kind: kind, Name: doc.Path, Line: doc.Above}, Order: order,
		Message: doc.Err.Message, Hint: doc.Err.Hint, Err: doc.Err.Err}
}

// unchanged returns the layer of known that parsing doc again would yield, or nil. Versions
// can share layers because these are never written to.
func unchanged(known []*layers.Layer, doc source.Document, order int, refs map[string]*source.Document) *layers.Layer {
	if doc.Err != nil || doc.Sum == [sha256.Size]byte{} {
		return nil
	}
	i := slices.IndexFunc(known, func(l *layers.Layer) bool {
		return l.Sum == doc.Sum && l.Path == doc.Path && l.Order == order && l.Margin == doc.Margin && l.Remote == doc.Remote && l.Secret == doc.Secret && l.FormatName == doc.Format
	})
	if i < 0 || !known[i].ReadsSame(refs) {
		return nil
	}
	return known[i]
}
