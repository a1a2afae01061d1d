package main

import (
	"context"
	"fmt"
	"io"
	"net/rpc"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// What waits for events is measured in a process of its own, so that its CPU time is all
// that the process uses. The command runs itself for that, and calls [Child].

// childVariable tells a process that it is such a one.
const childVariable = "LASTGOOD_BENCH_CHILD"

// pipes are the ends of two pipes, to write to and to read from a process.
type pipes struct {
	io.Reader
	io.WriteCloser
}

// serveChild serves calls until its input ends, and reports whether this process is a
// child at all.
func serveChild() bool {
	if os.Getenv(childVariable) == "" {
		return false
	}
	server := rpc.NewServer()
	if err := server.Register(&Child{volumes: map[string]*volume{}}); err != nil {
		panic(err) // a method that has another signature than a call
	}
	server.ServeConn(pipes{os.Stdin, os.Stdout})
	return true
}

// Child is what a process follows and changes.
type Child struct {
	followers []*follower
	volumes   map[string]*volume
}

// Followers say what to follow.
type Followers struct {
	Name, Path string
	Size       size
	Count      int
}

// Swap is new content for a volume.
type Swap struct {
	Dir  string
	Text []byte
}

// Stats are what a process has used.
type Stats struct {
	Heap       uint64 // after a garbage collection
	Goroutines int
	Revisions  []int // of the followers
	Attempts   uint64
}

// None is the argument or the result of a call without one.
type None struct{}

// Follow follows a file.
func (c *Child) Follow(args Followers, _ *None) error {
	for range args.Count {
		f, err := followSize(args.Size, args.Name, args.Path)
		if err != nil {
			return fmt.Errorf("%s: %w", args.Name, err)
		}
		c.followers = append(c.followers, f)
	}
	return nil
}

// Close ends all followers.
func (c *Child) Close(None, *None) error {
	for _, f := range c.followers {
		f.close()
	}
	c.followers = nil
	return nil
}

// Swap swaps a volume, as the kubelet does, which is another process than those that
// follow. It returns when.
func (c *Child) Swap(args Swap, published *time.Duration) (err error) {
	v := c.volumes[args.Dir]
	if v == nil {
		v = &volume{dir: args.Dir}
		c.volumes[args.Dir] = v
	}
	*published, err = v.swap(args.Text)
	return err
}

// Stats returns what the process uses.
func (c *Child) Stats(_ None, stats *Stats) error {
	runtime.GC()
	runtime.GC() // what the first one finalised
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	stats.Heap, stats.Goroutines = m.HeapAlloc, runtime.NumGoroutine()
	return c.Revisions(None{}, stats)
}

// Revisions returns what the followers serve, and nothing that costs.
func (c *Child) Revisions(_ None, stats *Stats) error {
	for _, f := range c.followers {
		stats.Revisions = append(stats.Revisions, f.revision())
		stats.Attempts += f.attempts()
	}
	return nil
}

// process is a child from its parent's side.
type process struct {
	*rpc.Client
	cmd *exec.Cmd
}

func (b *bench) start() (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), self)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &process{rpc.NewClient(pipes{out, in}), cmd}, cmd.Start()
}

// startFollowing starts a process that follows a file.
func (b *bench) startFollowing(z size, name, path string) (*process, error) {
	p, err := b.start()
	if err != nil {
		return nil, err
	}
	return p, p.follow(z, name, path, 1)
}

// end ends the process and waits for that.
func (p *process) end() {
	_ = p.Close()
	_ = p.cmd.Wait() // nothing depends on how it ended
}

func (p *process) follow(z size, name, path string, count int) error {
	return p.Call("Child.Follow", Followers{name, path, z, count}, &None{})
}

func (p *process) stats() (s Stats, err error) { return s, p.Call("Child.Stats", None{}, &s) }

// cpu returns the CPU time that the process has used so far.
func (p *process) cpu() float64 { return float64(cpuOf(p.cmd.Process.Pid)) }

// reached waits until all followers serve a revision.
func (p *process) reached(revision int) error {
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		var s Stats
		if err := p.Call("Child.Revisions", None{}, &s); err != nil {
			return err
		}
		if len(s.Revisions) > 0 && !strings.Contains(fmt.Sprint(s.Revisions), fmt.Sprint(3-revision)) {
			return nil
		}
		if time.Since(start) > 10*patience {
			return fmt.Errorf("not all of %d followers serve revision %d", len(s.Revisions), revision)
		}
	}
}

// inotifies counts the process's inotify descriptors.
func (p *process) inotifies() (n int) {
	all, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.cmd.Process.Pid)) // the pattern is sound
	for _, fd := range all {
		if target, err := os.Readlink(fd); err == nil && strings.Contains(target, "inotify") {
			n++
		}
	}
	return n
}

// bytesRead returns what the process has read so far, by all system calls that read.
func (p *process) bytesRead() (n int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, err = fmt.Sscanf(string(text), "rchar: %d", &n)
	return n, err
}
