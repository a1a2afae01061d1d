package layers

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// neededMaps are the maps whose existing keys are needed, in a section and in the sections
// in it.
type neededMaps struct {
	container *container // set if this is such a map itself
	fields    map[*schema.Field]*neededMaps
}

// add adds a map, given from the root.
func (k *neededMaps) add(t *schema.Type, c *container) {
	for _, s := range c.leaf.Path {
		f := t.Field(s.Key)
		if k.fields == nil {
			k.fields = map[*schema.Field]*neededMaps{}
		}
		if k.fields[f] == nil {
			k.fields[f] = &neededMaps{}
		}
		k, t = k.fields[f], f.Type
	}
	k.container = c
}

// knownKeys are keys of maps by their folded form, at most two for each.
type knownKeys map[*container]map[string][]string

// collect adds the keys that a layer, or a default tag, has in a value of type t.
func (k *neededMaps) collect(t *schema.Type, n *document.Node, to knownKeys) {
	if n.Kind != document.Map {
		return
	}
	for i := range n.Children {
		key := n.Children[i].Key
		if k.container != nil {
			fold := schema.FoldVariable(key)
			if to[k.container] == nil {
				to[k.container] = map[string][]string{}
			}
			if same := to[k.container][fold]; len(same) < 2 && !slices.Contains(same, key) {
				to[k.container][fold] = append(same, key)
			}
		} else if f := t.Field(key); k.fields[f] != nil {
			k.fields[f].collect(f.Type, &n.Children[i].Node, to)
		}
	}
}

// defaults adds the keys in default tags.
func (k *neededMaps) defaults(to knownKeys) {
	for f, below := range k.fields {
		if f.Default != nil {
			below.collect(f.Type, f.Default, to)
		}
		below.defaults(to)
	}
}

// EntryFile is the content of a file that a variable for an entry names.
type EntryFile struct {
	EnvFile
	Data []byte
}

// Layer returns the layer of the entries, or nil if there are none. below are all lower
// layers, whose keys decide what the variables mean.
func (e *EnvEntries) Layer(below []*Layer, files []EntryFile) (*Layer, []problem.Problem) {
	known := knownKeys{}
	e.needed.defaults(known)
	for _, l := range below {
		e.needed.collect(e.root, l.Root, known)
	}
	b := entryBuilder{root: e.root, known: known, setBy: map[string]*entryVariable{}}
	for _, v := range e.all {
		if !v.file {
			b.add(v, problem.Origin{Kind: problem.Env, Name: v.masked}, v.text)
		}
	}
	for _, f := range files {
		b.add(f.entry, problem.Origin{Kind: problem.EnvFile, Name: f.Path}, TrimLine(string(f.Data)))
	}
	return b.Layer(problem.LastOrder), b.problems
}

// entryBuilder builds a layer of entries.
type entryBuilder struct {
	Builder
	root     *schema.Type
	known    knownKeys
	setBy    map[string]*entryVariable // the variables by the path that they set
	problems []problem.Problem
}

// add adds the value that a variable, or the file it names, has.
func (b *entryBuilder) add(v *entryVariable, at problem.Origin, text string) {
	path, other := v.path(b.known)
	if other != nil {
		p := problem.Problem{Code: "env", Key: v.in.leaf.Key(), Origin: problem.Origin{Kind: problem.Env, Name: v.masked},
			Message: "it could set " + b.root.Mask(path).String() + " or " + b.root.Mask(other).String(),
			Hint:    "set all of it in the variable for " + v.in.leaf.Key() + ", as JSON"}
		if v.masked != v.name { // both are masked alike
			p.Message = `it could set two keys, which differ in case, "_" and the like alone`
		}
		b.problems = append(b.problems, p)
		return
	}
	key := path.String()
	if first := b.setBy[key]; first != nil {
		if first.file != v.file || first.text != v.text || first.old != v.old {
			p := conflictingVariables(b.root.Mask(path).String(), variable{name: first.masked, text: first.text, file: first.file}, variable{name: v.masked, text: v.text, file: v.file})
			b.problems = append(b.problems, p)
		}
		return
	}
	b.setBy[key] = v
	t := b.root.At(path)
	b.secret = v.secret
	if bad := b.putText(path, t, at, text); bad != nil {
		bad.Key = b.root.Mask(path).String()
		b.problems = append(b.problems, *bad)
	}
}

// path returns the path that a variable sets, and another one if it could set that as well.
func (v *entryVariable) path(known knownKeys) (path, other keypath.Path) {
	if !v.in.isMap() {
		path = v.meanings[0].path(v.in.leaf.Path.Child(keypath.Item(v.index)))
		if len(v.meanings) > 1 {
			other = v.meanings[1].path(v.in.leaf.Path.Child(keypath.Item(v.index)))
		}
		return path, other
	}
	found := v.existingPaths(v.meanings, known)
	if len(found) == 0 { // a new key, for the longest leaf
		if !v.file { // unless it names a file for an existing key
			found = append(found, v.existingPaths(v.fileMeanings, known)...)
		}
		for _, r := range v.meanings {
			if r.fold == v.meanings[0].fold {
				found = append(found, r.path(v.in.leaf.Path.Child(keypath.Entry(r.key))))
			}
		}
	}
	if len(found) > 1 {
		other = found[1]
	}
	return found[0], other
}

// existingPaths returns the paths that a variable may set in entries which lower layers
// have.
func (v *entryVariable) existingPaths(readings []meaning, known knownKeys) (found []keypath.Path) {
	for _, r := range readings {
		for _, key := range known[v.in][r.fold] {
			found = append(found, r.path(v.in.leaf.Path.Child(keypath.Entry(key))))
		}
	}
	return found
}

// path returns the path that a variable with this meaning sets in an entry or item, which
// is at in.
func (r meaning) path(in keypath.Path) keypath.Path {
	if r.leaf == nil {
		return in
	}
	return in.Join(r.leaf.Path)
}
