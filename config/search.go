package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// search is a file of WithSearch.
type search struct {
	at   int // its index among the files
	name string
	dirs []string
}

// WithSearch reads the file called name, with the extension .yaml, .yml, .toml or .json or that
// of a codec ([WithCodec]), from the first of the directories that contains one. It is searched
// for once, when the configuration is loaded, and then read and watched like a file of
// [WithFile], among which it ranks in the order of the options. A directory may begin with "~"
// for the user's home and contain $NAME or ${NAME} for environment variables; one that is not
// set or empty is an error. A directory with the file in two formats is an error, and so is no
// file, which lists the places that were searched. The name must have no directory and no such
// extension. By default, the file is searched for as described at [Load].
func WithSearch(name string, dirs ...string) Option {
	return optionFunc(func(o *options) {
		ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
		switch {
		case name == "" || strings.ContainsAny(name, "/\\\x00"):
			o.fail("WithSearch(%q): the name must be that of a file, without a directory", name)
		case slices.Contains(o.extensions(), ext):
			o.fail("WithSearch(%q): give the name without its extension, %q", name, strings.TrimSuffix(name, filepath.Ext(name)))
		case len(dirs) == 0:
			o.fail("WithSearch(%q): no directory given", name)
		}
		o.searches = append(o.searches, search{len(o.files), name, slices.Clone(dirs)})
		o.files = append(o.files, source.Place{})
	})
}

// findFiles sets the paths of the files of WithSearch, and of the file of Load without options.
func (o *options) findFiles() error {
	var problems []problem.Problem
	for _, s := range o.searches {
		for i, dir := range s.dirs {
			expanded, err := expandDir(dir)
			if err != nil {
				o.fail("WithSearch(%q, %q): %w", s.name, dir, err)
				continue
			}
			s.dirs[i], _ = o.absolute("WithSearch", expanded)
		}
		if o.err != nil {
			return fmt.Errorf("config: %w", o.err)
		}
		found, err := unlessDone(o.ctx, func() []string { return filesIn(o, s.name, s.dirs) })
		switch {
		case err != nil:
			return fmt.Errorf("config: %w", err)
		case len(found) == 0:
			problems = append(problems, problem.Problem{Code: CodeMissingFile, Message: "no configuration file; tried " + o.searchPlaces(s.name, s.dirs), Err: fs.ErrNotExist})
		case len(found) > 1:
			problems = append(problems, problem.Problem{Code: CodeAmbiguous, Origin: problem.Origin{Kind: problem.File, Name: found[0]},
				Message: "there is " + filepath.Base(found[1]) + " beside it", Hint: "keep one"})
		default:
			o.files[s.at].Path = found[0]
		}
	}
	if len(problems) > 0 {
		return newError(problems, 0)
	}
	if !o.noFile && len(o.files)+len(o.dirs)+len(o.keyDirs) == 0 {
		path, err := discover(o)
		if err != nil {
			return err
		}
		if path != "" {
			o.files = []source.Place{{Path: path}}
		}
	}
	return nil
}

// expandDir returns a directory with "~" and environment variables replaced.
func expandDir(dir string) (string, error) {
	var b strings.Builder
	rest := dir
	if strings.HasPrefix(dir, "~") {
		if rest = dir[1:]; rest != "" && !os.IsPathSeparator(rest[0]) {
			return "", errors.New("the home of another user is not looked up")
		}
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		b.WriteString(home)
	}
	for {
		before, after, more := strings.Cut(rest, "$")
		b.WriteString(before)
		if !more {
			return b.String(), nil
		}
		var name string
		if inner, braced := strings.CutPrefix(after, "{"); braced {
			var closed bool
			if name, rest, closed = strings.Cut(inner, "}"); !closed || len(name) != nameLength(name) {
				name = ""
			}
		} else {
			name, rest = after[:nameLength(after)], after[nameLength(after):]
		}
		switch value := os.Getenv(name); {
		case name == "":
			return "", errors.New(`a "$" must be followed by the name of a variable`)
		case value == "":
			return "", fmt.Errorf("$%s is not set, or empty", name)
		default:
			b.WriteString(value)
		}
	}
}

// nameLength returns the length of the variable's name at the beginning of a text.
func nameLength(text string) int {
	for i := range len(text) {
		if c := text[i] | 0x20; text[i] != '_' && (c < 'a' || c > 'z') && (text[i] < '0' || text[i] > '9') {
			return i
		}
	}
	return len(text)
}
