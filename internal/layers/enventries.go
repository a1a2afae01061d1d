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

// EnvEntries are variables that set single entries of maps and items of lists, on top of
// what all lower layers have. Their names begin with that of the map or list and "_":
//
//   - What follows for a list is the index of an item, which exists in the list below, or is
//     its length; that is found out when layers are merged.
//   - What follows for a map is a key: that of lower layers which is the same without regard
//     to case and to all but letters and digits, or else the rest of the name in lower case.
//   - Behind these, where the items or entries are sections, follow "_" and one of the leaves
//     of the section. Of a map's entry it is the longest that leaves a key which lower
//     layers have, or else the longest. Two keys that lower layers have are a problem.
//   - With _FILE behind it, the variable names a file with the value, but not where the
//     entries of a map are single values: there it belongs to the key. A setting called file
//     comes first, unless the key would be a new one and that of the file is there: that is a
//     problem.
//
// A single value in an entry or item is written as for the whole leaf, and there are no
// entries of entries: what is a list or map there is set as a whole.
type EnvEntries struct {
	root  *schema.Type
	all   []*entryVariable
	below keysBelow // the maps whose keys are needed
}

// entryVariable is a variable that sets an entry or item.
type entryVariable struct {
	variable
	shown    string // its name, without what may be a key of a secret map
	in       *container
	index    int       // of a list
	readings []reading // what it may mean, the longest leaf first
	asFile   []reading // and what it would mean if it named a file, where it need not
}

// reading is what the name of a variable may mean.
type reading struct {
	key, fold string       // of a map; the key in lower case, and folded
	leaf      *schema.Leaf // of the section that is the entry; nil if it is none
	file      bool
}

// container is a list or map of which variables set single items or entries.
type container struct {
	leaf  schema.Leaf
	inner *schema.Variables // of the sections in it; nil if there are none

	names   []string // of what is in a section, made when first needed
	suggest *problem.Suggester
}

func (c *container) isMap() bool { return c.leaf.Field.Type.Kind == schema.Map }

// maxIndex bounds the index of an item, far above what an environment can fill.
const maxIndex = 1 << 20

// entry finds what a variable sets that belongs to no leaf, if it is a single entry or
// item. If not, the hint is why not, or "".
func (r *envReader) entry(name string) (hint string, found bool) {
	rest := r.names.rest(name)
	if r.Prefix == "" || rest == "" {
		return "", false
	}
	var cuts []int
	for end := range r.names.cuts(rest) {
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
		v := &entryVariable{variable: variable{name: name, text: r.set[name], old: leaves[0].Old != nil, secret: slices.Contains(r.opts.Secret, name)}, shown: name, in: r.container(leaves[0])}
		if v.in.isMap() && v.in.leaf.Secret {
			v.shown = name[:len(name)-len(rest)+end] + "_" + redact.Hidden
		}
		why, ok := v.read(strings.TrimLeft(rest[end:], "_"))
		if !ok {
			if hint == "" {
				hint = why
			}
			continue
		}
		if r.isOne(v.shown, leaves) {
			r.addEntry(v)
		}
		return "", true
	}
	return hint, false
}

// hasEntries reports whether single entries of a leaf can be set.
func hasEntries(leaf schema.Leaf) bool {
	return leaf.Field.Type.Kind == schema.List || leaf.Field.Type.Kind == schema.Map
}

