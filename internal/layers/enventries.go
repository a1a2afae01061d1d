package layers

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/schema"
)

// EnvEntries are variables that set single entries of maps and items of lists, above the
// values of all lower layers. Their names begin with the name of the map or list and "_":
//
//   - For a list, the index of an item follows, which exists in the list below or is its
//     length; the merge checks that.
//   - For a map, a key follows: the key of lower layers that is the same, ignoring case and
//     everything but letters and digits, or else the rest of the name in lower case.
//   - If the items or entries are sections, "_" and one of the leaves of the section follow.
//     For a map's entry it is the longest leaf that leaves a key which lower layers have, or
//     else the longest. If lower layers have two such keys, that is a problem.
//   - With _FILE at its end, the variable names a file with the value, except where the
//     entries of a map are single values: there it belongs to the key. A setting called file
//     takes precedence. It is a problem if its key would be new while the key for the file
//     exists.
//
// The text for an entry or item has the same syntax as for a whole leaf. A list or map in an
// entry can only be set as a whole.
type EnvEntries struct {
	root   *schema.Type
	all    []*entryVariable
	needed neededMaps // the maps whose existing keys are needed
}

// entryVariable is a variable that sets an entry or item.
type entryVariable struct {
	variable
	masked       string // its name, without what may be a key of a secret map
	in           *container
	index        int       // for a list
	meanings     []meaning // what it may set, the longest leaf first
	fileMeanings []meaning // what it may set if it names a file, where that is not the only possibility
}

// meaning is what the name of a variable may refer to.
type meaning struct {
	key, fold string       // for a map: the key in lower case, and folded
	leaf      *schema.Leaf // of the section that the entry is; nil if it is none
	file      bool
}

// container is a list or map whose items or entries variables set.
type container struct {
	leaf  schema.Leaf
	inner *schema.Variables // of the sections in it; nil if there are none

	names   []string // of the settings in a section; built on first use
	suggest *problem.Suggester
}

func (c *container) isMap() bool { return c.leaf.Field.Type.Kind == schema.Map }

// maxIndex bounds the index of an item. It is far above what an environment can fill.
const maxIndex = 1 << 20

// findEntry finds the entry or item that a variable sets, if it belongs to no leaf. If it
// sets none, hint is the reason, or "".
func (r *envReader) findEntry(name string) (hint string, found bool) {
	rest := r.names.withoutPrefix(name)
	if r.Prefix == "" || rest == "" {
		return "", false
	}
	var cuts []int
	for end := range r.names.ends(rest) {
		cuts = append(cuts, end)
	}
	for _, end := range slices.Backward(cuts) {
		leaves := r.Documented(rest[:end])
		if len(leaves) == 0 {
			leaves = r.Folded(schema.FoldVariable(rest[:end]))
		}
		leaves = slices.DeleteFunc(slices.Clone(leaves), func(l schema.Leaf) bool { return !hasEntries(l) })
		if len(leaves) == 0 {
			continue
		}
		v := &entryVariable{variable: variable{name: name, text: r.set[name], old: leaves[0].Old != nil, secret: slices.Contains(r.opts.Secret, name)}, masked: name, in: r.container(leaves[0])}
		if v.in.isMap() && v.in.leaf.Secret {
			v.masked = name[:len(name)-len(rest)+end] + "_" + redact.Hidden
		}
		why, ok := v.parse(strings.TrimLeft(rest[end:], "_"))
		if !ok {
			if hint == "" {
				hint = why
			}
			continue
		}
		if r.isUnambiguous(v.masked, leaves) {
			r.addEntry(v)
		}
		return "", true
	}
	return hint, false
}

// hasEntries reports whether a leaf has entries or items that can be set alone.
func hasEntries(leaf schema.Leaf) bool {
	return leaf.Field.Type.Kind == schema.List || leaf.Field.Type.Kind == schema.Map
}

// ends returns the indexes in a name at which the name of a leaf may end and more follows.
func (n envNames) ends(name string) iter.Seq[int] {
	return func(yield func(int) bool) {
		count := 0 // letters and digits, which folding keeps
		for i, c := range name {
			switch {
			case unicode.IsLetter(c) || unicode.IsDigit(c):
				if count++; count > n.MaxLength() {
					return
				}
			case c == '_' && i > 0 && name[i-1] != '_' && i+1 < len(name):
				if !yield(i) {
					return
				}
			}
		}
	}
}

