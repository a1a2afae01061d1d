package config

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// beginning is what a store begins with.
type beginning struct {
	result  *load.Result
	digest  Digest
	content source.Snapshot // that was read last, and is followed from

	// For what was stored, from when it is, and why the content is not served.
	stored  time.Time
	failure *Error
}

// start finds what the store begins with: the content, or else what is stored, or else
// what content there is within the wait.
func (s *Store[T]) start(ctx context.Context, o *options, f *watch.Follower) (*beginning, error) {
	content, err := firstLook(ctx, s.content)
	if err != nil {
		return nil, err
	}
	b := &beginning{content: content, digest: Digest(content.Digest)}
	var held *lifecycle.Quarantine
	if s.machine != nil {
		held = s.machine.Held(b.digest)
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
	case s.fallBack(ctx, o, b, rejected):
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
	return b, s.wait(ctx, o, f, b, rejected)
}

// judgeFirst makes a pass over content where nothing is running.
func judgeFirst(ctx context.Context, loader *load.Loader, content source.Snapshot) (*load.Result, error) {
	if content.Moving {
		return nil, newError([]problem.Problem{{Code: CodeUnstable, Message: ErrBusy.Error(), Err: ErrBusy}}, 0)
	}
	return isolated(ctx, loader, func(ctx context.Context) (*load.Result, error) {
		result, problems := loader.Load(ctx, content.Documents, nil)
		if len(problems) > 0 {
			return nil, newError(append(problems, loader.Warnings()...), 0)
		}
		return result, nil
	})
}

// fallBack begins with the newest of what is stored that passes, if any does.
func (s *Store[T]) fallBack(ctx context.Context, o *options, b *beginning, rejected *Error) bool {
	if s.machine == nil {
		return false
	}
	for _, g := range s.machine.Found() {
		if ctx.Err() != nil {
			return false
		}
		docs, err := restore(o.storedPlaces(), g, b.content)
		if err == nil {
			digest := Digest(b.content.With(docs).Digest)
			for i := range g.Documents {
				docs[i].Name, docs[i].Path = docs[i].Path, docs[i].Path+storedCopy
			}
			if b.result, err = judgeFirst(ctx, s.loader, b.content.With(docs)); err == nil {
				b.digest, b.stored = digest, g.At
				failure := *rejected
				failure.Serving, failure.LastGood = 1, g.At
				documents := b.content.Documents
				failure.redact = func(text string) string { return s.loader.Redact(text, nil, documents) }
				b.failure = &failure
				return true
			}
		}
		s.journal.log(slog.LevelWarn, "config: a stored configuration cannot be used", "stored", g.At, "err", err)
	}
	return false
}

// storedCopy is what the paths of stored documents have behind them.
const storedCopy = " (stored copy)"

// restore returns the documents of a generation for these places, followed by what was
// read at all others.
func restore(places []source.Place, g lifecycle.Generation, content source.Snapshot) ([]source.Document, error) {
	docs := make([]source.Document, len(g.Documents))
	found := make([]int, len(places))
	for i, d := range g.Documents {
		if d.Place >= len(places) || !belongs(d, places[d.Place]) {
			return nil, errors.New("its files are other ones")
		}
		found[d.Place]++
		docs[i] = source.Document{Place: d.Place, Path: d.Path, Data: d.Data, Sum: sha256.Sum256(d.Data), Absent: d.Absent}
	}
	for i, place := range places {
		if place.Entry == nil && found[i] != 1 {
			return nil, errors.New("some of its files are missing")
		}
	}
	for _, d := range content.Documents {
		if d.Place < len(places) {
			continue
		}
		if d.Moving {
			return nil, fmt.Errorf("%s: %w", d.Path, ErrBusy)
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// belongs reports whether a document can be one of the place.
func belongs(d lifecycle.Document, place source.Place) bool {
	if place.Entry != nil {
		return !d.Absent && filepath.Dir(d.Path) == filepath.Clean(place.Path) && place.Entry(filepath.Base(d.Path))
	}
	return d.Path == place.Path && (!d.Absent || place.Optional)
}

// storedPlaces returns the places whose documents are stored, which are the first of all.
func (o *options) storedPlaces() []source.Place {
	places := slices.Clip(o.files)
	for _, dir := range o.dirs {
		places = append(places, dir.Place)
	}
	return places
}

// storeName returns the name of the subdirectory for T and the places.
func storeName[T any](o *options) string {
	t := reflect.TypeFor[T]()
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q\n", t.PkgPath(), t)
	for _, place := range o.storedPlaces() {
		fmt.Fprintf(sum, "%q %v %v\n", place.Path, place.Optional, place.Entry != nil)
	}
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			return r
		}
		return -1
	}, t.Name())
	return fmt.Sprintf("%.32s-%x", name, sum.Sum(nil)[:8])
}

// wait follows the content until some is good.
func (s *Store[T]) wait(ctx context.Context, o *options, f *watch.Follower, b *beginning, rejected *Error) error {
	s.journal.log(slog.LevelError, "config: there is no good configuration; waiting for one", "for", o.startupWait, "err", rejected)
	waiting, end := context.WithTimeout(ctx, o.startupWait)
	defer end()
	f.Poll = o.poll
	if f.Poll == 0 || !o.watch {
		f.Poll = min(DefaultPollInterval, max(o.startupWait/10, time.Millisecond))
	}
	f.Judge = func(content source.Snapshot, _ bool) error {
		result, err := judgeFirst(waiting, s.loader, content)
		if err == nil {
			b.result, b.content, b.digest = result, content, Digest(content.Digest)
			end()
			return nil
		}
		if e, ok := err.(*Error); ok && waiting.Err() == nil && e.Error() != rejected.Error() { //nolint:errorlint // as made by judgeFirst
			rejected = e
			s.journal.log(slog.LevelWarn, "config: still no good configuration", "err", rejected)
		}
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(waiting, b.content, nil)
	}()
	<-waiting.Done()
	switch _, ok := guard.Within(ended, abandonAfter); {
	case ctx.Err() != nil:
		return fmt.Errorf("config: %w", ctx.Err())
	case !ok: // a path does not answer
		path, since := s.content.Reading()
		return fmt.Errorf("config: %s: %s", path, unanswered(since))
	case b.result == nil:
		return rejected
	}
	return nil
}
