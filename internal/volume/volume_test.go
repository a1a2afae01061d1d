//go:build unix

package volume_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

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

// generations returns the timestamped directories in dir.
func generations(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "..2*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAnUpdateReplacesTheWholePayload(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	update(t, v, map[string]string{"a": "1", "sub/b": "1", "sub/gone": "1", "gone": "1"})
	update(t, v, map[string]string{"a": "2", "sub/b": "2", "new": "2"})
	for _, key := range []string{"a", "sub/b", "new"} {
		if got := read(t, v.Path(key)); got != "2" {
			t.Errorf("%s is %q, want 2", key, got)
		}
	}
	for _, key := range []string{"gone", "sub/gone"} {
		if _, err := os.Lstat(v.Path(key)); !os.IsNotExist(err) {
			t.Errorf("%s, a removed key: %v", key, err)
		}
	}
	if got := generations(t, dir); len(got) != 1 {
		t.Errorf("timestamped directories %v, want one", got)
	}
}

func TestAnUnchangedPayloadWritesNothing(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	files := map[string]string{"a": "1", "sub/b": "1"}
	update(t, v, files)
	before := generations(t, dir)
	update(t, v, files)
	if after := generations(t, dir); len(after) != 1 || after[0] != before[0] {
		t.Errorf("timestamped directories %v, want %v as before", after, before)
	}
}

func TestAnUnchangedPayloadRestoresMissingLinks(t *testing.T) {
	v := volume.New(t.TempDir())
	files := map[string]string{"a": "1"}
	update(t, v, files)
	if err := os.Remove(v.Path("a")); err != nil {
		t.Fatal(err)
	}
	update(t, v, files)
	if got := read(t, v.Path("a")); got != "1" {
		t.Errorf("a is %q, want 1", got)
	}
}

func TestADeletedGenerationIsWrittenAgain(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	files := map[string]string{"a": "1"}
	update(t, v, files)
	if err := os.RemoveAll(generations(t, dir)[0]); err != nil {
		t.Fatal(err)
	}
	update(t, v, files)
	if got := read(t, v.Path("a")); got != "1" {
		t.Errorf("a is %q, want 1", got)
	}
}

// As with another volume that is mounted inside the first one.
func TestWhatIsNotAKeyIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	v := volume.New(dir)
	update(t, v, map[string]string{"a": "1"})
	if err := os.WriteFile(filepath.Join(dir, "foreign"), []byte("f"), 0o600); err != nil {
		t.Fatal(err)
	}
	update(t, v, map[string]string{"a": "2"})
	update(t, v, nil)
	if got := read(t, filepath.Join(dir, "foreign")); got != "f" {
		t.Errorf("the foreign file is %q, want f", got)
	}
	if _, err := os.Lstat(v.Path("a")); !os.IsNotExist(err) {
		t.Errorf("the link of a removed key: %v", err)
	}
}

func TestFilesAreReadableWhateverTheUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	v := volume.New(t.TempDir())
	update(t, v, map[string]string{"a": "1"})
	for path, want := range map[string]fs.FileMode{v.Path("a"): 0o644, v.Path("..data"): 0o755} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %v, want %v", path, got, want)
		}
	}
}

func TestKeysThatTheKubeletRefusesAreRefused(t *testing.T) {
	dir := t.TempDir()
	for key, want := range map[string]string{
		"":          "is empty",
		"/etc/a":    "relative",
		"../a":      `contain ".."`,
		"sub/../a":  `contain ".."`,
		"..data":    `start with ".."`,
		"./..2026":  `start with ".."`,
		".":         "names no file",
		"..data/a":  `start with ".."`,
		"./sub/../": `contain ".."`,
	} {
		err := volume.New(dir).Update(map[string]string{"good": "1", key: "1"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %s", key, err, want)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v, want nothing written for a refused payload", entries, err)
	}
}

// "a" cannot be a file in one payload and a directory in the next: the kubelet,
// too, fails when it compares the two.
func TestAFileThatBecomesADirectoryIsAnError(t *testing.T) {
	v := volume.New(t.TempDir())
	update(t, v, map[string]string{"a": "1"})
	if err := v.Update(map[string]string{"a/b": "1"}); err == nil {
		t.Error("no error")
	}
	if got := read(t, v.Path("a")); got != "1" {
		t.Errorf("a is %q, want 1 as before", got)
	}
}
