package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/lastgood/config"
)

// onDisk returns the path of a file in the directory of the store.
func (l *lives) onDisk(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(l.dir, "served-*", name))
	if err != nil || len(found) != 1 {
		t.Fatalf("there is %v (%v)", found, err)
	}
	return found[0]
}

// wantStart checks that a start succeeds with so many warnings, of which one contains the text,
// and that the content is followed.
func (l *lives) wantStart(t *testing.T, warnings int, text string) {
	t.Helper()
	l.log = &journal{}
	put(t, l.path, "port: 80\n")
	s := l.open(t)
	if s.Current().Port != 80 || s.Status().Err != nil {
		t.Errorf("serving %+v, %v", *s.Current(), s.Status().Err)
	}
	accepts(t, s, l.path, "port: 81\n")
	s.Close()
	if log := l.log.String(); !strings.Contains(log, text) || strings.Count(log, "level=WARN") != warnings || strings.Contains(log, "level=ERROR") {
		t.Errorf("want %d warnings, with %q; the log:\n%s", warnings, text, log)
	}
}

func TestADirectoryThatIsMissingIsMade(t *testing.T) {
	l := newLives(t, "")
	l.dir = filepath.Join(l.dir, "missing")
	l.wantStart(t, 1, "did not exist, and was made")
	l.wantStart(t, 0, "")
	l.dir = filepath.Join(l.dir, "far", "away")
	l.wantStart(t, 1, "no such file or directory")
}

func TestADirectoryThatIsNoneIsWarnedOf(t *testing.T) {
	l := newLives(t, "")
	l.dir = filepath.Join(l.dir, "x")
	put(t, l.dir, "")
	l.wantStart(t, 1, "not a directory")
	if err := os.Remove(l.dir); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(l.dir, 0o600); err != nil {
		t.Fatal(err)
	}
	l.wantStart(t, 1, "not a directory")
	l.dir = "/dev/null"
	l.wantStart(t, 1, "not a directory")
}

func TestASubdirectoryThatIsNotOursIsWarnedOf(t *testing.T) {
	l := newLives(t, "")
	l.wantStart(t, 0, "")
	own := filepath.Dir(l.onDisk(t, "lock"))
	elsewhere := t.TempDir()
	for name, break_ := range map[string]func() error{
		"is not a directory": func() error { return os.Symlink(elsewhere, own) },
		"is not":             func() error { return os.WriteFile(own, nil, 0o600) },
	} {
		if err := os.RemoveAll(own); err != nil {
			t.Fatal(err)
		}
		if err := break_(); err != nil {
			t.Fatal(err)
		}
		l.wantStart(t, 1, name)
	}
	if left, _ := os.ReadDir(elsewhere); len(left) > 0 {
		t.Errorf("it has written %v through the link", left)
	}
}

func TestFilesOfAnotherUserAreNotUsed(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs to be root")
	}
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	for _, name := range []string{"a", "b", "record", "lock"} {
		path := filepath.Join(filepath.Dir(l.onDisk(t, "lock")), name)
		if _, err := os.Lstat(path); err == nil {
			if err := os.Chown(path, 12345, 12345); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(t, l.path, "port: x\n")
	_ = l.fails(t)
	if log := l.log.String(); strings.Count(log, "belongs to another user") != 3 {
		t.Errorf("logged:\n%s", log)
	}
	if err := os.Chown(filepath.Dir(l.onDisk(t, "lock")), 12345, 12345); err != nil {
		t.Fatal(err)
	}
	l.wantStart(t, 1, "belongs to another user")
}

func TestAVolumeOfAGroupIsUsed(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	own := filepath.Dir(l.onDisk(t, "lock"))
	if err := os.Chmod(own, 0o770|os.ModeSetgid); err != nil { // as the kubelet does for an fsGroup
		t.Fatal(err)
	}
	l.fallsBack(t, "port: x\n", 80)
	if info, err := os.Stat(own); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its mode is %v (%v)", info.Mode(), err)
	}
}

func TestADirectoryThatCannotBeWrittenToIsOnlyRead(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	l := newLives(t, "")
	l.live(t, "port: 79\n")
	mount(t, l.dir, l.dir, "", syscall.MS_BIND)
	mount(t, "", l.dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY)
	l.wantStart(t, 1, "read-only file system")
	l.fallsBack(t, "port: x\n", 79)
	l.dir = t.TempDir()
	mount(t, l.dir, l.dir, "", syscall.MS_BIND)
	mount(t, "", l.dir, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY)
	l.wantStart(t, 1, "read-only file system")
}

func TestAFullDirectoryIsWarnedOf(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	l := newLives(t, "")
	mount(t, "tmpfs", l.dir, "tmpfs", 0, "size=64k")
	l.live(t, "port: 79\n")
	if err := os.WriteFile(filepath.Join(l.dir, "ballast"), make([]byte, 1<<20), 0o600); err == nil {
		t.Fatal("it is not full")
	}
	l.wantStart(t, 1, "no space left on device")
	l.fallsBack(t, "port: x\n", 79)
}

func mount(t *testing.T, from, to, kind string, flags uintptr, data ...string) {
	t.Helper()
	if err := syscall.Mount(from, to, kind, flags, strings.Join(data, ",")); err != nil {
		t.Skipf("needs a mount of its own: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(to, syscall.MNT_DETACH) }) // it is gone with the process
}

func TestALockThatIsNoFileIsWarnedOf(t *testing.T) {
	l := newLives(t, "")
	l.lastGood = []config.LastGoodOption{config.LastGoodCrashLimit(1)}
	l.wantStart(t, 0, "")
	lock := l.onDisk(t, "lock")
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(lock, 0o600); err != nil {
		t.Fatal(err)
	}
	l.wantStart(t, 1, "lock: is not a regular file")
}
