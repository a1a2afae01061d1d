package watch

import (
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/volume"
)

// BenchmarkScan scans content that does not change, as every poll does.
func BenchmarkScan(b *testing.B) {
	for name, size := range map[string]int{"1KB": 1 << 10, "300KB": 300 << 10} {
		b.Run(name, func(b *testing.B) {
			v := volume.New(filepath.Join(b.TempDir(), "etc", "app"))
			if err := v.Update(map[string]string{"c.yaml": strings.Repeat("x", size)}); err != nil {
				b.Fatal(err)
			}
			f := NewFiles(NewHub(), []source.Place{{Path: v.Path("c.yaml")}}, limits)
			defer f.Close()
			b.ReportAllocs()
			for b.Loop() {
				f.Scan(b.Context())
			}
		})
	}
}
