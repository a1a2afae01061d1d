package layers

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// Viper is what an application's Viper has, by where it has it from: a layer for each
// of the ranks that values have in it. A layer is nil if there is nothing in it.
type Viper struct {
	FlagDefaults *Layer // defaults of bound flags that were not given
	Defaults     *Layer // SetDefault, and a key-value store
	File         *Layer // its configuration, unless the store follows that file itself
	Above        *Layer // the environment, flags that were given, and Set

	Problems []problem.Problem
	Unranked []string // keys that Above would have, if it could be told what belongs there
}

// Layers returns the layers there are, from the lowest to the highest.
func (v *Viper) Layers() []*Layer {
	return slices.DeleteFunc([]*Layer{v.FlagDefaults, v.Defaults, v.File, v.Above}, func(l *Layer) bool { return l == nil })
}

// The names of origins in a Viper.
const (
	viperOverride    = "override or flag"
	viperEnv         = "env"
	viperFile        = "file"
	viperDefault     = "default"
	viperFlagDefault = "flag default"
)

// ViperReader reads an application's Viper, as often as it is asked to.
type ViperReader struct {
	mu    sync.Mutex
	given *viper.Viper
	own   map[string]bool // the keys that were in its file, if the store follows that
}

// NewViperReader returns a reader of v, which it does not change.
func NewViperReader(v *viper.Viper) *ViperReader {
	return &ViperReader{given: v, own: map[string]bool{}}
}

// Read reads what the Viper has for a struct of type t: under the keys that it knows, and
// under those of t, which only the environment may have. Keys that t has no field for
// are left out, since a Viper can serve more than one purpose. follows reports whether
// a file is read as a layer of its own. It is part of what running runs.
//
// A Viper has no method that says where a value comes from, but it can be found out on
// shallow copies: with other content in the place of its configuration file, and without
// an environment, they show what is above and what is below these. It must not be
// written to meanwhile.
func (vr *ViperReader) Read(running *guard.Running, t *schema.Type, follows func(path string) bool) Viper {
	r := viperReader{t: t.Written, own: vr.own}
	panicked := running.Call(&guard.Func{Name: "WithViper: a method of the Viper, or of a value in it,"}, func() {
		vr.mu.Lock()
		defer vr.mu.Unlock()
		r.read(vr.given, follows)
	})
	if panicked != nil {
		return UnreadViper(panicked)
	}
	v := Viper{r.flagDefaults.fallback(), r.defaults.fallback(), r.file.layer(), r.above.layer(), r.problems, r.unranked}
	for _, l := range v.Layers() {
		v.Problems = append(v.Problems, l.Rename(t)...)
	}
	return v
}

// UnreadViper is what there is of a Viper that could not be read.
func UnreadViper(err *guard.Error) Viper {
	return Viper{Problems: []problem.Problem{{Code: "type", Origin: problem.Origin{Kind: problem.Viper}, Message: err.Error()}}}
}

// viperReader reads a Viper once.
type viperReader struct {
	t                                   *schema.Type // as documents may write it
	own                                 map[string]bool
	flagDefaults, defaults, file, above rank
	problems                            []problem.Problem
	unranked                            []string
}

// rank is a layer in the making.
type rank struct {
	Builder
	seen map[string]document.Node // by key
}

func (r *rank) layer() *Layer { return r.Layer(problem.LastOrder) }

// fallback returns the layer as one of defaults.
func (r *rank) fallback() *Layer {
	l := r.layer()
	if l != nil {
		l.Fallback = true
	}
	return l
}

// viperKey is a key of a Viper, and where it leads to in the type.
type viperKey struct {
	key    string
	path   keypath.Path
	typ    *schema.Type
	around bool // the Viper has other keys below it
}

// sentinel is what a copy has in the place of every value of the configuration file.
const sentinel = "lastgood sentinel"

func (r *viperReader) read(given *viper.Viper, follows func(path string) bool) {
	plain := shallow(given)
	delimiter, ok := delimiterOf(given)
	if !ok {
		r.unprobed(plain.AllSettings(), nil)
		return
	}
	followed := readAgain(given, follows)
	for rest := r.keys(plain, delimiter); len(rest) > 0; {
		now, later, marked := round(rest, delimiter)
		withFile, _ := configured(given, marked) // which was possible before
		withoutFile, _ := configured(given, map[string]any{})
		withoutEnv := shallow(withFile)
		withoutEnv.SetEnvKeyReplacer(unnamed())
		for _, k := range now {
			switch value := withFile.Get(k.key); {
			case value == nil: // another key hides it
				continue
			case value == sentinel:
			case withoutEnv.Get(k.key) == sentinel:
				r.put(&r.above, k, value, viperEnv)
				continue
			default:
				r.put(&r.above, k, value, viperOverride)
				continue
			}
			if plain.InConfig(k.key) && !r.isFollowed(k.key, followed) {
				r.put(&r.file, k, plain.Get(k.key), viperFile)
			}
			switch value := withoutFile.Get(k.key); {
			case value == nil:
			case withoutFile.IsSet(k.key):
				r.put(&r.defaults, k, value, viperDefault)
			case !isZeroDefault(k.typ, value) && !hasDefaultTag(r.t, k.path):
				r.put(&r.flagDefaults, k, value, viperFlagDefault)
			}
		}
		rest = later
	}
}

// isFollowed reports whether a key is, or was when it was asked for before, in the
// Viper's file that the store follows, as followed has it.
func (r *viperReader) isFollowed(key string, followed *viper.Viper) bool {
	if followed == nil {
		return false
	}
	r.own[key] = r.own[key] || followed.InConfig(key)
	return r.own[key]
}

