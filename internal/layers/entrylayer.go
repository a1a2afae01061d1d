package layers

import (
	"slices"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// keysBelow are the maps in a section whose keys are needed, and those in sections in it.
type keysBelow struct {
	of     *container
	fields map[*schema.Field]*keysBelow
}

// add adds a map below the root.
func (k *keysBelow) add(t *schema.Type, c *container) {
	for _, s := range c.leaf.Path {
		f := t.Field(s.Key)
		if k.fields == nil {
			k.fields = map[*schema.Field]*keysBelow{}
		}
		if k.fields[f] == nil {
			k.fields[f] = &keysBelow{}
		}
		k, t = k.fields[f], f.Type
	}
	k.of = c
}

// knownKeys are keys of maps, by what they fold to: two of each at most.
type knownKeys map[*container]map[string][]string

// collect adds the keys that a layer, or a default tag, has in a value of type t.
func (k *keysBelow) collect(t *schema.Type, n *document.Node, to knownKeys) {
	if n.Kind != document.Map {
		return
	}
	for i := range n.Children {
		key := n.Children[i].Key
		if k.of != nil {
			fold := schema.FoldVariable(key)
			if to[k.of] == nil {
				to[k.of] = map[string][]string{}
			}
			if same := to[k.of][fold]; len(same) < 2 && !slices.Contains(same, key) {
				to[k.of][fold] = append(same, key)
			}
		} else if f := t.Field(key); k.fields[f] != nil {
			k.fields[f].collect(f.Type, &n.Children[i].Node, to)
		}
	}
}

// defaults adds the keys that default tags have.
func (k *keysBelow) defaults(to knownKeys) {
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

// Layer makes the layer of the entries on top of those below, or nil if there are none.
func (e *EnvEntries) Layer(below []*Layer, files []EntryFile) (*Layer, []problem.Problem) {
	known := knownKeys{}
	e.below.defaults(known)
	for _, l := range below {
		e.below.collect(e.root, l.Root, known)
	}
	b := entryBuilder{root: e.root, known: known, by: map[string]*entryVariable{}}
	for _, v := range e.all {
		if !v.file {
			b.add(v, problem.Origin{Kind: problem.Env, Name: v.shown}, v.text)
		}
	}
	for _, f := range files {
		b.add(f.entry, problem.Origin{Kind: problem.EnvFile, Name: f.Path}, TrimLine(string(f.Data)))
	}
	return b.Layer(problem.LastOrder), b.problems
}

// entryBuilder makes a layer of entries.
type entryBuilder struct {
	Builder
	root     *schema.Type
	known    knownKeys
	by       map[string]*entryVariable // what set a key
	problems []problem.Problem
}

// add adds the value that a text stands for.
func (b *entryBuilder) add(v *entryVariable, at problem.Origin, text string) {
	path, other := v.path(b.known)
	if other != nil {
		p := problem.Problem{Code: "env", Key: v.in.leaf.Key(), Origin: problem.Origin{Kind: problem.Env, Name: v.shown},
			Message: "it could set " + b.root.Mask(path).String() + " or " + b.root.Mask(other).String(),
			Hint:    "set all of it in the variable for " + v.in.leaf.Key() + ", as JSON"}
		if v.shown != v.name { // both look alike
			p.Message = `it could set two keys, which differ in case, "_" and the like alone`
		}
		b.problems = append(b.problems, p)
		return
	}
	key := path.String()
	if first := b.by[key]; first != nil {
		if first.file != v.file || first.text != v.text || first.old != v.old {
			p := disagree(b.root.Mask(path).String(), variable{name: first.shown, text: first.text, file: first.file}, variable{name: v.shown, text: v.text, file: v.file})
			b.problems = append(b.problems, p)
		}
		return
	}
	b.by[key] = v
	t := b.root.At(path)
	b.secret = v.secret
	if bad := b.text(path, t, at, text); bad != nil {
		bad.Key = b.root.Mask(path).String()
		b.problems = append(b.problems, *bad)
	}
}

// path returns the path to what a variable sets, and another if it could set that as well.
func (v *entryVariable) path(known knownKeys) (path, other keypath.Path) {
	if !v.in.isMap() {
		path = v.readings[0].path(v.in.leaf.Path.Child(keypath.Item(v.index)))
		if len(v.readings) > 1 {
			other = v.readings[1].path(v.in.leaf.Path.Child(keypath.Item(v.index)))
		}
		return path, other
	}
	found := v.existing(v.readings, known)
	if len(found) == 0 { // a new key, by the longest leaf
		if !v.file { // unless it was meant for a key that there is
			found = append(found, v.existing(v.asFile, known)...)
		}
		for _, r := range v.readings {
			if r.fold == v.readings[0].fold {
				found = append(found, r.path(v.in.leaf.Path.Child(keypath.Entry(r.key))))
			}
		}
	}
	if len(found) > 1 {
		other = found[1]
	}
	return found[0], other
}

// existing returns the paths to what a variable may set in entries that lower layers have.
func (v *entryVariable) existing(readings []reading, known knownKeys) (found []keypath.Path) {
	for _, r := range readings {
		for _, key := range known[v.in][r.fold] {
			found = append(found, r.path(v.in.leaf.Path.Child(keypath.Entry(key))))
		}
	}
	return found
}

// path returns the path to what is read, in an entry or item at in.
func (r reading) path(in keypath.Path) keypath.Path {
	if r.leaf == nil {
		return in
	}
	return in.Join(r.leaf.Path)
}
