package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/testkit"
	"example.com/lastgood/internal/volume"
)

// Helpers of testkit.
var (
	must      = testkit.Must
	writeFile = testkit.Write
)

// limits are high enough for all tests.
var limits = source.Limits{Size: 1 << 20, Files: 1000}

// watchFile watches one file on a hub of its own.
func watchFile(t *testing.T, path string) *Files {
	t.Helper()
	return watchFileOn(t, NewHub(), path)
}

// watchFileOn watches one file on hub.
func watchFileOn(t *testing.T, hub *Hub, path string) *Files {
	t.Helper()
	f := NewFiles(hub, []source.Place{{Path: path}}, limits)
	t.Cleanup(f.Close)
	f.Scan(t.Context())
	return f
}

// sees waits until a scan after a hint reads content.
func sees(t *testing.T, f *Files, content string) source.Snapshot {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case <-f.Hints():
			if s := f.Scan(t.Context()); string(s.Documents[0].Data) == content {
				return s
			}
		case <-deadline:
			t.Fatalf("no hint led to %q", content)
		}
	}
}

// Each way of changing a file gives a hint, and so does one more plain change
// after it. Where the content is published by a link, it is whole at once.
func TestEveryWayOfChangingAFileIsNoticed(t *testing.T) {
	type scenario struct {
		name   string
		path   string // below the root
		before func(t *testing.T, root string)
		change func(t *testing.T, root string)
		whole  bool // published atomically
	}
	at := filepath.Join
	plain := func(t *testing.T, root string) { writeFile(t, at(root, "d", "c.yaml"), "one") }
	kubelet := func(content string) func(*testing.T, string) {
		return func(t *testing.T, root string) {
			must(t, volume.New(at(root, "v")).Update(map[string]string{"c.yaml": content, "sub/n.yaml": content}))
		}
	}
	gitSync := func(hash, content string, remove string) func(*testing.T, string) {
		return func(t *testing.T, root string) {
			writeFile(t, at(root, "r", ".worktrees", hash, "c.yaml"), content)
			must(t, os.Symlink(at(".worktrees", hash), at(root, "r", "tmp-link")))
			must(t, os.Rename(at(root, "r", "tmp-link"), at(root, "r", "current")))
			if remove != "" {
				must(t, os.RemoveAll(at(root, "r", ".worktrees", remove)))
			}
		}
	}
	scenarios := []scenario{
		{"write in place", "d/c.yaml", plain, func(t *testing.T, root string) {
			writeFile(t, at(root, "d", "c.yaml"), "two")
		}, false},
		{"rename over it", "d/c.yaml", plain, func(t *testing.T, root string) {
			writeFile(t, at(root, "d", "c.tmp"), "two")
			must(t, os.Rename(at(root, "d", "c.tmp"), at(root, "d", "c.yaml")))
		}, false},
		{"remove and create", "d/c.yaml", plain, func(t *testing.T, root string) {
			must(t, os.Remove(at(root, "d", "c.yaml")))
			writeFile(t, at(root, "d", "c.yaml"), "two")
		}, false},
		{"write through another hard link", "d/c.yaml", func(t *testing.T, root string) {
			plain(t, root)
			must(t, os.Mkdir(at(root, "e"), 0o755))
			must(t, os.Link(at(root, "d", "c.yaml"), at(root, "e", "hard")))
		}, func(t *testing.T, root string) { writeFile(t, at(root, "e", "hard"), "two") }, false},
		{"directory removed and created", "d/c.yaml", plain, func(t *testing.T, root string) {
			must(t, os.RemoveAll(at(root, "d")))
			writeFile(t, at(root, "d", "c.yaml"), "two")
		}, false},
		{"directory exchanged", "d/c.yaml", plain, func(t *testing.T, root string) {
			writeFile(t, at(root, "d2", "c.yaml"), "two")
			must(t, os.Rename(at(root, "d"), at(root, "d.old")))
			must(t, os.Rename(at(root, "d2"), at(root, "d")))
		}, false},
		{"directory exchanged and the old one removed", "d/c.yaml", plain, func(t *testing.T, root string) {
			writeFile(t, at(root, "d2", "c.yaml"), "two")
			must(t, os.Rename(at(root, "d"), at(root, "d.old")))
			must(t, os.RemoveAll(at(root, "d.old")))
			must(t, os.Rename(at(root, "d2"), at(root, "d")))
		}, false},
		{"grandparent exchanged", "g/d/c.yaml", func(t *testing.T, root string) {
			writeFile(t, at(root, "g", "d", "c.yaml"), "one")
		}, func(t *testing.T, root string) {
			writeFile(t, at(root, "g2", "d", "c.yaml"), "two")
			must(t, os.Rename(at(root, "g"), at(root, "g.old")))
			must(t, os.Rename(at(root, "g2"), at(root, "g")))
		}, false},
		{"created where nothing was", "a/b/c.yaml", func(*testing.T, string) {}, func(t *testing.T, root string) {
			writeFile(t, at(root, "a", "b", "c.yaml"), "two")
		}, false},
		{"kubelet swap", "v/c.yaml", kubelet("one"), kubelet("two"), true},
		{"kubelet swap, a nested key", "v/sub/n.yaml", kubelet("one"), kubelet("two"), true},
		{"kubelet swap, a path through ..data", "v/..data/c.yaml", kubelet("one"), kubelet("two"), true},
		{"first publish of a volume", "v/c.yaml", func(*testing.T, string) {}, kubelet("two"), true},
		{"volume removed and created", "v/c.yaml", kubelet("one"), func(t *testing.T, root string) {
			must(t, os.RemoveAll(at(root, "v")))
			kubelet("two")(t, root)
		}, true},
		{"git-sync flip, old tree removed", "r/current/c.yaml", gitSync("aaa", "one", ""), gitSync("bbb", "two", "aaa"), true},
		{"git-sync flip, old tree kept", "r/current/c.yaml", gitSync("aaa", "one", ""), gitSync("bbb", "two", ""), true},
		{"ln -sfn", "l.yaml", func(t *testing.T, root string) {
			writeFile(t, at(root, "1.yaml"), "one")
			writeFile(t, at(root, "2.yaml"), "two")
			past := time.Now().Add(-time.Hour)
			must(t, os.Chtimes(at(root, "2.yaml"), past, past))
			must(t, os.Symlink("1.yaml", at(root, "l.yaml")))
		}, func(t *testing.T, root string) {
			must(t, os.Remove(at(root, "l.yaml")))
			must(t, os.Symlink("2.yaml", at(root, "l.yaml")))
		}, true},
		{"a write to the link's target", "l.yaml", func(t *testing.T, root string) {
			writeFile(t, at(root, "elsewhere", "1.yaml"), "one")
			must(t, os.Symlink("elsewhere/1.yaml", at(root, "l.yaml")))
		}, func(t *testing.T, root string) { writeFile(t, at(root, "elsewhere", "1.yaml"), "two") }, false},
		{"the target of a dangling link appears", "l.yaml", func(t *testing.T, root string) {
			must(t, os.Symlink("nowhere/1.yaml", at(root, "l.yaml")))
		}, func(t *testing.T, root string) { writeFile(t, at(root, "nowhere", "1.yaml"), "two") }, false},
		{"same size and time", "d/c.yaml", plain, func(t *testing.T, root string) {
			path := at(root, "d", "c.yaml")
			info, err := os.Stat(path)
			must(t, err)
			writeFile(t, path, "two")
			must(t, os.Chtimes(path, info.ModTime(), info.ModTime()))
		}, false},
	}
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			sc.before(t, root)
			path := at(root, filepath.FromSlash(sc.path))
			f := watchFile(t, path)
			sc.change(t, root)
			if doc := sees(t, f, "two").Documents[0]; (doc.Whole || doc.Likely) != sc.whole {
				t.Errorf("whole is %v, likely %v in the first scan that reads it, want %v", doc.Whole, doc.Likely, sc.whole)
			}
			writeFile(t, path, "three")
			sees(t, f, "three")
		})
	}
}