// container returns the container for a leaf, which all its variables share.
func (r *envReader) container(leaf schema.Leaf) *container {
	key := leaf.Key()
	c := r.containers[key]
	if c == nil {
		c = &container{leaf: leaf, suggest: &r.suggest}
		if elem := leaf.Field.Type.Elem; elem.Kind == schema.Struct {
			c.inner, _ = schema.LeavesOf(elem).Variables("", nil) // no env tags, so no faults
		}
		r.containers[key] = c
	}
	return c
}

// parse finds the meanings of a variable from the part of its name after that of its list
// or map. If there are none, hint is what the name should be.
func (v *entryVariable) parse(rest string) (hint string, ok bool) {
	if v.in.isMap() {
		return v.parseKey(rest)
	}
	digits, after, more := strings.Cut(rest, "_")
	index, err := strconv.Atoi(digits)
	if err != nil || index < 0 || index > maxIndex || digits != strconv.Itoa(index) {
		return "an item of " + v.in.leaf.Key() + " is set by its index, such as 0", false
	}
	v.index = index
	switch {
	case v.in.inner != nil:
		if v.meanings = v.in.meanings("", "", after); len(v.meanings) == 0 {
			return v.in.hint(after), false
		}
	case !more:
		v.meanings = []meaning{{}}
	case strings.EqualFold("_"+after, fileSuffix):
		v.meanings = []meaning{{file: true}}
	}
	return "", v.setFile()
}

// parseKey is parse for a map.
func (v *entryVariable) parseKey(rest string) (hint string, ok bool) {
	if v.in.inner == nil {
		r := meaning{key: strings.ToLower(rest), fold: schema.FoldVariable(rest)}
		v.meanings = []meaning{r}
		return "", r.fold != ""
	}
	longest := v.in.inner.MaxLength() + len(fileSuffix)
	count := 0
	for i := len(rest) - 1; i > 0 && count <= longest; i-- {
		if rest[i] != '_' {
			count++
			continue
		}
		if i+1 < len(rest) && rest[i+1] != '_' {
			key := strings.TrimRight(rest[:i], "_")
			if fold := schema.FoldVariable(key); fold != "" {
				v.meanings = append(v.meanings, v.in.meanings(strings.ToLower(key), fold, rest[i+1:])...)
			}
		}
	}
	if len(v.meanings) == 0 {
		return v.in.hint(""), false
	}
	slices.Reverse(v.meanings)
	for _, r := range v.meanings {
		if r.file {
			v.fileMeanings = append(v.fileMeanings, r)
		}
	}
	if len(v.fileMeanings) < len(v.meanings) {
		v.meanings = slices.DeleteFunc(v.meanings, func(r meaning) bool { return r.file })
	}
	return "", v.setFile()
}

// meanings returns the meanings in which name is the name of a leaf of a section.
func (c *container) meanings(key, fold, name string) (all []meaning) {
	found, file := c.inner.Documented(name), false
	if stem, ok := strings.CutSuffix(name, fileSuffix); ok && len(found) == 0 {
		found, file = c.inner.Documented(stem), true
	}
	if len(found) == 0 {
		found, file = folded(c.inner, name)
	}
	for i := range found {
		all = append(all, meaning{key, fold, &found[i], file})
	}
	return all
}

// setFile sets whether the variable names a file, and reports whether it has a meaning.
func (v *entryVariable) setFile() bool {
	if len(v.meanings) > 0 {
		v.file = v.meanings[0].file
	}
	return len(v.meanings) > 0
}

// hint returns the hint how the name of a variable for an item or entry should end, where
// it ends in name.
func (c *container) hint(name string) string {
	if c.names == nil {
		c.names = c.inner.All()
	}
	switch near := c.suggest.Suggest(name, func() []string { return c.names }); {
	case near != "":
		return "did you mean " + near + " at its end?"
	case len(c.names) == 0:
		return ""
	case c.isMap():
		return "what follows the key must be one of its settings, such as " + c.names[0]
	}
	return "what follows the index must be one of the item's settings, such as " + c.names[0]
}

// addEntry adds a variable that sets an entry.
func (r *envReader) addEntry(v *entryVariable) {
	if v.file && v.text == "" { // no path
		return
	}
	if r.Entries == nil {
		r.Entries = &EnvEntries{root: r.root}
	}
	if v.file {
		r.addFile(EnvFile{Variable: v.masked, Leaf: v.in.leaf, entry: v}, v.text)
	}
	r.Entries.all = append(r.Entries.all, v)
	if v.old = v.old || slices.ContainsFunc(v.meanings, func(r meaning) bool { return r.leaf != nil && r.leaf.Old != nil }); v.old {
		r.Warnings = append(r.Warnings, oldVariable(v.in.leaf.Key(), v.masked, "that of the key as it is now"))
	}
	if v.in.isMap() {
		r.Entries.needed.add(r.root, v.in)
	}
}
