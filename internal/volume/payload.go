package volume

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// payload is the content of a volume. The kubelet writes keys in random order; here they are
// sorted, so that tests are reproducible.
type payload struct {
	keys  []string // sorted and clean
	files map[string]string
}

// newPayload returns the payload for files, or an error if the kubelet would refuse one of the
// keys.
func newPayload(files map[string]string) (payload, error) {
	p := payload{files: map[string]string{}}
	for key, content := range files {
		if err := check(key); err != nil {
			return payload{}, err
		}
		p.files[path.Clean(key)] = content
	}
	p.keys = slices.Sorted(maps.Keys(p.files))
	return p, nil
}

// check returns an error unless key stays inside the volume and does not start with "..",
// which the kubelet reserves.
func check(key string) error {
	switch {
	case key == "":
		return errors.New("the key is empty")
	case path.IsAbs(key):
		return fmt.Errorf("key %q: must be a relative path", key)
	case slices.Contains(strings.Split(key, "/"), ".."):
		return fmt.Errorf(`key %q: must not contain ".."`, key)
	case strings.HasPrefix(path.Clean(key), ".."):
		return fmt.Errorf(`key %q: must not start with ".."`, key)
	case path.Clean(key) == ".":
		return fmt.Errorf("key %q: names no file", key)
	}
	return nil
}

// first returns the first component of a key, which has a link in the volume's directory.
func first(key string) string {
	name, _, _ := strings.Cut(key, "/")
	return name
}

// write writes all files below dir. Their modes do not depend on the umask.
func (p payload) write(dir string) error {
	for _, key := range p.keys {
		file := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(p.files[key]), 0o644); err != nil {
			return err
		}
		if err := os.Chmod(file, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// changed reports whether a file below dir is missing or has other content.
func (p payload) changed(dir string) (bool, error) {
	for _, key := range p.keys {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(key)))
		if errors.Is(err, fs.ErrNotExist) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if string(data) != p.files[key] {
			return true, nil
		}
	}
	return false, nil
}

// removed returns the files and directories below dir that do not belong to a key.
func (p payload) removed(dir string) ([]string, error) {
	want := map[string]bool{".": true}
	for _, key := range p.keys {
		for ; !want[key]; key = path.Dir(key) {
			want[key] = true
		}
	}
	var gone []string
	err := filepath.WalkDir(dir, func(file string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		key, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		if key = filepath.ToSlash(key); !want[key] {
			gone = append(gone, key)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) { // somebody deleted it; nothing is left to go
		return nil, nil
	}
	return gone, err
}
