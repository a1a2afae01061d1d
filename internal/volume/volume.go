// Package volume creates a directory with the layout of a ConfigMap, Secret or projected
// volume, and updates it with the same sequence of system calls as the kubelet. It is used by
// package configtest, the demo and the tests.
//
// The sequence is that of AtomicWriter in k8s.io/kubernetes/pkg/volume/util: a new timestamped
// directory is written, ..data_tmp is linked to it and renamed over ..data, which publishes
// all keys at once; then links of new keys are created, those of removed keys deleted, and the
// old directory is removed. The nested module internal/kubelet compares the two.
package volume

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	dataLink    = "..data"
	newDataLink = "..data_tmp"
)

// Volume is a mounted volume. It is not safe for concurrent use.
type Volume struct {
	dir string
}

// New returns the volume at dir, which need not exist yet.
func New(dir string) *Volume { return &Volume{dir: dir} }

// Path returns the path of a key's file.
func (v *Volume) Path(key string) string { return filepath.Join(v.dir, filepath.FromSlash(key)) }

// Update makes files, content by key, the volume's whole payload. A key may contain slashes,
// and must be valid for the kubelet. An unchanged payload is not written; only missing links
// are created, as by the kubelet.
func (v *Volume) Update(files map[string]string) error {
	p, err := newPayload(files)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(v.dir, 0o755); err != nil {
		return err
	}
	old, err := v.generation()
	if err != nil {
		return err
	}
	var gone []string // keys, and directories of keys, that were removed
	if old != "" {
		if gone, err = p.removed(v.Path(old)); err != nil {
			return err
		}
		changed, err := p.changed(v.Path(old))
		if err != nil {
			return err
		}
		if !changed && len(gone) == 0 {
			return v.link(p)
		}
	}
	if err := v.publish(p); err != nil {
		return err
	}
	if err := v.link(p); err != nil {
		return err
	}
	if err := v.unlink(gone); err != nil {
		return err
	}
	if old == "" {
		return nil
	}
	return os.RemoveAll(v.Path(old))
}

// Remove deletes the volume with its directory.
func (v *Volume) Remove() error { return os.RemoveAll(v.dir) }

// generation returns the name of the published timestamped directory, or "" before the first
// update.
func (v *Volume) generation() (string, error) {
	name, err := os.Readlink(v.Path(dataLink))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return name, err
}

// publish writes p to a new timestamped directory and links ..data to it.
func (v *Volume) publish(p payload) error {
	dir, err := os.MkdirTemp(v.dir, time.Now().UTC().Format("..2006_01_02_15_04_05."))
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	if err := p.write(dir); err != nil {
		return err
	}
	if err := os.Symlink(filepath.Base(dir), v.Path(newDataLink)); err != nil {
		return err
	}
	return os.Rename(v.Path(newDataLink), v.Path(dataLink))
}

// link creates the missing links for the first components of keys.
func (v *Volume) link(p payload) error {
	for _, key := range p.keys {
		name := first(key)
		if _, err := os.Readlink(v.Path(name)); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Symlink(filepath.Join(dataLink, name), v.Path(name)); err != nil {
			return err
		}
	}
	return nil
}

// unlink deletes the links of removed keys.
func (v *Volume) unlink(gone []string) error {
	for _, key := range gone {
		if key != first(key) {
			continue // it has no link, and was removed with its generation
		}
		if err := os.Remove(v.Path(key)); err != nil {
			return err
		}
	}
	return nil
}
