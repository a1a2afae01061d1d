package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/knadh/koanf/providers/file"

	"example.com/lastgood/config"
)

// The names of followers, which serve the newest valid content of a file through an atomic pointer.
const (
	byUs       = "ours"
	byOurLoad  = "bare fsnotify, our load"
	byFsnotify = "bare fsnotify, direct decode"
	byViper    = "Viper"
	byKoanf    = "koanf"
)

// The names of followers that only wait for events, and load nothing.
const (
	nothing   = "nothing"
	onlyWatch = "bare fsnotify"
	ticker    = "a ticker"
	reader    = "a ticker and a read"
)

// follower follows a file.
type follower struct {
	revision func() int    // of the served content
	attempts func() uint64 // number of loads by package config
	close    func()
}

func followSize(z size, name, path string) (*follower, error) {
	if z == small {
		return follow[Small](name, path)
	}
	return follow[Large](name, path)
}

// follow follows the file at path in the way of the library's documentation.
func follow[T any](name, path string) (*follower, error) {
	switch name {
	case nothing:
		return waiting(func() {}, nil)
	case onlyWatch:
		return waiting(onEvent(filepath.Dir(path), func(fsnotify.Event) {}))
	case ticker:
		return waiting(every(config.DefaultPollInterval, func() {}), nil)
	case reader:
		return waiting(every(config.DefaultPollInterval, func() {
			data, _ := os.ReadFile(path) // a missing file costs no more
			sha256.Sum256(data)
		}), nil)
	case byUs:
		cfg, err := config.Open[T](config.WithFile(path), quiet())
		return ofStore(cfg, func() {}, err)
	case byOurLoad:
		cfg, err := config.Open[T](config.WithFile(path), config.WithoutWatch(), quiet())
		if err != nil {
			return nil, err
		}
		stop, err := onSwap(path, func() { _ = cfg.Reload(context.Background()) }) // the revision shows whether it succeeded
		return ofStore(cfg, stop, err)
	case byFsnotify:
		return serve(func() (any, error) { return direct[T](path) },
			func(changed func()) (func(), error) { return onSwap(path, changed) })
	case byKoanf:
		from := file.Provider(path)
		return serve(func() (any, error) { return loadKoanf[T](from, "yaml") }, func(changed func()) (func(), error) {
			return func() { _ = from.Unwatch() }, from.Watch(func(any, error) { changed() })
		})
	case byViper:
		v, err := newViper(path)
		if err != nil {
			return nil, err
		}
		// The Viper is read only inside OnConfigChange, because reading it elsewhere is a
		// data race. WatchConfig cannot be stopped.
		return serve(func() (any, error) {
			c := new(T)
			return valid(c, v.Unmarshal(c))
		}, func(changed func()) (func(), error) {
			v.OnConfigChange(func(fsnotify.Event) { changed() })
			v.WatchConfig()
			return func() {}, nil
		})
	}
	return nil, fmt.Errorf("no follower is called %q", name)
}

func waiting(stop func(), err error) (*follower, error) {
	return &follower{func() int { return 0 }, func() uint64 { return 0 }, stop}, err
}

func ofStore[T any](cfg *config.Store[T], stop func(), err error) (*follower, error) {
	if err != nil {
		return nil, err
	}
	attempts := func() (sum uint64) {
		for _, n := range cfg.Status().Attempts {
			sum += n
		}
		return sum
	}
	return &follower{func() int { return revisionOf(cfg.Current()) }, attempts, func() { stop(); cfg.Close() }}, nil
}

func revisionOf(c any) int { return c.(interface{ revision() int }).revision() }

// serve publishes the result of load, now and whenever watch calls changed. Failed loads are ignored.
func serve(load func() (any, error), watch func(changed func()) (stop func(), err error)) (*follower, error) {
	first, err := load()
	if err != nil {
		return nil, err
	}
	var current atomic.Pointer[any]
	current.Store(&first)
	stop, err := watch(func() {
		if c, err := load(); err == nil {
			current.Store(&c)
		}
	})
	f, _ := waiting(stop, nil)
	f.revision = func() int { return revisionOf(*current.Load()) }
	return f, err
}

// onSwap calls fn when the kubelet has swapped the volume of path, with fsnotify alone.
func onSwap(path string, fn func()) (stop func(), err error) {
	link := filepath.Join(filepath.Dir(path), "..data")
	return onEvent(filepath.Dir(path), func(event fsnotify.Event) {
		if event.Name == link && event.Has(fsnotify.Create) {
			fn()
		}
	})
}

func onEvent(dir string, fn func(fsnotify.Event)) (stop func(), err error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	go func() {
		for event := range w.Events {
			fn(event)
		}
	}()
	return func() { _ = w.Close() }, w.Add(dir)
}

// every calls fn in intervals until stop is called. stop waits for a running call.
func every(interval time.Duration, fn func()) (stop func()) {
	ticker, done := time.NewTicker(interval), make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				fn()
			case <-done:
				return
			}
		}
	})
	return func() { close(done); group.Wait() }
}
