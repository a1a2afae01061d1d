package config

import (
	"context"
	"fmt"
	"reflect"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/notify"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// Load loads a configuration of the struct type T, follows its files, and makes
// it the one that [Current], [Lookup] and [OnChange] use in the whole process.
//
// Without [WithFile] or [WithOptionalFile] it reads the file that $CONFIG_FILE
// names, or else the first it finds of config.yaml, config.yml, config.toml and
// config.json in the directories ".", "./config", and, under the program's name,
// the user's configuration directory and /etc.
//
// The error is an [*Error] with every problem if the configuration is not good,
// or if T itself cannot be one: then nothing is left running. A second Load of T
// returns [ErrAlreadyLoaded] until the first store is closed.
func Load[T any](opts ...Option) (*Store[T], error) {
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	if o.fixed == nil && find[T]() != nil { // before anything is read; publish makes sure of it
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
	if o.fixed != nil {
		return openFixed[T](o)
	}
	if err := o.ctx.Err(); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	var hub *watch.Hub
	if o.watch {
		hub = watch.Shared
	}
	content := watch.NewFiles(hub, o.places, o.maxSize)
	loader, value, first, err := firstPass[T](o, content)
	if err != nil {
		content.Close()
		return nil, err
	}
	dispatcher := newDispatcher(o.logger)
	ctx, cancel := context.WithCancel(o.ctx)
	s := &Store[T]{
		loader:     loader,
		logger:     o.logger,
		dispatcher: dispatcher,
		changes:    notify.NewTopic(dispatcher, "OnChange", value),
		rejections: notify.NewTopic[*Error](dispatcher, "OnReject", nil),
		reload:     make(chan chan<- error),
		cancel:     cancel,
		done:       make(chan struct{}),
		content:    content,
	}
	s.set(value, 1, Digest(first.Digest))
	s.reportModes()
	go s.run(ctx, first, o)
	return s, nil
}

// openFixed returns a store that serves what configtest gave it, and follows
// nothing.
func openFixed[T any](o *options) (*Store[T], error) {
	value, ok := o.fixed.(*T)
	if !ok {
		return nil, fmt.Errorf("config: the value is a %T, not a *%v", o.fixed, reflect.TypeFor[T]())
	}
	dispatcher := newDispatcher(o.logger)
	s := &Store[T]{
		logger:     o.logger,
		dispatcher: dispatcher,
		changes:    notify.NewTopic(dispatcher, "OnChange", value),
		rejections: notify.NewTopic[*Error](dispatcher, "OnReject", nil),
		cancel:     func() {},
		done:       make(chan struct{}),
		fixed:      true,
	}
	close(s.done)
	s.set(value, 1, Digest{})
	return s, nil
}

// Check makes one pass, as [Load] does, and returns what it found: nil, or an
// error of the same kinds. It follows nothing and leaves nothing running, so it
// suits a check before a start or in CI, like nginx -t.
func Check[T any](opts ...Option) error {
	o, err := newOptions(opts)
	if err != nil {
		return err
	}
	_, _, _, err = firstPass[T](o, watch.NewFiles(nil, o.places, o.maxSize))
	return err
}

// firstPass reads and judges the content for the first time.
func firstPass[T any](o *options, content *watch.Files) (*load.Loader, *T, source.Snapshot, error) {
	loader, problems := load.New(reflect.TypeFor[T](), load.Options{
		AllowUnknown: o.allowUnknown,
		Validator:    o.validator,
	})
	if len(problems) > 0 {
		return nil, nil, source.Snapshot{}, newError(problems, 0)
	}
	first := content.Look()
	if first.Moving {
		return nil, nil, first, newError([]load.Problem{{Code: CodeUnstable, Message: ErrBusy.Error(), Err: ErrBusy}}, 0)
	}
	content.Settled()
	value, problems := loader.Load(first.Documents)
	if len(problems) > 0 {
		return nil, nil, first, newError(problems, 0)
	}
	return loader, value.(*T), first, nil
}
