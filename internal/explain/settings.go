// Package explain lists the settings of a configuration with their origins, the differences
// between two configurations, and the defaults. It reads the merged tree of a version; it
// parses and merges nothing.
package explain

import (
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

// Setting is one value of a configuration with its origin.
type Setting struct {
	Key       string
	Value     any              // see [Render]; nil for a nil pointer
	Origin    problem.Origin   // Nowhere if nothing sets the value
	Overrides []problem.Origin // of the values in lower layers, the highest first
	Secret    bool
	Restart   bool     // a change becomes effective at a restart
	Pending   *Pending // the change that becomes effective at a restart, or nil
}

// Pending is a setting tagged reload:"restart" whose value in the layers differs from the
// running one.
type Pending struct {
	Key     string
	Running any            // as in [Setting]
	Wanted  any            // nil if the layers do not have it
	Origin  problem.Origin // of the wanted value
	Secret  bool
}

// Settings calls emit for every leaf of v, the value that tree was decoded to, in the order of
// the fields. Entries of maps are listed by key, items of lists one by one if they are
// sections. r is the run that calls of the caller's methods are part of.
func Settings(r *guard.Running, tree *merge.Tree, v reflect.Value, pending []Pending, emit func(Setting)) {
	byKey := make(map[string]*Pending, len(pending))
	for i := range pending {
		byKey[pending[i].Key] = &pending[i]
	}
	found := merge.Lookup(tree)
	l := &lister{running: r, tree: tree, emit: func(at leaf) { emit(setting(r, found, at, byKey)) }}
	l.section(tree.Schema, v, tree.Root, leaf{})
}

// setting returns the setting of a leaf. pending are the pending changes by key.
func setting(r *guard.Running, in *merge.Report, at leaf, pending map[string]*Pending) Setting {
	tree, path := in.Tree, in.MaskPath(at.path)
	s := Setting{Key: path.String(), Secret: at.secret, Restart: at.restart}
	w := written(tree, at.in)
	if s.Secret = s.Secret || w.secret; w.known && !at.secret {
		s.Value = w.value
	} else {
		s.Value = Render(r, at.t, at.value, at.secret)
	}
	if len(pending) > 0 {
		path.Prefixes(func(around string) bool {
			s.Pending = pending[around]
			return s.Pending == nil
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

// leaf is a value that is listed as one setting.
type leaf struct {
	path    keypath.Path
	t       *schema.Type
	value   reflect.Value
	in      merge.Value   // the value in the tree; without a node if there is none
	field   *schema.Field // nil for an entry or item
	secret  bool
	restart bool
}

// inside returns a leaf for the child of at at step s, which is the field f or, if that is
// nil, an entry or item.
func (at leaf) inside(s keypath.Step, f *schema.Field) leaf {
	inner := leaf{path: at.path.Child(s), field: f, secret: at.secret, restart: at.restart}
	if f != nil {
		inner.secret, inner.restart = at.secret || f.Secret, at.restart || f.Restart
	}
	return inner
}

// lister calls emit for every leaf of a value.
type lister struct {
	running *guard.Running
	tree    *merge.Tree // nil if origins are not needed
	trail   value.Trail
	emit    func(leaf)
}

// value lists the leaves of v. in is its value in the tree.
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
	case v.Kind() == reflect.Pointer, !l.trail.Enter(v): // nil, or it contains itself
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
			if l.isTaken(in) {
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

// section lists the leaves of a section.
func (l *lister) section(t *schema.Type, v reflect.Value, in merge.Value, at leaf) {
	set, rest := fields(t, in)
	if l.isTaken(in) {
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
		at.secret, at.restart = at.secret || t.Remain.Secret, at.restart || t.Remain.Restart
		at.in = in
		l.entries(t.Remain.Type, fv, rest, at)
	}
}

// fields returns the values in the tree for the fields of a section, defaults included, and
// for the keys without a field.
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

// entries lists the leaves of a map, sorted by key.
func (l *lister) entries(t *schema.Type, v reflect.Value, byKey map[any]merge.Value, at leaf) {
	for _, e := range value.Entries(l.running, v) {
		name := e.Key.Interface()
		if _, ok := byKey[name]; !ok && e.Key.Kind() == reflect.String {
			name = e.Key.String() // the keys of a remain map are those of documents
		}
		inner := byKey[name]
		if l.isTaken(at.in) {
			inner = at.in
		}
		l.value(t.Elem, e.Value, inner, at.inside(e.Step, nil))
	}
}

// isTaken reports whether a decode hook took all of in, so that in is the origin of every
// part.
func (l *lister) isTaken(in merge.Value) bool { return l.tree != nil && l.tree.IsTaken(in) }
