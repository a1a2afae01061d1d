// Package loaders loads one file into one Go type and validates it, with each
// library in the way that its documentation shows. Every loader gives the same
// value; what differs is what it costs.
package loaders

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/go-playground/validator/v10"
	"github.com/go-viper/mapstructure/v2"
	"github.com/ilyakaznacheev/cleanenv"
	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
	gotoml "github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	goyaml "go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// The names of the loaders.
const (
	Ours     = "ours, first load"
	Reload   = "ours, reload"
	Layers   = "ours, reload, all layers"
	Two      = "ours, reload, two files"
	Direct   = "direct"
	Map      = "parse, map, mapstructure"
	Viper    = "Viper"
	Fresh    = "Viper, fresh validator"
	Koanf    = "koanf"
	Cleanenv = "cleanenv"
)

// Loader loads a file.
type Loader struct {
	Name string

	// Open returns what loads the file at path: as a pointer to a fresh value, each
	// time. release ends what is still open.
	Open func(path string) (load func() (any, error), release func(), err error)
}

// Validate judges what other libraries have loaded. It is shared, since it caches
// what it learns of a type.
var Validate = validator.New(validator.WithRequiredStructEnabled())

// For returns all loaders of a format, yaml or toml, for T. Twin is T with durations
// that go-toml can read.
func For[T, Twin any](format string) []Loader {
	direct, parse := plain(YAML[T]), goyaml.Unmarshal
	if format == "toml" {
		direct, parse = plain(TOML[Twin]), gotoml.Unmarshal
	}
	return []Loader{
		{Ours, plain(Open[T])},
		{Reload, reload[T]()},
		{Layers, reload[T](layers[T]()...)},
		{Two, twoFiles[T]},
		{Direct, direct},
		{Map, plain(func(path string) (any, error) { return viaMap[T](path, parse) })},
		{Viper, plain(WithViper[T])},
		{Fresh, plain(fresh[T])},
		{Koanf, plain(func(path string) (any, error) { return WithKoanf[T](file.Provider(path), format) })},
		{Cleanenv, plain(withCleanenv[T])},
	}
}

// plain is for loaders that keep nothing between loads.
func plain(load func(path string) (any, error)) func(string) (func() (any, error), func(), error) {
	return func(path string) (func() (any, error), func(), error) {
		return func() (any, error) { return load(path) }, func() {}, nil
	}
}

// Quiet writes log lines, as a service would, to nowhere.
func Quiet() config.Option { return config.WithLogger(slog.New(discard)) }

var discard = slog.NewTextHandler(nowhere{}, nil)

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

// Open is what a program does once: it looks at T, loads the file and starts the
// store.
func Open[T any](path string) (any, error) {
	cfg, err := config.Open[T](config.WithFile(path), config.WithoutWatch(), Quiet())
	if err != nil {
		return nil, err
	}
	defer cfg.Close()
	return cfg.Current(), nil
}

// reload is what a program does whenever the file has changed; where it has not,
// next to nothing is done.
func reload[T any](opts ...config.Option) func(path string) (func() (any, error), func(), error) {
	return func(path string) (func() (any, error), func(), error) {
		cfg, err := config.Open[T](append(opts, config.WithFile(path), config.WithoutWatch(), Quiet())...)
		if err != nil {
			return nil, nil, err
		}
		return func() (any, error) {
			err := cfg.Reload(context.Background())
			return cfg.Current(), err
		}, cfg.Close, nil
	}
}

// twoFiles reloads the file at path, over a copy of it as it is now.
func twoFiles[T any](path string) (func() (any, error), func(), error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	lower := filepath.Join(filepath.Dir(path), "lower"+filepath.Ext(path))
	if err := os.WriteFile(lower, data, 0o644); err != nil { //nolint:gosec // as the other
		return nil, nil, err
	}
	return reload[T](config.WithFile(lower))(path)
}

// layers are options that add layers, and a check, to a file.
func layers[T any]() []config.Option {
	var defaults T
	return []config.Option{
		config.WithEnv("LASTGOOD_BENCH_UNSET"),
		config.WithFlags(pflag.NewFlagSet("", pflag.ContinueOnError)),
		config.WithDefaults(defaults),
		config.WithCheck(func(context.Context, *T, *T) error { return nil }),
	}
}

// YAML uses yaml.v3 alone.
func YAML[T any](path string) (any, error) { return directly[T](path, goyaml.Unmarshal) }

// TOML uses go-toml alone.
func TOML[T any](path string) (any, error) { return directly[T](path, gotoml.Unmarshal) }

func directly[T any](path string, unmarshal func([]byte, any) error) (any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := new(T)
	if err := unmarshal(data, c); err != nil {
		return nil, err
	}
	return c, Validate.Struct(c)
}

// viaMap is the least that one can do who needs a map in between, to merge or to
// look at.
func viaMap[T any](path string, unmarshal func([]byte, any) error) (any, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var m map[string]any
	if err := unmarshal(data, &m); err != nil {
		return nil, err
	}
	c := new(T)
	dec, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{Result: c,
		DecodeHook: mapstructure.StringToTimeDurationHookFunc()})
	if err != nil {
		return nil, err
	}
	if err := dec.Decode(m); err != nil {
		return nil, err
	}
	return c, Validate.Struct(c)
}

// WithViper uses a fresh Viper, as one must to drop keys that have gone.
func WithViper[T any](path string) (any, error) { return withViper[T](path, Validate) }

// fresh makes a validator, too.
func fresh[T any](path string) (any, error) {
	return withViper[T](path, validator.New(validator.WithRequiredStructEnabled()))
}

func withViper[T any](path string, validate *validator.Validate) (any, error) {
	v := NewViper()
	v.SetConfigFile(path)
	if err := v.ReadInConfig(); err != nil {
		return nil, err
	}
	c := new(T)
	if err := v.Unmarshal(c); err != nil {
		return nil, err
	}
	return c, validate.Struct(c)
}

// NewViper returns a Viper that logs to nowhere.
func NewViper() *viper.Viper { return viper.NewWithOptions(viper.WithLogger(slog.New(discard))) }

// WithKoanf uses a fresh koanf, for the same reason.
func WithKoanf[T any](from koanf.Provider, format string) (any, error) {
	var parser koanf.Parser = yaml.Parser()
	if format == "toml" {
		parser = toml.Parser()
	}
	k := koanf.New(".")
	if err := k.Load(from, parser); err != nil {
		return nil, err
	}
	c := new(T)
	if err := k.UnmarshalWithConf("", c, koanf.UnmarshalConf{Tag: "mapstructure"}); err != nil {
		return nil, err
	}
	return c, Validate.Struct(c)
}

func withCleanenv[T any](path string) (any, error) {
	c := new(T)
	if err := cleanenv.ReadConfig(path, c); err != nil {
		return nil, err
	}
	return c, Validate.Struct(c)
}
