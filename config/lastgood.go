package config

import (
	"sync"
	"time"
)

// LastGoodOption configures [WithLastGood]. [LastGoodWithSecrets], [LastGoodCrashLimit] and
// [LastGoodConfirmAfter] return such options.
type LastGoodOption interface{ applyLastGood(*options, *lastGood) }

type lastGoodFunc func(*options, *lastGood)

func (f lastGoodFunc) applyLastGood(o *options, l *lastGood) { f(o, l) }

// lastGood is the configuration of WithLastGood.
type lastGood struct {
	dir          string
	secrets      bool
	crashLimit   int
	confirmAfter time.Duration
	confirmSet   bool

	warnOfSecrets sync.Once
}

// WithLastGood stores the last good configuration in the directory dir, and serves it at a
// start at which the content on disk is not good or cannot be read.
//
// The documents of the last two confirmed versions are stored, unchanged, with their comments
// and unexpanded references: files, and documents and values of sources ([WithSource]). A
// version is stored as a whole or not at all. Not stored, but always read anew, are environment
// variables, flags, a Viper, contents ([WithContent], [WithFS]), the files of [WithKeyDir], and
// files that variables or documents refer to. A version is confirmed by its probation
// ([WithProbation]), or after the time of [LastGoodConfirmAfter]. It is not stored while a
// change waits for a restart, if its documents together have more than 16 times the size of
// [WithMaxSize], or, without [LastGoodWithSecrets], if a document contains a secret or an
// unknown key ([WithUnknownKeys]), which may be one; a warning with the keys is logged once.
//
// A start uses the content on disk if it is good. Otherwise the stored versions are validated
// by the whole pass, including checks, the newest first, and the first that is accepted is
// served. [Load] then succeeds, an error with the problems of the content on disk is logged,
// [Status] contains them and the time of the served version, [Store.CheckHealth] fails, and
// hooks of [Store.OnReject] are called when they are registered. The content is watched, and
// the next good one replaces the stored version. If no stored version is accepted, or if T
// cannot be a configuration, Load returns the error as without this option.
//
// The store uses a subdirectory of dir, named by T and the paths of its files, with the mode
// 0700, and files with the mode 0600. If dir does not exist, it is created with a warning,
// since a volume may be missing. No content or fault of the directory makes Load fail: faults
// are logged as warnings, and a directory that does not answer is not used after 2 seconds. An
// attacker who can write to it can choose the configuration of the next start. If several
// processes share it, one of them writes. After the start, publishing and reading never wait
// for it; [Store.Close] waits at most 5 seconds for pending writes.
//
// A second WithLastGood is an error, and so is one without a file, directory of files or source
// to store. By default, nothing is stored.
func WithLastGood(dir string, opts ...LastGoodOption) Option {
	return optionFunc(func(o *options) {
		l := &lastGood{}
		l.dir, _ = o.absolute("WithLastGood", dir)
		for i, opt := range opts {
			if opt == nil {
				o.fail("WithLastGood: option %d is nil", i+1)
				continue
			}
			opt.applyLastGood(o, l)
		}
		if o.lastGood != nil {
			o.fail("WithLastGood(%q): there is a directory already, %q", dir, o.lastGood.dir)
		}
		if l.crashLimit > 0 && !l.confirmSet {
			l.confirmAfter = DefaultConfirmAfter
		}
		o.lastGood, o.documentStore, o.newMachine = l, lastGoodStore{l}, newMachine
	})
}

// DefaultConfirmAfter is the default of [LastGoodConfirmAfter] with [LastGoodCrashLimit].
const DefaultConfirmAfter = time.Minute

// LastGoodWithSecrets stores documents that contain secrets, unchanged. Use a directory in
// memory, such as an emptyDir with medium: Memory. By default, a version with such a document
// is not stored.
func LastGoodWithSecrets() LastGoodOption {
	return lastGoodFunc(func(_ *options, l *lastGood) { l.secrets = true })
}

// LastGoodCrashLimit limits how often a process is started with content that ends it. A start
// with unconfirmed content is recorded, and the record is removed when the content is confirmed
// or the store is closed, as by a drain or a rollout. After n starts that ended in neither way,
// the content is quarantined: the stored version is served until the content changes or
// [Store.Reload] is called; the content is only used again if no stored version is accepted.
// The first version is published after the record is written, for which it waits at most 100
// milliseconds. n must be positive. By default, there is no limit.
func LastGoodCrashLimit(n int) LastGoodOption {
	return lastGoodFunc(func(o *options, l *lastGood) {
		if n <= 0 {
			o.fail("LastGoodCrashLimit(%d): the number is not positive", n)
		}
		l.crashLimit = n
	})
}

// LastGoodConfirmAfter sets how long a version must be served until it is confirmed, if there
// is no [WithProbation]. If d is 0, it is confirmed when it is published. A negative duration
// is an error. By default, it is [DefaultConfirmAfter], a minute, with [LastGoodCrashLimit],
// and 0 without.
func LastGoodConfirmAfter(d time.Duration) LastGoodOption {
	return lastGoodFunc(func(o *options, l *lastGood) {
		if d < 0 {
			o.fail("LastGoodConfirmAfter(%v): the duration is negative", d)
		}
		l.confirmAfter, l.confirmSet = d, true
	})
}

// WithStartupWait makes [Load] wait for up to d for a good configuration, instead of returning
// an error at once. The problems are logged at once and whenever they change. Content is loaded
// as soon as it is good, for which it is also polled, even with [WithoutWatch]. A version that
// [WithLastGood] has stored is served without waiting. Faults of options and of T are returned
// at once. After d, Load returns the error of the last content.
//
// d also limits how long Load waits for a source that cannot be read ([WithSource]); if it is
// 0, such a source is tried once. A negative duration is an error. By default, Load does not
// wait for good content, and waits [DefaultSourceWait], 10 seconds, for sources.
func WithStartupWait(d time.Duration) Option {
	return optionFunc(func(o *options) {
		if d < 0 {
			o.fail("WithStartupWait(%v): the duration is negative", d)
		}
		o.startupWait, o.sourceWait, o.wait = d, d, waitForGood
	})
}
