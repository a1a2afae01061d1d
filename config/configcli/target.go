package configcli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/source"
)

// target is one configuration to judge.
type target struct {
	name  string            // what to call it, or ""
	files []string          // to read; none for those of the service
	names map[string]string // what to call files, by their absolute path
	from  *configMap        // whose data the file holds, or nil
}

// input is a file that was given.
type input struct {
	name string // what to call it
	path string
	data []byte // nil if it cannot be a manifest
}

// stdin is how users name the standard input.
const stdin = "-"

// newTargets sorts out what files are. What is not on disk as such is written to tmp.
func newTargets(cmd *cobra.Command, tmp string, files, keys []string) ([]target, error) {
	plain := target{names: map[string]string{}}
	var targets []target
	for _, file := range files {
		in, err := newInput(cmd.InOrStdin(), tmp, file)
		if err != nil {
			return nil, err
		}
		if found, manifest := configMaps(in); manifest {
			made, err := mapTargets(cmd, tmp, found, keys)
			if err != nil {
				return nil, err
			}
			targets = append(targets, made...)
			continue
		}
		if err := plain.add(in); err != nil {
			return nil, err
		}
	}
	if len(files) == 0 || len(plain.files) > 0 {
		targets = append([]target{plain}, targets...)
	}
	if len(keys) > 0 && (len(files) == 0 || len(plain.files) > 0) {
		return nil, usageError{cmd, errors.New("--key is for files with ConfigMaps")}
	}
	return targets, nil
}

func newInput(standard io.Reader, tmp, file string) (input, error) {
	if file != stdin {
		return input{file, file, readManifest(file)}, nil
	}
	in := input{name: "stdin", path: filepath.Join(tmp, "stdin.yaml")}
	var err error
	if in.data, err = io.ReadAll(standard); err != nil {
		return in, fmt.Errorf("stdin: %w", err)
	}
	return in, os.WriteFile(in.path, in.data, 0o600)
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
	abs, err := source.Abs(in.path)
	if err != nil {
		return err
	}
	t.files, t.names[abs] = append(t.files, in.path), in.name
	t.name = strings.TrimPrefix(t.name+", "+in.name, ", ")
	return nil
}

// mapTargets makes a target of the data of each ConfigMap that holds a configuration.
func mapTargets(cmd *cobra.Command, tmp string, found []configMap, keys []string) ([]target, error) {
	var targets []target
	for _, m := range found {
		chosen, err := m.choose(keys)
		if err != nil {
			return nil, usageError{cmd, err}
		}
		if len(chosen) == 0 {
			continue
		}
		t := target{names: map[string]string{}, from: &m}
		dir, err := os.MkdirTemp(tmp, "")
		if err != nil {
			return nil, err
		}
		for _, entry := range chosen {
			path := filepath.Join(dir, entry.key)
			if err := os.WriteFile(path, entry.padded(), 0o600); err != nil {
				return nil, err
			}
			t.files, t.names[path] = append(t.files, path), entry.key
		}
		t.name = fmt.Sprintf("%s: ConfigMap %s", m.file, m.name)
		targets = append(targets, t)
	}
	if len(targets) == 0 {
		return nil, usageError{cmd, fmt.Errorf("%s: no ConfigMap has a key %s", found[0].file, cmp.Or(strings.Join(keys, " or "), "that ends in .yaml, .yml, .toml or .json; name one with --key"))}
	}
	return targets, nil
}

// place tells where a problem is in what the user gave.
func (t target) place(p config.Problem) config.Problem {
	name, given := t.names[p.Origin.Name]
	switch {
	case given && t.from != nil:
		return t.from.place(p, name)
	case given:
		p.Origin.Name = name
	default:
		p.Origin.Name = near(p.Origin)
	}
	return p
}

// near returns the name of an origin: of a file below the working directory, the path
// from there, which is shorter, and what annotations of a repository need.
func near(o config.Origin) string {
	if !filepath.IsAbs(o.Name) || strings.Contains(o.Name, "..") { // which may be behind a link
		return o.Name
	}
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, o.Name); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return o.Name
}
