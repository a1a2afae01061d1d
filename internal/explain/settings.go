// Package explain lists what a configuration has and where it comes from: its settings,
// what differs between two of them, and its defaults. It reads the merged tree that
// stays with a version; nothing is parsed or merged again.
package explain

import (
	"cmp"
	"reflect"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// Setting is one value of a configuration with where it comes from.
type Setting struct {
	Key       string
	Value     any              // see Render; nil where a pointer is
	Origin    problem.Origin   // Nowhere if nothing sets it
	Overrides []problem.Origin // what lower layers have for it, from the highest to the lowest
	Secret    bool
	Restart   bool     // it waits for one
	Pending   *Pending // what it waits for, or nil
}

// Pending is a setting that is tagged reload:"restart" and has another value in the
// layers than the running one.
type Pending struct {
	Key     string
	Running any // as in [Setting]
	Wanted  any
	Origin  problem.Origin // of the wanted value
	Secret  bool
	Rest    bool // it is all that no field of the section at Key has
}

// Settings calls emit for every leaf of a value that a tree was decoded to, in the order of
// the fields, as part of what r runs. Entries of maps are listed by their keys, items of
// lists one by one if they are sections.
func Settings(r *guard.Running, tree *merge.Tree, v reflect.Value, pending []Pending, emit func(Setting)) {
	waiting := make(map[place]*Pending, len(pending))
	for i := range pending {
		waiting[place{pending[i].Key, pending[i].Rest}] = &pending[i]
	}
	found := merge.Lookup(tree)
	l := &lister{running: r, tree: tree, emit: func(at leaf) { emit(setting(r, found, at, waiting)) }}
	l.section(tree.Schema, v, tree.Root, leaf{})
}

func setting(r *guard.Running, in *merge.Report, at leaf, waiting map[place]*Pending) Setting {
	tree, path := in.Tree, in.MaskPath(at.path)
	s := Setting{Key: path.String(), Secret: at.secret, Restart: at.restart}
	w := written(tree, at.in)
	if s.Secret = s.Secret || w.secret; w.known && !at.secret {
		s.Value = w.value
	} else {
		s.Value = Render(r, at.t, at.value, at.secret)
	}
	if len(waiting) > 0 {
		steps := 0
		path.Prefixes(func(around string) bool {
			s.Pending = cmp.Or(s.Pending, waiting[place{around, false}])
			if steps++; steps == at.rest {
				s.Pending = cmp.Or(s.Pending, waiting[place{around, true}])
			}
			return true
		})
	}
	if s.Pending != nil {
		s.Origin = problem.Origin{Kind: problem.Running}
		return s
	}
	if at.in.Node == nil {
		return s
	}
	s.Origin = tree.Origin(at.in)
	s.Origin.From = w.from
	for below := range tree.Below(at.in) {
		s.Overrides = append(s.Overrides, tree.Origin(below))
	}
	if at.field != nil && at.field.Default != nil && !at.field.MergesDefault() && at.in.Layer != merge.Default {
		s.Overrides = append(s.Overrides, problem.Origin{Kind: problem.Default})
	}
	return s
}

// place is a key, or all that no field of the section with that key has.
type place struct {
	key  string
	rest bool
}

// leaf is a value that is listed as one setting.
type leaf struct {
	path    keypath.Path
	t       *schema.Type
	value   reflect.Value
	in      merge.Value   // what the tree has for it; without a node for nothing
	field   *schema.Field // that it is the value of; nil for an entry or item
	rest    int           // 1 and the steps to the section of whose fields none has it; 0 for others
	secret  bool
	restart bool
}

// inside returns what a leaf and those in it have in common, one step further.
func (at leaf) inside(s keypath.Step, f *schema.Field) leaf {
	inner := leaf{path: at.path.Child(s), field: f, rest: at.rest, secret: at.secret, restart: at.restart}
	if f != nil {
		inner.secret, inner.restart = at.secret || f.Secret, at.restart || f.Restart
	}
	return inner
}

// lister calls emit for every leaf of a value.
type lister struct {
	running *guard.Running
	tree    *merge.Tree // nil where nobody asks for origins
	trail   value.Trail
	emit    func(leaf)
}

// value lists what is at and below v, for which the tree has in.
func (l *lister) value(t *schema.Type, v reflect.Value, in merge.Value, at leaf) {
	defer l.trail.Cut(len(l.trail))
	for v.Kind() == reflect.Pointer && !v.IsNil() && l.trail.Enter(v) {
		v = v.Elem()
	}
	if t.Kind == schema.Any && v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
		t, at.secret = schema.TypeOf(v), at.secret || convert.IsSecret(v.Type())
	}
	switch {
	case v.Kind() == reflect.Pointer, !l.trail.Enter(v): // it is nil, or leads back to itself
	case t.Kind == schema.Struct:
		l.section(t, v, in, at)
		return
	case t.Kind == schema.Map && v.Len() > 0 && !at.secret:
		at.in = in
		l.entries(t, v, l.children(t, in), at)
		return
	case t.Kind == schema.List && v.Len() > 0 && !at.secret && t.Elem.Kind.Section():
		for i := range v.Len() {
			var item merge.Value
			if l.isWhole(in) {
				item = in
			} else if in.Node != nil && in.Node.Kind == document.List && i < len(in.Node.Children) {
				item = in.Child(i)
			}
			l.value(t.Elem, v.Index(i), item, at.inside(keypath.Item(i), nil))
		}
		return
	}
	at.t, at.value, at.in = t, v, in
	l.emit(at)
}

