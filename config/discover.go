package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

// fileVariable names the file to load where no option does.
const fileVariable = "CONFIG_FILE"

// discover finds the file of a [Load] without options. Where the environment is read, no
// file is no error: then it returns "". Its error, or what it logs, lists every place tried.
func discover(o *options) (string, error) {
	if path := os.Getenv(fileVariable); path != "" {
		return source.Abs(path) // that it is missing is reported like for any other file
	}
	program := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	dirs := []string{".", "config"}
	if dir, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, dir+string(filepath.Separator)+program) // not joined, which would clean it
	}
	dirs = append(dirs, filepath.Join(string(filepath.Separator)+"etc", program))
	for i, dir := range dirs {
		abs, err := source.Abs(dir)
		if err != nil {
			return "", fmt.Errorf("config: %w", err)
		}
		dirs[i] = abs
	}
	found, err := unlessDone(o.ctx, func() []string { return filesIn(o, "config", dirs) })
	if err != nil {
		return "", fmt.Errorf("config: %w", err)
	}
	if len(found) > 0 {
		return found[0], nil
	}
	tried := fmt.Sprintf("no configuration file; tried $%s, which is not set, and %s", fileVariable, o.tried("config", dirs))
	if o.hasEnv {
		(&journal{logger: o.logger}).log(slog.LevelInfo, "config: "+redact.Escape(tried)+"; the environment alone is read")
		return "", nil
	}
	return "", newError([]problem.Problem{{
		Code:    CodeMissingFile,
		Message: tried,
		Hint:    "set $" + fileVariable + ", name the file with WithFile, or do without one by WithEnv or WithoutFile",
		Err:     fs.ErrNotExist,
	}}, 0)
}

// tried lists the files with a name that are looked for in directories.
func (o *options) tried(name string, dirs []string) string {
	return fmt.Sprintf("%s.{%s} in %s", name, strings.Join(o.extensions(), ","), strings.Join(dirs, ", "))
}

// filesIn returns the files with a name and an extension that can be read, in the first of
// the directories that has one. Anything but absence is found, so that it is reported rather
// than passed over.
func filesIn(o *options, name string, dirs []string) (found []string) {
	var r source.Reader
	r.Hung, r.Answered = reportHung(&journal{logger: o.logger})
	for _, dir := range dirs {
		for _, ext := range o.extensions() {
			var err error
			path := strings.TrimSuffix(dir, "/") + "/" + name + "." + ext
			r.WithPath(o.ctx, path, func() { _, err = os.Lstat(path) })
			switch path = filepath.FromSlash(path); {
			case err == nil:
				found = append(found, path)
			case !errors.Is(err, fs.ErrNotExist) && len(found) == 0:
				return []string{path} // so it is for other extensions
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found
}
