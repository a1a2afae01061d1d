package configtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/lastgood/config"
)

// sourceRules are the tests of a source by itself.
var sourceRules = []struct {
	name string
	test func(*sourceTest)
}{
	{"its name does not change", (*sourceTest).name},
	{"content that is not there is an fs.ErrNotExist", (*sourceTest).missing},
	{"what is put is read", (*sourceTest).reads},
	{"documents are read together", (*sourceTest).readsTogether},
	{"reads at the same time", (*sourceTest).readsAtOnce},
	{"a change after the revision is announced", (*sourceTest).announces},
	{"content that comes and goes is announced", (*sourceTest).announcesExistence},
	{"a read ends with its context", (*sourceTest).endsReads},
	{"content that is refused is a SourceError", (*sourceTest).refuses},
	{"a lack of permission is neither refused nor missing content", (*sourceTest).denies},
}

func (s *sourceTest) name() {
	name := s.source.Name()
	if name == "" || name != s.source.Name() {
		s.Errorf("Name returns %q, and then %q", name, s.source.Name())
	}
}

func (s *sourceTest) missing() {
	if r, err := s.source.Read(s.Context()); !errors.Is(err, fs.ErrNotExist) || len(r.Documents)+len(r.Values) > 0 {
		s.Errorf("Read returns %+v, %v, want nothing and an error that wraps fs.ErrNotExist", r, err)
	}
	s.put(1)
	s.read()
	s.Delete(s.T)
	if _, err := s.source.Read(s.Context()); !errors.Is(err, fs.ErrNotExist) {
		s.Errorf("after the content was deleted, Read returns %v, want an error that wraps fs.ErrNotExist", err)
	}
}

// put puts version n of the first document alone.
func (s *sourceTest) put(n int) {
	s.Helper()
	s.Put(s.T, map[string]string{s.Names[0]: version(n)})
}

// putAll puts version n of all documents.
func (s *sourceTest) putAll(n int) {
	s.Helper()
	all := map[string]string{}
	for _, name := range s.Names {
		all[name] = version(n)
	}
	s.Put(s.T, all)
}

// version returns version n of a document.
func version(n int) string { return fmt.Sprintf(`{"left": %d, "right": %d}`, n, n) }

// read returns the content of the source.
func (s *sourceTest) read() config.Reading {
	s.Helper()
	r, err := s.source.Read(s.Context())
	if err != nil {
		s.Fatalf("Read returns %v", err)
	}
	return r
}

func (s *sourceTest) reads() {
	for n := range 3 {
		s.put(n)
		r := s.read()
		if len(r.Documents) != 1 || r.Documents[0].Name != s.Names[0] || string(r.Documents[0].Data) != version(n) {
			s.Fatalf("Read returns %+v, want the document %s with %s", r, s.Names[0], version(n))
		}
	}
}

func (s *sourceTest) readsTogether() {
	s.putAll(0)
	var reading sync.WaitGroup
	var reads atomic.Int64
	done := make(chan struct{})
	for range 2 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				r, err := s.source.Read(s.Context())
				reads.Add(1)
				switch {
				case err != nil:
					s.Errorf("Read returns %v", err)
					return
				case len(r.Documents) != len(s.Names), slices.ContainsFunc(r.Documents, func(d config.Document) bool { return !bytes.Equal(d.Data, r.Documents[0].Data) }):
					s.Errorf("documents that were put together are read in parts: %+v", r.Documents)
					return
				}
			}
		})
	}
	for n := 1; n < 50 || reads.Load() < 50 && n < 5000 && !s.Failed(); n++ {
		s.putAll(n)
	}
	close(done)
	reading.Wait()
}

func (s *sourceTest) readsAtOnce() {
	s.put(1)
	var reading sync.WaitGroup
	for range 8 {
		reading.Go(func() {
			if r, err := s.source.Read(s.Context()); err != nil || len(r.Documents) != 1 {
				s.Errorf("Read returns %+v, %v", r, err)
			}
		})
	}
	reading.Wait()
}

