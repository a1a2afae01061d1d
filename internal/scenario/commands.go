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

	"example.com/lastgood/internal/volume"
)

// command is what one word of a script does, with at least args arguments.
type command struct {
	args int
	run  func(s *site, args []string) error
}

// commands are the words of a script. V is a version, or "broken".
//
//	mkdir DIR...       mkdir -p
//	write FILE V       truncate the file, or create it, and write it
//	half FILE V        the same, with the first half of the content
//	rest FILE V        append the second half
//	rewrite FILE V     write, and set the modification time back
//	mmap FILE V        store through a shared mapping
//	truncate FILE      to nothing
//	chmod MODE FILE
//	mv FROM TO
//	rm PATH            rm -r
//	ln FILE NAME       a hard link
//	ln -s TARGET NAME  a symbolic link; -sfn replaces one: unlink, then link
//	swap VOL V [V]     update a Kubernetes volume; with two versions, from one to the other
//	flip REPO V        move git-sync's link to a new tree, and remove the old one
//	flip-keep REPO V   the same, but keep it
//	churn DIR N FILE V rename other files N times, and write the file meanwhile
//	bind FROM TO       bind mount
//	overlay DIR DIR TO mount two lower directories
//	bindfs FROM TO     mount by FUSE
//	hang DIR           have such a mount not answer any more; answer DIR
//	exchange FILE V V EVERY  rename over it whole files of all versions from one to the other
//	rewrites FILE V V EVERY  write them in place
//	exchanges FILE EVERY     go on renaming over it files without a version, until the end
//	lease FILE DURATION      hold a write lease on it meanwhile, as Samba does
//	pause DURATION
var commands = map[string]command{
	"mkdir":     {1, mkdir},
	"write":     {2, write},
	"half":      {2, half},
	"rest":      {2, rest},
	"rewrite":   {2, rewrite},
	"mmap":      {2, mmap},
	"truncate":  {1, func(s *site, args []string) error { return os.Truncate(s.at(args[0]), 0) }},
	"chmod":     {2, chmod},
	"mv":        {2, func(s *site, args []string) error { return os.Rename(s.at(args[0]), s.at(args[1])) }},
	"rm":        {1, func(s *site, args []string) error { return os.RemoveAll(s.at(args[0])) }},
	"ln":        {2, link},
	"swap":      {2, swap},
	"flip":      {2, func(s *site, args []string) error { return flip(s, args, false) }},
	"flip-keep": {2, func(s *site, args []string) error { return flip(s, args, true) }},
	"churn":     {4, churn},
	"bind":      {2, bind},
	"overlay":   {3, overlay},
	"bindfs":    {2, bindfs},
	"hang":      {1, func(s *site, args []string) error { return signal(s, args[0], syscall.SIGSTOP) }},
	"answer":    {1, func(s *site, args []string) error { return signal(s, args[0], syscall.SIGCONT) }},
	"exchange":  {4, func(s *site, args []string) error { return every(s, args, exchange) }},
	"rewrites":  {4, func(s *site, args []string) error { return every(s, args, write) }},
	"exchanges": {2, exchanges},
	"lease":     {2, lease},
	"pause":     {1, pause},
}

// unhurried are the commands that may take their time, because the file is whole
// meanwhile.
var unhurried = map[string]bool{"swap": true, "flip": true, "flip-keep": true, "churn": true, "bind": true, "overlay": true, "bindfs": true}

