package config_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// fuse is a directory that is mounted by FUSE at another one, and hangs as long as the
// process behind it is stopped.
type fuse struct {
	dir    string // where it is mounted
	behind string // the mounted directory
	server *os.Process
}

// mountFUSE mounts a directory. Nothing is kept by the kernel for longer than keep, so
// that as little as possible is answered while it hangs. The mount is gone with the
// process, which is to be alone.
func mountFUSE(t *testing.T, keep string) *fuse {
	t.Helper()
	bindfs, err := exec.LookPath("bindfs")
	if err != nil {
		t.Skip("needs bindfs")
	}
	m := &fuse{dir: t.TempDir(), behind: t.TempDir()}
	before := device(t, m.dir)
	timeouts := fmt.Sprintf("attr_timeout=%s,entry_timeout=%s,negative_timeout=%s", keep, keep, keep)
	cmd := exec.Command(bindfs, "-f", "-o", timeouts, m.behind, m.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // which Pdeathsig is about; it ends with the test
	if err := cmd.Start(); err != nil {
		t.Skipf("needs bindfs: %v", err)
	}
	m.server = cmd.Process
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // how it ends does not matter
	}()
	t.Cleanup(func() {
		_ = syscall.Unmount(m.dir, syscall.MNT_DETACH) // it may not be mounted
		_ = cmd.Process.Kill()                         // even if it is stopped; it may have ended
		<-ended
	})
	hasEnded := func() bool {
		select {
		case <-ended:
			return true
		default:
			return false
		}
	}
	if !becomes(func() bool { return hasEnded() || device(t, m.dir) != before }) || hasEnded() {
		t.Skip("needs FUSE")
	}
	return m
}

func device(t *testing.T, path string) uint64 {
	t.Helper()
	var st syscall.Stat_t
	must(t, syscall.Stat(path, &st))
	return st.Dev
}

func (m *fuse) hang(t *testing.T) {
	t.Helper()
	stop(t, m.server)
}

func (m *fuse) answer(t *testing.T) {
	t.Helper()
	must(t, m.server.Signal(syscall.SIGCONT))
}

// mounting returns the attributes of a process that may mount.
func mounting() syscall.SysProcAttr {
	if os.Geteuid() == 0 {
		return syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	return asRoot(syscall.CLONE_NEWNS)
}

// reads returns the number of reads by package source that have not returned.
func reads() int {
	buf := make([]byte, 1<<20)
	n := 0
	for _, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if inSource.MatchString(stack) {
			n++
		}
	}
	return n
}

// inSource matches the stack of a goroutine in a system call of package source.
var inSource = regexp.MustCompile(`^goroutine \d+ \[syscall[^]]*\]:\n(?s:.*)internal/source\.\(\*Reader\)\.at\(`)

const (
	hangs   = "a path does not answer"
	answers = "the path answers again"
)

// wantHung waits until the store's status and log have the path that hangs, which was
// first read after since.
func (o *observed) wantHung(t *testing.T, path string, since time.Time) {
	t.Helper()
	var hung config.PathStatus
	eventually(t, "the mode hung", func() bool {
		for _, p := range o.Status().Watch {
			if p.Mode == config.WatchHung {
				hung = p
				return true
			}
		}
		return false
	})
	if hung.Path != path || hung.Since.Before(since) || hung.Since.After(time.Now()) || !strings.Contains(hung.Reason, hung.Since.Format(time.RFC3339)) {
		t.Errorf("the status has %+v, want %s since %v or later", hung, path, since)
	}
	if err := o.CheckHealth(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("health is %v, want an error about %s", err, path)
	}
	o.wantHangs(t, path, 1)
}

// wantHangs waits until the log contains a path that hangs, once and without an answer, or an
// answer for each. On a busy machine, other reads may take long, too.
func (o *observed) wantHangs(t *testing.T, path string, n int) {
	t.Helper()
	var log string
	count := func() (now, most int) {
		log = o.log.String()
		for line := range strings.Lines(log) {
			if !strings.Contains(line, "path="+path) {
				continue
			}
			if strings.Contains(line, hangs) {
				now++
			}
			if strings.Contains(line, answers) {
				now--
			}
			most = max(most, now)
		}
		return now, most
	}
	eventually(t, "the log", func() bool { now, _ := count(); return now == n })
	if _, most := count(); most != 1 {
		t.Errorf("want each hang of %s logged once; the log:\n%s", path, log)
	}
}

// wantAnswered waits until all is as before.
func (o *observed) wantAnswered(t *testing.T, path string) {
	t.Helper()
	o.wantHangs(t, path, 0)
	o.wantMode(t, config.WatchEvents, "")
	o.wantReports(t, 0)
}

