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

	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

// storing is what [documentStore] is for WithLastGood. It is no type that is in options, of which
// every program links the methods.
type storing struct{ *lastGood }

// fallBack begins with the newest of what is stored that passes, if any does.
func (l storing) fallBack(ctx context.Context, o *options, s starting, b *beginning, rejected *Error) bool {
	for _, g := range s.machine.Found() {
		if ctx.Err() != nil {
			return false
		}
		places := o.storedPlaces()
		docs, err := restore(places, g, b.content)
		digest := Digest(b.content.With(docs).Digest)
		if err == nil && s.machine.Held(digest) != nil { // perhaps only with the key files of now
			err = errors.New("its content is in quarantine")
		}
		if err == nil {
			for i := range docs {
				if p := docs[i].Place; p < len(places) && isStored(places[p]) {
					docs[i].Name, docs[i].Path = docs[i].Path, docs[i].Path+storedCopy
				}
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

// restore returns the documents of a generation for these places, with what was read at all
// others.
func restore(places []source.Place, g lifecycle.Generation, content source.Snapshot) ([]source.Document, error) {
	docs := make([]source.Document, len(g.Documents))
	found := make([]int, len(places))
	for i, d := range g.Documents {
		if d.Place >= len(places) || !isStored(places[d.Place]) || !belongs(d, places[d.Place]) {
			return nil, errors.New("its files are other ones")
		}
		found[d.Place]++
		docs[i] = source.Document{Place: d.Place, Path: d.Path, Data: d.Data, Sum: sha256.Sum256(d.Data), Absent: d.Absent}
	}
	for i, place := range places {
		if isStored(place) && place.Entry == nil && found[i] != 1 {
			return nil, errors.New("some of its files are missing")
		}
	}
	for _, d := range content.Documents {
		if d.Place < len(places) && isStored(places[d.Place]) {
			continue
		}
		if d.Moving {
			return nil, fmt.Errorf("%s: %w", d.Path, ErrBusy)
		}
		docs = append(docs, d)
	}
	slices.SortStableFunc(docs, func(a, b source.Document) int { return a.Place - b.Place })
	return docs, nil
}

// belongs reports whether a document can be one of the place.
func belongs(d lifecycle.Document, place source.Place) bool {
	if place.Entry != nil {
		return !d.Absent && filepath.Dir(d.Path) == filepath.Clean(place.Path) && place.Entry(filepath.Base(d.Path))
	}
	return d.Path == place.Path && (!d.Absent || place.Optional)
}

// name returns the name of the subdirectory for a type and the places.
func (l storing) name(t reflect.Type, places []source.Place) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q\n", t.PkgPath(), t)
	for _, place := range places {
		if isStored(place) {
			fmt.Fprintf(sum, "%q %v %v\n", place.Path, place.Optional, place.Entry != nil)
		} else {
			fmt.Fprintf(sum, "content %q\n", place.Path)
		}
	}
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			return r
		}
		return -1
	}, t.Name())
	return fmt.Sprintf("%.32s-%x", name, sum.Sum(nil)[:8])
}

// toStore returns the documents of a version that are stored, or nil if one may not be.
func (l storing) toStore(s starting, result *load.Result, content []source.Document) []lifecycle.Document {
	if !l.secrets {
		if keys := result.InlineSecrets(); len(keys) > 0 {
			l.warnOfSecrets.Do(func() {
				s.journal.log(slog.LevelWarn, "config: the last good configuration is not stored, because there are secrets in its files, or keys without a field, which may be some; "+
					"give them by files of their own, or see LastGoodWithSecrets", "keys", redact.Escape(strings.Join(keys, ", ")))
			})
			return nil
		}
	}
	docs := []lifecycle.Document{}
	for _, d := range content {
		if s.loader.IsFile(d) {
			docs = append(docs, lifecycle.Document{Place: d.Place, Path: d.Path, Absent: d.Absent, Data: d.Data})
		}
	}
	return docs
}
