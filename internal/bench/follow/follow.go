//go:build linux

// Package follow follows one file with each library, in the way that its
// documentation shows, and serves what it decodes and validates through one atomic
// pointer, as [config.Store] does.
package follow

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"

	"github.com/fsnotify/fsnotify"
	"github.com/knadh/koanf/providers/file"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/loaders"
)

// The names of the followers.
const (
	Ours    = "ours"
	OurLoad = "bare fsnotify, our load"
	Bare    = "bare fsnotify, direct decode"
	Raw     = "raw inotify, direct decode"
	Viper   = "Viper"
	Koanf   = "koanf"
)

// Names are those of all followers.
var Names = []string{Ours, OurLoad, Bare, Raw, Viper, Koanf}

// Follower serves the newest revision of a file's content.
type Follower struct {
	Revision func() int
	Status   func() config.Status // of ours; nil for others
	Close    func()
}

// Value is what the followers decode.
type Value[T any] interface {
	*T
	Rev() int
}

// Start follows the file at path, in the way that name tells.
func Start[T any, P Value[T]](name, path string) (*Follower, error) {
	starts := map[string]func(string) (*Follower, error){
		Ours:    ours[T, P],
		OurLoad: ourLoad[T, P],
		Bare:    bare[T, P],
		Raw:     raw[T, P],
		Viper:   withViper[T, P],
		Koanf:   withKoanf[T, P],
	}
	if starts[name] == nil {
		return nil, fmt.Errorf("no follower is called %q", name)
	}
	return starts[name](path)
}

func ours[T any, P Value[T]](path string) (*Follower, error) {
	cfg, err := config.Open[T](config.WithFile(path), loaders.Quiet())
	if err != nil {
		return nil, err
	}
	return &Follower{Revision: func() int { return P(cfg.Current()).Rev() }, Status: cfg.Status, Close: cfg.Close}, nil
}

// ourLoad loads as we do, when a bare fsnotify says so.
func ourLoad[T any, P Value[T]](path string) (*Follower, error) {
	cfg, err := config.Open[T](config.WithFile(path), config.WithoutWatch(), loaders.Quiet())
	if err != nil {
		return nil, err
	}
	stop, err := onSwap(path, func() { _ = cfg.Reload(context.Background()) })
	if err != nil {
		return nil, err
	}
	return &Follower{
		Revision: func() int { return P(cfg.Current()).Rev() },
		Close:    func() { stop(); cfg.Close() },
	}, nil
}

func bare[T any, P Value[T]](path string) (*Follower, error) {
	f, take, err := serve[T, P](func() (any, error) { return loaders.YAML[T](path) })
	if err != nil {
		return nil, err
	}
	f.Close, err = onSwap(path, take)
	return f, err
}

func raw[T any, P Value[T]](path string) (*Follower, error) {
	f, take, err := serve[T, P](func() (any, error) { return loaders.YAML[T](path) })
	if err != nil {
		return nil, err
	}
	w, err := Inotify(filepath.Dir(path), AllEvents)
	if err != nil {
		return nil, err
	}
	f.Close = w.Close
	go w.Run(0, func(names []string) {
		if slices.Contains(names, "..data") {
			take()
		}
	})
	return f, nil
}

// withViper reads the Viper inside OnConfigChange alone, since reading it elsewhere
// is a data race. Nothing ends what WatchConfig starts.
func withViper[T any, P Value[T]](path string) (*Follower, error) {
	v := loaders.NewViper()
	v.SetConfigFile(path)
	if err := v.ReadInConfig(); err != nil {
		return nil, err
	}
	f, take, err := serve[T, P](func() (any, error) {
		c := new(T)
		if err := v.Unmarshal(c); err != nil {
			return nil, err
		}
		return c, loaders.Validate.Struct(c)
	})
	if err != nil {
		return nil, err
	}
	f.Close = func() {}
	v.OnConfigChange(func(fsnotify.Event) { take() })
	v.WatchConfig()
	return f, nil
}

func withKoanf[T any, P Value[T]](path string) (*Follower, error) {
	from := file.Provider(path)
	f, take, err := serve[T, P](func() (any, error) { return loaders.WithKoanf[T](from, "yaml") })
	if err != nil {
		return nil, err
	}
	f.Close = func() { _ = from.Unwatch() }
	return f, from.Watch(func(_ any, err error) {
		if err == nil {
			take()
		}
	})
}

// serve publishes what load returns, now and with each call of take; what does not
// load is left out.
func serve[T any, P Value[T]](load func() (any, error)) (f *Follower, take func(), err error) {
	first, err := load()
	if err != nil {
		return nil, nil, err
	}
	var current atomic.Pointer[T]
	current.Store(first.(*T))
	take = func() {
		if c, err := load(); err == nil {
			current.Store(c.(*T))
		}
	}
	return &Follower{Revision: func() int { return P(current.Load()).Rev() }}, take, nil
}

// onSwap calls fn when the kubelet has swapped the volume that path is in: the least
// that fsnotify can do.
func onSwap(path string, fn func()) (stop func(), err error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	if err := w.Add(dir); err != nil {
		return nil, err
	}
	link := filepath.Join(dir, "..data")
	go func() {
		for event := range w.Events {
			if event.Name == link && event.Has(fsnotify.Create) {
				fn()
			}
		}
	}()
	return func() { _ = w.Close() }, nil
}
