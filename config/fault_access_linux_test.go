package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// asUser returns the attributes of a process that is not root.
func asUser() syscall.SysProcAttr {
	if os.Geteuid() != 0 {
		return syscall.SysProcAttr{}
	}
	return syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	must(t, os.Chmod(path, mode))
}

func TestPermissionLostIsReportedOnceAndRegainedItHeals(t *testing.T) {
	if !isAlone(t, asUser()) {
		return
	}
	for _, lost := range []struct {
		name string
		of   string // the file, or a directory on the way to it
		mode os.FileMode
	}{
		{"of the file", "a/d/c.yaml", 0},
		{"of its directory", "a/d", 0},
		{"of a directory above", "a", 0o600},
	} {
		t.Run(lost.name, func(t *testing.T) {
			root := t.TempDir()
			path, of := filepath.Join(root, "a", "d", "c.yaml"), filepath.Join(root, filepath.FromSlash(lost.of))
			repair(t, path, 1)
			o := observe(t, config.WithFile(path), noPoll())
			info, err := os.Stat(of)
			if err != nil {
				t.Fatal(err)
			}
			chmod(t, of, lost.mode)
			defer chmod(t, of, info.Mode()) // or the directory could not be removed
			rejected := within(t, o.rejected, "the rejection")
			wantProblems(t, rejected, fmt.Sprintf(
				"c.yaml: permission denied; it must be readable by user id %d, and its directories searchable [unreadable]", os.Getuid()))
			o.wantBroken(t, rejected)
			chmod(t, of, info.Mode())
			o.wantHealed(t)
			if got := o.Status().Attempts; got[config.Applied] != 1 || got[config.Unchanged] != 1 {
				t.Errorf("attempts %v, want the running content found again", got)
			}
			repair(t, path, 2)
			o.serves(t, 2)
		})
	}
}

// inaccessible makes a file that its user may read, below a directory that he may only
// search, which is usual for home directories, and returns both. Such a directory cannot
// be watched.
func inaccessible(t *testing.T, of func(path string) string) (path, dir string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "a", "d", "c.yaml")
	repair(t, path, 1)
	dir = of(path)
	chmod(t, dir, 0o311)
	t.Cleanup(func() { chmod(t, dir, 0o700) })
	return path, dir
}

func TestADirectoryAboveThatMayNotBeReadLeavesTheEventsOfTheFile(t *testing.T) {
	if !isAlone(t, asUser()) {
		return
	}
	path, dir := inaccessible(t, func(path string) string { return filepath.Dir(filepath.Dir(path)) })
	idle := observe(t, config.WithFile(path), config.WithPollInterval(time.Hour)) // by events alone
	o := observe(t, config.WithFile(path), config.WithPollInterval(10*time.Millisecond))
	for _, o := range []*observed{o, idle} {
		o.wantMode(t, config.WatchEvents, dir+": permission denied")
		o.wantLogged(t, 0, "level=WARN")
		o.wantLogged(t, 1, "by polling alone")
	}
	overwrite(t, path, halvesFile(2))
	idle.serves(t, 2)
	put(t, path+".new", halvesFile(3))
	must(t, os.Rename(path+".new", path))
	idle.serves(t, 3)
	o.serves(t, 3)
	o.wantLogged(t, 0, pollingAlone) // for a moment, there will be no directory
	moved := filepath.Dir(path) + ".new"
	repair(t, filepath.Join(moved, "c.yaml"), 4)
	must(t, errors.Join(os.Rename(filepath.Dir(path), moved+".old"), os.Rename(moved, filepath.Dir(path))))
	o.serves(t, 4)
	chmod(t, dir, 0o700)
	eventually(t, "all events", func() bool { return o.Status().Watch[0].Reason == "" })
	o.wantReports(t, 0)
}

func TestAFileWhoseDirectoryMayNotBeReadIsPolled(t *testing.T) {
	if !isAlone(t, asUser()) {
		return
	}
	path, dir := inaccessible(t, filepath.Dir)
	o := observe(t, config.WithFile(path), config.WithPollInterval(10*time.Millisecond))
	o.wantMode(t, config.WatchPoll, dir+": permission denied")
	overwrite(t, path, halvesFile(2))
	o.serves(t, 2)
	repair(t, path, 3)
	o.serves(t, 3)
	chmod(t, dir, 0o700)
	o.wantMode(t, config.WatchEvents, "")
	o.wantReports(t, 0)
	o.wantLogged(t, 1, pollingAlone)
	o.wantLogged(t, 1, eventsAgain)
}

// smallDisk mounts a disk of 64 KiB, which is gone with the process.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("needs a mount of its own: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// large returns version n in more bytes than smallDisk has, padded with blanks between its
// halves.
func large(n int) string {
	return fmt.Sprintf(`{"left": %d,%s"right": %d}`, n, strings.Repeat(" ", 1<<20), n)
}

func TestAFileCutShortByAFullDiskIsRejectedUntilItIsWrittenAgain(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	path := filepath.Join(smallDisk(t), "d", "c.yaml")
	repair(t, path, 1)
	o := observe(t, config.WithFile(path), noPoll())
	if err := os.WriteFile(path, []byte(large(2)), 0); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("writing to a full disk: %v", err)
	}
	err := within(t, o.rejected, "the rejection")
	if got := err.Problems[0].Code; got != config.CodeSyntax {
		t.Errorf("rejected as %s, want syntax", got)
	}
	o.wantBroken(t, err)
	overwrite(t, path, halvesFile(3)) // only blanks are left of the rest
	o.serves(t, 3)
	o.wantHealed(t)
}

// The kubelet writes a whole generation before it publishes it.
func TestAVolumeOnAFullDiskStaysAsItWas(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	v := volume.New(filepath.Join(smallDisk(t), "etc"))
	must(t, v.Update(map[string]string{"c.yaml": halvesFile(1)}))
	o := observe(t, config.WithFile(v.Path("c.yaml")), config.WithPollInterval(time.Millisecond))
	if err := v.Update(map[string]string{"c.yaml": large(2)}); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("an update on a full disk: %v", err)
	}
	<-time.After(50 * time.Millisecond)
	o.wantReports(t, 0)
	if o.Status().Version != 1 {
		t.Errorf("serving %+v", *o.Current())
	}
	unpublished, err := filepath.Glob(v.Path("..2*"))
	if err != nil {
		t.Fatal(err)
	}
	serving, err := filepath.EvalSymlinks(v.Path("..data"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range unpublished {
		if dir != serving {
			must(t, os.RemoveAll(dir)) // frees space
		}
	}
	must(t, v.Update(map[string]string{"c.yaml": halvesFile(3)}))
	o.serves(t, 3)
	o.wantReports(t, 0)
}
