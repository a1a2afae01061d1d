package layers

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/source"
)

// EnvOptions configures which variables are read, and how.
type EnvOptions struct {
	Prefix         string
	Names          map[string][]string // names by key, instead of those in env tags; an empty list for no variable
	AllowEmpty     bool                // an empty variable sets the empty text
	NoServiceLinks bool                // variables that Kubernetes sets for Services are ignored
	Secret         []string            // names of variables whose values are redacted as secrets
}

// Env is the part of an environment that concerns a configuration.
type Env struct {
	*schema.Variables
	Layer    *Layer            // nil if no variable is set
	Files    []EnvFile         // files to read for values
	Entries  *EnvEntries       // nil if no variable sets a single entry or item
	Unknown  []problem.Problem // variables with the prefix that set no key
	Warnings []problem.Problem // other variables that may have an unintended effect
	Problems []problem.Problem
}

// EnvFile is a file that a variable such as APP_DB_DSN_FILE names.
type EnvFile struct {
	Variable string // its name, masked if it may contain a secret key
	Path     string // absolute
	Leaf     schema.Leaf

	entry *entryVariable // nil if the file has the whole value of the leaf
}

// IsEntry reports whether the file has a single entry of its leaf.
func (f EnvFile) IsEntry() bool { return f.entry != nil }

// Add adds the value in the file's content to b, or returns the problem with it.
func (f EnvFile) Add(b *Builder, data []byte) *problem.Problem {
	return b.putText(f.Leaf.Path, f.Leaf.Field.Type, problem.Origin{Kind: problem.EnvFile, Name: f.Path}, TrimLine(string(data)))
}

// fileSuffix is the end of the name of a variable that names a file with the value, as is
// common in container images.
const fileSuffix = "_FILE"

// ReadEnv finds the variables for the leaves below t in an environment, which has the form
// of [os.Environ]. The second result is the faults in t and the options. A variable belongs
// to the first of these that exists:
//
//  1. the leaf that has its name: one of the leaf's own names, or else the documented one;
//  2. the leaf that has its name without _FILE: then its text is the path of a file;
//  3. the only leaf whose documented name is the same, ignoring case and "_";
//  4. the same, without _FILE;
//  5. an entry or item of the map or list with the longest name that it begins with; see
//     [EnvEntries].
//
// Without a prefix, only the first two apply. A variable that could belong to several leaves
// is a problem, and so are two variables for one leaf that differ. Of a leaf's own names, the
// first that is set, itself or with _FILE, is used. An empty variable counts as unset, as in
// Viper, unless AllowEmpty is set.
func ReadEnv(t *schema.Type, opts EnvOptions, environ []string) (*Env, []problem.Problem) {
	configured, wrong := namesByKey(t, opts.Names)
	variables, faults := t.Leaves.Variables(opts.Prefix, configured)
	if faults = append(wrong, faults...); len(faults) > 0 {
		return nil, faults
	}
	r := envReader{Env: &Env{Variables: variables}, names: envNames{variables}, root: t, opts: opts, byLeaf: map[string]*leafVariables{}, containers: map[string]*container{}}
	r.read(environ)
	return r.Env, nil
}

// namesByKey returns the configured names by key, and a fault for each key that takes no
// value.
func namesByKey(t *schema.Type, names map[string][]string) (byKey map[string][]string, faults []problem.Problem) {
	var suggest problem.Suggester
	byKey = make(map[string][]string, len(names))
	for _, key := range slices.Sorted(maps.Keys(names)) {
		leaf, ok := t.Leaves.Key(key)
		if _, twice := byKey[leaf.Key()]; !ok || twice {
			p := schema.Fault(t.Where, "names of variables are given for "+key+", which is no key that takes a value")
			if p.Hint = nearest(&suggest, key, t, func(key string) string { return key }); ok {
				p.Message, p.Hint = "names of variables are given twice for "+leaf.Key(), ""
			}
			faults = append(faults, p)
			continue
		}
		byKey[leaf.Key()] = names[key]
	}
	return byKey, faults
}

// envReader reads an environment.
type envReader struct {
	*Env
	names      envNames
	root       *schema.Type
	opts       EnvOptions
	set        map[string]string         // the variables that may be for the configuration
	byLeaf     map[string]*leafVariables // by the key of the leaf
	order      []*leafVariables
	containers map[string]*container // by the key of the leaf
	suggest    problem.Suggester
}

