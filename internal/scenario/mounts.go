//go:build linux

package scenario

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// Need is what a scenario needs of the machine.
type Need int

// What a scenario can need.
const (
	Nothing Need = iota
	Mounts       // the right to mount, in a namespace of its own
	Overlay      // and overlayfs
	FUSE         // and bindfs with /dev/fuse
)

// missing returns why the need is not met, or "".
func (n Need) missing() string {
	if n == Nothing {
		return ""
	}
	if os.Getenv(isolated) == "" {
		return "no mount namespace: needs root, or user namespaces"
	}
	switch n {
	case Overlay:
		return overlayMissing()
	case FUSE:
		return bindfsMissing()
	}
	return ""
}

// overlayMissing tries, because what a kernel lets a user namespace mount
// differs, and so do the file systems that overlayfs accepts.
var overlayMissing = sync.OnceValue(func() string {
	s, err := newSite(nil)
	if err == nil {
		err = s.run(steps{mkdir("a", "b", "to"), overlay("a", "b", "to")})
	}
	if s != nil {
		_ = s.close() // there is nothing in it
	}
	if err != nil {
		return fmt.Sprintf("no overlayfs: %v", err)
	}
	return ""
})

func bindfsMissing() string {
	if _, err := exec.LookPath("bindfs"); err != nil {
		return "bindfs is not installed"
	}
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Sprintf("no FUSE: %v", err)
	}
	_ = f.Close() // nothing was written
	return ""
}

// bind makes a bind mount, and overlay mounts two lower directories.
func bind(from, to string) Step {
	return unhurried(func(s *site) error { return s.mount(s.at(from), s.at(to), "", syscall.MS_BIND, "") })
}

func overlay(lower, upper, to string) Step {
	return unhurried(func(s *site) error {
		return s.mount("overlay", s.at(to), "overlay", 0, "lowerdir="+s.at(lower)+":"+s.at(upper))
	})
}

func (s *site) mount(source, target, kind string, flags uintptr, data string) error {
	if err := syscall.Mount(source, target, kind, flags, data); err != nil {
		return err
	}
	s.unmountLater(target)
	return nil
}

// bindfs mounts by FUSE, with a process that ends when the directory is unmounted.
func bindfs(from, to string) Step {
	return unhurried(func(s *site) error {
		target := s.at(to)
		before, err := device(target)
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(context.Background(), "bindfs", "-f", s.at(from), target)
		if err := cmd.Start(); err != nil {
			return err
		}
		s.servers[to] = cmd.Process
		s.undo = append(s.undo, func() error {
			_ = cmd.Process.Signal(syscall.SIGCONT) // it may have been left hanging
			_ = cmd.Wait()                          // how it ends does not matter
			return nil
		})
		s.unmountLater(target) // before that
		deadline := time.After(20 * time.Second)
		for {
			if now, err := device(target); err != nil || now != before {
				return err
			}
			select {
			case <-time.After(time.Millisecond):
			case <-deadline:
				return fmt.Errorf("%s is not mounted", target)
			}
		}
	})
}

func device(path string) (uint64, error) {
	var st syscall.Stat_t
	err := syscall.Stat(path, &st)
	return st.Dev, err
}

// hang has a FUSE mount not answer any more; answer ends that.
func hang(dir string) Step   { return signal(dir, syscall.SIGSTOP) }
func answer(dir string) Step { return signal(dir, syscall.SIGCONT) }

func signal(dir string, what syscall.Signal) Step {
	return func(s *site) error {
		server := s.servers[dir]
		if server == nil {
			return fmt.Errorf("%s is not mounted by bindfs", dir)
		}
		return server.Signal(what)
	}
}

func (s *site) unmountLater(target string) {
	s.undo = append(s.undo, func() error {
		if err := syscall.Unmount(target, syscall.MNT_DETACH); err != nil {
			return fmt.Errorf("unmount %s: %w", target, err)
		}
		return nil
	})
}
