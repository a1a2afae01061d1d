//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// What waits for events is measured in a process of its own, so that its CPU time is
// all that the process uses. The command runs itself for that; the process is told
// what to do line by line.

// childVariable tells a process that it is such a one.
const childVariable = "LASTGOOD_BENCH_CHILD"

func isChild() bool { return os.Getenv(childVariable) != "" }

// order is a line for a child, and report its answer.
type order struct {
	Do    string // follow, watch, close, swap, collect, stats, or cpu for that alone
	Name  string // of the follower or watcher
	Path  string // of a file; for a swap, the volume
	Text  []byte // of config.yaml, for a swap
	Keys  int    // 0 for the small configuration
	Times int    // how many
}

type report struct {
	Err        string
	CPU        time.Duration
	Read       int64 // bytes, by all system calls that read
	Heap       uint64
	Goroutines int
	Inotify    int   // descriptors
	Revisions  []int // of the followers
	Attempts   uint64
	Published  time.Duration // when the last swap was, by meter.Now
}

// runChild obeys until its input ends.
func runChild() {
	var c following
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var o order
		if in.Decode(&o) != nil {
			return
		}
		var r report
		err := c.obey(o)
		switch {
		case err != nil:
			r.Err = err.Error()
		case o.Do == "stats":
			r = c.report()
		case o.Do == "cpu":
			r.CPU = meter.Process()
		case o.Do == "swap":
			r.Published = c.published
		}
		if out.Encode(r) != nil {
			return
		}
	}
}

// following is what a child follows.
type following struct {
	followers []*follow.Follower
	watchers  []func()
	volumes   map[string]*follow.Volume
	published time.Duration
}

func (c *following) obey(o order) error {
	switch o.Do {
	case "follow":
		for range o.Times {
			start := follow.Start[sample.Small]
			if o.Keys > 0 {
				start = follow.Start[sample.Large]
			}
			f, err := start(o.Name, o.Path)
			if err != nil {
				return err
			}
			c.followers = append(c.followers, f)
		}
	case "watch":
		stop, err := follow.Watch(o.Name, o.Path)
		if err != nil {
			return err
		}
		c.watchers = append(c.watchers, stop)
	case "close":
		for _, f := range c.followers {
			f.Close()
		}
		for _, stop := range c.watchers {
			stop()
		}
		*c = following{}
	case "swap":
		return c.swap(o)
	case "collect":
		runtime.GC()
		runtime.GC() // what the first one finalised
	case "stats", "cpu":
	default:
		return fmt.Errorf("unknown order %q", o.Do)
	}
	return nil
}

// swap does what the kubelet does, which is another process than those that follow.
func (c *following) swap(o order) (err error) {
	if c.volumes == nil {
		c.volumes = map[string]*follow.Volume{}
	}
	v := c.volumes[o.Path]
	if v == nil {
		v = &follow.Volume{Dir: o.Path}
		c.volumes[o.Path] = v
	}
	c.published, err = v.Swap(map[string][]byte{"config.yaml": o.Text})
	return err
}

func (c *following) report() report {
	r := report{CPU: meter.Process(), Goroutines: runtime.NumGoroutine(), Inotify: inotifies(), Read: bytesRead()}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r.Heap = m.HeapAlloc
	for _, f := range c.followers {
		r.Revisions = append(r.Revisions, f.Revision())
		if f.Status != nil {
			for _, n := range f.Status().Attempts {
				r.Attempts += n
			}
		}
	}
	return r
}

// inotifies counts the process's inotify descriptors.
func inotifies() int {
	n := 0
	all, _ := filepath.Glob("/proc/self/fd/*")
	for _, fd := range all {
		if target, err := os.Readlink(fd); err == nil && strings.Contains(target, "inotify") {
			n++
		}
	}
	return n
}

// bytesRead returns what the process has read so far.
func bytesRead() int64 {
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return -1
	}
	var n int64
	if _, err := fmt.Sscanf(string(text), "rchar: %d", &n); err != nil {
		return -1
	}
	return n
}
