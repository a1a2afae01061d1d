package source

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Abs returns path as an absolute path to the same file. Unlike [filepath.Abs] it does not
// remove ".." after a name: if the name is a symbolic link, ".." is the parent of its target.
func Abs(path string) (string, error) {
	if runtime.GOOS == "windows" { // whose paths are cleaned as text by the system itself
		return filepath.Abs(path)
	}
	names := slices.DeleteFunc(components(path), func(name string) bool { return name == "." })
	dir := "/"
	if !filepath.IsAbs(path) {
		var err error
		if dir, err = os.Getwd(); err != nil {
			return "", err
		}
		if len(names) > 0 && names[0] == ".." {
			if dir, err = filepath.EvalSymlinks(dir); err != nil {
				return "", err
			}
		}
	}
	for len(names) > 0 && names[0] == ".." { // dir is free of links here
		dir, names = filepath.Dir(dir), names[1:]
	}
	for _, name := range names {
		dir = join(dir, name)
	}
	return dir, nil
}

// join is [filepath.Join] for one name, without cleaning dir.
func join(dir, name string) string {
	if dir != "" && os.IsPathSeparator(dir[len(dir)-1]) {
		return dir + name
	}
	return dir + string(filepath.Separator) + name
}

// components splits a path into its names, without its volume and root. ".." remains, because
// only a walk can resolve it. "." remains at the end: like a trailing separator, it requires a
// directory.
func components(path string) []string {
	if runtime.GOOS == "windows" {
		path = filepath.Clean(path)
	}
	path = path[len(filepath.VolumeName(path)):]
	names := strings.FieldsFunc(path, func(r rune) bool { return r < 128 && os.IsPathSeparator(uint8(r)) })
	if len(names) == 0 {
		return nil
	}
	asDirectory := os.IsPathSeparator(path[len(path)-1]) || names[len(names)-1] == "."
	names = slices.DeleteFunc(names, func(name string) bool { return name == "." })
	if asDirectory && runtime.GOOS != "windows" {
		names = append(names, ".")
	}
	return names
}

// Beside returns the absolute path of a file that a document refers to. A relative path is
// relative to the directory in the document's own path; links are not followed for that.
func Beside(document, path string) (string, error) {
	if filepath.IsAbs(path) {
		return Abs(path)
	}
	if !filepath.IsAbs(document) {
		return "", errors.New("the document has no directory that the path could be relative to")
	}
	end := len(document)
	for !os.IsPathSeparator(document[end-1]) {
		end--
	}
	return Abs(document[:end] + path)
}
