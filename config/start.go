package config

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// startState is the content and the version that a store starts with.
type startState struct {
	result  *load.Result
	digest  lifecycle.Digest
	content source.Snapshot // the newest content, from which the store follows changes

	// If a stored version is served: its documents, when it was confirmed, and why the content
	// on disk is not served.
	restored []source.Document
	stored   time.Time
	failure  *Error
}

// start returns what the store starts with: the content on disk, or else a stored version, or
// else the first good content within the time of WithStartupWait.
func (s *Store[T]) start(ctx context.Context, o *options, f *watch.Follower) (*startState, error) {
	content, err := readFirst(ctx, o, s.content)
	if err != nil {
		return nil, err
	}
	b := &startState{content: content, digest: content.Digest}
	var held *lifecycle.Quarantine
	if s.machine != nil {
		held = s.machine.QuarantineOf(b.digest)
	}
	if held != nil {
		err = quarantineError(held, 0, time.Time{})
	} else {
		b.result, err = loadFirst(ctx, s.loader, content)
	}
	rejected, ok := err.(*Error) //nolint:errorlint // as made above
	switch {
	case err == nil:
		return b, nil
	case !ok:
		return nil, err
	case s.machine != nil && o.documentStore != nil && o.documentStore.fallBack(ctx, o, s.components(), b, rejected):
		return b, nil
	case held != nil:
		s.journal.log(slog.LevelError, "config: nothing that is stored passes, so that the content on disk is tried again", "err", rejected)
		if b.result, err = loadFirst(ctx, s.loader, content); err == nil {
			return b, nil
		}
		if rejected, ok = err.(*Error); !ok { //nolint:errorlint // as above
			return nil, err
		}
	}
	if ctx.Err() != nil || o.startupWait == 0 {
		return nil, rejected
	}
	return b, o.wait(ctx, o, s.components(), f, b, rejected)
}

// components are the parts of a store that exist while it starts.
type components struct {
	loader  *load.Loader
	journal *journal
	content *watch.Files
	machine machine
}

func (s *Store[T]) components() components {
	return components{s.loader, s.journal, s.content, s.machine}
}

// loadFirst makes a pass over content without a running version.
func loadFirst(ctx context.Context, loader *load.Loader, content source.Snapshot) (*load.Result, error) {
	if content.Moving {
		return nil, newError([]problem.Problem{{Code: CodeUnstable, Message: ErrBusy.Error(), Err: ErrBusy}}, 0)
	}
	return isolated(ctx, loader, func(ctx context.Context) (*load.Result, error) {
		result, problems := loader.Load(ctx, content.Documents, nil)
		if len(problems) > 0 {
			return nil, newError(append(problems, loader.Warnings...), 0)
		}
		return result, nil
	})
}

// isStored reports whether the documents of a place are stored. Contents of the program are
// not.
func isStored(p source.Place) bool { return !p.Given }

// storedPlaces returns the first places, among which are all that are stored.
func (o *options) storedPlaces() []source.Place {
	places := slices.Clip(o.files)
	for _, dir := range o.dirs {
		places = append(places, dir.Place)
	}
	return places
}
