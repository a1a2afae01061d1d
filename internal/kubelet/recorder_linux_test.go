package kubelet

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// recorder records the events of a volume, by one fsnotify watcher for each path that a program could watch.
type recorder struct {
	dir      string
	end      string // a directory outside of dir, for the event that comes last
	watchers []*fsnotify.Watcher
	stamps   []string // names of timestamped directories, oldest first
}

// record starts to watch the volume at dir: itself, its config.yaml, and, through
// ..data, the directory with its files. Paths that do not exist are left out.
func record(t *testing.T, dir string) *recorder {
	t.Helper()
	r := &recorder{dir: dir, end: t.TempDir()}
	if stamp, err := os.Readlink(filepath.Join(dir, "..data")); err == nil {
		r.stamps = append(r.stamps, stamp)
	}
	for _, name := range []string{"", "config.yaml", "..data"} {
		w, err := fsnotify.NewWatcher()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.Close() })
		r.watchers = append(r.watchers, w)
		if err := w.Add(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if err := w.Add(r.end); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// stop returns the events of each watch.
func (r *recorder) stop(t *testing.T) seen {
	t.Helper()
	last := filepath.Join(r.end, "last")
	if err := os.WriteFile(last, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var s seen
	for i, events := range []*string{&s.dir, &s.file, &s.data} {
		var all []string
		for {
			e, err := next(r.watchers[i])
			if err != nil {
				t.Fatalf("%v after %v", err, all)
			}
			if e.Name == last {
				break
			}
			all = append(all, e.Op.String()+" "+r.name(t, e.Name))
		}
		*events = strings.Join(sorted(all), ", ")
	}
	return s
}

func next(w *fsnotify.Watcher) (fsnotify.Event, error) {
	select {
	case e := <-w.Events:
		return e, nil
	case err := <-w.Errors:
		return fsnotify.Event{}, err
	case <-time.After(20 * time.Second):
		return fsnotify.Event{}, errors.New("no more events")
	}
}

// name returns path relative to the volume, with TS1, TS2 and so on for timestamped directories.
func (r *recorder) name(t *testing.T, path string) string {
	t.Helper()
	name, err := filepath.Rel(r.dir, path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(name, "..2") {
		return name
	}
	i := slices.Index(r.stamps, name)
	if i < 0 {
		i = len(r.stamps)
		r.stamps = append(r.stamps, name)
	}
	return fmt.Sprintf("TS%d", i+1)
}

// sorted sorts successive events of keys that are linked or removed, whose order is not defined: the kubelet's
// writer has them in maps.
func sorted(events []string) []string {
	for from := 0; from < len(events); {
		to := from + 1
		for to < len(events) && keyOp(events[from]) != "" && keyOp(events[to]) == keyOp(events[from]) {
			to++
		}
		slices.Sort(events[from:to])
		from = to
	}
	return events
}

// keyOp returns the operation of an event for a key, or "" for any other event.
func keyOp(event string) string {
	op, name, _ := strings.Cut(event, " ")
	if base := filepath.Base(name); strings.HasPrefix(base, "..") || strings.HasPrefix(base, "TS") {
		return ""
	}
	return op
}

// seen has the events of watches on the volume's directory, its config.yaml and its ..data.
type seen struct{ dir, file, data string }
