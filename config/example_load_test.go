package config_test

import (
	"fmt"
	"log"
	"time"

	"example.com/lastgood/config"
)

// Config is the configuration of the service in these examples.
type Config struct {
	Server struct {
		Addr        string        `mapstructure:"addr" default:":8080" validate:"hostname_port"`
		ReadTimeout time.Duration `default:"5s" validate:"gt=0"`
	} `mapstructure:"server"`
	DB struct {
		DSN config.Secret `mapstructure:"dsn" validate:"required"`
	} `mapstructure:"db"`
	Features map[string]bool `mapstructure:"features"`
}

// Load reads the file, validates it, and follows it from then on.
func ExampleLoad() {
	path := file(`
server:
  addr: :9090
db:
  dsn: postgres://app:secret@db/app
`)
	cfg, err := config.Load[Config](config.WithFile(path))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	now := cfg.Current() // once per request
	fmt.Println(now.Server.Addr, now.Server.ReadTimeout, now.DB.DSN)
	fmt.Println(config.Current[Config]().Server.Addr) // from anywhere in the process
	// Output:
	// :9090 5s [redacted]
	// :9090
}

// Open does not publish the store for the process, which suits libraries and parallel tests.
func ExampleOpen() {
	type Limits struct {
		Burst int `mapstructure:"burst" validate:"min=1"`
	}
	limits, err := config.Open[Limits](config.WithFile(file("burst: 3")))
	if err != nil {
		log.Fatal(err)
	}
	defer limits.Close()
	fmt.Println(limits.Current().Burst)
	_, published := config.Lookup[Limits]()
	fmt.Println(published)
	// Output:
	// 3
	// false
}

// Later files win over earlier ones. Maps are merged, lists and scalars replaced.
func ExampleWithFile() {
	base := file(`
server: {addr: ":8080", read_timeout: 2s}
db: {dsn: postgres://db/app}
features: {search: true, export: false}
`)
	production := file(`
server: {addr: ":80"}
features: {export: true}
`)
	cfg, err := config.Open[Config](config.WithFile(base), config.WithFile(production))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	now := cfg.Current()
	fmt.Println(now.Server.Addr, now.Server.ReadTimeout, now.Features)
	// Output: :80 2s map[export:true search:true]
}

// A snapshot contains the version, its time, and the digest of its content, which is that of
// the content on disk unless it was rejected.
func ExampleStore_Snapshot() {
	cfg, err := config.Open[Config](config.WithFile(file("db: {dsn: postgres://db/app}\n")))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	s := cfg.Snapshot()
	fmt.Println(s.Version, s.Content == cfg.Status().Digests.Disk)
	// Output: 1 true
}