// cuts returns where names of leaves may end in a name that goes on, as far as the longest
// of them reaches.
func (n envNames) cuts(name string) iter.Seq[int] {
	return func(yield func(int) bool) {
		count := 0 // of what folding leaves
		for i, c := range name {
			switch {
			case unicode.IsLetter(c) || unicode.IsDigit(c):
				if count++; count > n.Longest() {
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

func (r *envReader) container(leaf schema.Leaf) *container {
	key := leaf.Key()
	c := r.containers[key]
	if c == nil {
		c = &container{leaf: leaf, suggest: &r.suggest}
		if elem := leaf.Field.Type.Elem; elem.Kind == schema.Struct {
			c.inner, _ = schema.LeavesOf(elem).Variables("", nil) // which has no env tags to be wrong
		}
		r.containers[key] = c
	}
	return c
}

// read finds out what a variable means by what follows the name of its list or map. If it
// means nothing, the hint is how it would.
func (v *entryVariable) read(rest string) (hint string, ok bool) {
	if v.in.isMap() {
		return v.readKey(rest)
	}
	digits, after, more := strings.Cut(rest, "_")
	index, err := strconv.Atoi(digits)
	if err != nil || index < 0 || index > maxIndex || digits != strconv.Itoa(index) {
		return "an item of " + v.in.leaf.Key() + " is set by its index, such as 0", false
	}
	v.index = index
	switch {
	case v.in.inner != nil:
		if v.readings = v.in.leaves("", "", after); len(v.readings) == 0 {
			return v.in.hint(after), false
		}
	case !more:
		v.readings = []reading{{}}
	case strings.EqualFold("_"+after, fileSuffix):
		v.readings = []reading{{file: true}}
	}
	return "", v.setFile()
}

// readKey is read for a map.
func (v *entryVariable) readKey(rest string) (hint string, ok bool) {
	if v.in.inner == nil {
		r := reading{key: strings.ToLower(rest), fold: schema.FoldVariable(rest)}
		v.readings = []reading{r}
		return "", r.fold != ""
	}
	longest := v.in.inner.Longest() + len(fileSuffix)
	count := 0
	for i := len(rest) - 1; i > 0 && count <= longest; i-- {
		if rest[i] != '_' {
			count++
			continue
		}
		if i+1 < len(rest) && rest[i+1] != '_' {
			key := strings.TrimRight(rest[:i], "_")
			if fold := schema.FoldVariable(key); fold != "" {
				v.readings = append(v.readings, v.in.leaves(strings.ToLower(key), fold, rest[i+1:])...)
			}
		}
	}
	if len(v.readings) == 0 {
		return v.in.hint(""), false
	}
	slices.Reverse(v.readings)
	for _, r := range v.readings {
		if r.file {
			v.asFile = append(v.asFile, r)
		}
	}
	if len(v.asFile) < len(v.readings) {
		v.readings = slices.DeleteFunc(v.readings, func(r reading) bool { return r.file })
	}
	return "", v.setFile()
}

// leaves returns the readings in which a name is that of a leaf of a section.
func (c *container) leaves(key, fold, name string) (all []reading) {
	found, file := c.inner.Documented(name), false
	if stem, ok := strings.CutSuffix(name, fileSuffix); ok && len(found) == 0 {
		found, file = c.inner.Documented(stem), true
	}
	if len(found) == 0 {
		found, file = folded(c.inner, name)
	}
	for i := range found {
		all = append(all, reading{key, fold, &found[i], file})
	}
	return all
}

// setFile notes whether the variable names a file, and reports whether it means anything.
func (v *entryVariable) setFile() bool {
	if len(v.readings) > 0 {
		v.file = v.readings[0].file
	}
	return len(v.readings) > 0
}

// hint is how the name of a variable for something in an item or entry ends, where it ends
// in name, as far as that is known.
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
	if v.file && v.text == "" { // it names none
		return
	}
	if r.Entries == nil {
		r.Entries = &EnvEntries{root: r.root}
	}
	if v.file {
		r.file(EnvFile{Variable: v.shown, Leaf: v.in.leaf, entry: v}, v.text)
	}
	r.Entries.all = append(r.Entries.all, v)
	if v.old = v.old || slices.ContainsFunc(v.readings, func(r reading) bool { return r.leaf != nil && r.leaf.Old != nil }); v.old {
		r.Warnings = append(r.Warnings, oldVariable(v.in.leaf.Key(), v.shown, "that of the key as it is now"))
	}
	if v.in.isMap() {
		r.Entries.below.add(r.root, v.in)
	}
}
