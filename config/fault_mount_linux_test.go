package config_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// bind mounts from at to, and creates a file there. The mount ends with the process.
func bind(t *testing.T, from, to string) {
	t.Helper()
	put(t, to, "")
	if err := syscall.Mount(from, to, "", syscall.MS_BIND, ""); err != nil {
		t.Skipf("needs a mount of its own: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(to, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// wantPinned wants one warning about the file at path, with all of these words, and
// the same in the status.
func (o *observed) wantPinned(t *testing.T, path string, words ...string) {
	t.Helper()
	st := o.Status()
	if len(st.Watch) != 1 || st.Watch[0].Path != path || st.Watch[0].Mode != config.WatchPinned {
		t.Errorf("followed as %+v, want %s to be pinned", st.Watch, path)
		return
	}
	why := st.Watch[0].Reason
	for _, word := range words {
		if !strings.Contains(why, word) {
			t.Errorf("the reason %q lacks %q", why, word)
		}
	}
	o.wantLogged(t, 1, "level=WARN")
	if log := o.log.String(); !strings.Contains(log, path) || !strings.Contains(log, why) {
		t.Errorf("want one warning, about %s: %s; the log:\n%s", path, why, log)
	}
}

func TestASubPathMountIsWarnedOfOnce(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	dir := t.TempDir()
	v := volume.New(filepath.Join(dir, "volumes", "kubernetes.io~configmap", "cfg"))
	swap := func(n int) {
		t.Helper()
		must(t, v.Update(map[string]string{"c.yaml": halvesFile(n)}))
	}
	swap(1)
	key, err := filepath.EvalSymlinks(v.Path("c.yaml")) // as the kubelet does
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "c.yaml")
	bind(t, key, path)
	what := []string{"subPath", "never update", "mount the"}
	o := observe(t, config.WithFile(path), config.WithPollInterval(time.Millisecond))
	o.wantPinned(t, path, what...)
	swap(2)
	<-time.After(50 * time.Millisecond)
	if err := o.Reload(t.Context()); err != nil || o.Current().Left != 1 {
		t.Errorf("after an update of the volume: %v, %+v; the warning should be true", err, *o.Current())
	}
	o.wantPinned(t, path, what...)
}

func TestABindMountedFileIsWarnedOfOnce(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	host, path := yamlFile(t, halvesFile(1)), filepath.Join(t.TempDir(), "c.yaml")
	bind(t, host, path)
	what := []string{"bind mount", "the original", "mount"}
	o := observe(t, config.WithFile(path), config.WithPollInterval(time.Millisecond))
	o.wantPinned(t, path, what...)
	overwrite(t, host, halvesFile(2))
	o.serves(t, 2)
	repair(t, host, 3) // by another file
	<-time.After(50 * time.Millisecond)
	if err := o.Reload(t.Context()); err != nil || o.Current().Left != 2 {
		t.Errorf("after the original was replaced: %v, %+v; the warning should be true", err, *o.Current())
	}
	o.wantPinned(t, path, what...)
}

// The mount appears over a file that is followed, which gives no event.
func TestABindMountIsWarnedOfWhenItAppears(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	other, path := yamlFile(t, halvesFile(2)), yamlFile(t, halvesFile(1))
	o := observe(t, config.WithFile(path), config.WithPollInterval(time.Millisecond))
	if err := syscall.Mount(other, path, "", syscall.MS_BIND, ""); err != nil {
		t.Skipf("needs a mount of its own: %v", err)
	}
	o.serves(t, 2)
	o.wantPinned(t, path, "bind mount")
	must(t, syscall.Unmount(path, syscall.MNT_DETACH))
	o.serves(t, 1)
	o.wantMode(t, config.WatchEvents, "")
}

// The directory of a volume is mounted as it should be, and gives no warning.
func TestAVolumesDirectoryMayBeABindMount(t *testing.T) {
	if !isAlone(t, asRoot(syscall.CLONE_NEWNS)) {
		return
	}
	dir, mounted := filepath.Join(t.TempDir(), "volumes", "kubernetes.io~configmap", "cfg"), t.TempDir()
	v := volume.New(dir)
	for n := range 3 {
		must(t, v.Update(map[string]string{"c.yaml": halvesFile(n + 1)}))
		if n == 0 {
			if err := syscall.Mount(dir, mounted, "", syscall.MS_BIND, ""); err != nil {
				t.Skipf("needs a mount of its own: %v", err)
			}
			defer func() { _ = syscall.Unmount(mounted, syscall.MNT_DETACH) }()
		}
	}
	o := observe(t, config.WithFile(filepath.Join(mounted, "c.yaml")), noPoll())
	o.wantMode(t, config.WatchEvents, "")
	must(t, v.Update(map[string]string{"c.yaml": halvesFile(9)}))
	o.serves(t, 9)
	o.wantLogged(t, 0, "level=WARN")
}
