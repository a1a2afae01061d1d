package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func TestMain(m *testing.M) {
	if !serveChild() {
		os.Exit(m.Run())
	}
}

// brief returns a run with the shortest measurements.
func brief(w io.Writer) *bench {
	return &bench{table: table{w: w}, rounds: 1, benchtime: time.Nanosecond, changes: 4, idle: 100 * time.Millisecond,
		churn: 100 * time.Millisecond, maxStores: 10}
}

func TestEveryPartPrintsItsTables(t *testing.T) {
	groups := map[string][]string{"benchmarks": benchmarks}
	for _, p := range parts {
		groups[p.name] = []string{p.name}
	}
	for name, names := range groups {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			b := brief(&out)
			must(t, b.run(io.Discard, names))
			text := out.String()
			if !strings.Contains(text, "\n### ") || !strings.Contains(text, fmt.Sprintf("%d of %d bars missed", len(b.misses), b.bars)) {
				t.Errorf("no table, or no verdict\n%s", text)
			}
			if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("a ratio to nothing\n%s", text)
			}
			if _, err := os.Stat(b.dir); err == nil {
				t.Errorf("%s was not removed", b.dir)
			}
		})
	}
}

func TestAPartThatDoesNotExistIsAnError(t *testing.T) {
	if err := brief(io.Discard).run(io.Discard, []string{"Read", "raed"}); err == nil || !strings.Contains(err.Error(), `"raed"`) {
		t.Errorf("got %v", err)
	}
}

func TestAComparisonWithoutItsBenchmarksIsAnError(t *testing.T) {
	r := &results{cpu: map[string][]float64{}, bytes: map[string][]float64{}}
	must(t, r.add("BenchmarkRead/by=ours 10 5 ns/op 6 cpu-ns/op 7 B/op 0 allocs/op\nPASS\n"))
	if got := r.cpu["Read/by=ours"]; !reflect.DeepEqual(got, []float64{6}) {
		t.Errorf("read %v", got)
	}
	if _, err := r.rows([]comparison{{rows: "Read/.*", of: "Read/by=pointer"}}); err == nil || !strings.Contains(err.Error(), "by=pointer") {
		t.Errorf("nothing to compare with: got %v", err)
	}
	if _, err := r.rows([]comparison{{rows: "Read/by=theirs"}}); err == nil || !strings.Contains(err.Error(), "by=theirs") {
		t.Errorf("no row: got %v", err)
	}
}

func TestAMissedBarIsReported(t *testing.T) {
	b := brief(io.Discard)
	if got := b.atMost("a", 0.8, 0.8); got != "≤ 0.8: met" {
		t.Errorf("got %s", got)
	}
	if got := b.atMost("b", 1, 0.8); got != "≤ 0.8: missed by 25%" {
		t.Errorf("got %s", got)
	}
	if want := []string{"b, ≤ 0.8: missed by 25%"}; b.bars != 2 || !reflect.DeepEqual(b.misses, want) {
		t.Errorf("%d bars, missed %q", b.bars, b.misses)
	}
}

// The result is robust against one round in which the machine was busy for one of the two.
func TestARatioIsTheMedianOfTheRounds(t *testing.T) {
	if got := ratio([]float64{2, 4, 90}, []float64{1, 2, 3}); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}

func TestNumbersAreShortAndHaveTheirUnit(t *testing.T) {
	for v, want := range map[float64]string{0.321: "0.321 ns", 999.9: "1 µs", 1234: "1.23 µs", 12.34e6: "12.3 ms", 1e12: "1000 s"} {
		if got := nanos(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
}

func TestConfigurationsHaveTheirSize(t *testing.T) {
	if n := strings.Count(string(small.text("yaml", 1)), "\n"); n != 40 {
		t.Errorf("%d lines, want 40", n)
	}
	for _, z := range sizes[1:] {
		var tree yaml.Node
		must(t, yaml.Unmarshal(z.text("yaml", 1), &tree))
		if n := countLeaves(tree.Content[0]); n != int(z) {
			t.Errorf("%d keys, want %d", n, z)
		}
	}
}

func countLeaves(n *yaml.Node) (sum int) {
	for i, item := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			sum += countLeaves(item)
		case i%2 == 1: // a value
			sum += max(1, countLeaves(item))
		}
	}
	return sum
}

