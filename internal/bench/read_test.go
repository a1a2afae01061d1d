package main

import (
	"context"
	"os/exec"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	koanffile "github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/reads"
)

// way is a way of reading a setting n times.
type way struct {
	name string
	read func(n int) int
}

// readable is one configuration in all the forms that are read.
type readable struct {
	file  *sampleFile
	cfg   *config.Store[reads.Config]
	plain atomic.Pointer[reads.Config]
	ways  []way
}

func newReadable(tb testing.TB) *readable {
	r := &readable{file: newFileOf(tb, "yaml", []byte("db: {port: 1}\n"), []byte("db: {port: 2}\n"))}
	r.cfg = publish[reads.Config](tb, r.file.path)
	r.plain.Store(r.cfg.Current())
	locked := &reads.Locked{Value: r.cfg.Current()}
	r.ways = []way{
		{"atomic.Pointer", func(n int) int { return reads.Pointer(&r.plain, n) }},
		{"cfg.Current", func(n int) int { return reads.Store(r.cfg, n) }},
		{"config.Current", reads.Package},
		{"sync.RWMutex", func(n int) int { return reads.RWMutex(locked, n) }},
	}
	return r
}

// publish loads T as the process-wide store until the benchmark ends.
func publish[T any](tb testing.TB, path string) *config.Store[T] {
	cfg, err := config.Load[T](config.WithFile(path), config.WithoutWatch(), quiet())
	must(tb, err)
	tb.Cleanup(cfg.Close)
	return cfg
}

// sink prevents that the compiler removes the reads.
var sink atomic.Int64

func BenchmarkRead(b *testing.B) {
	r := newReadable(b)
	publish[reads.Nth[[2]int]](b, r.file.path)
	publish[reads.Nth[[3]int]](b, r.file.path)
	publish[reads.Nth[[4]int]](b, r.file.path)
	publish[reads.Nth[[5]int]](b, r.file.path)
	publish[reads.Nth[[6]int]](b, r.file.path)
	publish[reads.Nth[[7]int]](b, r.file.path)
	publish[reads.Eighth](b, r.file.path)
	var value any = r.cfg.Current()
	var dskit atomic.Pointer[any]
	dskit.Store(&value)
	var byType sync.Map
	byType.Store(reflect.TypeFor[reads.Config](), &r.plain)
	k := koanf.New(".")
	must(b, k.Load(koanffile.Provider(r.file.path), yaml.Parser()))
	v, err := newViper(r.file.path)
	must(b, err)
	for _, w := range append(r.ways,
		way{"config.Current_of_the_8th_type", reads.PackageEighth},
		way{"dskit_runtimeconfig", func(n int) int { return reads.Dskit(&dskit, n) }},
		way{"sync.Map", func(n int) int { return reads.SyncMap(&byType, n) }},
		way{"koanf.Int", byKey(func() int { return k.Int("db.port") })},
		way{"viper.GetInt", byKey(func() int { return v.GetInt("db.port") })},
	) {
		b.Run("by="+w.name, func(b *testing.B) {
			b.ReportAllocs()
			start := processCPU()
			sink.Add(int64(w.read(b.N + reads.Unrolled)))
			b.ReportMetric(float64(processCPU()-start)/float64(b.N), "cpu-ns/op")
		})
	}
}

func byKey(get func() int) func(n int) int {
	return func(n int) (sum int) {
		for range n {
			sum += get()
		}
		return sum
	}
}

// BenchmarkReaders reads in one and in two goroutines, on as many processors, while the configuration is
// swapped 200 times a second. The CPU time is that of the readers' threads. What an atomic pointer alone
// loses with two readers is due to the machine.
func BenchmarkReaders(b *testing.B) {
	r := newReadable(b)
	stop := every(5*time.Millisecond, func() {
		must(b, r.file.change())
		must(b, r.cfg.Reload(context.Background()))
		r.plain.Store(r.cfg.Current())
	})
	defer stop()
	for _, w := range r.ways {
		for readers, name := range map[int]string{1: "/readers=1", 2: "/readers=2"} {
			b.Run("by="+w.name+name, func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(readers))
				var used atomic.Int64
				var group sync.WaitGroup
				for range readers {
					group.Go(func() {
						runtime.LockOSThread()
						defer runtime.UnlockOSThread()
						start := threadCPU()
						sink.Add(int64(w.read(b.N + reads.Unrolled)))
						used.Add(int64(threadCPU() - start))
					})
				}
				group.Wait()
				b.ReportMetric(float64(used.Load())/float64(readers*b.N), "cpu-ns/op")
			})
		}
	}
}

// A read is inlined down to the atomic load.
func TestReadsAreInlined(t *testing.T) {
	out, err := exec.Command("go", "build", "-gcflags=-m", "./reads").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, call := range []string{"inlining call to config.(*Store[", "inlining call to config.Current["} {
		if !strings.Contains(string(out), call) {
			t.Errorf("no %q in\n%s", call, out)
		}
	}
}
