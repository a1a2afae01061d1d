package config

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"example.com/lastgood/internal/describe"
	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
)

// AddFlags adds a flag for each key of T that has a value to a flag set, so that keys, defaults
// and descriptions are defined once, in the type. [WithFlags] reads them from the same set:
//
//	if err := config.AddFlags[Config](cmd.Flags()); err != nil { ... }
//
// The name of a flag is its key, such as --server.addr, unless [WithFlagKey] sets another. Its
// usage is the desc tag, and its default that of the type. A flag that is not given sets
// nothing. The values are checked when the command line is parsed: a wrong one is an error of
// Parse. A flag for a bool needs no value. A flag for a list takes "a,b" or JSON, one for a map
// "k=v,k2=v2" or JSON, and both can be repeated; one for another composite value takes JSON.
// Secrets have no flags, because other processes can read the command line. Old keys have
// hidden flags.
//
// To offer only some flags, add them to a separate set, and pass flags of that to the AddFlag
// method of the command's set. The options are those of [Load]; nothing is read.
//
// It is an error if the set is nil, if T cannot be a configuration, if an option has a fault,
// or if the set has a flag of the same name. In that case, no flag is added.
func AddFlags[T any](flags *pflag.FlagSet, opts ...Option) error {
	if flags == nil {
		return errors.New("config: AddFlags: the flag set is nil")
	}
	created, err := isolated(context.Background(), nil, func(context.Context) ([]*pflag.Flag, error) {
		o, err := newOptions(opts)
		if err != nil {
			return nil, err
		}
		s, err := subjectOf[T](o)
		if err != nil {
			return nil, err
		}
		return o.newFlags(s)
	})
	if err != nil {
		return err
	}
	var added pflag.FlagSet // finds names that the set normalizes to the same
	added.SetNormalizeFunc(flags.GetNormalizeFunc())
	for _, f := range created {
		if existing := cmp.Or(flags.Lookup(f.Name), added.Lookup(f.Name)); existing != nil && f.Hidden {
			continue // an old name
		} else if existing != nil {
			return fmt.Errorf("config: AddFlags: existing is a flag --%s already; name that of %s with WithFlagKey", existing.Name, f.Annotations[flagAnnotation][0])
		}
		added.AddFlag(f)
	}
	flags.AddFlagSet(&added)
	return nil
}

// newFlags returns the flags for the keys of a type, in the order of its fields.
func (o *options) newFlags(s describe.Subject) ([]*pflag.Flag, error) {
	names := map[string][]string{} // by key
	root := s.Loader.Schema()
	leaves := root.Leaves
	for _, name := range slices.Sorted(maps.Keys(o.flagKeys)) {
		key := o.flagKeys[name]
		if key == layers.NoKey { // not a setting
			continue
		}
		if leaf, ok := leaves.Key(key); ok {
			names[leaf.Key()] = append(names[leaf.Key()], name)
			continue
		}
		hint := ""
		if near := problem.Suggest(key, leaves.Keys()); near != "" {
			hint = "; did you mean " + near + "?"
		}
		return nil, fmt.Errorf("config: AddFlags: WithFlagKey(%q, %q): existing is no such key%s", name, key, hint)
	}
	described := map[string]describe.Variable{}
	for _, v := range s.Leaves() {
		described[v.Key] = v
	}
	taken := map[string]bool{}
	for _, leaf := range leaves.All() {
		key := leaf.Key()
		if names[key] == nil {
			names[key] = []string{key}
		}
		for _, name := range names[key] {
			taken[name] = true
		}
	}
	var all []*pflag.Flag
	for _, leaf := range slices.Concat(leaves.All(), leaves.Old()) {
		key, v := leaf.AsWritten().String(), described[leaf.Key()]
		if leaf.Secret || leaf.Field.Hidden || leaf.Field.Type.Secrets || leaf.Old != nil && taken[key] {
			continue
		}
		if leaf.Old != nil {
			names[key] = []string{key}
		}
		for _, name := range names[key] {
			if name == "" || name[0] == '-' || strings.ContainsAny(name, "= \t\n") {
				return nil, fmt.Errorf("config: AddFlags: %q cannot be the name of a flag; give %s another with WithFlagKey", name, key)
			}
			value := newLeafFlag(root.Go, leaf.Field.Type, v.Default, func(text string) (*document.Node, error) { return s.Loader.ParseText(leaf, text) })
			f := &pflag.Flag{Name: name, Usage: v.Description, Value: value, Hidden: leaf.Old != nil, Annotations: map[string][]string{flagAnnotation: {key}}}
			if v.Default != nil && value.def != "[]" {
				f.DefValue = value.def
			}
			if value.kind == "bool" {
				f.NoOptDefVal = "true"
			}
			all = append(all, f)
		}
	}
	return all, nil
}
