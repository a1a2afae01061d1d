package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/lastgood/internal/problem"
)

// fileVariable names the file to load where no option does.
const fileVariable = "CONFIG_FILE"

// discover finds the file of a [Load] without options. Its error lists every
// place tried.
func discover() (string, error) {
	if path := os.Getenv(fileVariable); path != "" {
		return filepath.Abs(path) // that it is missing is said like for any other file
	}
	program := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	dirs := []string{".", "config"}
	if dir, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, filepath.Join(dir, program))
	}
	dirs = append(dirs, filepath.Join(string(filepath.Separator)+"etc", program))
	for i, dir := range dirs {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return "", fmt.Errorf("config: %w", err)
		}
		dirs[i] = abs
		for _, ext := range []string{"yaml", "yml", "toml", "json"} {
			path := filepath.Join(abs, "config."+ext)
			// Anything but absence is found, so that it is reported rather than
			// passed over.
			if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
				return path, nil
			}
		}
	}
	return "", newError([]problem.Problem{{
		Code: CodeMissingFile,
		Message: fmt.Sprintf("no configuration file; tried $%s, which is not set, and config.{yaml,yml,toml,json} in %s",
			fileVariable, strings.Join(dirs, ", ")),
		Hint: "set $" + fileVariable + ", or name the file with WithFile",
		Err:  fs.ErrNotExist,
	}}, 0)
}
