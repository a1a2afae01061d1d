package config_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// allow sets a limit of this user namespace, such as max_inotify_watches.
func allow(t *testing.T, limit string, n int) {
	t.Helper()
	if err := os.WriteFile("/proc/sys/user/"+limit, []byte(strconv.Itoa(n)), 0); err != nil {
		t.Skipf("needs limits for each user namespace: %v", err)
	}
}

// wantMode waits until the store's file is followed in that way, for a reason that
// contains why.
func (o *observed) wantMode(t *testing.T, mode config.WatchMode, why string) {
	t.Helper()
	eventually(t, "the mode "+string(mode), func() bool {
		w := o.Status().Watch
		return len(w) == 1 && w[0].Mode == mode && strings.Contains(w[0].Reason, why)
	})
	if err := o.CheckHealth(); err != nil {
		t.Errorf("with the mode %s, health is %v, want nil", mode, err)
	}
}

// wantLogged wants the text in exactly n lines of the log, which is the last to have it.
func (o *observed) wantLogged(t *testing.T, n int, text string) {
	t.Helper()
	eventually(t, "the log", func() bool { return strings.Count(o.log.String(), text) >= n })
	if got := strings.Count(o.log.String(), text); got != n {
		t.Errorf("%d times %q, want %d, in the log:\n%s", got, text, n, o.log)
	}
}

const (
	pollingAlone = "no file system events, changes are noticed by polling alone"
	eventsAgain  = "file system events are back"
)

func TestWithoutInotifyInstancesFilesArePolledUntilThereAreSome(t *testing.T) {
	if !isAlone(t, asRoot(0)) {
		return
	}
	allow(t, "max_inotify_instances", 0)
	path := yamlFile(t, halvesFile(1))
	o := observe(t, config.WithFile(path), config.WithPollInterval(10*time.Millisecond))
	idle := observe(t, config.WithFile(path), noPoll())
	const why = "no inotify instance or file descriptor left (see fs.inotify.max_user_instances and ulimit -n)"
	o.wantMode(t, config.WatchPoll, why)
	idle.wantMode(t, config.WatchPoll, why)

	repair(t, path, 2)
	o.serves(t, 2)
	put(t, path+".next", "left: 3\n")
	must(t, os.Rename(path+".next", path))
	_ = within(t, o.rejected, "the rejection")
	repair(t, path, 4)
	o.serves(t, 4)
	o.wantHealed(t)
	o.wantLogged(t, 1, pollingAlone)

	allow(t, "max_inotify_instances", 10)
	o.wantMode(t, config.WatchEvents, "")
	idle.wantMode(t, config.WatchEvents, "") // it has polled without events
	idle.serves(t, 4)
	repair(t, path, 5)
	idle.serves(t, 5) // by an event, for it does not poll any more
	for _, o := range []*observed{o, idle} {
		o.wantLogged(t, 1, pollingAlone)
		o.wantLogged(t, 1, eventsAgain)
	}
}

func TestWithoutInotifyWatchesFilesArePolledUntilThereAreSome(t *testing.T) {
	if !isAlone(t, asRoot(0)) {
		return
	}
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap := func(n int) {
		must(t, v.Update(map[string]string{"c.yaml": halvesFile(n)}))
	}
	swap(1)
	allow(t, "max_inotify_watches", 2) // of the four directories or more on the way
	o := observe(t, config.WithFile(v.Path("c.yaml")), config.WithPollInterval(10*time.Millisecond))
	const why = ": no inotify watch left (see fs.inotify.max_user_watches): no space left on device"
	o.wantMode(t, config.WatchPoll, why)
	swap(2)
	o.serves(t, 2)
	allow(t, "max_inotify_watches", 1000)
	o.wantMode(t, config.WatchEvents, "")

	idle := observe(t, config.WithFile(v.Path("c.yaml")), noPoll())
	idle.wantMode(t, config.WatchEvents, "")
	swap(3)
	idle.serves(t, 3)

	allow(t, "max_inotify_watches", 0) // existing watches stay; the next generation gets none
	swap(4)
	o.serves(t, 4)
	idle.serves(t, 4)
	o.wantMode(t, config.WatchPoll, why)
	allow(t, "max_inotify_watches", 1000)
	o.wantMode(t, config.WatchEvents, "")
	o.wantReports(t, 0)
	o.wantLogged(t, 2, eventsAgain)
}

func TestWithoutFileDescriptorsTheLastGoodStays(t *testing.T) {
	if !isAlone(t, syscall.SysProcAttr{}) {
		return
	}
	path := yamlFile(t, halvesFile(1))
	next := path + ".next"
	put(t, next, halvesFile(2))
	o := observe(t, config.WithFile(path), config.WithPollInterval(time.Millisecond))
	var old syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old))
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 3, Max: old.Max}))
	err := within(t, o.rejected, "the rejection")
	const want = "c.yaml: cannot be read: too many open files; this process has used up its file descriptors; see ulimit -n [unreadable]"
	wantProblems(t, err, want)
	<-time.After(100 * time.Millisecond)
	o.wantBroken(t, err)
	_, opened := config.Open[halves](config.WithFile(path))
	wantProblems(t, opened, want)
	must(t, os.Rename(next, path))
	must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old))
	o.serves(t, 2)
	o.wantHealed(t)
}
