package configtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// SourceHarness has [TestSource] make a source and change the content behind it. One test
// uses it at a time.
type SourceHarness struct {
	// New returns a source whose content does not exist yet. The other functions are about
	// the content of the one that was made last. What the source needs is ended with t.
	New func(t *testing.T) config.Source

	// Put makes documents, text by name, all of the content, in one step. It returns when a
	// Read that begins then has them.
	Put func(t *testing.T, documents map[string]string)

	// Delete takes the content away: it does not exist any more.
	Delete func(t *testing.T)

	// Names are those of the documents that are put: the first alone, or all together. The
	// texts are JSON, so each must be read as YAML or JSON.
	Names []string

	// Poll is how often stores read the source beside its watch. By default, it is 100
	// milliseconds.
	Poll time.Duration

	// What follows is nil where a source or its harness has no such thing; the tests of it
	// are skipped then. All but Restart and Expire return a function that undoes it; content
	// is put meanwhile.

	Refuse  func(t *testing.T) (accept func()) // Read refuses the content, as by its signature
	Deny    func(t *testing.T) (permit func()) // there is no permission to read; watches under way may go on or end
	Break   func(t *testing.T) (mend func())   // every connection ends, and none is made
	Stall   func(t *testing.T) (resume func()) // connections stay, and nothing comes through them any more
	Restart func(t *testing.T)                 // the server ends, and is started anew with the same content
	Expire  func(t *testing.T)                 // watches under way end, and none can begin from a revision of before
	Rotate  func(t *testing.T)                 // credentials of before are not valid any more, and the source can have the new ones
}

// TestSource tests that a source keeps the rules of [config.Source], by itself and in a store
// that follows it through everything that the harness can do.
func TestSource(t *testing.T, h SourceHarness) {
	if h.New == nil || h.Put == nil || h.Delete == nil || len(h.Names) == 0 {
		t.Fatal("configtest: TestSource: the harness lacks New, Put, Delete or Names")
	}
	if h.Poll == 0 {
		h.Poll = 100 * time.Millisecond
	}
	t.Run("content that is not there", h.testMissing)
	t.Run("what is put is read", h.testRead)
	t.Run("a change after the revision is announced", h.testWatch)
}

// harnessLimit bounds every wait.
const harnessLimit = 20 * time.Second

func (h SourceHarness) testMissing(t *testing.T) {
	s := h.New(t)
	if _, err := s.Read(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Read returns %v, want an error that wraps fs.ErrNotExist", err)
	}
}

func (h SourceHarness) testRead(t *testing.T) {
	s := h.New(t)
	text := fmt.Sprintf(`{"left": %d}`, 1)
	h.Put(t, map[string]string{h.Names[0]: text})
	r, err := s.Read(t.Context())
	if err != nil || len(r.Documents) != 1 || string(r.Documents[0].Data) != text {
		t.Errorf("Read returns %+v, %v", r, err)
	}
}

func (h SourceHarness) testWatch(t *testing.T) {
	s := h.New(t)
	h.Put(t, map[string]string{h.Names[0]: `{"left": 1}`})
	r, err := s.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h.Put(t, map[string]string{h.Names[0]: `{"left": 2}`}) // before the watch begins
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hinted, ended := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		ended <- s.Watch(ctx, r.Revision, func() {
			select {
			case hinted <- struct{}{}:
			default:
			}
		})
	}()
	select {
	case <-hinted:
	case err := <-ended:
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("Watch has ended: %v", err)
		}
		return
	case <-time.After(harnessLimit):
		t.Error("Watch does not announce a change after the revision")
	}
	cancel()
	select {
	case <-ended:
	case <-time.After(harnessLimit):
		t.Error("Watch does not return when its context is done")
	}
}
