package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// measure runs fn as a benchmark with a name, and reports its CPU time, with that of the garbage
// collector. before is called before each run, and is not counted.
func measure(b *testing.B, name string, before, fn func() error) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		must(b, fn()) // without the work of the first run
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

// sampleFile is a file with two revisions of its content.
type sampleFile struct {
	path  string
	texts [2][]byte
	next  int
}

// newFile creates a file of a size in a new directory.
func newFile(tb testing.TB, z size, format string) *sampleFile {
	return newFileOf(tb, format, z.text(format, 1), z.text(format, 2))
}

func newFileOf(tb testing.TB, format string, first, second []byte) *sampleFile {
	f := &sampleFile{path: filepath.Join(tb.TempDir(), "config."+format), texts: [2][]byte{first, second}}
	must(tb, f.change())
	return f
}

// change writes the other revision.
func (f *sampleFile) change() error {
	text := f.texts[f.next]
	f.next = 1 - f.next
	return os.WriteFile(f.path, text, 0o644)
}