func TestChurnBesideTheFileGivesNoHint(t *testing.T) {
	root := t.TempDir()
	v := volume.New(filepath.Join(root, "v"))
	must(t, v.Update(map[string]string{"c.yaml": "one"}))
	f := watchFile(t, v.Path("c.yaml"))
	for i := range 300 {
		writeFile(t, filepath.Join(root, "v", fmt.Sprintf("churn%d", i%10)), "x")
		writeFile(t, filepath.Join(root, fmt.Sprintf("churn%d", i%10)), "x")
	}
	// The events of one descriptor come in order: when this one has arrived, so
	// have all before it. The first hint is therefore the last write's.
	must(t, v.Update(map[string]string{"c.yaml": "two"}))
	<-f.Hints()
	if s := f.Scan(t.Context()); string(s.Documents[0].Data) != "two" {
		t.Error("a hint came before the file changed")
	}
}

func TestTenWatchesCostOneInotifyDescriptorAndNothingStaysAfterClose(t *testing.T) {
	before := inotifyDescriptors(t)
	hub := NewHub()
	var all []*Files
	for range 10 {
		_, path := dirWithFile(t)
		f := NewFiles(hub, []source.Place{{Path: path}}, limits)
		f.Scan(t.Context())
		all = append(all, f)
	}
	if got := inotifyDescriptors(t) - before; got != 1 {
		t.Errorf("ten watches opened %d inotify descriptors, want 1", got)
	}
	for _, f := range all {
		f.Close()
	}
	if got := inotifyDescriptors(t) - before; got != 0 {
		t.Errorf("%d inotify descriptors are left after Close", got)
	}
}

func inotifyDescriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skipf("needs Linux's /proc to count descriptors: %v", err)
	}
	n := 0
	for _, e := range entries {
		if target, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name())); err == nil && strings.Contains(target, "inotify") {
			n++
		}
	}
	return n
}

func TestFilesOfOneVolumeAreReadFromOneGeneration(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "v"))
	must(t, v.Update(map[string]string{"a.yaml": "0", "b.yaml": "0"}))
	f := NewFiles(nil, []source.Place{{Path: v.Path("a.yaml")}, {Path: v.Path("b.yaml")}}, limits)
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 1; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := v.Update(map[string]string{"a.yaml": fmt.Sprint(i), "b.yaml": fmt.Sprint(i)}); err != nil {
				done <- err
				return
			}
		}
	}()
	read, scans := 0, 0
	for ; scans < 1000 || read < 100 && scans < 100_000; scans++ { // few scans are not Moving on a busy machine
		s := f.Scan(t.Context())
		if a, b := s.Documents[0], s.Documents[1]; !s.Moving && string(a.Data) != string(b.Data) {
			t.Errorf("read %q and %q from two generations", a.Data, b.Data)
			break
		} else if !s.Moving {
			read++
		}
	}
	close(stop)
	must(t, <-done)
	if read < 100 {
		t.Errorf("only %d of %d scans did not move", read, scans)
	}
}

func TestWatchesSurviveCloseAndOpenDuringEvents(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "v"))
	must(t, v.Update(map[string]string{"c.yaml": "one"}))
	before := inotifyDescriptors(t)
	hub := NewHub()
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := v.Update(map[string]string{"c.yaml": fmt.Sprint(i)}); err != nil {
				done <- err
				return
			}
		}
	}()
	for range 60 {
		f := NewFiles(hub, []source.Place{{Path: v.Path("c.yaml")}}, limits)
		f.Scan(t.Context())
		f.Scan(t.Context())
		f.Close()
	}
	close(stop)
	must(t, <-done)
	if got := inotifyDescriptors(t) - before; got != 0 {
		t.Errorf("%d inotify descriptors are left", got)
	}
}

func TestEntriesOfADirectoryAreFollowedAsTheyComeAndGo(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "conf.d")
	writeFile(t, filepath.Join(dir, "10.yaml"), "1")
	f := NewFiles(NewHub(), []source.Place{{Path: dir, Entry: func(name string) bool { return strings.HasSuffix(name, ".yaml") }}}, limits)
	t.Cleanup(f.Close)
	f.Scan(t.Context())
	until := func(want string) {
		t.Helper()
		deadline := time.After(20 * time.Second)
		for {
			select {
			case <-f.Hints():
				var got strings.Builder
				for _, d := range f.Scan(t.Context()).Documents {
					if d.Err == nil {
						got.Write(d.Data)
					}
				}
				if got.String() == want {
					return
				}
			case <-deadline:
				t.Fatalf("no hint led to %q", want)
			}
		}
	}
	writeFile(t, filepath.Join(dir, "20.yaml"), "2")
	until("12")
	writeFile(t, filepath.Join(dir, "20.yaml"), "3")
	until("13")
	must(t, os.Remove(filepath.Join(dir, "10.yaml")))
	until("3")
	must(t, os.Rename(dir, dir+".old"))
	writeFile(t, filepath.Join(dir, "30.yaml"), "4")
	until("4")
}
