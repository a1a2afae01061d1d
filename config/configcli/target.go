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

// target is one configuration to check.
type target struct {
	name      string            // in the output, or ""
	documents []source.Place    // its layers; none for those of the service
	names     map[string]string // of files in the output, by their absolute path
	manifest  string            // the file that the entries are from
	entries   []*entry

	variables secretVariables // of the pods
	environ   []string        // the same, as NAME=value
}

// input is a file that was given as an argument.
type input struct {
	name     string // in the output
	path     string // "" for the standard input
	fileName string // of the standard input, for its format
	data     []byte // nil if it cannot be a manifest
}

// stdin is the argument that means the standard input.
const stdin = "-"

// selection is what to check.
type selection struct {
	files, keys, names []string
	variables          []string         // names of those that the service reads
	formats            override.Formats // of the service's files
}

// newTargets returns the configurations that the files contain, and the problems of manifests
// themselves. All plain files are the layers of one configuration.
func newTargets(cmd *cobra.Command, s selection) (targets []target, manifests []result, _ error) {
	var plain target
	for i, file := range s.files {
		if file == stdin && slices.Contains(s.files[:i], stdin) {
			return nil, nil, usageError{cmd, errors.New("the standard input can be given once")}
		}
		in, err := newInput(cmd.InOrStdin(), file, s.formats)
		if err != nil {
			return nil, nil, err
		}
		if m, ok := newManifest(shortName(config.Origin{Name: in.name}), in.data); ok {
			ofManifest, err := m.targets(cmd, s)
			if err != nil {
				return nil, nil, err
			}
			targets = append(targets, ofManifest...)
			if len(m.problems) > 0 {
				manifests = append(manifests, result{name: m.name, problems: m.problems})
			}
			continue
		}
		if err := plain.add(in); err != nil {
			return nil, nil, err
		}
	}
	if len(s.files) == 0 || len(plain.documents) > 0 {
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
	return input{name: "stdin", fileName: "stdin." + cmp.Or(formats.Default, "yaml"), data: data}, nil
}

// maxManifest is the size in bytes up to which a file is searched for ConfigMaps. It is above
// config.DefaultMaxSize, because a manifest can contain many.
const maxManifest = 64 << 20

// readManifest returns the content of a file that can be a manifest, or nil. The check of the
// file reports why it cannot be read.
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

// add adds a file as the highest layer.
func (t *target) add(in input) error {
	place := source.Place{Path: in.name, Content: &source.Content{Name: in.fileName, Data: in.data, Dry: true}}
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
	t.documents = append(t.documents, place)
	t.name = strings.TrimPrefix(t.name+", "+in.name, ", ")
	return nil
}

// targets returns a target for each ConfigMap with a configuration, and for each Secret with
// one of the selected keys. It is a usage error if there is none.
func (m *manifest) targets(cmd *cobra.Command, s selection) ([]target, error) {
	var targets []target
	var others, names []string // keys and names of ConfigMaps that are not selected
	size := 0
	for _, o := range m.objects {
		if len(s.names) > 0 && !slices.Contains(s.names, o.name) {
			if o.kind == "ConfigMap" {
				names = append(names, o.name)
			}
			continue
		}
		selected, err := o.choose(s)
		if err != nil {
			return nil, usageError{cmd, fmt.Errorf("%s: %w", m.name, err)}
		}
		if len(selected) == 0 {
			others = append(others, o.configKeys()...)
			continue
		}
		t := target{name: fmt.Sprintf("%s: %s %s", m.name, o.kind, o.name), manifest: m.name, entries: selected}
		for _, e := range selected {
			if size += len(e.text); size > maxManifest { // by aliases
				return nil, fmt.Errorf("%q: more than %d bytes", m.name, maxManifest)
			}
			document, err := m.document(e)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", m.name, err)
			}
			t.documents = append(t.documents, document)
		}
		t.variables = m.secretVariables(o, s.variables)
		if t.environ, err = t.variables.environ(); err != nil {
			return nil, fmt.Errorf("%q: %w", m.name, err)
		}
		targets = append(targets, t)
	}
	if len(targets) == 0 && len(m.problems) == 0 {
		return nil, usageError{cmd, fmt.Errorf("%s: %s", m.name, s.noMatch(others, names))}
	}
	return targets, nil
}

// configKeys returns the keys of a ConfigMap; none for a Secret.
func (o *object) configKeys() (keys []string) {
	for _, e := range o.entries {
		if o.kind == "ConfigMap" {
			keys = append(keys, e.key)
		}
	}
	return keys
}

// noMatch returns the error text if no object has a selected key or name. keys and names are those
// that exist.
func (s selection) noMatch(keys, names []string) string {
	switch {
	case len(s.names) > 0 && len(keys) == 0:
		return "no ConfigMap is named " + strings.Join(s.names, " or ") + existing(names)
	case len(s.keys) > 0:
		return "no ConfigMap has a key " + strings.Join(s.keys, " or ") + ", so that a pod finds no such file" + existing(keys)
	}
	return "no ConfigMap has a key that ends in " + load.ListExtensions(s.formats.Extensions) + "; name one with --key" + existing(keys)
}

// existing lists the first of all keys or names.
func existing(all []string) string {
	const maxListed = 10
	if n := len(all); n > maxListed {
		all = append(all[:maxListed:maxListed], fmt.Sprintf("%d more", n-maxListed))
	}
	if len(all) == 0 {
		return ""
	}
	return "; there is " + strings.Join(all, ", ")
}

// choose returns the entries with the selected keys, or else the only entry of a ConfigMap whose
// key has the extension of a configuration file. Secrets often contain other things, so their
// keys must be selected.
func (o *object) choose(s selection) ([]*entry, error) {
	if o.kind != "ConfigMap" && len(s.keys) == 0 {
		return nil, nil
	}
	var all []string
	for _, e := range o.entries {
		all = append(all, e.key)
	}
	var selected []*entry
	for _, key := range objects.Choose(all, s.keys, s.formats.Extensions) {
		selected = append(selected, o.byKey[key])
	}
	if len(selected) > 1 && len(s.keys) == 0 {
		return nil, fmt.Errorf("the ConfigMap %s has %s and %s; say with --key which to check", o.name, selected[0].key, selected[1].key)
	}
	return selected, nil
}

// locate returns a problem with its place in the file that the user gave.
func (t target) locate(p config.Problem) config.Problem {
	if e := t.variables[p.Origin.Name]; e != nil && p.Origin.Kind == config.OriginEnv {
		p.Origin = config.Origin{Kind: config.OriginFile, Name: t.manifest, Line: e.line, Column: e.column}
		return p
	}
	if p.Origin.Kind == config.OriginFile {
		for _, e := range t.entries {
			p = e.locate(p, t.manifest)
		}
	}
	if name, ok := t.names[p.Origin.Name]; ok {
		p.Origin.Name = name
	} else {
		p.Origin.Name = shortName(p.Origin)
	}
	return p
}

// shortName returns the name of an origin. A file below the working directory has its relative
// path, which is shorter and which annotations of a repository need, unless the working directory
// is the root, as in a container.
func shortName(o config.Origin) string {
	if !filepath.IsAbs(o.Name) || strings.Contains(o.Name, "..") { // ".." can follow a link
		return o.Name
	}
	if wd, err := os.Getwd(); err == nil && filepath.Dir(wd) != wd {
		if rel, err := filepath.Rel(wd, o.Name); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return o.Name
}
