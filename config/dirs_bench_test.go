//go:build unix

package config_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// BenchmarkKeyDirectory reloads a growing number of key files, to which one is added, or
// from which it is removed. The
// exponent is how the processor time grows with the number of files.
func BenchmarkKeyDirectory(b *testing.B) {
	type labels struct{ Labels map[string]string }
	var sizes, times []float64
	for n := 1000; n <= 64_000; n *= 4 {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			for i := range n {
				put(b, filepath.Join(dir, fmt.Sprintf("labels.k%d", i)), "v")
			}
			s := open[labels](b, config.WithKeyDir(dir), noPoll(), config.WithSettle(time.Hour))
			more := filepath.Join(dir, "labels.a") // before all others
			i, before := 0, processorTime(b)
			for b.Loop() {
				i++
				if i%2 == 1 {
					put(b, more, "v")
				} else if err := os.Remove(more); err != nil {
					b.Fatal(err)
				}
				if err := s.Reload(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			each := float64(processorTime(b)-before) / float64(b.N)
			b.ReportMetric(each, "cpu-ns/op")
			sizes, times = append(sizes, math.Log(float64(n))), append(times, math.Log(each))
			if last := len(sizes) - 1; last > 0 {
				b.ReportMetric((times[last]-times[0])/(sizes[last]-sizes[0]), "exponent")
			}
		})
	}
}

// processorTime returns the processor time of the process, which other processes do not affect.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
