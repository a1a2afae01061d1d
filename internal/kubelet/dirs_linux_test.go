package kubelet

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// growing is a configuration with the number of its keys.
type growing struct {
	Count int
	Seen  map[string]int
}

func (g growing) Validate() error {
	if len(g.Seen) != g.Count {
		return fmt.Errorf("%d of %d keys", len(g.Seen), g.Count)
	}
	return nil
}

// The kubelet links new keys only after it has published all content. A read in between must not publish only
// the keys that are linked.
func TestKeysThatAreAddedAppearTogether(t *testing.T) {
	const last = 50
	for _, test := range []struct {
		name  string
		read  func(dir string) config.Option
		count func(n int) (key, content string)
		seen  func(n int) (key, content string)
	}{
		{"WithDir", config.WithDir,
			func(n int) (string, string) { return "count.yaml", "count: " + strconv.Itoa(n) },
			func(n int) (string, string) { return fmt.Sprintf("k%d.yaml", n), fmt.Sprintf("seen: {k%d: 1}", n) }},
		{"WithOptionalFile",
			func(dir string) config.Option {
				paths := []string{filepath.Join(dir, "count.yaml")}
				for n := range last {
					paths = append(paths, filepath.Join(dir, fmt.Sprintf("sub%d/k.yaml", n+1)))
				}
				return config.WithOptionalFile(paths...)
			},
			func(n int) (string, string) { return "count.yaml", "count: " + strconv.Itoa(n) },
			func(n int) (string, string) { return fmt.Sprintf("sub%d/k.yaml", n), fmt.Sprintf("seen: {k%d: 1}", n) }},
		{"WithKeyDir", func(dir string) config.Option { return config.WithKeyDir(dir) },
			func(n int) (string, string) { return "count", strconv.Itoa(n) },
			func(n int) (string, string) { return fmt.Sprintf("seen.k%d", n), "1" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			all := files{}
			grow := func(n int) {
				for _, of := range []func(int) (string, string){test.count, test.seen} {
					key, content := of(n)
					all[key] = content
				}
				kubelet(dir)(t, all)
			}
			grow(1)
			store, err := config.Open[growing](test.read(dir), config.WithoutFile(), config.WithSettle(never),
				config.WithPollInterval(0), config.WithLogger(slog.New(slog.DiscardHandler)))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { store.Close() })
			changed, rejected := make(chan int, last), make(chan error, last)
			store.OnChange(func(_, new *growing) { changed <- new.Count })
			store.OnReject(func(err *config.Error) { rejected <- err })
			for n := 2; n <= last; n++ {
				grow(n)
				select {
				case got := <-changed:
					if got != n {
						t.Fatalf("changed to %d keys, want %d", got, n)
					}
				case err := <-rejected:
					t.Fatal(err)
				case <-time.After(maxWait):
					t.Fatalf("no change to %d keys", n)
				}
			}
		})
	}
}
