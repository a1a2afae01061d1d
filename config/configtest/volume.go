package configtest

import (
	"maps"
	"testing"

	"example.com/lastgood/internal/volume"
)

// Volume is a directory with the layout of a mounted Kubernetes volume: of a ConfigMap, a Secret, the
// downward API, or a projected volume. It is not safe for concurrent use.
type Volume struct {
	t      testing.TB
	volume *volume.Volume
	files  map[string]string
}

// NewVolume returns a volume with files, content by key, in a directory that is removed when the test
// ends. A key is the name of a file in the volume, or a path with slashes, as in the items of a
// ConfigMap's volume.
//
// As in a volume of the kubelet, the files are symbolic links into ..data, which is a symbolic link to
// a directory whose name is a timestamp. The system must support renaming a symbolic link over another,
// as Linux and macOS do.
func NewVolume(t testing.TB, files map[string]string) *Volume {
	t.Helper()
	v := &Volume{t: t, volume: volume.New(t.TempDir())}
	v.Update(files)
	return v
}

// Dir returns the directory at which the volume is mounted.
func (v *Volume) Dir() string { return v.volume.Path("") }

// Path returns the path of the file with a key. The key need not exist.
func (v *Volume) Path(key string) string { return v.volume.Path(key) }

// Update replaces the whole content of the volume with files; all other keys are removed. It does what
// the kubelet does after a change of the ConfigMap, in the same order: it writes all files into a new
// directory, renames a new ..data over the old one, which changes all keys at one moment, adds and
// deletes links of keys, and deletes the old directory. As with the kubelet, equal content changes
// nothing.
func (v *Volume) Update(files map[string]string) {
	v.t.Helper()
	if err := v.volume.Update(files); err != nil {
		v.t.Fatalf("configtest: update of the volume: %v", err)
	}
	v.files = maps.Clone(files)
}

// Remove is an update that removes keys, all of them at once. The test fails if a key does not exist.
//
// The volume exists even without keys. To remove all of it, delete [Volume.Dir]; the next update
// creates it again.
func (v *Volume) Remove(keys ...string) {
	v.t.Helper()
	files := maps.Clone(v.files)
	for _, key := range keys {
		if _, ok := files[key]; !ok {
			v.t.Fatalf("configtest: the volume has no key %q to remove", key)
		}
		delete(files, key)
	}
	v.Update(files)
}
