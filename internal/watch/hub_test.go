package watch

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/testkit"
)

// fakeNotifier replaces fsnotify, so that tests can cause its rare faults.
type fakeNotifier struct {
	mu      sync.Mutex
	watched []string
	refuse  map[string]error
	twice   []string // added although watched: with fsnotify, a leak
	events  chan fsnotify.Event
	errors  chan error
	once    sync.Once
}

func newFakeNotifier() *fakeNotifier {
	return &fakeNotifier{refuse: map[string]error{}, events: make(chan fsnotify.Event), errors: make(chan error)}
}

func (f *fakeNotifier) open() (*notifier, error) {
	return &notifier{
		events: f.events,
		errors: f.errors,
		add: func(path string) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			if err := f.refuse[path]; err != nil {
				return err
			}
			if slices.Contains(f.watched, path) {
				f.twice = append(f.twice, path)
			}
			f.watched = append(f.watched, path)
			return nil
		},
		remove: func(path string) error { f.forget(path); return nil },
		close:  f.end,
	}, nil
}

// end closes the channels, as fsnotify does when it is closed or breaks.
func (f *fakeNotifier) end() error {
	f.once.Do(func() { close(f.events); close(f.errors) })
	return nil
}

func (f *fakeNotifier) watches(path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.watched, path)
}

// forget drops the watch of a path, as the kernel does when it is removed.
func (f *fakeNotifier) forget(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watched = slices.DeleteFunc(f.watched, func(p string) bool { return p == path })
}

// forgetAll drops every watch, as the kernel does unseen when events are lost.
func (f *fakeNotifier) forgetAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watched = nil
}

// dirWithFile returns a new directory with a file in it, free of links.
func dirWithFile(t *testing.T) (dir, path string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "config.yaml")
	writeFile(t, path, "a: 1\n")
	return dir, path
}

func armed(t *testing.T, h *Hub, path string) *Watch {
	t.Helper()
	w := h.NewWatch()
	t.Cleanup(w.Close)
	w.Arm([]source.Trace{source.Walk(path)})
	return w
}

// hinted waits for a hint.
func hinted(t *testing.T, w *Watch, why string) {
	t.Helper()
	testkit.Within(t, w.Hints(), "a hint after "+why)
}

// notHinted expects none. The event behind it must have been dispatched.
func notHinted(t *testing.T, w *Watch, after string) {
	t.Helper()
	select {
	case <-w.Hints():
		t.Errorf("a hint after %s", after)
	default:
	}
}

func TestOnlyNamesThatWereAskedForGiveHints(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir, path := dirWithFile(t)
	w := armed(t, h, path)
	fake.events <- fsnotify.Event{Name: filepath.Join(dir, "other"), Op: fsnotify.Write}
	fake.events <- fsnotify.Event{} // fsnotify sends empty ones; the second send means the first is done
	fake.events <- fsnotify.Event{}
	notHinted(t, w, "a write to another file")
	fake.events <- fsnotify.Event{Name: path, Op: fsnotify.Write}
	hinted(t, w, "a write to the file")
}

func TestEventsBelowTheRootAreRecognised(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	w := armed(t, h, "/no-such-directory/config.yaml")
	if !fake.watches("/") {
		t.Fatal("the nearest existing ancestor, /, is not watched")
	}
	fake.events <- fsnotify.Event{Name: "//no-such-directory", Op: fsnotify.Create}
	hinted(t, w, "the creation of a directory in /")
}

func TestAnInodeThatWasRemovedIsWatchedAnewEvenUnderTheSameNumber(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir, path := dirWithFile(t)
	w := armed(t, h, path)
	fake.forgetAll() // the kernel ends the watch with the inode
	fake.events <- fsnotify.Event{Name: dir, Op: fsnotify.Remove}
	hinted(t, w, "the removal of the directory")
	w.Arm([]source.Trace{source.Walk(path)}) // the same inode number as before
	if !fake.watches(dir) {
		t.Error("the directory is not watched again")
	}
}

