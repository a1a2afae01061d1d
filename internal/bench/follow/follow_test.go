//go:build linux

package follow_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/goleak"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/sample"
	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) {
	ignore := []goleak.Option{ // nothing ends what Viper's WatchConfig has started, with its fsnotify
		goleak.IgnoreAnyFunction("github.com/spf13/viper.(*Viper).WatchConfig.func1"),
		goleak.IgnoreAnyFunction("github.com/spf13/viper.(*Viper).WatchConfig.func1.1"),
		goleak.IgnoreAnyFunction("github.com/fsnotify/fsnotify.(*inotify).readEvents"),
	}
	goleak.VerifyTestMain(leak.Tests{M: m, Ignore: ignore}, ignore...)
}

func swap(t *testing.T, v *follow.Volume, revision int) {
	t.Helper()
	if _, err := v.Swap(map[string][]byte{"config.yaml": sample.YAML(sample.NewSmall(revision))}); err != nil {
		t.Fatal(err)
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for start := time.Now(); !ok(); time.Sleep(time.Millisecond) {
		if time.Since(start) > 20*time.Second {
			t.Fatal("never " + what)
		}
	}
}

func TestEveryFollowerServesWhatASwapBrings(t *testing.T) {
	for _, name := range follow.Names {
		t.Run(name, func(t *testing.T) {
			v := &follow.Volume{Dir: t.TempDir()}
			swap(t, v, 1)
			f, err := follow.Start[sample.Small](name, v.Path("config.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if f.Revision() != 1 {
				t.Errorf("at first revision %d", f.Revision())
			}
			for revision := 2; revision <= 3; revision++ {
				swap(t, v, revision)
				eventually(t, "served", func() bool { return f.Revision() == revision })
			}
		})
	}
}

// A swap must look to a follower as the kubelet's does.
func TestASwapGivesTheKubeletsEvents(t *testing.T) {
	v := &follow.Volume{Dir: t.TempDir()}
	swap(t, v, 1)
	w, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Add(v.Dir); err != nil {
		t.Fatal(err)
	}
	swap(t, v, 2)
	want := []string{"CREATE ..generation-2", "CHMOD ..generation-2", "CREATE ..data_tmp", "RENAME ..data_tmp",
		"CREATE ..data", "REMOVE ..generation-1"}
	var got []string
	for len(got) < len(want) {
		select {
		case e := <-w.Events:
			got = append(got, e.Op.String()+" "+filepath.Base(e.Name))
		case <-time.After(20 * time.Second):
			t.Fatalf("no more events after %v", got)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEveryWatcherStartsAndStops(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range follow.Watchers {
		stop, err := follow.Watch(name, path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		stop()
	}
}

func TestRawEventsHaveTheirNames(t *testing.T) {
	dir := t.TempDir()
	w, err := follow.Inotify(dir, follow.NameEvents)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	seen := make(chan string, 10)
	go w.Run(0, func(names []string) {
		for _, name := range names {
			seen <- name
		}
	})
	for _, name := range []string{"a", "a-much-longer-name.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"a", "a-much-longer-name.yaml"} {
		select {
		case got := <-seen:
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("no event for %s", want)
		}
	}
}
