package configcli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/load"
	objects "example.com/lastgood/internal/manifest"
	"example.com/lastgood/internal/override"
	"example.com/lastgood/internal/source"
)

// target is one configuration to judge.
type target struct {
	name   string            // what to call it, or ""
	places []source.Place    // to read; none for those of the service
	names  map[string]string // what to call files, by their absolute path
	file   string            // the manifest that the entries are from
	from   []*entry

	variables fromSecrets // that the pods have
	environ   []string    // the same
}

// input is a file that was given.
type input struct {
	name string // what to call it
	path string // "" for the standard input
	as   string // what the standard input would be called as a file
	data []byte // nil if it cannot be a manifest
}

// stdin is how users name the standard input.
const stdin = "-"

// selection is what to check.
type selection struct {
	files, keys, names []string
	variables          []string         // names of those that the service reads
	formats            override.Formats // of files that it reads
}

// newTargets sorts out what files are, and returns what is wrong with manifests
// themselves.
func newTargets(cmd *cobra.Command, s selection) (targets []target, manifests []checked, _ error) {
	var plain target
	for i, file := range s.files {
		if file == stdin && slices.Contains(s.files[:i], stdin) {
			return nil, nil, usageError{cmd, errors.New("the standard input can be given once")}
		}
		in, err := newInput(cmd.InOrStdin(), file, s.formats)
		if err != nil {
			return nil, nil, err
		}
		if m, ok := newManifest(near(config.Origin{Name: in.name}), in.data); ok {
			found, err := m.targets(cmd, s)
			if err != nil {
				return nil, nil, err
			}
			targets = append(targets, found...)
			if len(m.problems) > 0 {
				manifests = append(manifests, checked{name: m.name, problems: m.problems})
			}
			continue
		}
		if err := plain.add(in); err != nil {
			return nil, nil, err
		}
	}
	if len(s.files) == 0 || len(plain.places) > 0 {
		for flag, values := range map[string][]string{"--key": s.keys, "--name": s.names} {
			if len(values) > 0 {
				return nil, nil, usageError{cmd, errors.New(flag + " is for files with ConfigMaps")}
			}
		}
		targets = append([]target{plain}, targets...)
	}
	return targets, manifests, nil
}

func newInput(standard io.Reader, file string, formats override.Formats) (input, error) {
	if file != stdin {
		return input{name: file, path: file, data: readManifest(file)}, nil
	}
	data, err := io.ReadAll(io.LimitReader(standard, maxManifest+1))
	if err == nil && len(data) > maxManifest {
		err = fmt.Errorf("more than %d bytes", maxManifest)
	}
	if err != nil {
		return input{}, fmt.Errorf("stdin: %w", err)
	}
	return input{name: "stdin", as: "stdin." + cmp.Or(formats.Default, "yaml"), data: data}, nil
}

// maxManifest bounds what is looked at for ConfigMaps: a stream of manifests can be
// larger than any configuration.
const maxManifest = 64 << 20

// readManifest returns the content of a file that can be a manifest. What is wrong
// with any other is for the check to say.
func readManifest(path string) []byte {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxManifest || strings.EqualFold(filepath.Ext(path), ".toml") {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return data
}

// add adds a layer.
func (t *target) add(in input) error {
	place := source.Place{Path: in.name, Content: &source.Content{Name: in.as, Data: in.data, Dry: true}}
	if in.path != "" {
		abs, err := source.Abs(in.path)
		if err != nil {
			return err
		}
		place = source.Place{Path: abs}
		if t.names == nil {
			t.names = map[string]string{}
		}
		t.names[abs] = in.name
	}
	t.places = append(t.places, place)
	t.name = strings.TrimPrefix(t.name+", "+in.name, ", ")
	return nil
}

// targets makes a target of each ConfigMap that holds a configuration, and of each
// Secret that has one of the keys.
func (m *manifest) targets(cmd *cobra.Command, s selection) ([]target, error) {
	var targets []target
	var others, names []string // keys and names of ConfigMaps that are not chosen
	size := 0
	for _, o := range m.objects {
		if len(s.names) > 0 && !slices.Contains(s.names, o.name) {
			if o.kind == "ConfigMap" {
				names = append(names, o.name)
			}
			continue
		}
		chosen, err := o.choose(s)
		if err != nil {
			return nil, usageError{cmd, fmt.Errorf("%s: %w", m.name, err)}
		}
		if len(chosen) == 0 {
			others = append(others, o.others()...)
			continue
		}
		t := target{name: fmt.Sprintf("%s: %s %s", m.name, o.kind, o.name), file: m.name, from: chosen}
		for _, e := range chosen {
			if size += len(e.text); size > maxManifest { // only by aliases
				return nil, fmt.Errorf("%q: more than %d bytes", m.name, maxManifest)
			}
			place, err := m.document(e)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", m.name, err)
			}
			t.places = append(t.places, place)
		}
		t.variables = m.fromSecrets(o, s.variables)
		if t.environ, err = t.variables.environ(); err != nil {
			return nil, fmt.Errorf("%q: %w", m.name, err)
		}
		targets = append(targets, t)
	}
	if len(targets) == 0 && len(m.problems) == 0 {
		return nil, usageError{cmd, fmt.Errorf("%s: %s", m.name, s.nothing(others, names))}
	}
	return targets, nil
}