func mkdir(s *site, args []string) error {
	for _, dir := range args {
		if err := os.MkdirAll(s.at(dir), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func write(s *site, args []string) error {
	content, err := s.version(args[1])
	if err != nil {
		return err
	}
	return os.WriteFile(s.at(args[0]), []byte(content), 0o644)
}

func half(s *site, args []string) error {
	content, err := s.version(args[1])
	if err != nil {
		return err
	}
	return os.WriteFile(s.at(args[0]), []byte(content[:len(content)/2]), 0o644)
}

func rest(s *site, args []string) error {
	content, err := s.version(args[1])
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.at(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content[len(content)/2:])
	return errors.Join(err, f.Close())
}

func rewrite(s *site, args []string) error {
	path := s.at(args[0])
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := write(s, args); err != nil {
		return err
	}
	return os.Chtimes(path, info.ModTime(), info.ModTime())
}

func mmap(s *site, args []string) error {
	content, err := s.version(args[1])
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.at(args[0]), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // nothing was written through it
	memory, err := syscall.Mmap(int(f.Fd()), 0, len(content), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	copy(memory, content)
	return syscall.Munmap(memory)
}

func chmod(s *site, args []string) error {
	mode, err := strconv.ParseUint(args[0], 8, 32)
	if err != nil {
		return err
	}
	return os.Chmod(s.at(args[1]), os.FileMode(mode))
}

func link(s *site, args []string) error {
	switch {
	case args[0] == "-s":
		return os.Symlink(args[1], s.at(args[2]))
	case args[0] == "-sfn":
		if err := os.Remove(s.at(args[2])); err != nil {
			return err
		}
		return os.Symlink(args[1], s.at(args[2]))
	}
	return os.Link(s.at(args[0]), s.at(args[1]))
}

// swap updates a volume with two keys that hold the version, and a third that
// is never the same, because the kubelet leaves an unchanged payload alone.
func swap(s *site, args []string) error {
	from, to := args[1], args[len(args)-1]
	for {
		content, err := s.version(from)
		if err != nil {
			return err
		}
		s.swaps++
		err = volume.New(s.at(args[0])).Update(map[string]string{
			"c.yaml": content, "sub/c.yaml": content, "generation": strconv.Itoa(s.swaps)})
		if err != nil || from == to {
			return err
		}
		n, err := strconv.Atoi(from)
		if err != nil {
			return err
		}
		from = strconv.Itoa(n + 1)
	}
}

// flip publishes a new tree as git-sync does.
func flip(s *site, args []string, keep bool) error {
	repo, tree := s.at(args[0]), filepath.Join(".worktrees", args[1])
	link, tmp := filepath.Join(repo, "current"), filepath.Join(repo, "tmp-link")
	if err := mkdir(s, []string{filepath.Join(args[0], tree)}); err != nil {
		return err
	}
	if err := write(s, []string{filepath.Join(args[0], tree, "c.yaml"), args[1]}); err != nil {
		return err
	}
	old, _ := os.Readlink(link) // "" the first time
	if err := os.Symlink(tree, tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, link); err != nil {
		return err
	}
	if keep || old == "" {
		return nil
	}
	return os.RemoveAll(filepath.Join(repo, old))
}

// churn renames from several sides at once, or a watcher would keep up with it,
// and writes the file when half of that is done.
func churn(s *site, args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	const sides = 4
	var wg sync.WaitGroup
	errs := make([]error, sides+1)
	for side := range sides {
		path, times := filepath.Join(s.at(args[0]), fmt.Sprint("churn", side)), n/sides
		wg.Go(func() {
			errs[side] = rename(path, times/2)
			if side == 0 {
				errs[sides] = write(s, args[2:])
			}
			errs[side] = errors.Join(errs[side], rename(path, times/2))
		})
	}
	wg.Wait()
	return errors.Join(errs...)
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

// exchange renames a whole file over another.
func exchange(s *site, args []string) error {
	next := []string{args[0] + ".next", args[1]}
	if err := write(s, next); err != nil {
		return err
	}
	return os.Rename(s.at(next[0]), s.at(args[0]))
}

// every changes a file to all versions from one to another, so often.
func every(s *site, args []string, change func(s *site, args []string) error) error {
	from, err1 := strconv.Atoi(args[1])
	to, err2 := strconv.Atoi(args[2])
	gap, err3 := time.ParseDuration(args[3])
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	tick := time.NewTicker(gap)
	defer tick.Stop()
	for v := from; v <= to; v++ {
		if err := change(s, []string{args[0], strconv.Itoa(v)}); err != nil {
			return err
		}
		s.keepTime()
		s.due = s.due.Add(gap)
		<-tick.C
	}
	return nil
}

// exchanges goes on in the background. What it writes is never the same, and sets
// nothing.
func exchanges(s *site, args []string) error {
	gap, err := time.ParseDuration(args[1])
	if err != nil {
		return err
	}
	path := s.at(args[0])
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

// lease holds a lease in the background.
func lease(s *site, args []string) error {
	d, err := time.ParseDuration(args[1])
	if err != nil {
		return err
	}
	f, err := os.OpenFile(s.at(args[0]), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if _, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_WRLCK); err != nil {
		return errors.Join(err, f.Close())
	}
	ended := make(chan error, 1)
	time.AfterFunc(d, func() { ended <- f.Close() })
	s.undo = append(s.undo, func() error { return <-ended })
	return nil
}

// pause lets time pass as part of a scenario.
func pause(s *site, args []string) error {
	d, err := time.ParseDuration(args[0])
	s.due = s.due.Add(d)
	<-time.After(d)
	return err
}
