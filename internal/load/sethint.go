package load

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// hints finds the ways to set a value that the options offer.
type hints struct {
	schema    *schema.Type
	places    []Place
	variables *schema.Variables        // nil if none are read
	flagNames func() map[string]string // by key; cached
}

// setHint returns a hint how to set the value at p, with all ways there are. line is the hint
// for a configuration file, "" if there is none.
func (h *hints) setHint(p keypath.Path, line string) string {
	var ways []string
	if line != "" {
		ways = append(ways, line)
	}
	name := func(name string) {
		if len(ways) == 0 {
			name = "set " + name
		}
		ways = append(ways, name)
	}
	if leaf, rest := h.firstLeaf(p); leaf != nil && h.schema.Mask(p).String() == p.String() { // keys of a secret map are not shown
		if variable := h.variable(leaf, rest); variable != "" {
			name(variable)
		}
		if flag := h.flagNames()[leaf.String()]; flag != "" && rest == nil {
			name("--" + flag)
		}
		if file := h.keyFile(leaf.Join(rest)); file != "" {
			ways = append(ways, "add the file "+file)
		}
	}
	return strings.Join(ways, " or ")
}

// firstLeaf returns the path of the leaf at or above p, and the rest of p below the leaf. If p
// is a section, it returns the first leaf in the section that a variable, flag or key file can
// set.
func (h *hints) firstLeaf(p keypath.Path) (leaf, rest keypath.Path) {
	t := h.schema.At(p)
	if t == nil {
		return nil, nil
	}
	if t.Kind == schema.Struct {
		inner := h.firstLeafIn(t, p, nil)
		if inner == nil {
			return nil, nil
		}
		p = inner
	}
	for i, s := range p {
		if !s.IsKey || s.Data {
			return p[:i], p[i:]
		}
	}
	return p, nil
}

// firstLeafIn returns the path of the first leaf in a section, or nil. around are the types of
// the sections above, so that a recursive type ends.
func (h *hints) firstLeafIn(t *schema.Type, p keypath.Path, around []*schema.Type) keypath.Path {
	if slices.Contains(around, t) {
		return nil
	}
	for _, f := range t.Fields {
		at := p.Child(keypath.Field(f.Key))
		if f.Type.Kind == schema.Struct {
			if at = h.firstLeafIn(f.Type, at, append(around, t)); at != nil {
				return at
			}
		} else if h.variables == nil || !p.OnlyFields() || len(h.variables.Names(at)) > 0 {
			return at
		}
	}
	return nil
}

// variable returns the name of the variable for a leaf, or for the value at rest below it, or
// "" if there is none.
func (h *hints) variable(leaf, rest keypath.Path) string {
	if h.variables == nil {
		return ""
	}
	names := h.variables.Names(leaf)
	switch {
	case len(names) == 0:
		return ""
	case len(rest) == 0:
		return names[0]
	case h.variables.HasOwn(leaf) || h.variables.Prefix == "" || !rest[1:].OnlyFields():
		return ""
	case !rest[0].IsKey:
		return schema.EnvName(names[0]+"_"+strconv.Itoa(rest[0].Index), rest[1:])
	}
	return schema.EnvName(names[0], rest)
}

// keyFile returns the path of the file that would set the value at p, in the highest
// key-per-file directory, or "".
func (h *hints) keyFile(p keypath.Path) string {
	if slices.ContainsFunc(p, func(s keypath.Step) bool { return !s.IsKey }) {
		return ""
	}
	for _, place := range slices.Backward(h.places) {
		if n := len(place.under); place.Kind == problem.KeyFile && len(p) > n && slices.Equal(p[:n], place.under) {
			return filepath.Join(place.Path, p[n:].String())
		}
	}
	return ""
}

// hasFiles reports whether a configuration file can set a value.
func (h *hints) hasFiles() bool {
	return slices.ContainsFunc(h.places, func(p Place) bool { return p.Kind == problem.File && !p.Given })
}

// namesOfFlags returns the names of flags by the keys that they set.
func namesOfFlags(t *schema.Type, flags []layers.Flag) map[string]string {
	byKey := make(map[string]string, len(flags))
	for _, flag := range flags {
		if flag.Key == layers.NoKey {
			continue
		}
		leaf, ok := t.Leaves.Key(cmp.Or(flag.Key, flag.Name))
		if ok && leaf.Old != nil { // another flag may have the present name
			continue
		}
		if near := t.Leaves.MatchName(flag.Name); !ok && flag.Key == "" && len(near) == 1 {
			leaf, ok = near[0], true
		}
		if ok {
			byKey[leaf.Key()] = flag.Name
		}
	}
	return byKey
}
