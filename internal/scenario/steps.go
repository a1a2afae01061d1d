//go:build linux

package scenario

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"example.com/lastgood/internal/testkit"
	"example.com/lastgood/internal/volume"
)

// Step is one of the steps of a scenario. Their paths lie below the scenario's directory;
// their versions may be broken.
type Step func(*site) error

type steps = []Step

const ms = time.Millisecond

// unhurried is for what may take its time, because the file is whole meanwhile.
func unhurried(step Step) Step {
	return func(s *site) error {
		began := time.Now()
		err := step(s)
		s.due = s.due.Add(time.Since(began))
		return err
	}
}

// pause lets time pass as part of a scenario.
func pause(d time.Duration) Step {
	return func(s *site) error {
		s.due = s.due.Add(d)
		<-time.After(d)
		return nil
	}
}

// mkdir makes directories, and their parents.
func mkdir(dirs ...string) Step {
	return func(s *site) (err error) {
		for _, dir := range dirs {
			err = errors.Join(err, os.MkdirAll(s.at(dir), 0o755))
		}
		return err
	}
}

// write truncates a file, or creates it, and writes it.
func write(path string, version int) Step {
	return func(s *site) error { return os.WriteFile(s.at(path), []byte(s.version(version)), 0o644) }
}

// half writes the first half of the content, and rest appends the second.
func half(path string, version int) Step {
	return func(s *site) error {
		content := s.version(version)
		return os.WriteFile(s.at(path), []byte(content[:len(content)/2]), 0o644)
	}
}

