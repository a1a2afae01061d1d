//go:build linux

package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// bench runs a case as a benchmark. cpu-ns/op is the figure to trust.
func bench(b *testing.B, c meter.Case) {
	b.Run("by="+strings.ReplaceAll(c.Name, " ", "_"), func(b *testing.B) {
		b.ReportAllocs()
		var used time.Duration
		if c.Before == nil {
			start := meter.Process()
			if err := c.Run(b.N); err != nil {
				b.Fatal(err)
			}
			used = meter.Process() - start
		} else {
			for range b.N {
				b.StopTimer()
				if err := c.Before(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				start := meter.Process()
				if err := c.Run(1); err != nil {
					b.Fatal(err)
				}
				used += meter.Process() - start
			}
		}
		b.ReportMetric(float64(used)/float64(b.N), "cpu-ns/op")
	})
}

func benchSettings(b *testing.B) *settings {
	s := thorough
	s.dir = b.TempDir()
	return &s
}

func BenchmarkRead(b *testing.B) {
	r, err := newReadable(benchSettings(b))
	if err != nil {
		b.Fatal(err)
	}
	defer r.close()
	for _, c := range r.cases() {
		bench(b, c)
	}
}

func BenchmarkLoad(b *testing.B) {
	s := benchSettings(b)
	for _, format := range []string{"yaml", "toml"} {
		for _, z := range s.sizes() {
			b.Run("format="+format+"/size="+strings.ReplaceAll(z.name, " ", "_"), func(b *testing.B) {
				all := loaders.For[sample.Small, sample.SmallOf[sample.Text]](format)
				if z.keys > 0 {
					all = loaders.For[sample.Large, sample.LargeOf[sample.Text]](format)
				}
				for _, l := range all {
					c, release, err := s.loading(l, z, format)
					if err != nil {
						b.Fatal(err)
					}
					bench(b, c)
					release()
				}
			})
		}
	}
}

func BenchmarkUnchanged(b *testing.B) {
	f, err := benchSettings(b).newSample(size{}, "yaml")
	if err != nil {
		b.Fatal(err)
	}
	cfg, err := config.Open[sample.Small](config.WithFile(f.path), config.WithoutWatch(), loaders.Quiet())
	if err != nil {
		b.Fatal(err)
	}
	defer cfg.Close()
	bench(b, once("ours", func() error { return cfg.Reload(context.Background()) }))
}

func BenchmarkRegisterAHook(b *testing.B) {
	h, err := newHooked(benchSettings(b))
	if err != nil {
		b.Fatal(err)
	}
	defer h.cfg.Close()
	bench(b, meter.Case{Name: "alone", Run: h.register})
	h.add(thorough.most)
	bench(b, meter.Case{Name: "among_10000", Run: h.register})
}
