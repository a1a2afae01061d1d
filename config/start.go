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

// beginning is what a store begins with.
type beginning struct {
	result  *load.Result
	digest  lifecycle.Digest
	content source.Snapshot // that was read last, and is followed from

	// For what was stored, its documents, from when it is, and why the content is not served.
	restored []source.Document
	stored   time.Time
	failure  *Error
}

// start finds what the store begins with: the content, or else what is stored, or else
// what content there is within the wait.
func (s *Store[T]) start(ctx context.Context, o *options, f *watch.Follower) (*beginning, error) {
	content, err := firstLook(ctx, o, s.content)
	if err != nil {
		return nil, err
	}
	b := &beginning{content: content, digest: content.Digest}
	var held *lifecycle.Quarantine
	if s.machine != nil {
		held = s.machine.QuarantineOf(b.digest)
	}
	if held != nil {
		err = heldError(held, 0, time.Time{})
	} else {
		b.result, err = judgeFirst(ctx, s.loader, content)
	}
	rejected, ok := err.(*Error) //nolint:errorlint // as made above
	switch {
	case err == nil:
		return b, nil
	case !ok:
		return nil, err
	case s.machine != nil && o.documentStore != nil && o.documentStore.fallBack(ctx, o, s.starting(), b, rejected):
		return b, nil
	case held != nil:
		s.journal.log(slog.LevelError, "config: nothing that is stored passes, so that the content on disk is tried again", "err", rejected)
		if b.result, err = judgeFirst(ctx, s.loader, content); err == nil {
			return b, nil
		}
		if rejected, ok = err.(*Error); !ok { //nolint:errorlint // as above
			return nil, err
		}
	}
	if ctx.Err() != nil || o.startupWait == 0 {
		return nil, rejected
	}
	return b, o.wait(ctx, o, s.starting(), f, b, rejected)
}

// starting is what a store has when it is started.
type starting struct {
	loader  *load.Loader
	journal *journal
	content *watch.Files
	machine machine
}

func (s *Store[T]) starting() starting { return starting{s.loader, s.journal, s.content, s.machine} }

// judgeFirst makes a pass over content where nothing is running.
func judgeFirst(ctx context.Context, loader *load.Loader, content source.Snapshot) (*load.Result, error) {
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

// isStored reports whether the documents of a place are stored, rather than the program's own.
func isStored(p source.Place) bool { return !p.Given }

// storedPlaces returns the places whose documents are stored, which are the first of all, with
// contents among them.
func (o *options) storedPlaces() []source.Place {
	places := slices.Clip(o.files)
	for _, dir := range o.dirs {
		places = append(places, dir.Place)
	}
	return places
}
