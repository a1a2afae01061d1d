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

// fileVariable is the environment variable with the path of the file, if no option names one.
const fileVariable = "CONFIG_FILE"

// discover returns the path of the file if no option names one. If there is none, it returns ""
// if the environment is read, and otherwise an error; the error, or the log, lists the places
// where it searched.
func discover(o *options) (string, error) {
	if path := os.Getenv(fileVariable); path != "" {
		return source.Abs(path) // if it is missing, the pass reports that
	}
	program := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	dirs := []string{".", "config"}
	if dir, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, dir+string(filepath.Separator)+program) // filepath.Join would clean it
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
	tried := fmt.Sprintf("no configuration file; tried $%s, which is not set, and %s", fileVariable, o.searchPlaces("config", dirs))
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

// searchPlaces describes the places of a search in a message.
func (o *options) searchPlaces(name string, dirs []string) string {
	return fmt.Sprintf("%s.{%s} in %s", name, strings.Join(o.extensions(), ","), strings.Join(dirs, ", "))
}

// filesIn returns the files of this name, with each extension that can be read, in the first of
// the directories that contains one. A path with an error other than that it does not exist is
// returned as well, so that the error is reported.
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
				return []string{path} // other extensions give the same error
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return found
}
