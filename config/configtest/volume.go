package configtest

import (
	"maps"
	"testing"

	"example.com/lastgood/internal/volume"
)

// Volume is a directory that looks, and changes, like a mounted Kubernetes
// volume: of a ConfigMap, a Secret, the downward API, or several projected into
// one. It is not safe for concurrent use, as there is one kubelet.
type Volume struct {
	t      testing.TB
	volume *volume.Volume
	files  map[string]string
}

// NewVolume returns a volume that holds files, content by key, in a directory
// that is removed when the test ends. A key is the name of a file in the volume,
// or a path with slashes, as in the items of a ConfigMap's volume.
//
// The files are symbolic links into ..data, which is itself one to a directory
// with a timestamp for a name, as the kubelet lays them out. It needs a system
// with symbolic links that can be renamed over one another, such as Linux and
// macOS.
func NewVolume(t testing.TB, files map[string]string) *Volume {
	t.Helper()
	v := &Volume{t: t, volume: volume.New(t.TempDir())}
	v.Update(files)
	return v
}

// Dir returns the directory at which the volume is mounted.
func (v *Volume) Dir() string { return v.volume.Path("") }

// Path returns the path of the file with the given key. The key need not be
// there, or not yet.
func (v *Volume) Path(key string) string { return v.volume.Path(key) }

// Update makes files the whole content of the volume: keys that are not among
// them are removed. It does what the kubelet does after a change of the ConfigMap,
// in the same order: it writes all files into a new directory, has ..data lead
// there, which changes all keys at one moment, adds and deletes links of keys,
// and deletes the old directory. As with the kubelet, content that is the same
// changes nothing.
func (v *Volume) Update(files map[string]string) {
	v.t.Helper()
	if err := v.volume.Update(files); err != nil {
		v.t.Fatalf("configtest: update of the volume: %v", err)
	}
	v.files = maps.Clone(files)
}

// Remove is an update that takes keys away, all of them at once, and leaves the
// others as they are. A key that is not there fails the test.
//
// The volume remains even without keys. Where a test is to lose all of it, it can
// delete [Volume.Dir]; the next update brings it back.
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
