package volume_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fsnotify/fsnotify"

	"example.com/lastgood/internal/volume"
)

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func update(t *testing.T, v *volume.Volume, files map[string]string) {
	t.Helper()
	if err := v.Update(files); err != nil {
		t.Fatal(err)
	}
}

func TestAnUpdateReplacesTheWholePayload(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	update(t, v, map[string]string{"a": "1", "sub/b": "1", "gone": "1"})
	update(t, v, map[string]string{"a": "2", "sub/b": "2", "new": "2"})
	for _, key := range []string{"a", "sub/b", "new"} {
		if got := read(t, v.Path(key)); got != "2" {
			t.Errorf("%s is %q, want 2", key, got)
		}
	}
	if _, err := os.Lstat(v.Path("gone")); !os.IsNotExist(err) {
		t.Errorf("the link of a removed key: %v", err)
	}
	old, err := filepath.Glob(filepath.Join(dir, "..2*"))
	if err != nil || len(old) != 1 {
		t.Errorf("timestamped directories %v, %v, want one", old, err)
	}
}

// The events are those that a watch on the directory of a real volume sees.
func TestAnUpdateGivesTheKubeletsEvents(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	update(t, v, map[string]string{"a": "1"})
	w, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Add(dir); err != nil {
		t.Fatal(err)
	}
	update(t, v, map[string]string{"a": "2"})
	want := []string{"CREATE TS", "CHMOD TS", "CREATE ..data_tmp", "RENAME ..data_tmp", "CREATE ..data", "REMOVE TS"}
	var got []string
	for len(got) < len(want) {
		e := <-w.Events
		name := filepath.Base(e.Name)
		if strings.HasPrefix(name, "..2") {
			name = "TS"
		}
		got = append(got, e.Op.String()+" "+name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("events\n%v\nwant\n%v", got, want)
	}
}

func TestAnUnchangedPayloadDoesNothing(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	files := map[string]string{"a": "1", "sub/b": "1"}
	update(t, v, files)
	before, err := os.Readlink(filepath.Join(dir, "..data"))
	if err != nil {
		t.Fatal(err)
	}
	update(t, v, files)
	if after, err := os.Readlink(filepath.Join(dir, "..data")); err != nil || after != before {
		t.Errorf("..data leads to %q, %v, want %q as before", after, err, before)
	}
}
