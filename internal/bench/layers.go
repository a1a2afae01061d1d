//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/meter"
)

// once returns a case that does what fn does.
func once(name string, fn func() error) meter.Case {
	return meter.Case{Name: name, Run: func(n int) error {
		for range n {
			if err := fn(); err != nil {
				return err
			}
		}
		return nil
	}}
}

// write makes a file in a directory of its own.
func (s *settings) write(name string, text []byte) (string, error) {
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	return path, os.WriteFile(path, text, 0o644)
}

// open is a first load, with more options.
func open[T any](path string, opts ...config.Option) error {
	cfg, err := config.Open[T](append(opts, config.WithFile(path), config.WithoutWatch(), loaders.Quiet())...)
	if err != nil {
		return err
	}
	cfg.Close()
	return nil
}

// viperVariables has Viper read the environment, as its documentation shows.
func viperVariables[T any](path, prefix string) error {
	v := loaders.NewViper()
	v.SetConfigFile(path)
	v.SetEnvPrefix(prefix)
	v.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	v.AutomaticEnv()
	if err := v.ReadInConfig(); err != nil {
		return err
	}
	c := new(T)
	if err := v.Unmarshal(c); err != nil {
		return err
	}
	return loaders.Validate.Struct(c)
}

// viperFlags binds every flag to the key of its name.
func viperFlags[T any](path string, flags *pflag.FlagSet) error {
	v := loaders.NewViper()
	v.SetConfigFile(path)
	if err := v.ReadInConfig(); err != nil {
		return err
	}
	if err := v.BindPFlags(flags); err != nil {
		return err
	}
	c := new(T)
	if err := v.Unmarshal(c); err != nil {
		return err
	}
	return loaders.Validate.Struct(c)
}
