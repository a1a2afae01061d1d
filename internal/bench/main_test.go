//go:build linux

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/sample"
	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) {
	if isChild() {
		runChild()
		return
	}
	ignore := []goleak.Option{ // nothing ends what Viper's WatchConfig has started, with its fsnotify
		goleak.IgnoreAnyFunction("github.com/spf13/viper.(*Viper).WatchConfig.func1"),
		goleak.IgnoreAnyFunction("github.com/spf13/viper.(*Viper).WatchConfig.func1.1"),
		goleak.IgnoreAnyFunction("github.com/fsnotify/fsnotify.(*inotify).readEvents"),
	}
	goleak.VerifyTestMain(leak.Tests{M: m, Ignore: ignore}, ignore...)
}

func TestEveryPartPrintsItsTables(t *testing.T) {
	tables := map[string]int{"read": 2, "load": 2, "latency": 2, "footprint": 2, "growth": 2}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			var out strings.Builder
			if err := run(&out, io.Discard, brief, t.TempDir(), []string{p.name}); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if n := strings.Count(text, "### "); n != max(1, tables[p.name]) {
				t.Errorf("%d tables\n%s", n, text)
			}
			if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
				t.Errorf("a ratio to nothing\n%s", text)
			}
		})
	}
}

func TestNothingIsLeftInTheDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := run(io.Discard, io.Discard, brief, dir, []string{"hooks"}); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestAPartThatDoesNotExistIsAnError(t *testing.T) {
	err := run(io.Discard, io.Discard, brief, t.TempDir(), []string{"read", "raed"})
	if err == nil || !strings.Contains(err.Error(), `"raed"`) {
		t.Errorf("got %v", err)
	}
}

func TestReadsAreInlined(t *testing.T) {
	for _, name := range inlinedCalls {
		inlined, err := isInlined(name)
		if err != nil || !inlined {
			t.Errorf("%s is inlined: %v, %v", name, inlined, err)
		}
	}
}

// newFollowed returns a volume with the first revision.
func newFollowed(t *testing.T) *follow.Volume {
	t.Helper()
	v := &follow.Volume{Dir: t.TempDir()}
	swap(t, v, 1)
	return v
}

func swap(t *testing.T, v *follow.Volume, revision int) {
	t.Helper()
	if _, err := v.Swap(map[string][]byte{"config.yaml": sample.YAML(sample.NewSmall(revision))}); err != nil {
		t.Fatal(err)
	}
}

func newChild(t *testing.T) *child {
	t.Helper()
	c, err := startChild()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.end)
	return c
}

func TestAChildTellsWhatItHasUsed(t *testing.T) {
	v, c := newFollowed(t), newChild(t)
	none, err := c.stats()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.follow(follow.Ours, size{}, v.Path("config.yaml")); err != nil {
		t.Fatal(err)
	}
	swap(t, v, 2)
	r, err := c.reached(2)
	if err != nil {
		t.Fatal(err)
	}
	if r.Inotify != 1 || r.CPU <= none.CPU || r.Goroutines <= none.Goroutines || r.Attempts != 2 {
		t.Errorf("after %+v\nit has used %+v", none, r)
	}
	if _, err := c.tell(order{Do: "close"}); err != nil {
		t.Fatal(err)
	}
	if r, err = c.stats(); err != nil || r.Inotify != 0 || len(r.Revisions) != 0 {
		t.Errorf("closed: %+v, %v", r, err)
	}
}

func TestAChildReportsWhatItCannotDo(t *testing.T) {
	c := newChild(t)
	err := c.follow(follow.Ours, size{}, filepath.Join(t.TempDir(), "missing.yaml"))
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("got %v", err)
	}
	if err := c.follow("nobody", size{}, ""); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("got %v", err)
	}
}

// A read of the file would show: that is how churn tells that there is none.
func TestAChildCountsWhatItReads(t *testing.T) {
	d, err := (&settings{dir: t.TempDir()}).newChurn()
	if err != nil {
		t.Fatal(err)
	}
	c := newChild(t)
	if err := c.follow(follow.Ours, churnSize, d.path); err != nil {
		t.Fatal(err)
	}
	before, err := c.stats()
	if err != nil {
		t.Fatal(err)
	}
	text := sample.YAML(churnSize.value(2))
	if err := os.WriteFile(d.path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.reached(2); err != nil {
		t.Fatal(err)
	}
	after, err := c.stats()
	if read := after.Read - before.Read; err != nil || read < int64(len(text)) {
		t.Errorf("it read %d bytes of a file of %d, %v", read, len(text), err)
	}
}

func TestAFollowerThatMissesAChangeIsCounted(t *testing.T) {
	kubelet, err := startChild()
	if err != nil {
		t.Fatal(err)
	}
	defer kubelet.end()
	r := &runner{volume: newFollowed(t).Dir, Follower: &follow.Follower{Revision: func() int { return 1 }}}
	start := time.Now()
	if err := r.swap(kubelet, sample.YAML(sample.NewSmall(2)), 2); err != nil {
		t.Fatal(err)
	}
	if r.missed != 1 || len(r.took) != 0 || time.Since(start) < patience {
		t.Errorf("missed %d, took %v", r.missed, r.took)
	}
}