// leafVariables is a leaf with the variables that belong to it.
type leafVariables struct {
	leaf      schema.Leaf
	variables []variable
}

// variable is a variable that is set.
type variable struct {
	name string
	text string
	file bool // text is the path of a file with the value
	old  bool // the name is that of an old key

	secret bool // the text is shown as a secret
}

// read matches the variables with leaves and entries, and builds the layer.
func (r *envReader) read(environ []string) {
	r.set = make(map[string]string)
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		if runtime.GOOS == "windows" { // where case does not matter
			name = strings.ToUpper(name)
		}
		if text = TrimLine(text); (text != "" || r.opts.AllowEmpty) && r.names.mayMatch(name) {
			r.set[name] = text
		}
	}
	links := serviceLinks(r.set)
	if r.opts.NoServiceLinks {
		for name := range links {
			delete(r.set, name)
		}
	}
	var b Builder
	var unknown []unknownVariable
	// Sorted, so that problems are always in the same order.
	for _, name := range slices.Sorted(maps.Keys(r.set)) {
		leaves, file := r.names.match(name)
		switch {
		case file && r.set[name] == "": // no path
		case len(leaves) > 0 && r.isUnambiguous(name, leaves):
			if r.addVariable(leaves[0], variable{name, r.set[name], file, leaves[0].Old != nil, slices.Contains(r.opts.Secret, name)}); links[name] {
				r.Warnings = append(r.Warnings, problem.Problem{Code: "env", Key: leaves[0].Key(),
					Origin: problem.Origin{Kind: problem.Env, Name: name}, Message: "it may not be meant for this key", Hint: ServiceLinkHint})
			}
		case len(leaves) > 0:
		default:
			if hint, found := r.findEntry(name); !found && r.names.isUnder(name) {
				unknown = append(unknown, unknownVariable{name, hint})
			}
		}
	}
	for _, u := range r.order {
		r.setLeaf(&b, u)
	}
	r.Layer = b.Layer(problem.LastOrder)
	if len(unknown) > 0 {
		r.reportUnknown(unknown)
	}
}

// envNames matches names of variables.
type envNames struct{ *schema.Variables }

// mayMatch reports whether a variable may be for the configuration.
func (n envNames) mayMatch(name string) bool {
	return n.withoutPrefix(name) != "" || len(n.Own(name)) > 0 || len(n.Own(strings.TrimSuffix(name, fileSuffix))) > 0
}

// isUnder reports whether there is a prefix and a name begins with it.
func (n envNames) isUnder(name string) bool {
	return n.Prefix != "" && strings.HasPrefix(name, n.Prefix+"_")
}

// withoutPrefix returns the part of a name after the prefix, or "". The case of the prefix
// is ignored: a variable with the prefix in lower case is most likely meant for this
// configuration.
func (n envNames) withoutPrefix(name string) string {
	end := len(n.Prefix)
	switch {
	case end == 0:
		return name
	case len(name) < end+1 || name[end] != '_' || !strings.EqualFold(name[:end], n.Prefix):
		return ""
	}
	return name[end+1:]
}

// match returns the leaves that a variable belongs to by its name, and whether it names a
// file.
func (n envNames) match(name string) (leaves []schema.Leaf, file bool) {
	if leaves = n.exact(name); len(leaves) > 0 {
		return leaves, false
	}
	if stem, ok := strings.CutSuffix(name, fileSuffix); ok {
		if leaves = n.exact(stem); len(leaves) > 0 {
			return leaves, true
		}
	}
	if n.Prefix == "" {
		return nil, false
	}
	return folded(n.Variables, n.withoutPrefix(name))
}

// exact returns the leaves that have a name.
func (n envNames) exact(name string) []schema.Leaf {
	leaves := n.Own(name)
	if rest, ok := strings.CutPrefix(name, n.Prefix+"_"); ok && n.Prefix != "" {
		return slices.Concat(leaves, n.Documented(rest))
	} else if n.Prefix == "" {
		return slices.Concat(leaves, n.Documented(name))
	}
	return leaves
}

