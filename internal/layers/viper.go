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

// Viper has the values of an application's Viper, in a layer for each of the precedences
// that Viper gives them. A layer without values is nil.
type Viper struct {
	FlagDefaults *Layer // defaults of bound flags that were not given
	Defaults     *Layer // SetDefault, and a key-value store
	File         *Layer // its configuration, unless the store follows that file itself
	Overrides    *Layer // the environment, flags that were given, and Set

	Problems []problem.Problem
	Unranked []string // keys with a value whose precedence could not be found
}

// Layers returns the layers that are not nil, from the lowest to the highest.
func (v *Viper) Layers() []*Layer {
	return slices.DeleteFunc([]*Layer{v.FlagDefaults, v.Defaults, v.File, v.Overrides}, func(l *Layer) bool { return l == nil })
}

// The names of origins in a Viper.
const (
	viperOverride    = "override or flag"
	viperEnv         = "env"
	viperFile        = "file"
	viperDefault     = "default"
	viperFlagDefault = "flag default"
)

// ViperReader reads an application's Viper. It is safe for concurrent use.
type ViperReader struct {
	mu       sync.Mutex
	viper    *viper.Viper
	fileKeys map[string]bool // keys that were in its file in any Read, if the store follows that
}

// NewViperReader returns a reader of v, which it does not change.
func NewViperReader(v *viper.Viper) *ViperReader {
	return &ViperReader{viper: v, fileKeys: map[string]bool{}}
}

// Read reads the values that the Viper has for a struct of type t: of the keys that the Viper
// has, and of the keys of t, which may be set only in its environment. Other keys are ignored,
// since a Viper may serve more than one purpose. follows reports whether the store reads a
// file as a layer of its own. running is the pass. Methods of the Viper that panic are
// reported as a problem.
//
// No method of a Viper returns where a value comes from. Read finds it by means of shallow
// copies: one with another configuration in the place of its file, and one without an
// environment, show which values override these. The Viper must not be written to meanwhile.
func (vr *ViperReader) Read(running *guard.Running, t *schema.Type, follows func(path string) bool) Viper {
	r := viperReader{t: t.Written, fileKeys: vr.fileKeys}
	panicked := running.Call(&guard.Func{Name: "WithViper: a method of the Viper, or of a value in it,"}, func() {
		vr.mu.Lock()
		defer vr.mu.Unlock()
		r.read(vr.viper, follows)
	})
	if panicked != nil {
		return UnreadViper(panicked)
	}
	v := Viper{r.flagDefaults.fallback(), r.defaults.fallback(), r.file.layer(), r.overrides.layer(), r.problems, r.unranked}
	for _, l := range v.Layers() {
		v.Problems = append(v.Problems, l.Rename(t)...)
	}
	return v
}

// UnreadViper returns the result for a Viper whose reading failed with err.
func UnreadViper(err *guard.Error) Viper {
	return Viper{Problems: []problem.Problem{{Code: "type", Origin: problem.Origin{Kind: problem.Viper}, Message: err.Error()}}}
}

// viperReader reads a Viper once.
type viperReader struct {
	t                                       *schema.Type // with old keys
	fileKeys                                map[string]bool
	flagDefaults, defaults, file, overrides layerBuilder
	problems                                []problem.Problem
	unranked                                []string
}

// layerBuilder builds a layer and remembers the nodes by path.
type layerBuilder struct {
	Builder
	seen map[string]document.Node // by path
}

func (r *layerBuilder) layer() *Layer { return r.Layer(problem.LastOrder) }

// fallback returns the layer as one of defaults.
func (r *layerBuilder) fallback() *Layer {
	l := r.layer()
	if l != nil {
		l.Fallback = true
	}
	return l
}

// viperKey is a key of a Viper, with its path in the type.
type viperKey struct {
	key    string
	path   keypath.Path
	typ    *schema.Type
	around bool // the Viper has other keys below it
}

// sentinel is the value that a copy has for every key of the configuration file.
const sentinel = "lastgood sentinel"

