package main

import (
	"context"
	"fmt"
	"testing"

	"example.com/lastgood/config"
)

// BenchmarkLoad loads a file that has changed, and two files of which one has changed.
func BenchmarkLoad(b *testing.B) {
	for _, format := range []string{"yaml", "toml"} {
		for _, z := range sizes {
			for _, l := range loadersOf(z, format) {
				f := newFile(b, z, format)
				load, release, err := l.open(f.path)
				must(b, err)
				measure(b, fmt.Sprintf("format=%s/size=%v/by=%s", format, z, l.name), f.change, func() error {
					_, err := load()
					return err
				})
				release()
			}
		}
	}
	loadTwoFiles(b)
}

func loadTwoFiles(b *testing.B) {
	lower, higher := newFile(b, small, "yaml"), newFile(b, small, "yaml")
	both := config.WithFile(lower.path, higher.path)
	measure(b, "format=yaml/size=2_times_40_lines/by=ours", higher.change, func() error {
		_, err := openWith[Small](both)
		return err
	})
	cfg, err := config.Open[Small](both, config.WithoutWatch(), quiet())
	must(b, err)
	defer cfg.Close()
	measure(b, "format=yaml/size=2_times_40_lines/by=reload", higher.change, func() error { return cfg.Reload(context.Background()) })
}