// keys returns the keys that v knows and those of the type, in their order.
func (r *viperReader) keys(v *viper.Viper, delimiter string) []viperKey {
	known, around := map[string]bool{}, map[string]bool{}
	for _, key := range v.AllKeys() {
		known[key] = true
		for at := 0; ; at += len(delimiter) {
			next := strings.Index(key[at:], delimiter)
			if next < 0 {
				break
			}
			at += next
			around[key[:at]] = true
		}
	}
	for _, leaf := range slices.Concat(r.t.Leaves.All(), r.t.Leaves.Old()) {
		path := leaf.AsWritten()
		asWritten, folded := make([]string, len(path)), make([]string, len(path))
		for i, step := range path {
			asWritten[i], folded[i] = strings.ToLower(step.Key), schema.Fold(step.Key)
		}
		known[strings.Join(asWritten, delimiter)] = true
		known[strings.Join(folded, delimiter)] = true // as Viper spells a field without a tag
	}
	var all []viperKey
	for _, key := range slices.Sorted(maps.Keys(known)) {
		if path, typ, ok := placeOf(r.t, strings.Split(key, delimiter), delimiter); ok {
			all = append(all, viperKey{key, path, typ, around[key]})
		}
	}
	return all
}

// placeOf returns the path that the parts of a Viper's key lead to, and the type there.
// Viper splits the keys of maps, too.
func placeOf(t *schema.Type, parts []string, delimiter string) (path keypath.Path, _ *schema.Type, ok bool) {
	for len(parts) > 0 {
		key, rest := parts[0], parts[1:]
		switch {
		case t.Kind == schema.Struct:
			f := t.Field(key)
			if f == nil {
				return nil, nil, false
			}
			path, t = append(path, keypath.Field(f.Key)), f.Type
		case t.Kind == schema.Any:
			path = append(path, keypath.Entry(key))
		case t.Kind != schema.Map:
			return nil, nil, false
		case t.Elem.Kind.Section() || t.Elem.Kind == schema.Any:
			path, t = append(path, keypath.Entry(key)), t.Elem
		default:
			path, t, rest = append(path, keypath.Entry(strings.Join(parts, delimiter))), t.Elem, nil
		}
		parts = rest
	}
	return path, t, true
}

// unprobed takes over all settings at the lowest rank, since it is not known where they
// come from.
func (r *viperReader) unprobed(settings map[string]any, parts []string) {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		at := slices.Concat(parts, []string{key})
		path, typ, ok := placeOf(r.t, at, ".")
		inner, isMap := settings[key].(map[string]any)
		switch {
		case !ok || settings[key] == nil:
		case isMap && typ.Kind == schema.Struct:
			r.unprobed(inner, at)
		default:
			r.unranked = append(r.unranked, path.String())
			r.put(&r.file, viperKey{key: path.String(), path: path, typ: typ}, settings[key], viperFile)
		}
	}
}

// hasDefaultTag reports whether the field that a path leads to, or into, has a default
// tag, which is above the defaults of flags.
func hasDefaultTag(t *schema.Type, path keypath.Path) bool {
	for _, step := range path {
		f := t.Field(step.Key)
		if f == nil || f.Type.Kind != schema.Struct {
			return f != nil && f.HasDefault
		}
		t = f.Type
	}
	return false
}

// isZeroDefault reports whether the default of a flag for a value of type t, as Viper has
// it, is the zero of the flag's type. Of types that Viper does not know it has the text.
func isZeroDefault(t *schema.Type, value any) bool {
	switch value {
	case "0", "0s", "false", "[]", "<nil>":
		return t.Kind != schema.Scalar || t.Go.Kind() != reflect.String
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

// isAskedInParts reports whether the keys in a value are asked for one by one: those that
// the Viper has below it, or all leaves of a section.
func isAskedInParts(k viperKey, value any) bool {
	switch value.(type) {
	case map[string]any, map[any]any:
		return k.typ.Kind == schema.Struct || k.around && (k.typ.Kind == schema.Map || k.typ.Kind == schema.Any)
	case string:
		return false
	}
	return k.around && k.typ.Kind != schema.Scalar && k.typ.Kind != schema.List
}

// put adds a value to a rank.
func (r *viperReader) put(to *rank, k viperKey, value any, origin string) {
	if isAskedInParts(k, value) {
		return
	}
	path, from := k.path.String(), problem.Origin{Kind: problem.Viper, Name: origin}
	node, problems := naturalize(r.t, k.path, value)
	if first, again := to.seen[path]; again && same(first, node) {
		return // by an alias, for one
	}
	for _, p := range problems {
		p.Origin = from
		r.problems = append(r.problems, p)
	}
	if len(problems) > 0 {
		return
	}
	if to.seen == nil {
		to.seen = map[string]document.Node{}
	}
	to.seen[path] = node
	if clash := to.Put(k.path, node, from); clash != nil {
		r.problems = append(r.problems, problem.Problem{Code: "duplicate_key", Key: path, Origin: from,
			Message: "Viper has the key in two spellings", Hint: "keep one"})
	}
}

// same reports whether two nodes stand for the same value.
func same(a, b document.Node) bool {
	return a.Kind == b.Kind && a.Text == b.Text && slices.EqualFunc(a.Children, b.Children, func(a, b document.Child) bool {
		return a.Key == b.Key && same(a.Node, b.Node)
	})
}