func TestAQueueOverflowRenewsEveryWatch(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir, path := dirWithFile(t)
	w := armed(t, h, path)
	fake.forgetAll()
	fake.errors <- fsnotify.ErrEventOverflow
	hinted(t, w, "an overflow")
	w.Arm([]source.Trace{source.Walk(path)})
	if !fake.watches(dir) || !fake.watches(path) {
		t.Error("not everything is watched again after an overflow")
	}
}

func TestANotifierThatEndsByItselfIsReplaced(t *testing.T) {
	first, second := newFakeNotifier(), newFakeNotifier()
	next := []*fakeNotifier{first, second}
	h := newHub(func() (*notifier, error) {
		n := next[0]
		next = next[1:]
		return n.open()
	})
	dir, path := dirWithFile(t)
	w := armed(t, h, path)
	_ = first.end()
	hinted(t, w, "the end of the notifier")
	w.Arm([]source.Trace{source.Walk(path)})
	if !second.watches(dir) {
		t.Error("the second notifier does not watch the directory")
	}
}

func TestNoInotifyInstanceLeftIsReportedAndTriedAgain(t *testing.T) {
	fake := newFakeNotifier()
	fail := true
	h := newHub(func() (*notifier, error) {
		if fail {
			return nil, syscall.EMFILE
		}
		return fake.open()
	})
	dir, path := dirWithFile(t)
	trace := source.Walk(path)
	w := armed(t, h, path)
	if all, _ := w.missingEvents(trace); !strings.Contains(all, syscall.EMFILE.Error()) {
		t.Fatalf("events are missing because of %q, want EMFILE", all)
	}
	fail = false
	w.Arm([]source.Trace{trace})
	if !w.hasFailures() {
		t.Error("a new notifier was tried without waiting")
	}
	h.retryAt = time.Now()
	w.Arm([]source.Trace{trace})
	if w.hasFailures() || !fake.watches(dir) {
		t.Errorf("failures %v after instances are free again", w.failures)
	}
}

func TestADirectoryThatCannotBeWatchedIsReportedAndTriedAgain(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir, path := dirWithFile(t)
	trace := source.Walk(path)
	fake.refuse[dir] = syscall.ENOSPC
	w := armed(t, h, path)
	if all, _ := w.missingEvents(trace); !strings.Contains(all, syscall.ENOSPC.Error()) {
		t.Fatalf("events are missing because of %q, want ENOSPC", all)
	}
	delete(fake.refuse, dir)
	w.Arm([]source.Trace{trace})
	if w.hasFailures() || !fake.watches(dir) {
		t.Errorf("failures %v after watches are free again", w.failures)
	}
}

func TestOneInodeUnderTwoPathsIsWatchedOnceAndHintsBoth(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	_, path := dirWithFile(t)
	other := filepath.Join(filepath.Dir(path), "link.yaml")
	if err := os.Link(path, other); err != nil {
		t.Fatal(err)
	}
	w1, w2 := armed(t, h, path), armed(t, h, other)
	fake.events <- fsnotify.Event{Name: path, Op: fsnotify.Write} // fsnotify reports the name it was added with
	hinted(t, w1, "a write")
	hinted(t, w2, "a write through the other name")
}

func TestWatchesWithoutAnInterestAreRemoved(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir1, path1 := dirWithFile(t)
	dir2, path2 := dirWithFile(t)
	dir3, path3 := dirWithFile(t)
	w1, w2, w3 := armed(t, h, path1), armed(t, h, path2), armed(t, h, path3)
	w1.Arm([]source.Trace{source.Walk(path2)})
	if fake.watches(dir1) || !fake.watches(dir2) {
		t.Error("after the watch moved on, its old directory is still watched or its new one is not")
	}
	w1.Close()
	if !fake.watches(dir2) {
		t.Error("closing one watch ended another's")
	}
	w3.Close()
	if fake.watches(dir3) {
		t.Error("a closed watch's directory is still watched")
	}
	w2.Close()
	w2.Close()
	if h.notifier != nil || len(h.byID) != 0 || len(h.byPath) != 0 || len(h.byDir) != 0 || len(h.watches) != 0 {
		t.Error("something is left after the last watch was closed")
	}
}

