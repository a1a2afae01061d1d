package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/go-playground/validator/v10"
	"github.com/ilyakaznacheev/cleanenv"
	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	goyaml "go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// loader loads one file into one Go type and validates it, in the way of the library's documentation. load
// returns a pointer to a new value each time.
type loader struct {
	name string
	open func(path string) (load func() (any, error), release func(), err error)
}

// loadersOf returns the loaders of a format, yaml or toml, for the type of a size. There is none of go-toml
// alone, which cannot decode "5s" into a time.Duration.
func loadersOf(z size, format string) []loader {
	if z == small {
		return loaders[Small](format)
	}
	return loaders[Large](format)
}

func loaders[T any](format string) []loader {
	all := []loader{
		{"ours", plain(open[T])},
		{"reload", reload[T]()},
		{"reload_all_layers", reload[T](
			config.WithEnv("LASTGOOD_BENCH_UNSET"),
			config.WithFlags(pflag.NewFlagSet("", pflag.ContinueOnError)),
			config.WithDefaults(*new(T)),
			config.WithCheck(func(context.Context, *T, *T) error { return nil }))},
		{"Viper", plain(func(path string) (any, error) { return loadViper[T](path, validate) })},
		{"Viper_fresh_validator", plain(func(path string) (any, error) { return loadViper[T](path, newValidator()) })},
		{"koanf", plain(func(path string) (any, error) { return loadKoanf[T](file.Provider(path), format) })},
		{"cleanenv", plain(func(path string) (any, error) {
			c := new(T)
			return valid(c, cleanenv.ReadConfig(path, c))
		})},
	}
	if format == "yaml" {
		all = append(all, loader{"direct", plain(direct[T])})
	}
	return all
}

// plain returns the open function of a loader without state between loads.
func plain(load func(path string) (any, error)) func(string) (func() (any, error), func(), error) {
	return func(path string) (func() (any, error), func(), error) {
		return func() (any, error) { return load(path) }, func() {}, nil
	}
}

func newValidator() *validator.Validate {
	return validator.New(validator.WithRequiredStructEnabled())
}

// validate is shared, because a validator caches the types that it has analyzed.
var validate = newValidator()

// valid returns c if err is nil and c is valid.
func valid(c any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return c, validate.Struct(c)
}

// quiet returns the option to format log records as a service does, and to discard them.
func quiet() config.Option { return config.WithLogger(slog.New(nowhere)) }

var nowhere = slog.NewTextHandler(discard{}, nil)

// discard is not io.Discard, for which slog would not format records.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// open does what a program does once: it analyzes T, loads the file and starts the store.
func open[T any](path string) (any, error) { return openWith[T](config.WithFile(path)) }

func openWith[T any](opts ...config.Option) (any, error) {
	cfg, err := config.Open[T](append(opts, config.WithoutWatch(), quiet())...)
	if err != nil {
		return nil, err
	}
	defer cfg.Close()
	return cfg.Current(), nil
}

// reload does what a program does whenever the file has changed.
func reload[T any](opts ...config.Option) func(path string) (func() (any, error), func(), error) {
	return func(path string) (func() (any, error), func(), error) {
		cfg, err := config.Open[T](append(opts, config.WithFile(path), config.WithoutWatch(), quiet())...)
		if err != nil {
			return nil, nil, err
		}
		return func() (any, error) {
			err := cfg.Reload(context.Background())
			return cfg.Current(), err
		}, cfg.Close, nil
	}
}

// direct uses yaml.v3 alone.
func direct[T any](path string) (any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := new(T)
	return valid(c, goyaml.Unmarshal(data, c))
}

// newViper returns a Viper that has read the file. Only a new one drops removed keys.
func newViper(path string) (*viper.Viper, error) {
	v := viper.NewWithOptions(viper.WithLogger(slog.New(nowhere)))
	v.SetConfigFile(path)
	return v, v.ReadInConfig()
}

func loadViper[T any](path string, validate *validator.Validate, more ...func(*viper.Viper) error) (any, error) {
	v, err := newViper(path)
	if err != nil {
		return nil, err
	}
	for _, set := range more {
		if err := set(v); err != nil {
			return nil, err
		}
	}
	c := new(T)
	if err := v.Unmarshal(c); err != nil {
		return nil, err
	}
	return c, validate.Struct(c)
}

func loadKoanf[T any](from koanf.Provider, format string) (any, error) {
	var parser koanf.Parser = yaml.Parser()
	if format == "toml" {
		parser = toml.Parser()
	}
	k := koanf.New(".")
	if err := k.Load(from, parser); err != nil {
		return nil, err
	}
	c := new(T)
	return valid(c, k.UnmarshalWithConf("", c, koanf.UnmarshalConf{Tag: "mapstructure"}))
}
