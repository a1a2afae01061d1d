package configcli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
)

// target is one configuration to judge.
type target struct {
	name  string
	files []string // to read; none for those of the service

	// names are what to call the files.
	names map[string]string
	from  *configMap // the files hold its data
}

// stdin is how the standard input is named by users, and in messages.
const stdin, stdinName = "-", "stdin"

// newTargets sorts out what files are. What is not on disk as such is written to tmp.
func newTargets(cmd *cobra.Command, tmp string, files, keys []string) ([]target, error) {
	plain := target{names: map[string]string{}}
	var maps []target
	for _, file := range files {
		data, manifest := []byte(nil), false
		name, path := file, file
		if file == stdin {
			var err error
			if data, err = io.ReadAll(cmd.InOrStdin()); err != nil {
				return nil, fmt.Errorf("%s: %w", stdinName, err)
			}
			name, path = stdinName, filepath.Join(tmp, "stdin.yaml")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				return nil, err
			}
		} else {
			data = readManifest(file)
		}
		var found []configMap
		if found, manifest = configMaps(data); manifest {
			targets, err := configMapTargets(tmp, name, found, keys)
			if err != nil {
				return nil, err
			}
			maps = append(maps, targets...)
			continue
		}
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		plain.files, plain.names[abs] = append(plain.files, path), name
	}
	switch {
	case len(files) == 0:
		return []target{plain}, nil
	case len(plain.files) == 0:
		if len(keys) > 0 && len(maps) == 0 {
			return nil, nil
		}
		return maps, nil
	case len(keys) > 0:
		return nil, usageError{cmd, fmt.Errorf("--key is for ConfigMaps, and there is none in %s", strings.Join(names(plain), ", "))}
	}
	plain.name = strings.Join(names(plain), ", ")
	return append([]target{plain}, maps...), nil
}