// others returns the keys of a ConfigMap.
func (o *object) others() (keys []string) {
	for _, e := range o.entries {
		if o.kind == "ConfigMap" {
			keys = append(keys, e.key)
		}
	}
	return keys
}

// nothing is the error where there is no configuration to check: there are ConfigMaps with these keys,
// and others with these names.
func (s selection) nothing(keys, names []string) string {
	switch {
	case len(s.names) > 0 && len(keys) == 0:
		return "no ConfigMap is named " + strings.Join(s.names, " or ") + thereIs(names)
	case len(s.keys) > 0:
		return "no ConfigMap has a key " + strings.Join(s.keys, " or ") + ", so that a pod finds no such file" + thereIs(keys)
	}
	return "no ConfigMap has a key that ends in " + load.ListExtensions(s.formats.Extensions) + "; name one with --key" + thereIs(keys)
}

// thereIs lists the first of what there is.
func thereIs(all []string) string {
	const most = 10
	if n := len(all); n > most {
		all = append(all[:most:most], fmt.Sprintf("%d more", n-most))
	}
	if len(all) == 0 {
		return ""
	}
	return "; there is " + strings.Join(all, ", ")
}

// choose returns the entries with the given keys, or else the only one of a ConfigMap
// whose name is that of a configuration file. What is in Secrets is often something
// else, and judged only if it is asked for.
func (o *object) choose(s selection) ([]*entry, error) {
	if o.kind != "ConfigMap" && len(s.keys) == 0 {
		return nil, nil
	}
	var all []string
	for _, e := range o.entries {
		all = append(all, e.key)
	}
	var chosen []*entry
	for _, key := range objects.Choose(all, s.keys, s.formats.Extensions) {
		chosen = append(chosen, o.byKey[key])
	}
	if len(chosen) > 1 && len(s.keys) == 0 {
		return nil, fmt.Errorf("the ConfigMap %s has %s and %s; say with --key which to check", o.name, chosen[0].key, chosen[1].key)
	}
	return chosen, nil
}

// place tells where a problem is in what the user gave.
func (t target) place(p config.Problem) config.Problem {
	if e := t.variables[p.Origin.Name]; e != nil && p.Origin.Kind == config.OriginEnv {
		p.Origin = config.Origin{Kind: config.OriginFile, Name: t.file, Line: e.line, Column: e.column}
		return p
	}
	if p.Origin.Kind == config.OriginFile {
		for _, e := range t.from {
			p = e.locate(p, t.file)
		}
	}
	if name, given := t.names[p.Origin.Name]; given {
		p.Origin.Name = name
	} else {
		p.Origin.Name = near(p.Origin)
	}
	return p
}

// near returns the name of an origin: of a file below the working directory, the path
// from there, which is shorter, and what annotations of a repository need. Below the root,
// where a container works, it stays as it is.
func near(o config.Origin) string {
	if !filepath.IsAbs(o.Name) || strings.Contains(o.Name, "..") { // which may be behind a link
		return o.Name
	}
	if wd, err := os.Getwd(); err == nil && filepath.Dir(wd) != wd {
		if rel, err := filepath.Rel(wd, o.Name); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return o.Name
}
