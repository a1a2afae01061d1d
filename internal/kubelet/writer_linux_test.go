package kubelet

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"k8s.io/kubernetes/pkg/volume/util"

	"example.com/lastgood/config/configtest"
)

// files is a payload: content by key.
type files = map[string]string

// writer replaces the whole payload of a volume.
type writer func(t *testing.T, files files)

// kubelet returns the kubelet's own writer for the volume at dir.
func kubelet(dir string) writer {
	return func(t *testing.T, files files) {
		t.Helper()
		write(t, dir, payload(files, 0o644), nil)
	}
}

// fake returns configtest's writer for the volume at dir.
func fake(dir string) writer {
	var v *configtest.Volume
	return func(t *testing.T, files files) {
		t.Helper()
		if v == nil {
			v = configtest.NewVolume(at{t, dir}, files)
			return
		}
		v.Update(files)
	}
}

// at is a test with dir as its temporary directory.
type at struct {
	testing.TB
	dir string
}

func (t at) TempDir() string { return t.dir }

// payload returns files as the payload of the kubelet's writer.
func payload(files files, mode int32) map[string]util.FileProjection {
	p := map[string]util.FileProjection{}
	for key, content := range files {
		p[key] = util.FileProjection{Data: []byte(content), Mode: mode}
	}
	return p
}

// write writes p to the volume at dir with the kubelet's writer. setPerms, unless it is nil, is called before p is
// published.
func write(t *testing.T, dir string, p map[string]util.FileProjection, setPerms func(string) error) {
	t.Helper()
	w, err := util.NewAtomicWriter(dir, t.Name())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(p, setPerms); err != nil {
		t.Fatal(err)
	}
}

// fsGroup returns what the kubelet's plugins do to the volume of a pod with an fsGroup before they publish it:
// all entries belong to the group, which can read and write them, and directories pass the group on. The group
// is that of the test, which needs no privileges.
func fsGroup(dir string) func(string) error {
	return func(string) error {
		return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if err := os.Lchown(path, -1, os.Getgid()); err != nil || entry.Type()&fs.ModeSymlink != 0 {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			mode := info.Mode() | 0o660
			if entry.IsDir() {
				mode |= 0o110 | fs.ModeSetgid
			}
			return os.Chmod(path, mode)
		})
	}
}
