package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// measure runs fn as a benchmark of this name, and reports its CPU time, that of the
// garbage collector included. What before does is not counted.
func measure(b *testing.B, name string, before, fn func() error) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		must(b, fn()) // what is done once only
		var used time.Duration
		start := processCPU()
		for b.Loop() {
			if before != nil {
				b.StopTimer()
				must(b, before())
				b.StartTimer()
				start = processCPU()
			}
			must(b, fn())
			if before != nil {
				used += processCPU() - start
			}
		}
		if before == nil {
			used = processCPU() - start
		}
		b.ReportMetric(float64(used)/float64(b.N), "cpu-ns/op")
	})
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// sampleFile is a file whose content can be replaced by another revision of it.
type sampleFile struct {
	path  string
	texts [2][]byte
	next  int
}

// newFile makes a file of a size, in a directory of its own.
func newFile(tb testing.TB, z size, format string) *sampleFile {
	return newFileOf(tb, format, z.text(format, 1), z.text(format, 2))
}

func newFileOf(tb testing.TB, format string, first, second []byte) *sampleFile {
	f := &sampleFile{path: filepath.Join(tb.TempDir(), "config."+format), texts: [2][]byte{first, second}}
	must(tb, f.change())
	return f
}

// change writes the other text.
func (f *sampleFile) change() error {
	text := f.texts[f.next]
	f.next = 1 - f.next
	return os.WriteFile(f.path, text, 0o644)
}
