package config

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// Load loads a configuration of the struct type T, follows its files, and makes
// it the one that [Current], [Lookup] and [OnChange] use in the whole process.
//
// Without [WithFile] or [WithOptionalFile] it reads the file that $CONFIG_FILE
// names, or else the first it finds of config.yaml, config.yml, config.toml and
// config.json, and those with the extensions of codecs ([WithCodec]), in the directories
// ".", "./config", and, under the program's name, the user's configuration directory and
// /etc.
//
// The error is an [*Error] with every problem if the configuration is not good,
// or if T itself cannot be one: then nothing is left running. A second Load of T
// returns [ErrAlreadyLoaded] until the first store is closed.
//
// Load blocks while a path does not answer, because it lies on a mount that hangs: a
// warning with the path is logged after a second. [WithContext] bounds the wait.
func Load[T any](opts ...Option) (*Store[T], error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	if o.testValue == nil && find[T]() != nil { // before anything is read; publish makes sure of it
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

// Open is like [Load] but does not make the store the process's own: for
// libraries, for parallel tests, and for several configurations of one type.
func Open[T any](opts ...Option) (*Store[T], error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	return open[T](o)
}

func open[T any](o *options) (*Store[T], error) {
	if o.testValue != nil {
		return openTestValue[T](o)
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
	j := &journal{logger: o.logger, closing: ctx.Done()}
	content := newContent(o, loader, hub, j)
	began := time.Now()
	result, first, err := firstPass(ctx, loader, content)
	if err != nil {
		cancel()
		content.Close()
		return nil, err
	}
	s := newStore(j, result.Value.(*T))
	s.cancel = cancel
	s.loader, s.content, s.reload, s.following = loader, content, make(chan chan<- error), o.watch
	s.begin(result, Digest(first.Digest), began)
	o.warn(s.journal, loader)
	s.reportModes()
	go s.run(ctx, first, o)
	context.AfterFunc(ctx, s.abandon)
	return s, nil
}

// newStore returns a store that follows nothing yet.
func newStore[T any](j *journal, value *T) *Store[T] {
	dispatcher, done := newDispatcher(j), make(chan struct{})
	s := &Store[T]{
		journal:    j,
		dispatcher: dispatcher,
		changes:    notify.NewTopic(dispatcher, "OnChange", value),
		rejections: notify.NewTopic[*Error](dispatcher, "OnReject", nil),
		recoveries: notify.NewTopic(dispatcher, "OnRecover", struct{}{}),
		cancel:     func() {},
		done:       done,
		end:        sync.OnceFunc(func() { close(done) }),
	}
	j.setOwner(s)
	return s
}

// openTestValue returns a store that serves what configtest gave it, and follows
// nothing.
func openTestValue[T any](o *options) (*Store[T], error) {
	value, ok := o.testValue.(*T)
	if !ok {
		return nil, fmt.Errorf("config: the value is a %T, not a *%v", o.testValue, reflect.TypeFor[T]())
	}
	s := newStore(&journal{logger: o.logger}, value)
	s.isTestValue = true
	s.loader, _ = load.New(reflect.TypeFor[T](), load.Options{}) // for Diff; a test's type may not be one to load
	s.begin(&load.Result{Value: value}, Digest{}, time.Now())
	s.end()
	return s, nil
}

// Check makes one pass, as [Load] does, and returns what it found: nil, or an
// error of the same kinds. What Load logs as a warning, it logs, too: a variable that belongs
// to no key. It follows nothing and leaves nothing running, so it suits a check before a
// start or in CI, like nginx -t.
func Check[T any](opts ...Option) error {
	o, err := newOptions(opts)
	if err != nil {
		return err
	}
	loader, err := newLoader[T](o)
	if err != nil {
		return err
	}
	j := &journal{logger: o.logger}
	if _, _, err = firstPass(o.ctx, loader, newContent(o, loader, nil, j)); err != nil {
		return err
	}
	o.warn(j, loader)
	return nil
}

// warn logs what may be wrong with the environment.
func (o *options) warn(j *journal, loader *load.Loader) {
	for _, w := range loader.Warnings() {
		if o.warned != nil {
			o.warned(newProblem(w))
			continue
		}
		text := w.Text()
		if w.Origin.Kind == problem.Env && !strings.Contains(text, w.Origin.Name) {
			text = w.Origin.Name + ": " + w.Key + ": " + text
		}
		j.log(slog.LevelWarn, "config: "+redact.Escape(text))
	}
}

// newLoader makes what every pass is made with. That calls a caller's code, too: rules
// are tried, and defaults read.
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

// isolated calls f on a goroutine of its own, and returns what it returns, or why it did
// not. loader is what f makes a pass with; nil for none.
func isolated[R any](ctx context.Context, loader *load.Loader, f func(context.Context) (R, error)) (R, error) {
	var none, result R
	var err error
	failed := guard.Run(ctx, nil, load.CallLimit, func(ctx context.Context) { result, err = f(ctx) })
	if failed == nil {
		return result, err
	}
	if failed, ok := failed.(*guard.Error); ok { //nolint:errorlint // it is what guard.Run returns
		return none, newError([]problem.Problem{loader.Failed(failed)}, 0)
	}
	return none, fmt.Errorf("config: %w", failed)
}

// firstPass reads and judges the content for the first time.
func firstPass(ctx context.Context, loader *load.Loader, content *watch.Files) (*load.Result, source.Snapshot, error) {
	first, err := firstLook(ctx, content)
	if err != nil {
		return nil, first, err
	}
	if first.Moving {
		return nil, first, newError([]problem.Problem{{Code: CodeUnstable, Message: ErrBusy.Error(), Err: ErrBusy}}, 0)
	}
	result, err := isolated(ctx, loader, func(ctx context.Context) (*load.Result, error) {
		result, problems := loader.Load(ctx, first.Documents, nil)
		if len(problems) > 0 {
			return nil, newError(append(problems, loader.Warnings()...), 0)
		}
		return result, nil
	})
	return result, first, err
}
