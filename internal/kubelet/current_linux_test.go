package kubelet

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// step is one update by the kubelet's writer.
type step struct {
	files   files
	mode    int32  // of the files; 0 means 0644
	fsGroup bool   // the pod has one
	changes string // the value that Current changes to, or "" if it does not
	rejects string // the code of a rejection, or ""
}

// Each step changes Current once or not at all. A second change would be seen at the next step, which would
// be late or have a higher version.
func TestEachUpdateOfTheKubeletReachesCurrentOnce(t *testing.T) {
	one, two, three := yaml("one"), yaml("two"), yaml("three")
	for _, test := range []struct {
		name   string
		key    string        // "config.yaml" if empty
		settle time.Duration // never if 0
		steps  []step        // the first is made before the start
	}{
		{name: "changed", steps: []step{
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": two}, changes: "two"},
			{files: files{"config.yaml": three}, changes: "three"},
			{files: files{"config.yaml": one}, changes: "one"},
		}},
		{name: "same payload", steps: []step{
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": two}, changes: "two"},
		}},
		{name: "another key added, changed and removed", steps: []step{
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": one, "b": "1"}},
			{files: files{"config.yaml": one, "b": "2"}},
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": two}, changes: "two"},
		}},
		{name: "changed together with other keys", steps: []step{
			{files: files{"config.yaml": one, "b": "1"}},
			{files: files{"config.yaml": two, "c": "1"}, changes: "two"},
			{files: files{"config.yaml": three}, changes: "three"},
		}},
		{name: "a key with a path", key: "sub/dir/config.yaml", steps: []step{
			{files: files{"sub/dir/config.yaml": one}},
			{files: files{"sub/dir/config.yaml": two, "sub/b": "1"}, changes: "two"},
			{files: files{"sub/dir/config.yaml": two, "sub/b": "2"}},
			{files: files{"sub/dir/config.yaml": three}, changes: "three"},
		}},
		{name: "mode changed", steps: []step{
			{files: files{"config.yaml": one}, mode: 0o644},
			{files: files{"config.yaml": one}, mode: 0o400},
			{files: files{"config.yaml": two}, mode: 0o400, changes: "two"},
			{files: files{"config.yaml": three}, mode: 0o644, changes: "three"},
		}},
		{name: "fsGroup", steps: []step{
			{files: files{"config.yaml": one}, fsGroup: true},
			{files: files{"config.yaml": two}, fsGroup: true, changes: "two"},
			{files: files{"config.yaml": two, "b": "1"}, fsGroup: true},
			{files: files{"config.yaml": three}, changes: "three"},
			{files: files{"config.yaml": one}, mode: 0o400, fsGroup: true, changes: "one"},
		}},
		{name: "broken and repaired", steps: []step{
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": "left: ["}, rejects: config.CodeSyntax},
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": two}, changes: "two"},
		}},
		{name: "the key removed and added", settle: time.Millisecond, steps: []step{
			{files: files{"config.yaml": one, "b": "1"}},
			{files: files{"b": "1"}, rejects: config.CodeMissingFile},
			{files: files{"config.yaml": two, "b": "1"}, changes: "two"},
		}},
		{name: "all removed", settle: time.Millisecond, steps: []step{
			{files: files{"config.yaml": one, "b": "1"}},
			{files: files{}, rejects: config.CodeMissingFile},
			{files: files{"config.yaml": one}},
			{files: files{"config.yaml": two}, changes: "two"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			key, settle := test.key, test.settle
			if key == "" {
				key = "config.yaml"
			}
			if settle == 0 {
				settle = never
			}
			dir := t.TempDir()
			test.steps[0].write(t, dir)
			f := follow(t, settle, filepath.Join(dir, key))
			version := uint64(1)
			for _, s := range test.steps[1:] {
				s.write(t, dir)
				if s.changes != "" {
					f.changes(t, s.changes)
					version++
				}
				if s.rejects != "" {
					f.rejects(t, s.rejects)
				}
				if got := f.store.Snapshot().Version; got != version {
					t.Errorf("version %d after %v, want %d", got, s.files, version)
				}
			}
		})
	}
}

func (s step) write(t *testing.T, dir string) {
	t.Helper()
	mode := s.mode
	if mode == 0 {
		mode = 0o644
	}
	var setPerms func(string) error
	if s.fsGroup {
		setPerms = fsGroup(dir)
	}
	write(t, dir, payload(s.files, mode), setPerms)
}

// Changes that are faster than their delivery can be delivered as one. The newest is delivered last and once,
// and the order is kept.
func TestUpdatesBackToBackEndWithTheNewest(t *testing.T) {
	const last = 100
	dir := t.TempDir()
	write := func(n int) { kubelet(dir)(t, files{"config.yaml": yaml(strconv.Itoa(n))}) }
	write(0)
	f := follow(t, never, filepath.Join(dir, "config.yaml"))
	for n := 1; n <= last; n++ {
		write(n)
	}
	f.endsWith(t, last)
}

// Two files of one volume are always of one generation. A mixture, or one file without the other, would be
// rejected at once, because these files do not settle.
func TestTwoFilesOfAVolumeAreNeverMixed(t *testing.T) {
	const last = 300
	dir := t.TempDir()
	write := func(n int) {
		kubelet(dir)(t, files{"left.yaml": "left: " + strconv.Itoa(n), "right.yaml": "right: " + strconv.Itoa(n)})
	}
	write(0)
	f := follow(t, 0, filepath.Join(dir, "left.yaml"), filepath.Join(dir, "right.yaml"))
	for n := 1; n <= last; n++ {
		write(n)
	}
	f.endsWith(t, last)
}

// endsWith waits until the number last is delivered. The numbers before it must rise, and none may be
// rejected.
func (f *followed) endsWith(t *testing.T, last int) {
	t.Helper()
	for before := 0; before < last; {
		select {
		case text := <-f.changed:
			n, err := strconv.Atoi(text)
			if err != nil || n <= before {
				t.Fatalf("changed to %q after %d", text, before)
			}
			before = n
		case code := <-f.rejected:
			t.Fatalf("rejected with %q after %d", code, before)
		case <-time.After(maxWait):
			t.Fatalf("no change after %d, want %d", before, last)
		}
	}
	if got := f.store.Current().Left; got != strconv.Itoa(last) {
		t.Errorf("Current is %q, want %d", got, last)
	}
}
