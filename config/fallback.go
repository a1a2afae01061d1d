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
	"example.com/lastgood/internal/watch"
)

// lastGoodStore implements [documentStore] for WithLastGood. No field of options has this type,
// since every program would then link its methods.
type lastGoodStore struct{ *lastGood }

// fallBack starts with the newest stored version that is accepted. It returns false if there is
// none.
func (l lastGoodStore) fallBack(ctx context.Context, o *options, s components, b *startState, rejected *Error) bool {
	for _, g := range s.machine.Stored() {
		if ctx.Err() != nil {
			return false
		}
		places := o.storedPlaces()
		docs, err := restore(ctx, places, g, b.content, s.content)
		digest := b.content.With(docs).Digest
		if err == nil && s.machine.QuarantineOf(digest) != nil { // which depends on the present key files
			err = errors.New("its content is in quarantine")
		}
		if err == nil {
			for i := range docs {
				if p := docs[i].Place; p < len(places) && isStored(places[p]) {
					docs[i].Name, docs[i].Path = docs[i].Path, docs[i].Path+storedCopy
				}
			}
			if b.result, err = loadFirst(ctx, s.loader, b.content.With(docs)); err == nil {
				b.digest, b.restored, b.stored = digest, docs, g.At
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

// storedCopy is the suffix of the paths of stored documents.
const storedCopy = " (stored copy)"

// restore returns the documents of a stored version for these places, with the present
// documents of all other places and the present files that any of them refer to.
func restore(ctx context.Context, places []source.Place, g lifecycle.Generation, content source.Snapshot, files *watch.Files) ([]source.Document, error) {
	docs := make([]source.Document, len(g.Documents))
	found := make([]int, len(places))
	for i, d := range g.Documents {
		if d.Place >= len(places) || !isStored(places[d.Place]) || !matchesPlace(d, places[d.Place]) {
			return nil, errors.New("its files are other ones")
		}
		found[d.Place]++
		docs[i] = source.Document{Place: d.Place, Path: d.Path, Data: d.Data, Sum: sha256.Sum256(d.Data), Absent: d.Absent}
		if o := d.Origin; o != nil {
			docs[i].Remote, docs[i].Format, docs[i].Key, docs[i].Secret = true, o.Format, o.Key, o.Secret
		}
	}
	for i, place := range places {
		if isStored(place) && place.Entry == nil && place.Feed == nil && found[i] != 1 {
			return nil, errors.New("some of its files are missing")
		}
	}
	for _, d := range content.Documents {
		if d.Place < len(places) && isStored(places[d.Place]) || d.Ref {
			continue
		}
		if d.Moving {
			return nil, fmt.Errorf("%s: %w", d.Path, ErrBusy)
		}
		docs = append(docs, d)
	}
	slices.SortStableFunc(docs, func(a, b source.Document) int { return a.Place - b.Place })
	docs = files.ReadRefs(ctx, docs)
	if i := slices.IndexFunc(docs, func(d source.Document) bool { return d.Moving }); i >= 0 {
		return nil, fmt.Errorf("%s: %w", docs[i].Path, ErrBusy)
	}
	return docs, nil
}

// matchesPlace reports whether a document can be one of the place.
func matchesPlace(d lifecycle.Document, place source.Place) bool {
	if place.Feed != nil {
		whole := d.Path == place.Path // a document without a name, or none
		return d.Origin != nil && (whole && (!d.Absent || place.Optional) || !d.Absent && strings.HasPrefix(d.Path, place.Path+"/"))
	}
	if place.Entry != nil {
		return !d.Absent && filepath.Dir(d.Path) == filepath.Clean(place.Path) && place.Entry(filepath.Base(d.Path))
	}
	return d.Path == place.Path && (!d.Absent || place.Optional)
}

// name returns the name of the subdirectory for a type and its places.
func (l lastGoodStore) name(t reflect.Type, places []source.Place) string {
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

// documentsToStore returns the documents of a version, or nil if one of them must not be
// stored.
func (l lastGoodStore) documentsToStore(s components, result *load.Result, content []source.Document) []lifecycle.Document {
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
		if s.loader.IsStored(d) {
			stored := lifecycle.Document{Place: d.Place, Path: d.Path, Absent: d.Absent, Data: d.Data}
			if d.Remote {
				stored.Origin = &lifecycle.SourceInfo{Format: d.Format, Key: d.Key, Secret: d.Secret}
			}
			docs = append(docs, stored)
		}
	}
	return docs
}
