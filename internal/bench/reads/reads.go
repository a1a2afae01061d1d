// Package reads reads one setting in different ways. Each function reads it n times, where n is a multiple of
// 16; the loop is unrolled where it would cost more than the read.
package reads

import (
	"reflect"
	"sync"
	"sync/atomic"

	"example.com/lastgood/config"
)

// Unrolled is the number of reads in the body of a loop.
const Unrolled = 16

// Config is the configuration.
type Config struct {
	DB struct {
		Port int `mapstructure:"port"`
	} `mapstructure:"db"`
}

// Pointer reads through an atomic.Pointer, the minimal cost of a value that changes.
func Pointer(p *atomic.Pointer[Config], n int) (sum int) {
	get := func() int { return p.Load().DB.Port }
	for range n / Unrolled {
		sum += get() + get() + get() + get() + get() + get() + get() + get()
		sum += get() + get() + get() + get() + get() + get() + get() + get()
	}
	return sum
}

// Store reads through a store.
func Store(cfg *config.Store[Config], n int) (sum int) {
	get := func() int { return cfg.Current().DB.Port }
	for range n / Unrolled {
		sum += get() + get() + get() + get() + get() + get() + get() + get()
		sum += get() + get() + get() + get() + get() + get() + get() + get()
	}
	return sum
}

// Package reads through the process-wide store for the type.
func Package(n int) (sum int) {
	get := func() int { return config.Current[Config]().DB.Port }
	for range n / Unrolled {
		sum += get() + get() + get() + get() + get() + get() + get() + get()
		sum += get() + get() + get() + get() + get() + get() + get() + get()
	}
	return sum
}

// Eighth is a type that is loaded after seven others.
type Eighth = Nth[[8]int]

// Nth makes different types: N is an array whose length is the number of the type.
type Nth[N any] struct {
	Config `mapstructure:",squash"`
	_      [0]N
}

// PackageEighth is Package for the eighth type.
func PackageEighth(n int) (sum int) {
	get := func() int { return config.Current[Eighth]().DB.Port }
	for range n / Unrolled {
		sum += get() + get() + get() + get() + get() + get() + get() + get()
		sum += get() + get() + get() + get() + get() + get() + get() + get()
	}
	return sum
}

// Dskit reads like dskit's runtimeconfig: an atomic pointer to an interface, with a type assertion.
func Dskit(p *atomic.Pointer[any], n int) (sum int) {
	get := func() int { return (*p.Load()).(*Config).DB.Port }
	for range n / Unrolled {
		sum += get() + get() + get() + get() + get() + get() + get() + get()
		sum += get() + get() + get() + get() + get() + get() + get() + get()
	}
	return sum
}

// Locked is a value behind a sync.RWMutex.
type Locked struct {
	mu    sync.RWMutex
	Value *Config
}

// RWMutex reads under the lock.
func RWMutex(l *Locked, n int) (sum int) {
	for range n {
		l.mu.RLock()
		sum += l.Value.DB.Port
		l.mu.RUnlock()
	}
	return sum
}

// SyncMap reads through a sync.Map of pointers by type, the obvious way to a
// package-level function for several types.
func SyncMap(m *sync.Map, n int) (sum int) {
	for range n {
		p, _ := m.Load(reflect.TypeFor[Config]())
		sum += p.(*atomic.Pointer[Config]).Load().DB.Port
	}
	return sum
}