// watch is a running call of Watch.
type watch struct {
	hints  chan struct{}
	ended  chan error
	cancel context.CancelFunc
}

// watch calls Watch in a goroutine.
func (s *sourceTest) watch(since string) *watch {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	w := &watch{make(chan struct{}, 1), make(chan error, 1), cancel}
	go func() {
		w.ended <- s.source.Watch(ctx, since, func() {
			select {
			case w.hints <- struct{}{}:
			default:
			}
		})
	}()
	s.Cleanup(cancel)
	return w
}

// wantHint waits for a hint. It skips the test if the source has no watch.
func (s *sourceTest) wantHint(w *watch, after string) {
	s.Helper()
	select {
	case <-w.hints:
	case err := <-w.ended:
		if errors.Is(err, errors.ErrUnsupported) {
			s.Skip("the source announces no changes")
		}
		s.Fatalf("after %s, Watch returns %v and has announced nothing", after, err)
	case <-time.After(harnessLimit):
		s.Fatalf("Watch does not announce %s", after)
	}
}

// wantEnd cancels a watch and waits for its end.
func (s *sourceTest) wantEnd(w *watch) {
	s.Helper()
	w.cancel()
	select {
	case <-w.ended: //nolint:errcheck // any error is allowed
	case <-time.After(harnessLimit):
		s.Fatal("Watch does not return when its context is done")
	}
}

func (s *sourceTest) announces() {
	s.put(1)
	r := s.read()
	s.put(2) // before the watch begins
	w := s.watch(r.Revision)
	s.wantHint(w, "a change between the read and the watch")
	s.wantEnd(w)
	w = s.watch(s.read().Revision)
	s.put(3)
	s.wantHint(w, "a change while it watches")
	s.put(4)
	s.wantHint(w, "a second change")
	s.wantEnd(w)
	w = s.watch("")
	s.wantHint(w, "the beginning of a watch without a revision")
	s.wantEnd(w)
}

func (s *sourceTest) announcesExistence() {
	r, _ := s.source.Read(s.Context()) // it does not exist
	w := s.watch(r.Revision)
	s.put(1)
	s.wantHint(w, "that the content is there")
	s.wantEnd(w)
	w = s.watch(s.read().Revision)
	s.Delete(s.T)
	s.wantHint(w, "that the content is gone")
	s.wantEnd(w)
}

func (s *sourceTest) endsReads() {
	s.put(1)
	if s.Stall != nil {
		s.read()
		defer s.Stall(s.T)()
	}
	ctx, cancel := context.WithTimeout(s.Context(), 50*time.Millisecond)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			if _, err := s.source.Read(ctx); errors.Is(err, fs.ErrNotExist) {
				s.Errorf("Read returns %v for content that is there", err)
			}
		}
	}()
	select {
	case <-ended:
	case <-time.After(harnessLimit):
		s.Fatal("Read does not return when its context is done")
	}
}

func (s *sourceTest) refuses() {
	if s.Refuse == nil {
		s.Skip("the harness has no function for it")
	}
	s.put(1)
	accept := s.Refuse(s.T)
	var refused *config.SourceError
	if _, err := s.source.Read(s.Context()); !errors.As(err, &refused) || !refused.Content {
		s.Errorf("Read returns %v, want a SourceError with Content", err)
	}
	accept()
}

func (s *sourceTest) denies() {
	if s.Deny == nil {
		s.Skip("the harness has no function for it")
	}
	s.put(1)
	permit := s.Deny(s.T)
	var refused *config.SourceError
	if _, err := s.source.Read(s.Context()); err == nil || errors.Is(err, fs.ErrNotExist) || errors.As(err, &refused) && refused.Content {
		s.Errorf("Read returns %v, want another error", err)
	}
	permit()
	s.read()
}
