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

// Followers, which wait for events, are measured in child processes, so that their CPU time is that of
// the whole process. The command runs itself as a child, and calls [Child].

// childVariable is the environment variable that makes a process a child.
const childVariable = "LASTGOOD_BENCH_CHILD"

// pipes are the ends of two pipes, to write to and to read from a process.
type pipes struct {
	io.Reader
	io.WriteCloser
}

// serveChild serves calls until its input ends. It returns false at once if this process is not a child.
func serveChild() bool {
	if os.Getenv(childVariable) == "" {
		return false
	}
	server := rpc.NewServer()
	if err := server.Register(&Child{volumes: map[string]*volume{}}); err != nil {
		panic(err) // a method has a wrong signature
	}
	server.ServeConn(pipes{os.Stdin, os.Stdout})
	return true
}

// Child has the followers and volumes of a child process. Its methods are called by rpc.
type Child struct {
	followers []*follower
	volumes   map[string]*volume
}

// Followers are the arguments of [Child.Follow].
type Followers struct {
	Name, Path string
	Size       size
	Count      int
}

// Swap has the new content of a volume.
type Swap struct {
	Dir  string
	Text []byte
}

// Stats are the resources that a process uses.
type Stats struct {
	Heap       uint64 // after a garbage collection
	Goroutines int
	Revisions  []int // of the followers
	Attempts   uint64
}

// None is the argument or the result of a call without one.
type None struct{}

// Follow starts followers of a file.
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

// Swap swaps a volume as the kubelet does, in another process than the followers. It returns the time of
// the rename.
func (c *Child) Swap(args Swap, published *time.Duration) (err error) {
	v := c.volumes[args.Dir]
	if v == nil {
		v = &volume{dir: args.Dir}
		c.volumes[args.Dir] = v
	}
	*published, err = v.swap(args.Text)
	return err
}

// Stats returns the resources that the process uses.
func (c *Child) Stats(_ None, stats *Stats) error {
	runtime.GC()
	runtime.GC() // it frees what the first one has finalised
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	stats.Heap, stats.Goroutines = m.HeapAlloc, runtime.NumGoroutine()
	return c.Revisions(None{}, stats)
}

// Revisions returns the revisions that the followers serve, and no statistics that cost CPU time.
func (c *Child) Revisions(_ None, stats *Stats) error {
	for _, f := range c.followers {
		stats.Revisions = append(stats.Revisions, f.revision())
		stats.Attempts += f.attempts()
	}
	return nil
}

// process is a child process.
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
	_ = p.cmd.Wait() // its exit code does not matter
}

func (p *process) follow(z size, name, path string, count int) error {
	return p.Call("Child.Follow", Followers{name, path, z, count}, &None{})
}

func (p *process) stats() (s Stats, err error) { return s, p.Call("Child.Stats", None{}, &s) }

// cpu returns the CPU time that the process has used so far.
func (p *process) cpu() float64 { return float64(cpuOf(p.cmd.Process.Pid)) }

// waitForRevision waits until all followers serve a revision.
func (p *process) waitForRevision(revision int) error {
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		var s Stats
		if err := p.Call("Child.Revisions", None{}, &s); err != nil {
			return err
		}
		if len(s.Revisions) > 0 && !strings.Contains(fmt.Sprint(s.Revisions), fmt.Sprint(3-revision)) {
			return nil
		}
		if time.Since(start) > 10*maxWait {
			return fmt.Errorf("not all of %d followers serve revision %d", len(s.Revisions), revision)
		}
	}
}

// inotifies counts the process's inotify descriptors.
func (p *process) inotifies() (n int) {
	all, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.cmd.Process.Pid)) // the pattern is valid
	for _, fd := range all {
		if target, err := os.Readlink(fd); err == nil && strings.Contains(target, "inotify") {
			n++
		}
	}
	return n
}

// bytesRead returns the number of bytes that the process has read so far, by all system calls.
func (p *process) bytesRead() (n int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, err = fmt.Sscanf(string(text), "rchar: %d", &n)
	return n, err
}