func (l *lister) section(t *schema.Type, v reflect.Value, in merge.Value, at leaf) {
	set, rest := fields(t, in)
	if l.isWhole(in) {
		for i := range set {
			set[i] = in
		}
	}
	for i, f := range t.Fields {
		fv, err := v.FieldByIndexErr(f.Index)
		if err != nil {
			continue // in an embedded pointer that is nil
		}
		l.value(f.Type, fv, set[i], at.inside(keypath.Field(f.Key), f))
	}
	if t.Remain == nil {
		return
	}
	if fv, err := v.FieldByIndexErr(t.Remain.Index); err == nil {
		at.secret, at.restart, at.rest = at.secret || t.Remain.Secret, at.restart || t.Remain.Restart, len(at.path)+1
		at.in = in
		l.entries(t.Remain.Type, fv, rest, at)
	}
}

// fields returns what the tree has for each field of a section, its default included,
// and for keys that no field has.
func fields(t *schema.Type, in merge.Value) (set []merge.Value, rest map[any]merge.Value) {
	set = make([]merge.Value, len(t.Fields))
	for i, f := range t.Fields {
		set[i] = merge.DefaultOf(f)
	}
	if in.Node == nil || in.Node.Kind != document.Map {
		return set, nil
	}
	near := 0
	for i := range in.Node.Children {
		c := &in.Node.Children[i]
		f := t.FieldNear(near, c.Key)
		switch {
		case f == nil && t.Remain != nil:
			if rest == nil {
				rest = map[any]merge.Value{}
			}
			rest[c.Key] = in.Child(i)
		case f != nil && c.Node.Kind != document.Null:
			set[f.Ordinal] = in.Child(i)
			near = f.Ordinal + 1
		}
	}
	return set, rest
}

// children returns the entries of a map in the tree, by key.
func (l *lister) children(t *schema.Type, in merge.Value) map[any]merge.Value {
	if in.Node == nil || in.Node.Kind != document.Map {
		return nil
	}
	byKey := make(map[any]merge.Value, len(in.Node.Children))
	for i := range in.Node.Children {
		if key, miss := t.Key.Convert(l.running, in.Node.Children[i].Key); miss == nil {
			byKey[key.Interface()] = in.Child(i)
		}
	}
	return byKey
}

// entries lists a map by its keys, sorted.
func (l *lister) entries(t *schema.Type, v reflect.Value, byKey map[any]merge.Value, at leaf) {
	for _, e := range value.Entries(l.running, v) {
		name := e.Key.Interface()
		if _, ok := byKey[name]; !ok && e.Key.Kind() == reflect.String {
			name = e.Key.String() // in a remain map, keys are what documents spell
		}
		inner := byKey[name]
		if l.isWhole(at.in) {
			inner = at.in
		}
		l.value(t.Elem, e.Value, inner, at.inside(e.Step, nil))
	}
}

// isWhole reports whether a value comes from all of in, which a decode hook took.
func (l *lister) isWhole(in merge.Value) bool { return l.tree != nil && l.tree.IsTaken(in) }
