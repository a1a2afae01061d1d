// Package lastgood_test holds the acceptance tests: what the README promises,
// through the public API alone, on real files.
package lastgood_test

import (

	"context"


	"flag"
	"fmt"


	"log/slog"


	"os"
	"path/filepath"

	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"testing"
	"time"


	"go.uber.org/goleak"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair is a configuration whose two halves belong together, so that a torn or
// mixed one shows. Zero and defaults are never valid.
type pair struct {
	Left  int    `mapstructure:"left" validate:"min=1"`
	Text  string `mapstructure:"text" validate:"required"`
	Right int    `mapstructure:"right" validate:"eqfield=Left"`
}

// pairFile returns version n of a file for pair. Any prefix of it is shorter of
// a value, and most are valid YAML.
func pairFile(n int) string {
	return fmt.Sprintf("left: %d\ntext: %s\nright: %d\n", n, strings.Repeat("x", 100+n%50), n)
}

func quiet() config.Option { return config.WithLogger(slog.New(slog.DiscardHandler)) }

// open opens a store and closes it with the test.
func open[T any](t *testing.T, opts ...config.Option) *config.Store[T] {
	t.Helper()
	s, err := config.Open[T](append([]config.Option{quiet()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// write writes a file in place: truncates it, then fills it.
func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replace writes a file beside path and renames it over it.
func replace(t testing.TB, path, content string) {
	t.Helper()
	tmp := path + ".tmp"
	write(t, tmp, content)
	if err := os.Rename(tmp, path); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// swap updates a volume as the kubelet does.
func swap(t testing.TB, v *volume.Volume, content string) {
	t.Helper()
	if err := v.Update(map[string]string{"config.yaml": content}); err != nil {
		t.Fatal(err)
	}
}

// pause lets time pass as part of a scenario. It is never used to wait for
// something to happen.
func pause(d time.Duration) {
	if d > 0 {
		<-time.After(d)
	}
}

// patience bounds every wait; nothing is expected to take that long.
const patience = 20 * time.Second

// eventually waits until done returns true.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("waited %v in vain for %s", patience, what)
		case <-tick.C:
		}
	}
}

// reaches waits until the store serves version n of pairFile.
func reaches(t testing.TB, s *config.Store[pair], n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("left: %d", n), func() bool { return s.Current().Left == n })
}

// noPoll makes events, not the poll, responsible for noticing a change.
func noPoll() config.Option { return config.WithPollInterval(0) }

// ---- The main job ----

func TestAKubeletSwapReachesCurrent(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	for n := 2; n < 20; n++ {
		swap(t, v, pairFile(n))
		reaches(t, s, n)
	}
	if got := s.Snapshot().Version; got != 19 {
		t.Errorf("version %d after 18 changes, want 19", got)
	}
}

func TestTwoSwapsInShortSuccessionAreNeverLost(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	n := 1
	swap(t, v, pairFile(n))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	for gap := time.Duration(0); gap < 3*time.Millisecond; gap += 50 * time.Microsecond {
		n++
		swap(t, v, pairFile(n))
		pause(gap)
		n++
		swap(t, v, pairFile(n))
		reaches(t, s, n)
	}
}

func TestAFileRemovedAndCreatedAgainIsPickedUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	n := 1
	write(t, path, pairFile(n))
	s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(5*time.Millisecond))
	for gap := time.Duration(0); gap <= 8*time.Millisecond; gap += 250 * time.Microsecond {
		n++
		remove(t, path)
		pause(gap)
		write(t, path, pairFile(n))
		reaches(t, s, n)
	}
}

func TestAChangeRightAfterLoadIsNotLost(t *testing.T) {
	dir := t.TempDir()
	for i, gap := 0, time.Duration(0); gap <= 2*time.Millisecond; i, gap = i+1, gap+100*time.Microsecond {
		path := filepath.Join(dir, fmt.Sprintf("config%d.yaml", i))
		write(t, path, pairFile(1))
		s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(5*time.Millisecond))
		pause(gap)
		replace(t, path, pairFile(2))
		reaches(t, s, 2)
	}
}

func TestAFileWrittenInPlaceWithAPauseIsNeverSeenTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	s := open[pair](t, config.WithFile(path))
	rejected := make(chan *config.Error, 10)
	s.OnReject(func(err *config.Error) { rejected <- err })
	stop := watchReaders(t, s)
	for n := 2; n < 6; n++ {
		f, err := os.Create(path) // truncates it
		if err != nil {
			t.Fatal(err)
		}
		content := pairFile(n)
		pause(30 * time.Millisecond)
		if _, err := f.WriteString(content[:len(content)/2]); err != nil {
			t.Fatal(err)
		}
		pause(100 * time.Millisecond)
		if _, err := f.WriteString(content[len(content)/2:]); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		reaches(t, s, n)
	}
	stop()
	select {
	case err := <-rejected:
		t.Errorf("a half-written file was judged: %v", err)
	default:
	}
}

// watchReaders reads Current from several goroutines until stop, and reports
// every value that is not one of pairFile's.
func watchReaders(t *testing.T, s *config.Store[pair]) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := torn(s.Current()); err != nil {
					t.Error(err)
					return
				}
				runtime.Gosched()
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

func torn(p *pair) error {
	if p == nil || p.Left < 1 || p.Left != p.Right || len(p.Text) != 100+p.Left%50 {
		return fmt.Errorf("a torn value was published: %+v", p)
	}
	return nil
}

func TestReadersOnlyEverSeeCompleteVersions(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	var wg sync.WaitGroup
	var reads atomic.Int64
	for range 8 {
		wg.Go(func() {
			last := 0
			for range 10_000 / 8 {
				for range 8 {
					p := s.Current()
					if err := torn(p); err != nil {
						t.Error(err)
						return
					}
					if p.Left < last {
						t.Errorf("version %d came after %d", p.Left, last)
						return
					}
					last = p.Left
					reads.Add(1)
				}
				runtime.Gosched()
			}
		})
	}
	last := 0
	for i := 2; i <= 201; i++ {
		if i%2 == 0 {
			swap(t, v, pairFile(i)+"broken: true\n")
			continue
		}
		swap(t, v, pairFile(i))
		last = i
	}
	wg.Wait()
	if reads.Load() < 10_000 {
		t.Errorf("only %d reads", reads.Load())
	}
	reaches(t, s, last)
}
