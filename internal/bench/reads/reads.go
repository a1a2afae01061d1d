// Package reads reads one setting in every way there is. Each function reads it n
// times, n being a multiple of 16, and unrolled, because a loop costs more than the
// fastest of them.
package reads

import (
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/knadh/koanf/v2"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/sample"
)

// Unrolled is how many reads a loop's body holds.
const Unrolled = 16

// Small is what is read.
type Small = sample.Small

// Pointer reads through an atomic.Pointer, the least that a value that changes can
// cost.
func Pointer(p *atomic.Pointer[Small], n int) (sum int) {
	for range n / Unrolled {
		sum += p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port
		sum += p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port
		sum += p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port
		sum += p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port + p.Load().DB.Port
	}
	return sum
}

// Handle reads through a store.
func Handle(cfg *config.Store[Small], n int) (sum int) {
	for range n / Unrolled {
		sum += cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port
		sum += cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port
		sum += cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port
		sum += cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port + cfg.Current().DB.Port
	}
	return sum
}

// Package reads through the process-wide store for the type.
func Package(n int) (sum int) {
	for range n / Unrolled {
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
		sum += config.Current[Small]().DB.Port + config.Current[Small]().DB.Port
	}
	return sum
}

// Eighth is a type that is loaded after seven others.
type Eighth = Nth[[8]int]

// Nth makes types that differ; N is an array as long as the type's number.
type Nth[N any] struct {
	Revision int `mapstructure:"revision"`
	_        [0]N
}

// PackageEighth is Package for the eighth type.
func PackageEighth(n int) (sum int) {
	for range n / Unrolled {
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
		sum += config.Current[Eighth]().Revision + config.Current[Eighth]().Revision
	}
	return sum
}

// Dskit reads as from dskit's runtimeconfig: an atomic pointer to an interface, whose
// value is asserted.
func Dskit(p *atomic.Pointer[any], n int) (sum int) {
	get := func() any { return *p.Load() }
	for range n / Unrolled {
		sum += get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port
		sum += get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port
		sum += get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port
		sum += get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port + get().(*Small).DB.Port
	}
	return sum
}

// Locked is a value behind a sync.RWMutex.
type Locked struct {
	Mutex sync.RWMutex
	Value *Small
}

func (l *Locked) port() int {
	l.Mutex.RLock()
	defer l.Mutex.RUnlock()
	return l.Value.DB.Port
}

// RWMutex reads with the lock held.
func RWMutex(l *Locked, n int) (sum int) {
	for range n {
		sum += l.port()
	}
	return sum
}

// SyncMap reads through a sync.Map of pointers by type, the obvious way to a
// package-level function for several types.
func SyncMap(m *sync.Map, n int) (sum int) {
	for range n {
		p, _ := m.Load(reflect.TypeFor[Small]())
		sum += p.(*atomic.Pointer[Small]).Load().DB.Port
	}
	return sum
}

// Koanf reads by key.
func Koanf(k *koanf.Koanf, n int) (sum int) {
	for range n {
		sum += k.Int("db.port")
	}
	return sum
}

// Viper reads by key.
func Viper(v *viper.Viper, n int) (sum int) {
	for range n {
		sum += v.GetInt("db.port")
	}
	return sum
}