func TestAnInodeThatReplacedAnotherUnseenLeaksNoWatch(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir, path := dirWithFile(t)
	w := armed(t, h, path)
	must(t, os.Rename(dir, dir+".old"))
	must(t, os.Mkdir(dir, 0o755))
	w.Arm([]source.Trace{source.Walk(path)}) // before the event has come
	if fake.twice != nil || !fake.watches(dir) {
		t.Errorf("watched under the same name without being removed first: %v", fake.twice)
	}
}

func TestAFileInPlaceOfADirectoryIsWatchedAndTheWorkingDirectoryIsNot(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	_, conf := dirWithFile(t)
	path := filepath.Join(conf, "c.yaml")
	w := armed(t, h, path)
	if !fake.watches(conf) || fake.watches("") || fake.watches(".") {
		t.Errorf("watched: %q, want %s and what is above it", fake.watched, conf)
	}
	must(t, os.Remove(conf))
	must(t, os.Mkdir(conf, 0o755)) // with the same inode number, as likely as not
	fake.forgetAll()               // the kernel ends the watch with the inode
	fake.events <- fsnotify.Event{Name: conf, Op: fsnotify.Remove}
	hinted(t, w, "the removal of the file")
	w.Arm([]source.Trace{source.Walk(path)})
	if !fake.watches(conf) {
		t.Error("the directory is not watched")
	}
}

// The new directory often has the same inode number.
func TestADirectoryThatIsRemovedWhileItsWatchIsAddedIsWatchedAnew(t *testing.T) {
	fake := newFakeNotifier()
	dir, path := dirWithFile(t)
	var once sync.Once
	h := newHub(func() (*notifier, error) {
		n, err := fake.open()
		add := n.add
		n.add = func(added string) error {
			err := add(added)
			if added == dir {
				once.Do(func() {
					fake.forget(dir) // the kernel ends the watch with the inode
					for _, event := range []fsnotify.Event{{Name: dir, Op: fsnotify.Remove}, {}, {}} {
						fake.events <- event
					}
				})
			}
			return err
		}
		return n, err
	})
	w := armed(t, h, path)
	hinted(t, w, "the removal of the directory")
	w.Arm([]source.Trace{source.Walk(path)})
	if !fake.watches(dir) {
		t.Error("the directory is not watched")
	}
}

// The event that the file was replaced comes from its directory, whose events are dropped.
func TestEntriesOfADirectoryAreWatchedAnewWithIt(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir, path := dirWithFile(t)
	other := filepath.Join(dir, "other.yaml")
	w, beside := armed(t, h, path), armed(t, h, other)
	fake.forget(path) // the kernel ends the watch with the inode
	beside.Invalidate()
	beside.Arm([]source.Trace{source.Walk(other)})
	hinted(t, w, "the directory was watched anew")
	w.Arm([]source.Trace{source.Walk(path)}) // the same inode number as before
	if !fake.watches(path) {
		t.Error("the file is not watched")
	}
}

func TestARenameWhileArmingNeverLeavesADeadWatch(t *testing.T) {
	fake := newFakeNotifier()
	h := newHub(fake.open)
	dir, path := dirWithFile(t)
	w := armed(t, h, path)
	for range 200 {
		var sent sync.WaitGroup
		sent.Go(func() { fake.events <- fsnotify.Event{Name: dir, Op: fsnotify.Rename} })
		w.Arm([]source.Trace{source.Walk(path)})
		sent.Wait()
		// The hint may be one of the rename before: then it is not the last.
		for next := true; next; next = !fake.watches(dir) {
			hinted(t, w, "a rename of the directory")
			w.Arm([]source.Trace{source.Walk(path)})
		}
	}
}
