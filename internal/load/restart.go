package load

import (
	"reflect"

	"example.com/lastgood/internal/schema"
)

// keep gives the fields that are tagged reload:"restart" their running values, and
// notes those for which the layers want another. What comes out of it is judged
// again as a whole.
func (r *Result) keep(b *binder, running *Result) {
	if !b.loader.schema.Restarts {
		return
	}
	k := keeper{binder: b}
	value := reflect.ValueOf(r.Value)
	k.section(b.loader.schema, value.Elem(), reflect.ValueOf(running.Value).Elem(), nil, false, false)
	r.Pending = k.pending
	if len(k.pending) == 0 {
		return
	}
	b.judge(value)
	for i := range b.problems {
		b.problems[i].Hint = "this is with the running values of what waits for a restart; restart to apply all of it"
	}
}

type keeper struct {
	*binder
	pending []Pending
}

// section goes through the fields of the struct wanted, which stands at p. With
// restart, all of it waits for one.
func (k *keeper) section(t *schema.Type, wanted, running reflect.Value, p path, restart, secret bool) {
	for _, f := range t.All() {
		at := p
		if f != t.Remain {
			at = p.child(step{key: f.Key, isKey: true})
		}
		waits, hidden := restart || f.Restart, secret || f.Secret
		if !waits && !f.Type.Restarts {
			continue
		}
		w, r, ok := holders(wanted, running, f.Index)
		if !ok { // in an embedded pointer that both lack
			continue
		}
		if w.Kind() != reflect.Pointer || f.Type.Kind != schema.Struct {
			k.field(f, w, r, at, waits, hidden)
			continue
		}
		switch {
		case w.IsNil() && r.IsNil():
		case w.IsNil() || r.IsNil():
			// That the section comes or goes changes what is in it.
			k.hold(f.Type, w, r, at, hidden)
		default:
			// Never the running struct itself: it is published.
			k.field(f, w.Elem(), r.Elem(), at, waits, hidden)
		}
	}
}

// field keeps one field, or what is in a section.
func (k *keeper) field(f *schema.Field, wanted, running reflect.Value, at path, waits, secret bool) {
	if f.Type.Kind == schema.Struct {
		k.section(f.Type, wanted, running, at, waits, secret)
		return
	}
	k.hold(f.Type, wanted, running, at, secret)
}

// holders returns a field of two structs. Where only one of them has the embedded
// pointer around the field, the pointers take its place.
func holders(a, b reflect.Value, index []int) (x, y reflect.Value, ok bool) {
	for _, i := range index {
		if a.Kind() == reflect.Pointer {
			switch {
			case a.IsNil() && b.IsNil():
				return reflect.Value{}, reflect.Value{}, false
			case a.IsNil() || b.IsNil():
				return a, b, true
			}
			a, b = a.Elem(), b.Elem()
		}
		a, b = a.Field(i), b.Field(i)
	}
	return a, b, true
}

// hold keeps the running value of wanted, if that is another.
func (k *keeper) hold(t *schema.Type, wanted, running reflect.Value, at path, secret bool) {
	if Equal(wanted.Interface(), running.Interface()) {
		return
	}
	p := Pending{Key: k.masked(at).String(), Secret: secret || t.Secrets, path: at}
	p.Wanted, p.Running = k.render(t, wanted, p.Secret), k.render(t, running, p.Secret)
	if r, depth := k.locate(at); depth == len(at) {
		p.Origin = k.originOf(r)
	}
	k.pending = append(k.pending, p)
	wanted.Set(running)
}
