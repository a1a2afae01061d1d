package configtest

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"sync"
	"testing"

	"example.com/lastgood/config"
)

// Source is a [config.Source] that a test controls: its content, the errors of reads, and the ends of
// watches. It is safe for concurrent use.
type Source struct {
	name string

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change of the fields below
	version int           // counts the changes of the content
	content config.Reading
	exists  bool
	failure error
	stalled bool
	silent  bool
	ended   int   // counts the calls of End
	ending  error // of the last one
	reads   int
	watches int
}

// NewSource returns a source whose content does not exist yet; [Source.Update] and [Source.Set] set
// it. The test fails if the name is empty.
//
//	s := configtest.NewSource(t, "played")
//	s.Update(map[string]string{"config.yaml": "greeting: Hello"})
//	cfg, err := config.Open[Config](config.WithSource(s))
func NewSource(t testing.TB, name string) *Source {
	t.Helper()
	if name == "" {
		t.Fatal("configtest: NewSource: the name is empty")
	}
	return &Source{name: name, changed: make(chan struct{})}
}

// change calls do, and wakes all reads and watches.
func (s *Source) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.changed)
	s.changed = make(chan struct{})
}

// Update replaces the whole content with documents, text by name, in one step.
func (s *Source) Update(documents map[string]string) {
	var r config.Reading
	for name, text := range documents {
		r.Documents = append(r.Documents, config.Document{Name: name, Data: []byte(text)})
	}
	s.Set(r)
}

// Set replaces the whole content in one step. The Revision of the reading is ignored.
func (s *Source) Set(content config.Reading) {
	s.change(func() {
		s.content, s.exists = clone(content), true
		s.version++
	})
}

// Remove removes the content: reads return an error that wraps [fs.ErrNotExist].
func (s *Source) Remove() {
	s.change(func() {
		s.content, s.exists = config.Reading{}, false
		s.version++
	})
}

// Fail makes Read return an error, until it is called with nil. A [config.SourceError] with Content
// refuses the content.
func (s *Source) Fail(err error) { s.change(func() { s.failure = err }) }

// End ends all present watches with an error, or nil.
func (s *Source) End(err error) {
	s.change(func() {
		s.ended++
		s.ending = err
	})
}

// Stall makes reads and watches block, until it is called with false. Meanwhile, they end only with
// their context.
func (s *Source) Stall(stalled bool) { s.change(func() { s.stalled = stalled }) }

// Silence makes watches announce no changes, until it is called with false.
func (s *Source) Silence(silent bool) { s.change(func() { s.silent = silent }) }

// Reads returns the number of calls of Read so far.
func (s *Source) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

// Watches returns the number of calls of Watch that have not returned.
func (s *Source) Watches() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watches
}

// Name implements [config.Source].
func (s *Source) Name() string { return s.name }

// Read implements [config.Source].
func (s *Source) Read(ctx context.Context) (config.Reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	for s.stalled {
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		s.mu.Lock()
		if ctx.Err() != nil {
			return config.Reading{}, fmt.Errorf("the source is stalled: %w", ctx.Err())
		}
	}
	content := clone(s.content)
	content.Revision = strconv.Itoa(s.version)
	switch {
	case s.failure != nil:
		return config.Reading{Revision: content.Revision}, s.failure
	case !s.exists:
		return config.Reading{Revision: content.Revision}, fmt.Errorf("there is nothing: %w", fs.ErrNotExist)
	}
	return content, nil
}

// Watch implements [config.Source].
func (s *Source) Watch(ctx context.Context, since string, hint func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watches++
	defer func() { s.watches-- }()
	failure := s.failure
	for ended := s.ended; ; {
		if !s.stalled {
			switch now := strconv.Itoa(s.version); {
			case s.ended != ended:
				return s.ending
			case !s.silent && (now != since || s.failure != failure): //nolint:errorlint // compared by identity
				since, failure = now, s.failure
				hint()
			}
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		s.mu.Lock()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// clone returns a deep copy.
func clone(r config.Reading) config.Reading {
	r.Documents, r.Values = slices.Clone(r.Documents), slices.Clone(r.Values)
	for i := range r.Documents {
		r.Documents[i].Data = slices.Clone(r.Documents[i].Data)
	}
	for i := range r.Values {
		r.Values[i].Data = slices.Clone(r.Values[i].Data)
	}
	return r
}
