package load

import (
	"reflect"
	"slices"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/value"
)

// retained is a configuration in which fields that change only at a restart have their running
// values.
type retained struct {
	report  *merge.Report
	value   reflect.Value
	pending []explain.Pending
}

// retain returns a second value of what is on disk, in which the fields tagged
// reload:"restart" have their running values. These are decoded again from the tree of the
// running version, so that the two values share nothing. retain returns nil if no such field
// has changed.
func retain(l *Loader, r *merge.Report, wanted reflect.Value, running *Result) *retained {
	if running == nil || running.Tree == nil || !l.schema.Restarts || len(r.Problems) > 0 {
		return nil
	}
	c := restartChanges{Report: r, running: merge.Lookup(running.Tree)}
	places := c.section(l.schema, wanted.Elem(), reflect.ValueOf(running.Value).Elem(), place{})
	if len(c.pending) == 0 {
		return nil
	}
	kept := &retained{report: r.Graft(running.Tree, &places), pending: c.pending}
	kept.value = decode.Decode(kept.report, l.opts.KeyTag, l.opts.Hooks)
	return kept
}

// restartChanges collects the changes that become effective at a restart.
type restartChanges struct {
	*merge.Report
	running *merge.Report // of the running configuration
	pending []explain.Pending
}

// place is the path of a value, and what it inherits from the sections around it.
type place struct {
	path            keypath.Path
	restart, secret bool
}

// section compares the fields of two structs of type t, and returns those that retain their
// running values.
func (c *restartChanges) section(t *schema.Type, wanted, running reflect.Value, in place) (places merge.FieldSet) {
	for _, f := range t.All() {
		at := place{in.path, in.restart || f.Restart, in.secret || f.Secret}
		if f != t.Remain {
			at.path = in.path.Child(keypath.Field(f.Key))
		}
		if !at.restart && !f.Type.Restarts {
			continue
		}
		w, inWanted := fieldOf(wanted, f)
		r, inRunning := fieldOf(running, f)
		switch section := f.Type.Kind == schema.Struct; {
		case !inWanted && !inRunning:
		case inWanted != inRunning: // an embedded pointer has become nil, or is not nil any more
			c.addPending(f, w, r, at)
			for _, g := range t.Fields {
				if slices.Equal(g.Embedder, f.Embedder) {
					places.Add(g)
				}
			}
		case section && w.Kind() != reflect.Pointer:
			places.AddSection(f, c.section(f.Type, w, r, at))
		case section && !w.IsNil() && !r.IsNil():
			places.AddSection(f, c.section(f.Type, w.Elem(), r.Elem(), at))
		case !value.Equal(w.Interface(), r.Interface()): // or a section that was added or removed
			c.addPending(f, w, r, at)
			places.Add(f)
		}
	}
	return places
}

// fieldOf returns a field of a struct. It reports false if the field is in an embedded pointer
// that is nil.
func fieldOf(v reflect.Value, f *schema.Field) (reflect.Value, bool) {
	fv, err := v.FieldByIndexErr(f.Index)
	return fv, err == nil
}

// addPending records that a field retains its running value.
func (c *restartChanges) addPending(f *schema.Field, wanted, running reflect.Value, at place) {
	p := explain.Pending{Key: c.MaskPath(at.path).String(), Secret: at.secret || f.Type.Secrets, Rest: f.Remains}
	p.Wanted, p.Running = c.shown(f, wanted, &p, c.Report, at.path), c.shown(f, running, &p, c.running, at.path)
	if p.Secret { // possibly on one side only
		p.Wanted, p.Running = c.shown(f, wanted, &p, nil, at.path), c.shown(f, running, &p, nil, at.path)
	}
	if v, depth := c.Locate(at.path); depth == len(at.path) && !f.Remains {
		p.Origin = c.Tree.Origin(v)
	}
	c.pending = append(c.pending, p)
}

// shown returns the value v of a field as it is shown, or nil for one in an embedded pointer
// that is nil. It sets p.Secret if the value comes from a secret. in has the tree of the
// value; nil if p.Secret is set already.
func (c *restartChanges) shown(f *schema.Field, v reflect.Value, p *explain.Pending, in *merge.Report, at keypath.Path) any {
	if !v.IsValid() {
		return nil
	}
	rendered := explain.Render(c.Report.Running, f.Type, v, p.Secret)
	if in == nil || !in.Tree.HasSources() || p.Secret {
		return rendered
	}
	if entries, ok := rendered.(map[string]any); ok && f.Remains {
		for key := range entries {
			if value, secret, ok := explain.Written(in, at.Child(keypath.Entry(key))); ok {
				entries[key], p.Secret = value, p.Secret || secret
			}
		}
	} else if value, secret, ok := explain.Written(in, at); ok {
		p.Secret = p.Secret || secret
		return value
	}
	return rendered
}
