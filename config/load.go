package config

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/watch"
)

// Load loads the configuration of the struct type T, watches its files, and publishes the store
// for [Current], [Lookup] and [OnChange] in the whole process.
//
// If no option names a file, a directory or a source, Load reads the file named by the
// environment variable CONFIG_FILE, or else the first that exists of config.yaml, config.yml,
// config.toml, config.json, and config with the extensions of codecs ([WithCodec]), in the
// directories ".", "./config", NAME in the user's configuration directory, and /etc/NAME, where
// NAME is the name of the program. If there is none, it is an error, unless the environment is
// read ([WithEnv]); see [WithoutFile].
//
// The error is an [*Error] with all problems if the configuration is not valid or if T cannot
// be a configuration; [ErrAlreadyLoaded] while another store of Load for T is open; the error
// of the context of [WithContext]; or an error that lists the faults of options. If Load
// returns an error, nothing is left running.
//
// Load blocks while a path does not answer, such as one on an NFS mount without its server:
// after a second, a warning with the path is logged. WithContext limits that wait.
func Load[T any](opts ...Option) (*Store[T], error) {
	o, err := readingOptions(opts)
	if err != nil {
		return nil, err
	}
	if !o.isTest() && find[T]() != nil { // before anything is read; publish makes sure of it
		return nil, alreadyLoaded[T]()
	}
	s, err := open[T](o)
	if err != nil {
		return nil, err
	}
	if err := publish(s); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Open is like [Load] but does not publish the store for the process. It is for libraries, for
// parallel tests, and for several configurations of one type.
func Open[T any](opts ...Option) (*Store[T], error) {
	o, err := readingOptions(opts)
	if err != nil {
		return nil, err
	}
	return open[T](o)
}

func open[T any](o *options) (*Store[T], error) {
	if o.isTest() {
		return openTestValue[T](o)
	}
	if o.lastGood != nil && !slices.ContainsFunc(o.storedPlaces(), isStored) {
		return nil, errors.New("config: WithLastGood: there is no file to store; see WithFile, WithDir and WithSource")
	}
	if err := o.ctx.Err(); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	var hub *watch.Hub
	if o.watch {
		hub = watch.Shared()
	}
	loader, err := newLoader[T](o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(o.ctx)
	s := newStore[T](&journal{logger: o.logger, closing: ctx.Done()})
	s.cancel = cancel
	s.loader, s.content, s.reload, s.following = loader, newContent(o, loader, hub, s.journal), make(chan chan<- error), o.watch
	s.machine = s.newLifecycle(ctx, o)
	starting, started := context.WithCancel(ctx)
	defer started()
	startSources(ctx, starting, s.content, s.journal)
	began := time.Now()
	f := &watch.Follower{Content: s.content, Settle: o.settle, OnScan: func() {}}
	first, err := s.start(ctx, o, f)
	if err != nil {
		cancel()
		s.content.Close()
		if s.machine != nil {
			s.machine.Close()
		}
		return nil, err
	}
	s.publishFirst(first, began)
	o.warn(s.journal, loader.Warnings)
	if others := loader.OtherFlags; len(others) > 0 {
		s.journal.log(slog.LevelInfo, "config: flags that set no key", "flags", redact.Escape("--"+strings.Join(others, ", --")))
	}
	s.reportModes()
	go s.run(ctx, first.content, f, o)
	context.AfterFunc(ctx, s.abandon)
	return s, nil
}

// newStore returns a store that serves and watches nothing yet.
func newStore[T any](j *journal) *Store[T] {
	dispatcher, done := newDispatcher(j), make(chan struct{})
	s := &Store[T]{
		journal:    j,
		dispatcher: dispatcher,
		changes:    notify.NewTopic[*T](dispatcher, "OnChange", nil),
		rejections: notify.NewTopic[*Error](dispatcher, "OnReject", nil),
		recoveries: notify.NewTopic(dispatcher, "OnRecover", struct{}{}),
		cancel:     func() {},
		done:       done,
		end:        sync.OnceFunc(func() { close(done) }),
	}
	return s
}

// Check loads and validates the configuration once, as [Load] does, and returns nil or an error
// of the same kinds. It watches, stores and publishes nothing, and waits for nothing but a path
// or a source that does not answer. Like Load, it logs warnings, such as an environment
// variable that sets no key, or an old or deprecated key. It is for a test of the configuration
// before a start or in CI, like nginx -t.
func Check[T any](opts ...Option) error {
	o, err := readingOptions(opts)
	if err != nil {
		return err
	}
	loader, err := newLoader[T](o)
	if err != nil {
		return err
	}
	if err := o.checkAssumed(loader.Schema().Leaves); err != nil {
		return err
	}
	j := &journal{logger: o.logger}
	ctx, cancel := context.WithCancel(o.ctx)
	files := newContent(o, loader, nil, j)
	defer files.Close()
	defer cancel()
	startSources(ctx, ctx, files, j)
	content, err := readFirst(o.ctx, o, files)
	if err != nil {
		return err
	}
	result, err := loadFirst(o.ctx, loader, content)
	if err != nil {
		return o.withoutAssumed(err)
	}
	o.warn(j, append(loader.Warnings, result.Warnings...))
	return nil
}

// warn reports the warnings about the environment, flags, documents and deprecated keys.
func (o *options) warn(j *journal, warnings []problem.Problem) {
	for _, w := range warnings {
		if o.onWarning != nil {
			o.onWarning(newProblem(w))
		} else {
			j.warn(w)
		}
	}
}

// newLoader returns the loader that all passes use. Creating it calls user code, too: rules are
// tried, and defaults decoded.
func newLoader[T any](o *options) (*load.Loader, error) {
	return isolated(o.ctx, nil, func(context.Context) (*load.Loader, error) {
		lo, err := loaderOptions[T](o)
		if err != nil {
			return nil, err
		}
		loader, problems := load.New(reflect.TypeFor[T](), lo)
		if len(problems) > 0 {
			return nil, newError(problems, 0)
		}
		return loader, nil
	})
}

// isolated calls f on another goroutine and returns its results, or the error of a user
// function that panicked, called [runtime.Goexit] or did not return. loader is the one that f
// makes a pass with, or nil.
func isolated[R any](ctx context.Context, loader *load.Loader, f func(context.Context) (R, error)) (R, error) {
	var none, result R
	var err error
	failed := guard.Run(ctx, nil, load.CallLimit, func(ctx context.Context) { result, err = f(ctx) })
	if failed == nil {
		return result, err
	}
	if failed, ok := failed.(*guard.Error); ok { //nolint:errorlint // it is what guard.Run returns
		return none, newError([]problem.Problem{load.Failed(loader, failed)}, 0)
	}
	return none, fmt.Errorf("config: %w", failed)
}
