package kubelet

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"k8s.io/kubernetes/pkg/volume/util"

	"example.com/lastgood/internal/volume"
)

// writers are the two writers that are compared.
var writers = map[string]func(dir string) writer{"the kubelet": kubelet, "configtest": fake}

func TestAFakeVolumeGivesTheEventsOfTheKubelets(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			for who, to := range writers {
				dir := t.TempDir()
				w := to(dir)
				if s.before != nil {
					w(t, s.before)
				}
				r := record(t, dir)
				for _, files := range s.updates {
					w(t, files)
				}
				if got := r.stop(t); got != s.want {
					t.Errorf("%s gives\n%+q\nwant\n%+q", who, got, s.want)
				}
			}
		})
	}
}

// An unusual umask shows whether modes depend on it.
func TestAFakeVolumeLeavesTheFilesOfTheKubeletsBehind(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o005))
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			left := map[string]string{}
			for who, to := range writers {
				dir := t.TempDir()
				w := to(dir)
				if s.before != nil {
					w(t, s.before)
				}
				for _, files := range s.updates {
					w(t, files)
				}
				left[who] = list(t, dir)
			}
			if fake, kubelet := left["configtest"], left["the kubelet"]; fake != kubelet {
				t.Errorf("left behind\n%s\nwant\n%s", fake, kubelet)
			}
		})
	}
}

// list returns all entries below dir, one a line, with their modes, and the targets of links or the content of
// files. Timestamped directories are all named TS.
func list(t *testing.T, dir string) string {
	t.Helper()
	var lines strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		var holds []byte
		switch {
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			holds = []byte(target)
		case !entry.IsDir():
			if holds, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(&lines, "%v %s %s\n", info.Mode(), stamped(strings.TrimPrefix(path, dir+"/")), stamped(string(holds)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines.String()
}

// stamped returns path with TS for a timestamped directory at its start.
func stamped(path string) string {
	name, rest, below := strings.Cut(path, "/")
	if !strings.HasPrefix(name, "..2") {
		return path
	}
	if !below {
		return "TS"
	}
	return "TS/" + rest
}

func TestAFakeVolumeTakesTheKeysThatTheKubeletTakes(t *testing.T) {
	for key, good := range map[string]bool{
		"a": true, "a/b": true, ".a": true, "a..b": true, "a/..b": true, "./a": true, "a//b": true, "a/": true,
		"": false, ".": false, "/a": false, "../a": false, "a/../b": false, "a/..": false, "..": false, "..data": false, "..a/b": false,
		strings.Repeat("a", 256): false,
	} {
		dir := t.TempDir()
		w, err := util.NewAtomicWriter(dir, t.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(payload(files{key: "1"}, 0o644), nil); (err == nil) != good {
			t.Errorf("key %q: the kubelet says %v, want it good %t", key, err, good)
		}
		if err := volume.New(t.TempDir()).Update(files{key: "1"}); (err == nil) != good {
			t.Errorf("key %q: the fake volume says %v, want it good %t", key, err, good)
		}
	}
}

func TestNeitherTurnsAFileIntoADirectoryOrBack(t *testing.T) {
	for _, keys := range [][2]string{{"a", "a/b"}, {"a/b", "a"}} {
		before, after := files{keys[0]: "1"}, files{keys[1]: "1"}
		dir := t.TempDir()
		kubelet(dir)(t, before)
		w, err := util.NewAtomicWriter(dir, t.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(payload(after, 0o644), nil); err == nil {
			t.Errorf("the kubelet turns %s into %s", keys[0], keys[1])
		}
		v := volume.New(t.TempDir())
		if err := v.Update(before); err != nil {
			t.Fatal(err)
		}
		if err := v.Update(after); err == nil {
			t.Errorf("the fake volume turns %s into %s", keys[0], keys[1])
		}
	}
}