// read sorts the values of v into layers, in as many rounds as keys are above or below each
// other.
func (r *viperReader) read(v *viper.Viper, follows func(path string) bool) {
	plain := shallowCopy(v)
	delimiter, ok := delimiterOf(v)
	if !ok {
		r.readUnranked(plain.AllSettings(), nil)
		return
	}
	followed := rereadFile(v, follows)
	for rest := r.keys(plain, delimiter); len(rest) > 0; {
		now, later, marked := nextRound(rest, delimiter)
		withFile, _ := withConfig(v, marked) // delimiterOf has done it already
		withoutFile, _ := withConfig(v, map[string]any{})
		withoutEnv := shallowCopy(withFile)
		withoutEnv.SetEnvKeyReplacer(emptyNames())
		for _, k := range now {
			switch value := withFile.Get(k.key); {
			case value == nil: // shadowed by another key
				continue
			case value == sentinel:
			case withoutEnv.Get(k.key) == sentinel:
				r.put(&r.overrides, k, value, viperEnv)
				continue
			default:
				r.put(&r.overrides, k, value, viperOverride)
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

// isFollowed reports whether a key is in the Viper's file, or was in an earlier Read.
// followed is the copy that read the file again, or nil if the store does not follow it.
func (r *viperReader) isFollowed(key string, followed *viper.Viper) bool {
	if followed == nil {
		return false
	}
	r.fileKeys[key] = r.fileKeys[key] || followed.InConfig(key)
	return r.fileKeys[key]
}

// keys returns the keys of v that the type has, and those of the type, sorted.
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
		known[strings.Join(folded, delimiter)] = true // mapstructure's key of a field without a tag
	}
	var all []viperKey
	for _, key := range slices.Sorted(maps.Keys(known)) {
		if path, typ, ok := pathOf(r.t, strings.Split(key, delimiter), delimiter); ok {
			all = append(all, viperKey{key, path, typ, around[key]})
		}
	}
	return all
}

// pathOf returns the path of the parts of a Viper's key, and the type there. Viper splits
// the keys of maps at its delimiter, too.
func pathOf(t *schema.Type, parts []string, delimiter string) (path keypath.Path, _ *schema.Type, ok bool) {
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

// readUnranked adds all settings to the lowest layer, since their precedence is not known.
func (r *viperReader) readUnranked(settings map[string]any, parts []string) {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		at := slices.Concat(parts, []string{key})
		path, typ, ok := pathOf(r.t, at, ".")
		inner, isMap := settings[key].(map[string]any)
		switch {
		case !ok || settings[key] == nil:
		case isMap && typ.Kind == schema.Struct:
			r.readUnranked(inner, at)
		default:
			r.unranked = append(r.unranked, path.String())
			r.put(&r.file, viperKey{key: path.String(), path: path, typ: typ}, settings[key], viperFile)
		}
	}
}

// hasDefaultTag reports whether the field at path, or around it, has a default tag, which
// overrides the defaults of flags.
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

// isZeroDefault reports whether value, the default of a flag as Viper has it, is the zero
// value of the flag's type. Viper has the text of a flag whose type it does not know.
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

// isReadInParts reports whether the keys in a value are read one by one: the keys that the
// Viper has below it, or all leaves of a section.
func isReadInParts(k viperKey, value any) bool {
	switch value.(type) {
	case map[string]any, map[any]any:
		return k.typ.Kind == schema.Struct || k.around && (k.typ.Kind == schema.Map || k.typ.Kind == schema.Any)
	case string:
		return false
	}
	return k.around && k.typ.Kind != schema.Scalar && k.typ.Kind != schema.List
}

// put adds a value to a layer.
func (r *viperReader) put(to *layerBuilder, k viperKey, value any, origin string) {
	if isReadInParts(k, value) {
		return
	}
	path, from := k.path.String(), problem.Origin{Kind: problem.Viper, Name: origin}
	node, problems := nodeAt(r.t, k.path, value)
	if first, again := to.seen[path]; again && equalNodes(first, node) {
		return // an alias of the key, for example
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

// equalNodes reports whether two nodes have the same value.
func equalNodes(a, b document.Node) bool {
	return a.Kind == b.Kind && a.Text == b.Text && slices.EqualFunc(a.Children, b.Children, func(a, b document.Child) bool {
		return a.Key == b.Key && equalNodes(a.Node, b.Node)
	})
}