func rest(path string, version int) Step {
	return func(s *site) error {
		f, err := os.OpenFile(s.at(path), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		content := s.version(version)
		_, err = f.WriteString(content[len(content)/2:])
		return errors.Join(err, f.Close())
	}
}

// rewrite writes a file and sets its modification time back.
func rewrite(path string, version int) Step {
	return func(s *site) error {
		info, err := os.Stat(s.at(path))
		if err != nil {
			return err
		}
		return errors.Join(write(path, version)(s), os.Chtimes(s.at(path), info.ModTime(), info.ModTime()))
	}
}

// mmap stores through a shared mapping.
func mmap(path string, version int) Step {
	return func(s *site) error {
		f, err := os.OpenFile(s.at(path), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // nothing was written through it
		content := s.version(version)
		memory, err := syscall.Mmap(int(f.Fd()), 0, len(content), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
		if err != nil {
			return err
		}
		copy(memory, content)
		return syscall.Munmap(memory)
	}
}

func truncate(path string) Step {
	return func(s *site) error { return os.Truncate(s.at(path), 0) }
}

func chmod(mode os.FileMode, path string) Step {
	return func(s *site) error { return os.Chmod(s.at(path), mode) }
}

func mv(from, to string) Step {
	return func(s *site) error { return os.Rename(s.at(from), s.at(to)) }
}

// trade exchanges two names, so that neither is ever missing.
func trade(one, other string) Step {
	return func(s *site) error {
		return unix.Renameat2(unix.AT_FDCWD, s.at(one), unix.AT_FDCWD, s.at(other), unix.RENAME_EXCHANGE)
	}
}

func rm(path string) Step {
	return func(s *site) error { return os.RemoveAll(s.at(path)) }
}

// link makes a hard link to a file.
func link(path, name string) Step {
	return func(s *site) error { return os.Link(s.at(path), s.at(name)) }
}

func symlink(target, name string) Step {
	return func(s *site) error { return os.Symlink(target, s.at(name)) }
}

// relink replaces a symbolic link as `ln -sfn` does: unlink, then link.
func relink(target, name string) Step {
	return func(s *site) error {
		if err := os.Remove(s.at(name)); err != nil {
			return err
		}
		return os.Symlink(target, s.at(name))
	}
}

// swap updates a Kubernetes volume with two keys that hold the version, and a third that
// is never the same, because the kubelet leaves an unchanged payload alone.
func swap(dir string, version int) Step {
	return unhurried(func(s *site) error {
		s.swaps++
		content := s.version(version)
		return volume.New(s.at(dir)).Update(map[string]string{
			"c.yaml": content, "sub/c.yaml": content, "generation": strconv.Itoa(s.swaps)})
	})
}

// swaps swaps to all versions from one to another.
func swaps(dir string, from, to int) Step {
	return func(s *site) error {
		for v := from; v <= to; v++ {
			if err := swap(dir, v)(s); err != nil {
				return err
			}
		}
		return nil
	}
}

// flip moves the link of git-sync's repository r to a new tree, and removes the old one;
// flipKeep keeps it.
func flip(version int) Step     { return publishTree(version, false) }
func flipKeep(version int) Step { return publishTree(version, true) }

func publishTree(version int, keep bool) Step {
	const repo = "r"
	return unhurried(func(s *site) error {
		tree := filepath.Join(".worktrees", strconv.Itoa(version))
		link, tmp := s.at(repo+"/current"), s.at(repo+"/tmp-link")
		if err := mkdir(repo + "/" + tree)(s); err != nil {
			return err
		}
		if err := write(repo+"/"+tree+"/c.yaml", version)(s); err != nil {
			return err
		}
		old, _ := os.Readlink(link) // "" the first time
		if err := os.Symlink(tree, tmp); err != nil {
			return err
		}
		if err := os.Rename(tmp, link); err != nil || keep || old == "" {
			return err
		}
		return os.RemoveAll(s.at(repo + "/" + old))
	})
}

// churn renames other files n times, from several sides at once, or a watcher would keep
// up with it, and writes the file when half of that is done.
func churn(dir string, n int, path string, version int) Step {
	return unhurried(func(s *site) error {
		const sides = 4
		var wg sync.WaitGroup
		errs := make([]error, sides+1)
		for side := range sides {
			other, times := filepath.Join(s.at(dir), fmt.Sprint("churn", side)), n/sides
			wg.Go(func() {
				errs[side] = rename(other, times/2)
				if side == 0 {
					errs[sides] = write(path, version)(s)
				}
				errs[side] = errors.Join(errs[side], rename(other, times/2))
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	})
}

// rename renames a file n times.
func rename(path string, n int) error {
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		return err
	}
	names := [2]string{path, path + ".renamed"}
	for i := range n {
		if err := os.Rename(names[i%2], names[(i+1)%2]); err != nil {
			return err
		}
	}
	return nil
}

// exchange renames over a file whole files of all versions from one to another, so often;
// rewrites writes them in place.
func exchange(path string, from, to int, gap time.Duration) Step {
	return every(from, to, gap, func(version int) steps {
		return steps{write(path+".next", version), mv(path+".next", path)}
	})
}

func rewrites(path string, from, to int, gap time.Duration) Step {
	return every(from, to, gap, func(version int) steps { return steps{write(path, version)} })
}

func every(from, to int, gap time.Duration, change func(version int) steps) Step {
	return func(s *site) error {
		tick := time.NewTicker(gap)
		defer tick.Stop()
		for v := from; v <= to; v++ {
			for _, step := range change(v) {
				if err := step(s); err != nil {
					return err
				}
			}
			s.keepTime()
			s.due = s.due.Add(gap)
			<-tick.C
		}
		return nil
	}
}

// exchanges goes on renaming over a file others without a version, so often, in the
// background until the end. What it writes is never the same, and sets nothing.
func exchanges(path string, gap time.Duration) Step {
	return func(s *site) error {
		path := s.at(path)
		end, ended := make(chan struct{}), make(chan error, 1)
		go func() {
			tick := time.NewTicker(gap)
			defer tick.Stop()
			for n := 0; ; n++ {
				err := os.WriteFile(path+".next", fmt.Appendf(nil, "x-exchange: %d\n", n), 0o644)
				if err = errors.Join(err, os.Rename(path+".next", path)); err != nil {
					ended <- err
					return
				}
				select {
				case <-tick.C:
				case <-end:
					ended <- nil
					return
				}
			}
		}()
		s.undo = append(s.undo, func() error { close(end); return <-ended })
		return nil
	}
}

// lease holds a write lease on a file for a while, as Samba does, in the background.
func lease(path string, d time.Duration) Step {
	return func(s *site) error {
		f, err := testkit.Lease(s.at(path))
		if err != nil {
			return err
		}
		ended := make(chan error, 1)
		time.AfterFunc(d, func() { ended <- f.Close() })
		s.undo = append(s.undo, func() error { return <-ended })
		return nil
	}
}
