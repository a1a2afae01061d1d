package config_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// meanwhile calls do again and again, on a goroutine of its own, until stop is called.
func meanwhile(t *testing.T, do func(i int) error) (stop func()) {
	t.Helper()
	end, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-end:
				failed <- nil
				return
			default:
			}
			if err := do(i); err != nil {
				failed <- err
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(end)
		if err := <-failed; err != nil {
			t.Error(err)
		}
	})
}

// held counts resources that a process can leak.
type held struct{ goroutines, descriptors, inotify, watches int }

// count counts the resources of this process; without /proc, goroutines only.
func count() held {
	h := held{goroutines: runtime.NumGoroutine()}
	fds, _ := os.ReadDir("/proc/self/fd") // none, where there is no /proc
	for _, fd := range fds {
		target, err := os.Readlink(filepath.Join("/proc/self/fd", fd.Name()))
		if err != nil {
			continue // the one that the directory was read by
		}
		h.descriptors++
		if strings.Contains(target, "inotify") {
			h.inotify++
			info, _ := os.ReadFile(filepath.Join("/proc/self/fdinfo", fd.Name())) // it may have been closed
			h.watches += strings.Count(string(info), "inotify wd:")
		}
	}
	return h
}

// wantNoMore waits until the process has no more resources than before.
func wantNoMore(t *testing.T, before held) {
	t.Helper()
	var now held
	if !becomes(func() bool {
		now = count()
		return now.goroutines <= before.goroutines && now.descriptors <= before.descriptors &&
			now.inotify <= before.inotify && now.watches <= before.watches
	}) {
		stacks := make([]byte, 1<<20)
		t.Fatalf("the process holds %+v, want no more than %+v\n%s", now, before, stacks[:runtime.Stack(stacks, true)])
	}
}

// closes wants Close to return, although something does not.
func closes(t *testing.T, s interface{ Close() }) {
	t.Helper()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.Close()
	}()
	within(t, closed, "Close")
}

// closings are ways and moments to close a store of a file that is swapped all the
// time.
var closings = map[string]func(t *testing.T, s *config.Store[match], cancel context.CancelFunc){
	"at once": func(_ *testing.T, s *config.Store[match], _ context.CancelFunc) { s.Close() },
	"after a reload": func(t *testing.T, s *config.Store[match], _ context.CancelFunc) {
		_ = s.Reload(t.Context()) // the files may be too busy
		s.Close()
	},
	"during a reload, twice": func(t *testing.T, s *config.Store[match], _ context.CancelFunc) {
		var all sync.WaitGroup
		all.Go(func() { _ = s.Reload(t.Context()) }) // it may be closed
		all.Go(s.Close)
		s.Close()
		all.Wait()
	},
	"after a change": func(t *testing.T, s *config.Store[match], _ context.CancelFunc) {
		changed := make(chan struct{}, 1000)
		s.OnChange(func(_, _ *match) { changed <- struct{}{} })
		within(t, changed, "a change")
		s.Close()
	},
	"inside a hook": func(t *testing.T, s *config.Store[match], _ context.CancelFunc) {
		closed := make(chan struct{})
		s.OnChange(func(_, _ *match) { s.Close(); close(closed) })
		within(t, closed, "a change")
	},
	"while a hook runs": func(t *testing.T, s *config.Store[match], _ context.CancelFunc) {
		var calls int
		runs, end := make(chan struct{}), make(chan struct{})
		s.OnChange(func(_, _ *match) {
			if calls++; calls > 1 {
				t.Error("a hook was called after Close")
				return
			}
			close(runs)
			<-end
		})
		within(t, runs, "a change")
		version := s.Snapshot().Version
		eventually(t, "one more change, which waits for the hook", func() bool { return s.Snapshot().Version > version })
		s.Close()
		close(end)
	},
	"by its context": func(_ *testing.T, s *config.Store[match], cancel context.CancelFunc) {
		cancel()
		s.Close()
	},
	"by its context alone": func(t *testing.T, s *config.Store[match], cancel context.CancelFunc) {
		cancel()
		eventually(t, "the end", func() bool { return s.Status().Closed })
	},
}

func TestAThousandStoresClosedDuringSwapsLeaveNothing(t *testing.T) {
	v := volume.New(t.TempDir())
	swap := func(n int) error {
		return v.Update(map[string]string{"left.yaml": fmt.Sprint("left: ", n), "right.yaml": fmt.Sprint("right: ", n)})
	}
	must(t, swap(1))
	before := count()
	stop := meanwhile(t, func(i int) error { return swap(i + 2) })
	defer stop()
	t.Run("all", func(t *testing.T) {
		for how, closeIt := range closings {
			t.Run(how, func(t *testing.T) {
				t.Parallel()
				for range 1000/len(closings) + 1 {
					cycle(t, v, closeIt)
				}
			})
		}
	})
	stop()
	wantNoMore(t, before)
}

// cycle opens a store and closes it.
func cycle(t *testing.T, v *volume.Volume, closeIt func(*testing.T, *config.Store[match], context.CancelFunc)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var s *config.Store[match]
	eventually(t, "a store, though the files keep changing", func() bool {
		var err error
		s, err = config.Open[match](config.WithFile(v.Path("left.yaml"), v.Path("right.yaml")),
			config.WithContext(ctx), config.WithLogger(quiet), config.WithPollInterval(time.Millisecond))
		if err != nil && !errors.Is(err, config.ErrBusy) {
			t.Fatal(err)
		}
		return err == nil
	})
	closeIt(t, s, cancel)
	eventually(t, "one inotify instance for all stores", func() bool { return count().inotify <= 1 }) // it counts while others close
	if m := *s.Current(); m.Left == 0 || m.Left != m.Right || !s.Status().Closed {
		t.Errorf("when closed, it serves %+v, and says that it is closed: %v", m, s.Status().Closed)
	}
}
