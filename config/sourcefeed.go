package config

import (
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/remote"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

func (o *options) addSource(option string, s Source, optional bool, opts []SourceOption) {
	if s == nil {
		o.fail("%s: the source is nil", option)
		return
	}
	so := sourceOptions{poll: DefaultPollEvery, staleAfter: DefaultStaleAfter}
	for i, opt := range opts {
		if opt == nil {
			o.fail("%s: option %d is nil", option, i+1)
			continue
		}
		opt.applySource(o, &so)
	}
	name, wrong, err := sourceName(s)
	switch {
	case err != nil:
		o.fail("%s: %w", option, err)
	case wrong != nil:
		o.fail("%s: %s", option, guard.Text(wrong))
	case name == "":
		o.fail("%s: the source's name is empty", option)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		o.fail("%s: the source's name %q has control characters, or is not UTF-8", option, name)
	case slices.ContainsFunc(o.files, func(p source.Place) bool { return p.Feed != nil && p.Path == name }):
		o.fail("%s: there is a source named %q already", option, name)
	}
	o.files = append(o.files, source.Place{Path: name, Optional: optional, Feed: remote.New(remote.Source{
		Name: name, Of: s, Optional: optional,
		Read:  func(ctx context.Context) (remote.Reading, *remote.Failure) { return readSource(ctx, s) },
		Watch: s.Watch, Poll: so.poll, StaleAfter: so.staleAfter,
	})})
}

// sourceName returns the name of a source and the result of its Err method, or the error of a
// method that panics or does not return.
func sourceName(s Source) (name string, wrong, err error) {
	var panicked *guard.Error
	err = guard.Run(context.Background(), nil, load.CallLimit, func(ctx context.Context) {
		panicked = guard.Under(ctx).Call(guard.Method(s, "Name"), func() { name = s.Name() })
		if made, ok := s.(interface{ Err() error }); ok && panicked == nil {
			panicked = guard.Under(ctx).Call(guard.Method(s, "Err"), func() { wrong = made.Err() })
		}
	})
	switch {
	case err != nil: // it is still running
		return "", nil, err
	case panicked != nil:
		return "", nil, panicked
	}
	return name, wrong, nil
}

// readSource reads a source and classifies its error.
func readSource(ctx context.Context, s Source) (remote.Reading, *remote.Failure) {
	reading, err := s.Read(ctx)
	r := remote.Reading{Revision: reading.Revision, PollAfter: reading.PollAfter}
	if err != nil {
		f := &remote.Failure{Text: guard.Text(err), Missing: guard.Is(err, fs.ErrNotExist), Err: &cause{func() error { return err }}}
		if known := (*SourceError)(nil); guard.As(err, &known) && known != nil {
			f.Refused, f.Hint = known.Content, known.Hint
		}
		return r, f
	}
	for _, d := range reading.Documents {
		r.Items = append(r.Items, remote.Item{Name: d.Name, Format: d.Format, Data: d.Data, Secret: d.Secret})
	}
	for _, v := range reading.Values {
		r.Items = append(r.Items, remote.Item{Name: v.Key, Data: v.Data, Secret: v.Secret, Value: true})
	}
	return r, nil
}

// startSources reads and watches the sources until ctx is done. starting is done when the store
// has started.
func startSources(ctx, starting context.Context, content *watch.Files, j *journal) {
	content.StartFeeds(ctx, source.Following{Starting: starting, Owner: j}, func(name, reason string, since time.Time) {
		j.log(slog.LevelWarn, "config: a source cannot be read, so what it gave last stays", "source", redact.Escape(name), "reason", redact.Escape(reason), "since", since)
	}, func(name string, since time.Time) {
		j.log(slog.LevelInfo, "config: the source can be read again", "source", redact.Escape(name), "after", time.Since(since).Round(time.Millisecond))
	})
}
