package config

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/lifecycle"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/override"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/value"
)

// openTestValue returns a store that serves a value from package configtest and watches
// nothing.
func openTestValue[T any](o *options) (*Store[T], error) {
	if o.testDefaults {
		defaults, err := defaultValue[T](o)
		if err != nil {
			return nil, err
		}
		o.testValue = defaults
	}
	value, ok := o.testValue.(*T)
	if !ok {
		return nil, fmt.Errorf("config: the value is a %T, not a *%v", o.testValue, reflect.TypeFor[T]())
	}
	s := newStore[T](&journal{logger: o.logger})
	s.isTestValue = true
	s.cancel = s.end
	s.loader, _ = load.New(reflect.TypeFor[T](), load.Options{}) // for Diff; nil for a type that cannot be a configuration
	s.publishFirst(&startState{result: &load.Result{Value: value}}, time.Now())
	return s, nil
}

// defaultValue returns the configuration if nothing is set.
func defaultValue[T any](o *options) (any, error) {
	o.files, o.contentReaders, o.dirs, o.keyDirs, o.hasEnv = nil, nil, nil, nil, false
	loader, err := newLoader[T](o)
	if err != nil {
		return nil, err
	}
	return isolated(o.ctx, loader, func(ctx context.Context) (any, error) {
		defaults, problems := loader.LoadDefaults(ctx)
		if len(problems) > 0 {
			return nil, newError(problems, 0)
		}
		return defaults, nil
	})
}

// Play is for package configtest of this module: it publishes another value of a store for
// tests, unless it equals the current one, or rejects a reload. The channel is closed when the
// hooks have returned. After [Store.Close], it returns [ErrClosed]. Other modules cannot create
// its argument.
func Play[T any](s *Store[T], step override.Step) (<-chan struct{}, error) {
	if !s.isTestValue {
		return nil, errors.New("config: the store serves what it reads, and not the value of a test")
	}
	s.publishing.Lock()
	defer s.publishing.Unlock()
	select {
	case <-s.done:
		return nil, fmt.Errorf("config: %w", ErrClosed)
	default:
	}
	running, began := s.snapshot.Load(), time.Now()
	if step.Value == nil {
		rejected := *step.Rejected.(*Error) //nolint:errorlint // configtest defaults it
		rejected.Serving = running.Version
		_ = s.reject(&rejected, &verdict{began: began, sums: &sums{}}) // which returns it
		return s.dispatcher.Idle(), nil
	}
	next := newSnapshot[T](&load.Result{Value: step.Value}, running.Version+1, lifecycle.Digest{}, &sums{}, began)
	if value.Equal(next.Value, running.Value) {
		s.unchanged(running, source.Snapshot{}, began)
		return s.dispatcher.Idle(), nil
	}
	v := verdict{began: began}
	if s.loader != nil {
		first, more := explain.DiffBriefly(context.Background(), s.loader.Schema(), running.result.Side(), next.result.Side(), maxChanges)
		v.changes = changeList{newChanges(first), more}
	}
	s.apply(running, next, source.Snapshot{}, &v)
	return s.dispatcher.Idle(), nil
}
