package config_test

import (
	"sync/atomic"
	"testing"

	"example.com/lastgood/config"
)

// sink keeps the compiler from dropping a read.
var sink int64

// BenchmarkRead compares a read of the configuration with the atomic load in it. The result is
// the ratio.
func BenchmarkRead(b *testing.B) {
	path := file("db: {dsn: postgres://db/app}")
	cfg, err := config.Load[Config](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		b.Fatal(err)
	}
	defer cfg.Close()
	var plain atomic.Pointer[Config]
	plain.Store(cfg.Current())
	b.Run("atomic.Pointer", func(b *testing.B) {
		for b.Loop() {
			sink += int64(plain.Load().Server.ReadTimeout)
		}
	})
	b.Run("Store.Current", func(b *testing.B) {
		for b.Loop() {
			sink += int64(cfg.Current().Server.ReadTimeout)
		}
	})
	b.Run("Current", func(b *testing.B) {
		for b.Loop() {
			sink += int64(config.Current[Config]().Server.ReadTimeout)
		}
	})
}
