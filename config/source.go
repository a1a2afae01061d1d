package config

import (
	"context"
	"time"
)

// Source is a place other than files in which configuration is kept: an API server, a key-value
// store, a web server. [WithSource] reads and watches one. Package configtest has a test of the
// following rules for implementations:
//
//  1. All methods are safe for concurrent use: several stores may use one source, and Read is
//     called while Watch runs.
//  2. Name always returns the same text. Problems, logs and the status put it before the name
//     of a document: with the name "configmap:prod/app", configmap:prod/app/config.yaml:4:2. It
//     is unique among the sources of a store, is valid UTF-8 without control characters, and
//     contains no secret such as a password in a URL.
//  3. Read returns the whole content at one moment. It never returns a part of a transaction.
//     The order of documents and of values has no meaning.
//  4. Revision identifies that moment for Watch. It may differ for equal content, and may be
//     empty if the source has no revisions.
//  5. The data that Read returns belongs to the caller and is not modified later.
//  6. If the content does not exist, Read returns an error that wraps [fs.ErrNotExist]; an
//     empty Reading without an error is content that sets nothing. If the content must not be
//     used because of its size or signature, it returns a [*SourceError] with Content. With
//     these errors, the Reading may contain the Revision, and with any error PollAfter. Every
//     other error means that the present content is not known.
//  7. Watch calls hint when the content may have changed since the revision, which is that of a
//     Reading; this includes changes before the call. It may call hint without a change,
//     repeatedly, concurrently, and after it has returned: hint never blocks. One call is
//     enough for several changes. If the revision is empty, Watch calls hint as soon as it will
//     notice every later change.
//  8. Watch returns when it can no longer detect changes: the connection has ended or is silent
//     for too long, the revision has expired, or ctx is done. The error is the reason, or nil.
//     Watch is called again after a Read, with its revision, unless the error is
//     [errors.ErrUnsupported], which means that the source cannot be watched.
//  9. Read and Watch return soon after their contexts are done, and leave no goroutine running.
//     The context of Read ends after 10 seconds.
//  10. The texts of errors are logged and contain no secrets. To give advice, return a
//     [*SourceError] with a Hint.
//
// A source may also have a method Err() error that returns a fault of its construction, such as
// an invalid option; it is an error of [Load].
//
// Methods that panic, call [runtime.Goexit] or do not return are reported and delay neither
// files nor other sources. Read and Watch are not called again while an earlier call of the
// same method is running.
type Source interface {
	Name() string
	Read(ctx context.Context) (Reading, error)
	Watch(ctx context.Context, since string, hint func()) error
}

// Reading is the whole content of a [Source] at one moment. It is one generation: published or
// rejected as a whole.
type Reading struct {
	Documents []Document
	Values    []Value // layers above the documents
	Revision  string  // for Watch

	// PollAfter is the time in which the source is not polled, nor read again after an
	// error. More than 5 minutes count as 5 minutes, and 0 means no restriction.
	PollAfter time.Duration
}

// Document is a configuration document of a [Source]. The documents of a reading are layers in
// the order of their names, like the files of a directory.
type Document struct {
	// Name is unique among the documents and values of the reading, such as "config.yaml":
	// at most 4,096 bytes of UTF-8, without control characters. The only document may have
	// the name "".
	Name   string
	Format string // "yaml", "toml", "json" or the extension of a codec; "" for that of Name, or else of [WithFormat]
	Data   []byte
	Secret bool // no value, line or key of a map of the document is shown
}

// Value is a single setting of a [Source], like a file of [WithKeyDir].
type Value struct {
	Key    string // with "." or "__" between sections; unique, like the Name of a [Document]
	Data   []byte // the text; a final newline is removed
	Secret bool   // the value is not shown, whatever the field
}

// SourceError is an error of [Source].Read with details.
type SourceError struct {
	// Content means that the content was read and must not be used, because of its size or
	// signature, and is rejected. Otherwise, the content is not known, and the source is
	// stale.
	Content bool

	Hint string // what to do about it, such as the missing permission, or ""
	Err  error  // the cause
}

// Error returns the text of Err.
func (e *SourceError) Error() string {
	if e.Err == nil {
		return "no cause is given"
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *SourceError) Unwrap() error { return e.Err }

// Defaults of the options of sources.
const (
	DefaultPollEvery  = 30 * time.Second
	DefaultStaleAfter = 5 * time.Minute
	DefaultSourceWait = 10 * time.Second
)

// WithSource reads the documents and values of a source, as layers among the files in the order
// of the options. The content must exist; see [WithOptionalSource].
//
// The source is watched, and also polled ([PollEvery]). All content of a reading is one
// generation and needs no time to settle. When a watch ends, the source is read and watched
// again, after a delay that grows to 30 seconds if watches keep ending.
//
// Content that does not exist, or that the source refuses ([SourceError]), is rejected like a
// missing or invalid file. If the source cannot be read for another reason, such as a
// permission, it is stale: its last content stays in force, nothing is rejected, [Status] has
// the reason with [WatchStale], it is logged once, and [Store.CheckHealth] fails after the time
// of [StaleAfter]. [Load] waits 10 seconds, or the time of [WithStartupWait], for a source that
// has not been read yet; after that, it returns an error or serves what [WithLastGood] has
// stored. [Store.Reload] reads the source.
//
// A document is limited like a file ([WithMaxSize]), a reading to 16 times that, and the number
// of documents and values like that of files in a directory ([WithMaxFiles]). References to
// variables and files in its documents are not replaced. A nil source, an invalid name, and a
// second source of the same name are errors. By default, there is no source.
func WithSource(s Source, opts ...SourceOption) Option {
	return optionFunc(func(o *options) { o.addSource("WithSource", s, false, opts) })
}

// WithOptionalSource is like [WithSource] for content that may not exist. Content that appears
// is loaded, and the values of content that disappears are no longer set. A source that cannot
// be read is stale as with WithSource. By default, the content must exist.
func WithOptionalSource(s Source, opts ...SourceOption) Option {
	return optionFunc(func(o *options) { o.addSource("WithOptionalSource", s, true, opts) })
}

// SourceOption configures [WithSource] and [WithOptionalSource]. [PollEvery] and [StaleAfter]
// return such options.
type SourceOption interface {
	applySource(*options, *sourceOptions)
}

type sourceFunc func(*options, *sourceOptions)

func (f sourceFunc) applySource(o *options, s *sourceOptions) { f(o, s) }

// sourceOptions is the configuration of WithSource.
type sourceOptions struct{ poll, staleAfter time.Duration }

// PollEvery sets how often a source is read when its watch has reported no change. The actual
// interval is up to a fifth shorter, at random. It must be positive. By default, it is
// [DefaultPollEvery], 30 seconds.
func PollEvery(d time.Duration) SourceOption {
	return sourceFunc(func(o *options, s *sourceOptions) {
		if d <= 0 {
			o.fail("PollEvery(%v): the duration is not positive", d)
		}
		s.poll = d
	})
}

// StaleAfter sets how long a source may be stale until [Store.CheckHealth] fails. If d is 0, it
// fails at once. A negative duration is an error. By default, it is [DefaultStaleAfter], 5
// minutes.
func StaleAfter(d time.Duration) SourceOption {
	return sourceFunc(func(o *options, s *sourceOptions) {
		if d < 0 {
			o.fail("StaleAfter(%v): the duration is negative", d)
		}
		s.staleAfter = d
	})
}