func TestAMountThatHangsIsReportedHoldsUpNobodyElseAndHeals(t *testing.T) {
	if !isAlone(t, mounting()) {
		return
	}
	for _, keep := range []string{"0", "1"} {
		t.Run("kept for "+keep+" s", func(t *testing.T) {
			m := mountFUSE(t, keep)
			path := filepath.Join(m.dir, "c.yaml")
			put(t, path, halvesFile(1))
			v := volume.New(filepath.Join(t.TempDir(), "v"))
			swap := func(n int) {
				t.Helper()
				must(t, v.Update(map[string]string{"c.yaml": halvesFile(n)}))
			}
			swap(1)
			began := time.Now()
			hung := observe(t, config.WithFile(path), config.WithPollInterval(10*time.Millisecond))
			other := observe(t, config.WithFile(v.Path("c.yaml")), noPoll())
			same := make([]*observed, 8)
			for i := range same {
				same[i] = observe(t, config.WithFile(path), config.WithPollInterval(10*time.Millisecond))
			}
			m.hang(t)
			hung.wantHung(t, path, began)
			for _, s := range same {
				s.wantHung(t, path, began)
			}
			eventually(t, "one outstanding read of one path", func() bool { return reads() == 1 })

			for n := range 5 {
				swap(n + 2)
				other.serves(t, n+2)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			if err := hung.Reload(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), path) {
				t.Errorf("Reload returned %v", err)
			}
			if hung.Current().Left != 1 {
				t.Errorf("serving %+v", *hung.Current())
			}
			closes(t, other)
			closes(t, same[0])
			later := observe(t, config.WithFile(v.Path("c.yaml")), noPoll())
			swap(9)
			later.serves(t, 9)

			put(t, filepath.Join(m.behind, "c.yaml"), halvesFile(2))
			m.answer(t)
			hung.serves(t, 2)
			hung.wantAnswered(t, path)
			for _, s := range same[1:] {
				s.serves(t, 2)
				s.wantAnswered(t, path)
			}
			overwrite(t, path, halvesFile(3))
			hung.serves(t, 3)
		})
	}
}

func TestAStoreOfAMountThatHangsIsClosedAndLeavesNothing(t *testing.T) {
	if !isAlone(t, mounting()) {
		return
	}
	m := mountFUSE(t, "0")
	path := filepath.Join(m.dir, "c.yaml")
	put(t, path, halvesFile(1))
	before := count()
	stores := map[string]*observed{}
	cancels := map[string]context.CancelFunc{}
	closings := map[string]func(t *testing.T, o *observed, cancel context.CancelFunc){
		"closed": func(t *testing.T, o *observed, _ context.CancelFunc) { closes(t, o) },
		"closed by many": func(t *testing.T, o *observed, _ context.CancelFunc) {
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() { closes(t, o) })
			}
			all.Wait()
		},
		"its context is done": func(t *testing.T, o *observed, cancel context.CancelFunc) {
			cancel()
			eventually(t, "the end", func() bool { return o.Status().Closed })
		},
		"closed while it is reloaded": func(t *testing.T, o *observed, _ context.CancelFunc) {
			reloaded := make(chan error, 2)
			for range 2 {
				go func() { reloaded <- o.Reload(context.Background()) }()
			}
			closes(t, o)
			for range 2 {
				if err := within(t, reloaded, "the reload"); !errors.Is(err, config.ErrClosed) {
					t.Errorf("a reload returned %v, want ErrClosed", err)
				}
			}
		},
	}
	began := time.Now()
	for how := range closings {
		ctx, cancel := context.WithCancel(t.Context())
		stores[how], cancels[how] = observe(t, config.WithFile(path), config.WithPollInterval(10*time.Millisecond), config.WithContext(ctx)), cancel
	}
	m.hang(t)
	for _, o := range stores {
		o.wantHung(t, path, began)
	}
	put(t, filepath.Join(m.behind, "c.yaml"), halvesFile(2))
	for how, closeIt := range closings {
		t.Run(how, func(t *testing.T) {
			closeIt(t, stores[how], cancels[how])
			if err := stores[how].Reload(t.Context()); !errors.Is(err, config.ErrClosed) {
				t.Errorf("Reload returned %v, want ErrClosed", err)
			}
		})
	}
	m.answer(t)
	for how, o := range stores {
		o.Close()
		cancels[how]()
		if o.Current().Left != 1 {
			t.Errorf("%s: it serves %+v, which it read after the end", how, *o.Current())
		}
	}
	wantNoMore(t, before)
}

