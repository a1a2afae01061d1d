//go:build linux

package follow

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"example.com/lastgood/config"
)

// The names of watchers that wait for events and load nothing.
const (
	RawAll        = "raw inotify"
	RawBatches    = "raw inotify, in batches"
	RawNames      = "raw inotify, no writes"
	File          = "fsnotify, the file alone"
	Fsnotify      = "bare fsnotify"
	FsnotifyQueue = "fsnotify, channel of 512"
	Batches       = "fsnotify, in batches"
)

// The names of what only wakes up as often as a poll does, and of what reads and
// hashes the file then: less no poll can cost.
const (
	Ticker = "a ticker"
	Reader = "a ticker and a read"
)

// Watchers are the names of all of them that wait for events.
var Watchers = []string{RawAll, RawBatches, RawNames, File, Fsnotify, FsnotifyQueue, Batches}

// batch is how long the watchers that read events in batches let them gather.
const batch = 10 * time.Millisecond

// Watch waits for events around the file at path, which is in an ordinary directory.
func Watch(name, path string) (stop func(), err error) {
	dir := filepath.Dir(path)
	switch name {
	case RawAll:
		return watchRaw(dir, AllEvents, 0)
	case RawBatches:
		return watchRaw(dir, AllEvents, batch)
	case RawNames:
		return watchRaw(dir, NameEvents, 0)
	case File:
		return watchFsnotify(path, 0, 0)
	case Fsnotify:
		return watchFsnotify(dir, 0, 0)
	case FsnotifyQueue:
		return watchFsnotify(dir, 512, 0)
	case Batches:
		return watchFsnotify(dir, 0, batch)
	case Ticker:
		return tick(func() {}), nil
	case Reader:
		return tick(func() {
			data, _ := os.ReadFile(path) // what is missing takes no longer
			sha256.Sum256(data)
		}), nil
	}
	return nil, fmt.Errorf("no watcher is called %q", name)
}

// tick calls fn at the default poll interval.
func tick(fn func()) (stop func()) {
	ticker, done := time.NewTicker(config.DefaultPollInterval), make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				fn()
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
	}
}

func watchRaw(path string, events uint32, pause time.Duration) (func(), error) {
	w, err := Inotify(path, events)
	if err != nil {
		return nil, err
	}
	go w.Run(pause, func([]string) {})
	return w.Close, nil
}

func watchFsnotify(path string, queue uint, pause time.Duration) (func(), error) {
	w, err := fsnotify.NewBufferedWatcher(queue)
	if err != nil {
		return nil, err
	}
	go drain(w.Events, pause)
	return func() { _ = w.Close() }, w.Add(path)
}

// drain receives events; after those that are there it pauses, so that the kernel
// gathers more of them for one read.
func drain(events <-chan fsnotify.Event, pause time.Duration) {
	for range events {
		if pause == 0 {
			continue
		}
		for more := true; more; {
			select {
			case _, more = <-events:
			default:
				more = false
			}
		}
		time.Sleep(pause)
	}
}
