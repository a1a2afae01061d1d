package config

import (
	"sync"
	"time"
)

// LastGoodOption changes what [WithLastGood] does. [LastGoodWithSecrets],
// [LastGoodCrashLimit] and [LastGoodConfirmAfter] make them.
type LastGoodOption interface{ applyLastGood(*options, *lastGood) }

type lastGoodFunc func(*options, *lastGood)

func (f lastGoodFunc) applyLastGood(o *options, l *lastGood) { f(o, l) }

// lastGood is what WithLastGood was given.
type lastGood struct {
	dir          string
	secrets      bool
	crashLimit   int
	confirmAfter time.Duration
	confirmSet   bool

	warnOfSecrets sync.Once
}

// WithLastGood keeps the last good configuration in the directory dir, so that it outlives
// the process: a start whose content is not good, or cannot be read, is served from there.
//
// What is stored are the documents of the last two confirmed versions, those and the values
// of sources ([WithSource]) among them, as they are, comments included, each version as a
// whole; not variables, flags, a Viper, contents ([WithContent], [WithFS]), the files of
// [WithKeyDir], those that variables name and those to which documents refer, of which always
// the present ones count. What is expanded in a document ([WithExpandEnv]) is stored as it is
// written. A
// version is confirmed by its probation ([WithProbation]), or else after a while
// ([LastGoodConfirmAfter]). A document with a secret, or with a key without a field, which
// may be one of another program ([WithUnknownKeys]), is not stored, unless
// [LastGoodWithSecrets] allows it, and then none of its version is, of which a warning
// with the keys is logged once. Nor is a version with changes that wait for a restart.
//
// At a start the content on disk comes first. Only if that is not good are the stored
// documents judged, the newest first, by the whole pass of this binary, checks included;
// the first that pass are served. Then the load succeeds, the problems of the content on
// disk are logged as an error, [Status] has them, and from when the served content is,
// [Store.CheckHealth] fails, and a hook of [Store.OnReject] is called for them once it is
// registered. The files are followed as ever: the next good content ends it. If T itself
// is at fault, or none of the stored documents pass, Load returns an error as without
// this option.
//
// The store has a subdirectory of dir to itself, named by T and the paths of the files,
// with the mode 0700, and files of 0600. Nothing that is in it, or wrong with it, keeps
// Load from succeeding: it is logged as a warning. Whoever can write there can choose
// what a start falls back to. Two processes can share it, of which one writes. dir is
// made where it is missing, with a warning, because a volume is probably not mounted.
// Writing never delays a publish or a reader; [Store.Close] waits for it for a second at
// most. By default, nothing is stored.
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
		o.lastGood, o.documentStore, o.newMachine = l, storing{l}, newMachine
	})
}

// DefaultConfirmAfter is how long a version is served before it is confirmed, where
// [LastGoodCrashLimit] is used without a probation.
const DefaultConfirmAfter = time.Minute

// LastGoodWithSecrets has documents stored that have secrets in them, as they are. Give
// it a directory in memory, such as an emptyDir with medium: Memory. By default, a
// version with such a document is not stored.
func LastGoodWithSecrets() LastGoodOption {
	return lastGoodFunc(func(_ *options, l *lastGood) { l.secrets = true })
}

// LastGoodCrashLimit keeps content that ends the process from being tried for ever. A
// start with content that was not confirmed before is noted, and no more once that is
// confirmed, or the store is closed, so that drains and rollouts do not count. After n
// starts that ended without either, the content is not tried again: what is stored is
// served until the content changes, or [Store.Reload] asks for it. The note is written
// before the first version is published, which takes 100 milliseconds at most. By
// default, there is no limit.
func LastGoodCrashLimit(n int) LastGoodOption {
	return lastGoodFunc(func(o *options, l *lastGood) {
		if n <= 0 {
			o.fail("LastGoodCrashLimit(%d): the number is not positive", n)
		}
		l.crashLimit = n
	})
}

// LastGoodConfirmAfter sets how long a version must be served to be confirmed, where there
// is no [WithProbation]. 0 confirms each at once. By default, it is a minute with
// [LastGoodCrashLimit], and 0 without.
func LastGoodConfirmAfter(d time.Duration) LastGoodOption {
	return lastGoodFunc(func(o *options, l *lastGood) {
		if d < 0 {
			o.fail("LastGoodConfirmAfter(%v): the duration is negative", d)
		}
		l.confirmAfter, l.confirmSet = d, true
	})
}

// WithStartupWait has [Load] wait for up to d for a first good configuration, instead of
// returning an error at once. What is wrong is logged at once, and again when it changes;
// good content is taken as soon as it is there, as after the load, by polling too where
// [WithoutWatch] is used. What [WithLastGood] has stored is served without waiting.
// Errors that no file can mend, of options and of T, are returned at once. By default,
// or if d is 0, Load does not wait; but a source that cannot be read ([WithSource]) is
// waited for, for 10 seconds by default, and tried once if d is 0.
func WithStartupWait(d time.Duration) Option {
	return optionFunc(func(o *options) {
		if d < 0 {
			o.fail("WithStartupWait(%v): the duration is negative", d)
		}
		o.startupWait, o.sourceWait, o.wait = d, d, waitForGood
	})
}
