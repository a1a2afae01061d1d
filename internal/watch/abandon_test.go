package watch

import (
	"path/filepath"
	"testing"

	"github.com/fsnotify/fsnotify"

	"example.com/lastgood/internal/source"
)

// hanging opens notifiers on which adding one path blocks until a channel is closed.
type hanging struct {
	path   string
	answer chan struct{}
	made   chan *fakeNotifier
}

func (h *hanging) open() (*notifier, error) {
	fake := newFakeNotifier()
	n, err := fake.open()
	add := n.add
	n.add = func(path string) error {
		if path == h.path {
			<-h.answer
		}
		return add(path)
	}
	h.made <- fake
	return n, err
}

// mounted returns the trace of a file in a directory on another device.
func mounted(dir, path string) []source.Trace {
	trace := source.Walk(path)
	for i := range trace.Steps {
		if s := &trace.Steps[i]; s.Dir == dir {
			s.DirID.Device, s.ID.Device = 1<<40, 1<<40
		}
	}
	return []source.Trace{trace}
}

func TestAWatchThatCannotBeAddedForeverHoldsUpNobodyElse(t *testing.T) {
	dir, path := dirWithFile(t)
	_, other := dirWithFile(t)
	hang := &hanging{path: dir, answer: make(chan struct{}), made: make(chan *fakeNotifier, 10)}
	h := newHub(hang.open)
	before := armed(t, h, other)
	first := <-hang.made
	trace := mounted(dir, path)
	hung := h.NewWatch()
	defer hung.Close()
	hung.Arm(trace)
	if !hung.hasFailures() {
		t.Error("nothing is missing although a watch could not be added")
	}
	all, _ := hung.missingEvents(trace[0])
	if want := dir + ": " + errHung.Error(); all != want {
		t.Errorf("events are missing because of %q, want %q", all, want)
	}

	hinted(t, before, "its notifier was abandoned")
	before.Arm([]source.Trace{source.Walk(other)})
	second := <-hang.made
	if !second.watches(other) || second.watches(path) {
		t.Error("the other file is not watched by a new notifier, or the one that hangs is")
	}
	second.events <- fsnotify.Event{Name: other, Op: fsnotify.Write}
	hinted(t, before, "a write to the other file")
	for len(hung.Hints()) > 0 { // of the fault
		<-hung.Hints()
	}
	hung.Arm(trace)
	after := armed(t, h, filepath.Join(filepath.Dir(other), "c.yaml"))
	after.Close()
	if len(hang.made) != 0 {
		t.Error("the same directory was tried again before it answered")
	}

	close(hang.answer)
	hinted(t, hung, "the answer")
	hung.Arm(trace)
	if hung.hasFailures() || !second.watches(dir) || !second.watches(path) {
		t.Errorf("failures %v after the answer", hung.failures)
	}
	if _, open := <-first.events; open {
		t.Error("the abandoned notifier was not closed")
	}
}

func TestAWatchIsClosedWhileAnotherCannotBeAdded(t *testing.T) {
	dir, path := dirWithFile(t)
	hang := &hanging{path: dir, answer: make(chan struct{}), made: make(chan *fakeNotifier, 10)}
	h := newHub(hang.open)
	w := h.NewWatch()
	armed := make(chan struct{})
	go func() {
		defer close(armed)
		w.Arm(mounted(dir, path))
	}()
	fake := <-hang.made
	w.Close()
	<-armed
	close(hang.answer)
	if _, open := <-fake.events; open {
		t.Error("the abandoned notifier was not closed")
	}
	if h.notifier != nil || len(h.watches) != 0 {
		t.Error("something is left after the last watch was closed")
	}
}