// Close is called at any time, not only long after the mount has hung.
func TestAStoreIsClosedAtAnyMomentOfAMountThatHangs(t *testing.T) {
	if !isAlone(t, mounting()) {
		return
	}
	m := mountFUSE(t, "0")
	path := filepath.Join(m.dir, "c.yaml")
	put(t, path, halvesFile(1))
	for range 2 {
		var stores []*observed
		for range 10 {
			stores = append(stores, observe(t, config.WithFile(path), config.WithPollInterval(time.Millisecond)))
			<-time.After(time.Millisecond / 2)
		}
		m.hang(t)
		for _, o := range slices.Backward(stores) {
			closes(t, o)
			<-time.After(10 * time.Millisecond)
		}
		m.answer(t)
	}
}

func TestTheFirstLoadOfAMountThatHangsIsLoggedAndWaitsForItsContext(t *testing.T) {
	if !isAlone(t, mounting()) {
		return
	}
	m := mountFUSE(t, "0")
	path := filepath.Join(m.dir, "c.yaml")
	put(t, path, halvesFile(1))
	m.hang(t)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	for what, err := range map[string]error{
		"Check": config.Check[halves](config.WithFile(path), config.WithContext(ctx)),
		"Load": func() error {
			_, err := config.Load[halves](config.WithFile(path), config.WithContext(ctx))
			return err
		}(),
	} {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s returned %v, want the context's error", what, err)
		}
	}
	var log journal
	loaded := make(chan error, 1)
	go func() {
		s, err := config.Load[halves](config.WithFile(path), logTo(&log))
		if err == nil {
			s.Close()
		}
		loaded <- err
	}()
	eventually(t, "the log", func() bool { return strings.Contains(log.String(), hangs) })
	if len(loaded) != 0 || !strings.Contains(log.String(), path) {
		t.Errorf("the log has\n%s", &log)
	}
	eventually(t, "one outstanding read of one path", func() bool { return reads() == 1 })
	m.answer(t)
	if err := within(t, loaded, "the load"); err != nil {
		t.Errorf("it returned %v when the mount answered again", err)
	}
}

// Whatever the way in which a path is part of a configuration, it is named.
func TestEveryKindOfPathThatHangsIsReported(t *testing.T) {
	if !isAlone(t, mounting()) {
		return
	}
	good := yamlFile(t, halvesFile(1))
	m := mountFUSE(t, "0")
	put(t, filepath.Join(m.dir, "c.yaml"), "{}")
	put(t, filepath.Join(m.dir, "left"), "1")
	for _, dir := range []string{"conf.d", "keys"} {
		must(t, os.Mkdir(filepath.Join(m.dir, dir), 0o700))
	}
	link := filepath.Join(t.TempDir(), "link.yaml")
	must(t, os.Symlink(filepath.Join(m.dir, "c.yaml"), link))
	must(t, os.Setenv("HUNG_LEFT_FILE", filepath.Join(m.dir, "left"))) // the process is alone
	began, stores := time.Now(), map[string]*observed{}
	for _, test := range []struct {
		path string
		opt  config.Option
	}{
		{filepath.Join(m.dir, "c.yaml"), config.WithFile(good, filepath.Join(m.dir, "c.yaml"))},
		{filepath.Join(m.dir, "none.yaml"), config.WithOptionalFile(filepath.Join(m.dir, "none.yaml"))},
		{filepath.Join(m.dir, "conf.d"), config.WithDir(filepath.Join(m.dir, "conf.d"))},
		{filepath.Join(m.dir, "keys"), config.WithKeyDir(filepath.Join(m.dir, "keys"))},
		{filepath.Join(m.dir, "left"), config.WithEnv("HUNG")},
		{link, config.WithFile(link)},
	} {
		stores[test.path] = observe(t, config.WithFile(good), test.opt, config.WithPollInterval(10*time.Millisecond))
	}
	m.hang(t)
	for path, o := range stores {
		o.wantHung(t, path, began)
	}
	m.answer(t)
	for path, o := range stores {
		o.wantHangs(t, path, 0)
		eventually(t, "health", func() bool { return o.CheckHealth() == nil })
		put(t, good, halvesFile(1)+"\n")
		if err := o.Reload(t.Context()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		closes(t, o)
	}
}

func TestALastGoodDirectoryThatHangsHoldsUpLittle(t *testing.T) {
	if !isAlone(t, mounting()) {
		return
	}
	m := mountFUSE(t, "0")
	l := newLives(t, "port: 80\n")
	l.dir = m.dir
	l.lastGood = []config.LastGoodOption{config.LastGoodCrashLimit(1)}
	s := l.open(t)
	m.hang(t)
	began := time.Now()
	accepts(t, s, l.path, "port: 81\n")
	s.Close()
	s = l.open(t)
	if s.Current().Port != 81 {
		t.Errorf("serving %+v", *s.Current())
	}
	s.Close()
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	if log := l.log.String(); !strings.Contains(log, "does not answer; going on without it") {
		t.Errorf("logged:\n%s", log)
	}
}