// folded returns the leaves whose documented name equals name, or name without _FILE,
// ignoring case and "_". file reports the latter.
func folded(v *schema.Variables, name string) (leaves []schema.Leaf, file bool) {
	if leaves = v.Folded(schema.FoldVariable(name)); len(leaves) > 0 {
		return leaves, false
	}
	if n := len(name) - len(fileSuffix); n > 0 && strings.EqualFold(name[n:], fileSuffix) {
		leaves = v.Folded(schema.FoldVariable(name[:n]))
	}
	return leaves, true
}

// isUnambiguous reports whether a variable belongs to only one leaf, and adds a problem if
// not.
func (r *envReader) isUnambiguous(name string, leaves []schema.Leaf) bool {
	if len(leaves) == 1 {
		return true
	}
	p := problem.Problem{Code: "env", Key: leaves[0].Key(), Origin: problem.Origin{Kind: problem.Env, Name: name},
		Message: "it could set " + leaves[0].Key() + " or " + leaves[1].Key(),
		Hint:    "give one of them a name of its own, by an env tag or WithEnvName"}
	if a, b := r.Names(leaves[0].Path)[0], r.Names(leaves[1].Path)[0]; a != b {
		p.Hint = "write " + a + " or " + b
	}
	r.Problems = append(r.Problems, p)
	return false
}

// addVariable adds a variable to those of a leaf.
func (r *envReader) addVariable(leaf schema.Leaf, v variable) {
	key := leaf.Key()
	u := r.byLeaf[key]
	if u == nil {
		u = &leafVariables{leaf: leaf}
		r.byLeaf[key] = u
		r.order = append(r.order, u)
	}
	u.variables = append(u.variables, v)
}

// setLeaf sets a leaf by its variables, or adds the file that one of them names.
func (r *envReader) setLeaf(b *Builder, u *leafVariables) {
	names := r.Names(u.leaf.Path)
	rank := func(v variable) int {
		if i := slices.Index(names, v.name); i >= 0 {
			return i
		}
		return slices.Index(names, strings.TrimSuffix(v.name, fileSuffix))
	}
	slices.SortStableFunc(u.variables, func(a, b variable) int { // other spellings are last
		return cmp.Compare(uint(rank(a)), uint(rank(b)))
	})
	first := u.variables[0]
	for _, v := range u.variables[1:] {
		switch {
		case rank(first) >= 0 && rank(v) > rank(first): // a later one of the leaf's own names
		case v.file == first.file && v.text == first.text && !v.old:
		default:
			r.Problems = append(r.Problems, conflictingVariables(u.leaf.Key(), first, v))
			return
		}
	}
	at := problem.Origin{Kind: problem.Env, Name: first.name}
	if first.old {
		now := names[0]
		if first.file {
			now += fileSuffix
		}
		r.Warnings = append(r.Warnings, oldVariable(u.leaf.Key(), first.name, now))
	}
	if !first.file {
		b.secret = first.secret
		if bad := b.putText(u.leaf.Path, u.leaf.Field.Type, at, first.text); bad != nil {
			r.Problems = append(r.Problems, *bad)
		}
		return
	}
	r.addFile(EnvFile{Variable: first.name, Leaf: u.leaf}, first.text)
}

// oldVariable returns the warning that a variable's name is that of an old key.
func oldVariable(key, name, now string) problem.Problem {
	return problem.Problem{Code: "deprecated", Key: key, Origin: problem.Origin{Kind: problem.Env, Name: name}, Message: "the variable has an old name", Hint: "use " + now}
}

// conflictingVariables returns the problem of two variables for one key.
func conflictingVariables(key string, a, b variable) problem.Problem {
	if a.file != b.file && a.file {
		a, b = b, a
	}
	p := problem.Problem{Code: "env", Key: key, Origin: problem.Origin{Kind: problem.Env, Name: b.name},
		Message: "both " + a.name + " and " + b.name + " are set", Hint: "unset one"}
	if a.file == b.file && a.text != b.text {
		p.Message += ", to different texts"
	}
	return p
}

// addFile adds the file that a variable names.
func (r *envReader) addFile(f EnvFile, text string) {
	path, err := source.Abs(text)
	if err != nil {
		r.Problems = append(r.Problems, problem.Problem{Code: "env", Key: f.Leaf.Key(), Origin: problem.Origin{Kind: problem.Env, Name: f.Variable},
			Message: "the file it names cannot be found: " + err.Error()})
		return
	}
	f.Path = path
	r.Files = append(r.Files, f)
}
