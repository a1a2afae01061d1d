package layers

import (
	"bytes"
	"encoding"
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/convert"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	values "example.com/lastgood/internal/value"
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
// a file is read as a layer of its own.
//
// A Viper has no method that says where a value comes from, but it can be found out on
// shallow copies: with other content in the place of its configuration file, and without
// an environment, they show what is above and what is below these. It must not be
// written to meanwhile.
func (vr *ViperReader) Read(t *schema.Type, follows func(path string) bool) Viper {
	vr.mu.Lock()
	defer vr.mu.Unlock()
	r := viperReader{t: t, own: vr.own}
	panicked := guard.Call(&guard.Func{Name: "WithViper: a method of the Viper, or of a value in it"}, func() { r.read(vr.given, follows) })
	if panicked != nil {
		return Viper{Problems: []problem.Problem{{Code: "type", Origin: problem.Origin{Kind: problem.Viper}, Message: panicked.Error()}}}
	}
	return Viper{r.flagDefaults.fallback(), r.defaults.fallback(), r.file.layer(), r.above.layer(), r.problems, r.unranked}
}

// viperReader reads a Viper once.
type viperReader struct {
	t                                   *schema.Type
	own                                 map[string]bool
	flagDefaults, defaults, file, above rank
	problems                            []problem.Problem
	unranked                            []string
}

// rank is a layer in the making.
type rank struct {
	Builder
	seen map[string]any // by key
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
			case !isZeroDefault(value) && !hasDefaultTag(r.t, k.path):
				r.put(&r.flagDefaults, k, value, viperFlagDefault)
			}
		}
		rest = later
	}
}

// shallow returns a copy that can be given another configuration, and nothing else. It
// has values as they are, and not converted to the types of defaults.
func shallow(v *viper.Viper) *viper.Viper {
	c := *v
	c.SetTypeByDefaultValue(false)
	return &c
}

// configured returns a copy with another configuration, if it has what it takes to read
// that.
func configured(v *viper.Viper, content map[string]any) (c *viper.Viper, ok bool) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, false
	}
	c = shallow(v)
	c.SetConfigType("json")
	return c, c.ReadConfig(bytes.NewReader(text)) == nil
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

// readAgain returns a copy with what the Viper's file has, if that is a file that the
// store follows: what the Viper has beside it was merged from elsewhere. It returns nil
// if it is not.
func readAgain(v *viper.Viper, follows func(path string) bool) *viper.Viper {
	path, err := filepath.Abs(v.ConfigFileUsed())
	if v.ConfigFileUsed() == "" || err != nil || !follows(path) {
		return nil
	}
	c := shallow(v)
	if c.ReadInConfig() != nil { // it cannot be read any more: what was read was read from there
		return v
	}
	return c
}

// delimiterOf returns what a Viper has between the names of sections. It is false if
// the Viper cannot be given another configuration, as with codecs of its own.
func delimiterOf(v *viper.Viper) (delimiter string, ok bool) {
	const outer, inner = "lastgood-sentinel-outer", "lastgood-sentinel-inner"
	c, ok := configured(v, map[string]any{outer: map[string]any{inner: sentinel}})
	if !ok {
		return "", false
	}
	for _, key := range c.AllKeys() {
		if rest, found := strings.CutPrefix(key, outer); found {
			return strings.CutSuffix(rest, inner)
		}
	}
	return "", false
}

