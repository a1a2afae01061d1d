package config

import (
	"context"
	"time"
)

// Source is where configuration is kept other than in files: an API server, a store of
// keys and values, a web server. [WithSource] has one read and followed like files; package
// configtest has a test that an implementation must pass.
//
// Who implements it keeps these rules:
//
//  1. All methods are safe for concurrent use: two stores may have one source, and Read is
//     called while Watch runs.
//  2. Name returns the same text each time, which problems, logs and the status have in
//     front of a document's name: "configmap:prod/app" makes
//     configmap:prod/app/config.yaml:4:2. No other source of a store has it. It has no
//     secret in it, such as a password in a URL, and no control characters.
//  3. Read returns all of the content as it was at one moment. What is written together in
//     one transaction is never returned in parts. The order of documents and of values does
//     not matter.
//  4. Revision identifies that moment for Watch. It may change while the content does not.
//     It may be empty where there is no such thing.
//  5. What Read returns now belongs to the caller, and is not changed any more.
//  6. Content that is not there is an error that wraps [fs.ErrNotExist], as of a file; an
//     empty Reading without an error is content that sets nothing. Content that was read
//     and must not be used, because of its size or signature, is a [*SourceError] with
//     Content. Beside these two errors, Read may return the Revision at which they were
//     found, and PollAfter beside any. Every other error means that nothing is known of the
//     content now.
//  7. Watch calls hint whenever the content may have changed since the revision, which Read
//     returned; a change before Watch was called counts. It may call it in vain, often, and
//     from any goroutine, also after it has returned: hint never blocks. One call is enough
//     for several changes. With an empty revision, it calls hint as soon as no later change
//     can escape it.
//  8. Watch returns when it cannot tell changes any more, for whatever reason: the
//     connection ended or is silent for too long, the revision has expired, ctx is done. A
//     nil error is an ordinary end. It is called again after a Read, with the revision of
//     that. It returns [errors.ErrUnsupported] if the source can tell nothing: then it is not
//     called again.
//  9. Read and Watch return soon after their context is done, and leave no goroutine behind.
//  10. Errors have no secrets in their texts, which are logged. What to do about one is best
//     said by a [*SourceError] with a Hint.
//
// A source that can be made wrongly may have one more method, Err() error: what that returns,
// such as that an option has no sense, is an error of [Load].
//
// All of these methods may panic, call [runtime.Goexit] or not return: that is reported, and
// holds up neither the files nor other sources. But while a Read or Watch does not return,
// none is begun anew.
type Source interface {
	Name() string
	Read(ctx context.Context) (Reading, error)
	Watch(ctx context.Context, since string, hint func()) error
}

// Reading is all of a [Source]'s content at one moment: one generation, which is published
// or rejected together.
type Reading struct {
	Documents []Document
	Values    []Value // above the documents
	Revision  string

	// PollAfter is for how long the source asks to be left alone, of which 5 minutes count:
	// it is neither polled nor tried again before. 0 is for no such wish.
	PollAfter time.Duration
}

// Document is a configuration document of a [Source]. Documents of one reading are layers in
// the order of their names, as the files of a directory are.
type Document struct {
	Name   string // "config.yaml", without control characters; no other document or value has it. "" for all there is in a source, whose name is enough
	Format string // "yaml", "toml", "json" or the extension of a codec; "" for what the extension of Name, or else [WithFormat], says
	Data   []byte
	Secret bool // all of it is secret: no value, no key of a map and no line of it is ever shown
}

// Value is one setting of a [Source], as a file in a directory of [WithKeyDir] is.
type Value struct {
	Key    string // the key, in which "." or "__" leads into a section; like the Name of a [Document]
	Data   []byte // as for [WithKeyDir]: a final newline does not count
	Secret bool   // it is never shown, whatever the field
}

// SourceError is an error of [Source.Read] of which more is known.
type SourceError struct {
	// Content reports that the content was read and is refused, because of its size or its
	// signature: it is rejected. Otherwise the content is not known now: it is stale. It is one
	// rejection, whose first text counts, while the Revision and the Hint are the same.
	Content bool

	Hint string // what to do about it, such as the permission to give; "" for no advice
	Err  error  // what is wrong
}

// Error returns what is wrong.
func (e *SourceError) Error() string {
	if e.Err == nil {
		return "no cause is given"
	}
	return e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *SourceError) Unwrap() error { return e.Err }

// Defaults of the options of sources.
const (
	DefaultPollEvery  = 30 * time.Second
	DefaultStaleAfter = 5 * time.Minute
	DefaultSourceWait = 10 * time.Second
)

// WithSource reads the documents and values of a source, which rank among the files in the
// order of the options: later ones win. The content must exist; see [WithOptionalSource].
//
// A source is watched for changes, and read every now and then beside that ([PollEvery]). All
// of a reading is one generation, and taken at once. When a watch ends, the source is read,
// and watched from there, after a while that grows with each end that follows soon.
//
// A source that does not exist, or whose content is refused ([SourceError]), is rejected like
// a missing or a bad file. One that cannot be read for any other reason, be it a permission,
// is stale: what it gave last stays in force, nothing is rejected, [Status] has it with the
// reason and [WatchStale], it is logged once, and [Store.CheckHealth] fails after a while
// ([StaleAfter]). At the start, when it has given nothing yet, it is waited for, for 10
// seconds or what [WithStartupWait] says; then it is an error, or what [WithLastGood] has
// stored is served. [Store.Reload] reads it anew.
//
// A document may have as many bytes as a file ([WithMaxSize]), all of a reading together 16
// times as many, and there may be as many as files in a directory ([WithMaxFiles]). Nothing in
// a document from a source is replaced by a variable of the environment or a file. By default,
// there is no source.
func WithSource(s Source, opts ...SourceOption) Option {
	return optionFunc(func(o *options) { o.addSource("WithSource", s, false, opts) })
}

// WithOptionalSource is like [WithSource] for a source whose content may be missing: what
// appears later is read then, and the values of what disappears are no longer set. A source
// that cannot be read is not missing. By default, the content must exist.
func WithOptionalSource(s Source, opts ...SourceOption) Option {
	return optionFunc(func(o *options) { o.addSource("WithOptionalSource", s, true, opts) })
}

// SourceOption changes what [WithSource] does. [PollEvery] and [StaleAfter] make one.
type SourceOption interface {
	applySource(*options, *sourceOptions)
}

type sourceFunc func(*options, *sourceOptions)

func (f sourceFunc) applySource(o *options, s *sourceOptions) { f(o, s) }

// sourceOptions are what WithSource was given.
type sourceOptions struct{ poll, staleAfter time.Duration }

// PollEvery sets how often a source is read although no change was announced, which catches
// what its watch misses. By default, it is 30 seconds.
func PollEvery(d time.Duration) SourceOption {
	return sourceFunc(func(o *options, s *sourceOptions) {
		if d <= 0 {
			o.fail("PollEvery(%v): the duration is not positive", d)
		}
		s.poll = d
	})
}

// StaleAfter sets for how long a source may be stale until [Store.CheckHealth] fails; 0 has it
// fail at once. By default, it is 5 minutes.
func StaleAfter(d time.Duration) SourceOption {
	return sourceFunc(func(o *options, s *sourceOptions) {
		if d < 0 {
			o.fail("StaleAfter(%v): the duration is negative", d)
		}
		s.staleAfter = d
	})
}