func TestEveryLoaderReturnsTheSameValueAndValidates(t *testing.T) {
	for _, format := range []string{"yaml", "toml"} {
		for _, z := range sizes[:2] {
			for revision := 1; revision <= 2; revision++ {
				var first any
				for _, l := range loadersOf(z, format) {
					f := newFile(t, z, format)
					load, release, err := l.open(f.path)
					must(t, err)
					must(t, os.WriteFile(f.path, z.text(format, revision), 0o644))
					got, err := load()
					must(t, err)
					if first == nil {
						first = got
					}
					if rev := revisionOf(got); rev != revision || !reflect.DeepEqual(got, first) {
						t.Errorf("%s of %v in %s, revision %d:\n%.500v\nwant\n%.500v", l.name, z, format, revision, got, first)
					}
					bad := strings.NewReplacer("8080", "nonsense").Replace(string(z.text(format, 3)))
					must(t, os.WriteFile(f.path, []byte(bad), 0o644))
					if _, err := load(); err == nil || !strings.Contains(strings.ToLower(err.Error()), "addr") {
						t.Errorf("%s of %v in %s: an invalid address: %v", l.name, z, format, err)
					}
					release()
				}
			}
		}
	}
}

func TestEveryFollowerServesTheContentOfASwap(t *testing.T) {
	for _, name := range []string{byUs, byOurLoad, byFsnotify, byViper, byKoanf} {
		t.Run(name, func(t *testing.T) {
			v := &volume{dir: t.TempDir()}
			swap := func(revision int) { _, err := v.swap(small.text("yaml", revision)); must(t, err) }
			swap(1)
			f, err := follow[Small](name, v.path())
			must(t, err)
			defer f.close()
			for revision := 2; revision <= 3; revision++ {
				swap(revision)
				for start := time.Now(); f.revision() != revision; time.Sleep(time.Millisecond) {
					if time.Since(start) > 10*maxWait {
						t.Fatalf("it serves revision %d, want %d", f.revision(), revision)
					}
				}
			}
		})
	}
}

func TestAProcessReportsItsUsageAndErrors(t *testing.T) {
	b := brief(io.Discard)
	p, err := b.start()
	must(t, err)
	defer p.end()
	if err := p.follow(small, byUs, filepath.Join(t.TempDir(), "missing.yaml"), 1); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("got %v", err)
	}
	f := newFile(t, small, "yaml")
	cpu := p.cpu()
	must(t, p.follow(small, byUs, f.path, 1))
	read, err := p.bytesRead()
	must(t, err)
	must(t, f.change())
	must(t, p.waitForRevision(2))
	after, err := p.bytesRead()
	must(t, err)
	s, err := p.stats()
	must(t, err)
	if p.inotifies() != 1 || p.cpu() <= cpu || s.Attempts != 2 || after-read < int64(len(f.texts[1])) {
		t.Errorf("%d descriptors, %v of CPU, %d attempts, %d bytes read", p.inotifies(), p.cpu()-cpu, s.Attempts, after-read)
	}
}

func TestAFollowerThatMissesAChangeIsCounted(t *testing.T) {
	b := brief(io.Discard)
	kubelet, err := b.start()
	must(t, err)
	defer kubelet.end()
	r := &runner{dir: t.TempDir(), follower: &follower{revision: func() int { return 1 }}}
	must(t, r.swap(kubelet, small.text("yaml", 2), 2))
	if r.missed != 1 || len(r.latencies) != 0 {
		t.Errorf("missed %d, took %v", r.missed, r.latencies)
	}
}
