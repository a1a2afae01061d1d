// Package volume lays out a directory as the kubelet lays out a ConfigMap,
// Secret or projected volume, and updates it with the same sequence of system
// calls. It exists for the demo and the tests.
//
// The sequence is that of AtomicWriter in k8s.io/kubernetes/pkg/volume/util: a
// new timestamped directory is written, ..data_tmp is linked to it and renamed
// over ..data, which publishes all keys at once; then links of new keys are
// made, those of removed keys deleted, and the old directory is removed.
package volume

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	dataLink    = "..data"
	newDataLink = "..data_tmp"
)

// Volume is a mounted volume. It is not safe for concurrent use, as there is
// one kubelet.
type Volume struct {
	dir string
}

// New returns the volume at dir, which need not exist yet.
func New(dir string) *Volume { return &Volume{dir: dir} }

// Path returns the path at which a service finds key.
func (v *Volume) Path(key string) string { return filepath.Join(v.dir, filepath.FromSlash(key)) }

// Update makes files, content by key, the volume's whole payload. A key may
// hold slashes. An unchanged payload does nothing at all, as in the kubelet.
func (v *Volume) Update(files map[string]string) error {
	if err := os.MkdirAll(v.dir, 0o755); err != nil {
		return err
	}
	old, err := os.Readlink(filepath.Join(v.dir, dataLink))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if old != "" {
		same, err := holds(filepath.Join(v.dir, old), files)
		if err != nil || same {
			return err
		}
	}
	fresh, err := v.write(files)
	if err != nil {
		return err
	}
	tmp := filepath.Join(v.dir, newDataLink)
	if err := os.Symlink(filepath.Base(fresh), tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(v.dir, dataLink)); err != nil {
		return err
	}
	if err := v.link(files); err != nil {
		return err
	}
	if old == "" {
		return nil
	}
	return os.RemoveAll(filepath.Join(v.dir, old))
}

// Remove deletes the volume with its directory.
func (v *Volume) Remove() error { return os.RemoveAll(v.dir) }

// write writes files into a new timestamped directory.
func (v *Volume) write(files map[string]string) (string, error) {
	dir, err := os.MkdirTemp(v.dir, time.Now().UTC().Format("..2006_01_02_15_04_05."))
	if err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", err
	}
	for key, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(key))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// link makes the links that users see, one for the first component of each
// key, and deletes those of keys that are gone.
func (v *Volume) link(files map[string]string) error {
	want := map[string]bool{}
	for key := range files {
		name, _, _ := strings.Cut(key, "/")
		if want[name] {
			continue
		}
		want[name] = true
		err := os.Symlink(filepath.Join(dataLink, name), filepath.Join(v.dir, name))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	entries, err := os.ReadDir(v.dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, "..") && !want[name] {
			if err := os.Remove(filepath.Join(v.dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// holds reports whether the files below dir are exactly files.
func holds(dir string, files map[string]string) (bool, error) {
	found, same := 0, true
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		found++
		key, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		content, ok := files[filepath.ToSlash(key)]
		same = same && ok && content == string(data)
		return nil
	})
	return same && found == len(files), err
}