// unnamed returns what makes a Viper ask for variables without a name, which do not
// exist.
func unnamed() *strings.Replacer {
	var pairs []string
	for b := range 256 {
		pairs = append(pairs, string([]byte{byte(b)}), "")
	}
	return strings.NewReplacer(pairs...)
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
	for _, leaf := range r.t.Leaves.All() {
		asWritten, folded := make([]string, len(leaf.Path)), make([]string, len(leaf.Path))
		for i, step := range leaf.Path {
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

// round returns the keys that one configuration can have at the same time, with that
// configuration, and those that must wait since they are above or below one of these.
func round(keys []viperKey, delimiter string) (now, later []viperKey, marked map[string]any) {
	marked = map[string]any{}
	for _, k := range keys {
		in, parts := marked, strings.Split(k.key, delimiter)
		last := len(parts) - 1
		for _, part := range parts[:last] {
			if in[part] == nil {
				in[part] = map[string]any{}
			}
			if in, _ = in[part].(map[string]any); in == nil {
				break
			}
		}
		if in == nil || in[parts[last]] != nil {
			later = append(later, k)
			continue
		}
		in[parts[last]] = sentinel
		now = append(now, k)
	}
	return now, later, marked
}

// unprobed takes over all settings at the lowest rank, since it is not known where they
// come from.
func (r *viperReader) unprobed(settings map[string]any, parts []string) {
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		at := append(parts[:len(parts):len(parts)], key)
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

// isZeroDefault reports whether the default of a flag, as the flag's text or converted,
// is nothing that anybody chose.
func isZeroDefault(value any) bool {
	switch value {
	case "", "0", "0s", "false", "[]", "<nil>":
		return true
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

// put adds a value to a rank.
func (r *viperReader) put(to *rank, k viperKey, value any, origin string) {
	if _, text := value.(string); k.around && !text {
		return // its keys are asked for one by one
	}
	path, from := k.path.String(), problem.Origin{Kind: problem.Viper, Name: origin}
	if first, again := to.seen[path]; again && reflect.DeepEqual(first, value) {
		return // by an alias, for one
	}
	if values.LeadsBack(value) {
		r.problems = append(r.problems, problem.Problem{Code: "type", Key: path, Origin: from, Message: "the value leads back to itself"})
		return
	}
	var n naturalizer
	node, panicked := n.node(reflect.ValueOf(value))
	switch {
	case panicked != nil:
		r.problems = append(r.problems, unprintable(path, from, panicked))
		return
	case n.revealed && !r.t.SecretAt(k.path) && !k.typ.Secrets:
		r.problems = append(r.problems, problem.Problem{Code: "type", Key: path, Origin: from,
			Message: "the value is a secret, but the field would show it", Hint: `give the field the tag secret:"true"`})
		return
	}
	if node.Kind == document.String && k.typ.Kind != schema.Scalar && k.typ.Kind != schema.Any { // as from a variable
		parsed, err := k.typ.Kind.ParseText(node.Text)
		if err != nil {
			r.problems = append(r.problems, unreadable(k.path, from, err))
			return
		}
		node = *parsed
	}
	if clash := to.Put(k.path, node, from); clash != nil {
		r.problems = append(r.problems, problem.Problem{Code: "duplicate_key", Key: path, Origin: from,
			Message: "Viper has the key in two spellings", Hint: "keep one"})
		return
	}
	if to.seen == nil {
		to.seen = map[string]any{}
	}
	to.seen[path] = value
}

// NodeOf returns the node of a Go value, as of one that a Viper has. The error is how a method of the
// value panicked.
func NodeOf(v reflect.Value) (document.Node, *guard.Error) { return new(naturalizer).node(v) }

// naturalizer makes nodes of Go values without a schema.
type naturalizer struct {
	revealed bool // there is a secret among the values
}

// node returns the node that stands for a value.
func (s *naturalizer) node(v reflect.Value) (document.Node, *guard.Error) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return document.Node{}, nil
		}
		if text, ok := convert.Reveal(v); ok {
			s.revealed = true
			return document.Node{Kind: document.String, Text: text}, nil
		}
		if _, ok := v.Interface().(encoding.TextMarshaler); ok {
			break
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return document.Node{}, nil
	}
	if text, ok := convert.Reveal(v); ok {
		s.revealed = true
		return document.Node{Kind: document.String, Text: text}, nil
	}
	switch value := v.Interface().(type) {
	case time.Duration:
		return document.Node{Kind: document.String, Text: value.String()}, nil
	case []byte:
		return document.Node{Kind: document.String, Text: string(value)}, nil
	case encoding.TextMarshaler:
		if text, ok, panicked := marshalled(value); ok || panicked != nil {
			return document.Node{Kind: document.String, Text: text}, panicked
		}
	}
	switch v.Kind() {
	case reflect.String:
		return document.Node{Kind: document.String, Text: v.String()}, nil
	case reflect.Bool:
		return document.Node{Kind: document.Bool, Text: strconv.FormatBool(v.Bool())}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return document.Node{Kind: document.Int, Text: strconv.FormatInt(v.Int(), 10)}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return document.Node{Kind: document.Int, Text: strconv.FormatUint(v.Uint(), 10)}, nil
	case reflect.Float32, reflect.Float64:
		return document.Node{Kind: document.Float, Text: strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())}, nil
	case reflect.Slice, reflect.Array:
		n := document.Node{Kind: document.List}
		for i := range v.Len() {
			item, panicked := s.node(v.Index(i))
			if panicked != nil {
				return n, panicked
			}
			n.Children = append(n.Children, document.Child{Node: item})
		}
		return n, nil
	case reflect.Map:
		n := document.Node{Kind: document.Map}
		for it := v.MapRange(); it.Next(); {
			key, panicked := keyText(it.Key())
			if panicked != nil {
				return n, panicked
			}
			item, panicked := s.node(it.Value())
			if panicked != nil {
				return n, panicked
			}
			n.Children = append(n.Children, document.Child{Key: key, Node: item})
		}
		slices.SortFunc(n.Children, func(a, b document.Child) int { return strings.Compare(a.Key, b.Key) })
		return n, nil
	}
	text, panicked := (*guard.Running)(nil).Sprint(v.Interface())
	return document.Node{Kind: document.String, Text: text}, panicked
}
