//go:build linux

package main

import (
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/knadh/koanf/parsers/yaml"
	koanffile "github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/reads"
	"example.com/lastgood/internal/bench/sample"
)

// readable is one configuration in every form it can be read in.
type readable struct {
	file    *file
	cfg     *config.Store[sample.Small]
	closers []func()
	plain   atomic.Pointer[sample.Small]
	dskit   atomic.Pointer[any]
	locked  reads.Locked
	syncMap sync.Map
	koanf   *koanf.Koanf
	viper   *viper.Viper
}

func newReadable(s *settings) (*readable, error) {
	r := &readable{}
	var err error
	if r.file, err = s.newSample(size{}, "yaml"); err != nil {
		return nil, err
	}
	if r.cfg, err = publish[sample.Small](r, r.file.path); err != nil {
		r.close()
		return nil, err
	}
	if err := r.publishOthers(s); err != nil {
		r.close()
		return nil, err
	}
	var value any = r.cfg.Current()
	r.plain.Store(r.cfg.Current())
	r.dskit.Store(&value)
	r.locked.Value = r.cfg.Current()
	r.syncMap.Store(reflect.TypeFor[sample.Small](), &r.plain)
	r.koanf = koanf.New(".")
	if err := r.koanf.Load(koanffile.Provider(r.file.path), yaml.Parser()); err != nil {
		r.close()
		return nil, err
	}
	r.viper = loaders.NewViper()
	r.viper.SetConfigFile(r.file.path)
	if err := r.viper.ReadInConfig(); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// publishOthers loads seven more types, each behind the ones before.
func (r *readable) publishOthers(s *settings) error {
	f, err := s.newFile("other.yaml", [2][]byte{[]byte("revision: 1\n"), []byte("revision: 2\n")})
	if err != nil {
		return err
	}
	for _, load := range []func() error{
		publisher[reads.Nth[[2]int]](r, f), publisher[reads.Nth[[3]int]](r, f), publisher[reads.Nth[[4]int]](r, f),
		publisher[reads.Nth[[5]int]](r, f), publisher[reads.Nth[[6]int]](r, f), publisher[reads.Nth[[7]int]](r, f),
		publisher[reads.Eighth](r, f),
	} {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}

func publisher[T any](r *readable, f *file) func() error {
	return func() error {
		_, err := publish[T](r, f.path)
		return err
	}
}

// publish loads T for the whole process, until close.
func publish[T any](r *readable, path string) (*config.Store[T], error) {
	cfg, err := config.Load[T](config.WithFile(path), config.WithoutWatch(), loaders.Quiet())
	if err == nil {
		r.closers = append(r.closers, cfg.Close)
	}
	return cfg, err
}

func (r *readable) close() {
	for _, fn := range r.closers {
		fn()
	}
}

// cases are the ways to read it.
func (r *readable) cases() []meter.Case {
	way := func(name string, fn func(n int) int) meter.Case {
		return meter.Case{Name: name, Run: func(n int) error {
			// The loops are unrolled; the last few reads do not matter.
			kept.Add(int64(fn(max(n, reads.Unrolled))))
			return nil
		}}
	}
	return []meter.Case{
		way("atomic.Pointer", func(n int) int { return reads.Pointer(&r.plain, n) }),
		way("cfg.Current().X", func(n int) int { return reads.Handle(r.cfg, n) }),
		way("config.Current[T]().X", reads.Package),
		way("the same, 8th type loaded", reads.PackageEighth),
		way("as in dskit's runtimeconfig", func(n int) int { return reads.Dskit(&r.dskit, n) }),
		way("sync.RWMutex", func(n int) int { return reads.RWMutex(&r.locked, n) }),
		way("sync.Map by type", func(n int) int { return reads.SyncMap(&r.syncMap, n) }),
		way("koanf.Int", func(n int) int { return reads.Koanf(r.koanf, n) }),
		way("viper.GetInt", func(n int) int { return reads.Viper(r.viper, n) }),
	}
}

// kept keeps the compiler from leaving out what is only read.
var kept atomic.Int64
