package config_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
)

// calling is a configuration whose Validate method calls back into its store.
type calling struct {
	N int
}

var call atomic.Pointer[func()]

func (calling) Validate() error {
	if f := call.Load(); f != nil {
		(*f)()
	}
	return nil
}

// calls makes Validate methods call f until the test ends.
func calls(t *testing.T, f func()) {
	call.Store(&f)
	t.Cleanup(func() { call.Store(nil) })
}

// in returns functions that register f for each kind of call that a reload waits for.
func in(t *testing.T, f func(ctx context.Context)) map[string]func() config.Option {
	return map[string]func() config.Option{
		"a Validate method": func() config.Option {
			calls(t, func() { f(context.Background()) })
			return config.WithCheck(func(context.Context, *calling, *calling) error { return nil })
		},
		"a check": func() config.Option {
			return config.WithCheck(func(ctx context.Context, old, _ *calling) error {
				if old != nil {
					f(ctx)
				}
				return nil
			})
		},
	}
}

func TestReloadInsideAReloadIsRefusedAtOnce(t *testing.T) {
	var s *config.Store[calling]
	var answers []error
	ask := func(ctx context.Context) {
		if s == nil {
			return
		}
		// Reload detects its caller by the goroutine, with any context, and by the context, on any
		// goroutine. Only a check is given a context.
		answers = append(answers, s.Reload(context.Background()), s.Reload(ctx))
		if ctx != context.Background() { //nolint:testifylint // it is this one
			var wg sync.WaitGroup
			wg.Go(func() {
				inner, cancel := context.WithCancel(ctx)
				defer cancel()
				answers = append(answers, s.Reload(inner))
			})
			wg.Wait()
		}
	}
	for where, register := range in(t, ask) {
		s, answers = nil, nil
		path := yamlFile(t, "n: 1")
		option := register()
		s = open[calling](t, config.WithFile(path), option)
		accepts(t, s, path, "n: 2")
		if len(answers) < 2 {
			t.Errorf("%s: only %d answers", where, len(answers))
		}
		for _, err := range answers {
			if !errors.Is(err, config.ErrReentrant) {
				t.Errorf("%s: got %v, want ErrReentrant", where, err)
			}
		}
		call.Store(nil)
	}
}

func TestReloadOfAnotherStoreInsideACheckWaitsAsEver(t *testing.T) {
	path := yamlFile(t, "n: 1")
	other := open[checked](t, config.WithoutFile(), config.WithoutWatch())
	var answer error
	s := open[calling](t, config.WithFile(path), config.WithCheck(func(ctx context.Context, _, _ *calling) error {
		answer = errors.Join(other.Reload(ctx), other.Reload(context.Background()))
		return nil
	}))
	accepts(t, s, path, "n: 2")
	if answer != nil {
		t.Error(answer)
	}
}

func TestReloadFromAnotherGoroutineWaitsAsEver(t *testing.T) {
	path := yamlFile(t, "n: 1")
	var s *config.Store[calling]
	answer, once := make(chan error, 1), sync.Once{}
	s = open[calling](t, config.WithFile(path), config.WithCheck(func(_ context.Context, old, _ *calling) error {
		if old != nil {
			once.Do(func() { go func() { answer <- s.Reload(context.Background()) }() })
		}
		return nil
	}))
	accepts(t, s, path, "n: 2")
	if err := within(t, answer, "the answer"); err != nil {
		t.Error(err)
	}
}

func TestReloadInsideAHookWorks(t *testing.T) {
	path := yamlFile(t, "n: 1")
	s := open[calling](t, config.WithFile(path))
	answer := make(chan error, 10)
	s.OnChange(func(_, _ *calling) { answer <- s.Reload(context.Background()) })
	accepts(t, s, path, "n: 2")
	if err := within(t, answer, "the answer"); err != nil {
		t.Error(err)
	}
}

func TestCloseInsideAReloadReturnsAndThePassEndsAsClosed(t *testing.T) {
	var s *config.Store[calling]
	closed := make(chan struct{}, 10)
	for where, register := range in(t, func(context.Context) {
		if s != nil {
			s.Close()
			closed <- struct{}{}
		}
	}) {
		s = nil
		path := yamlFile(t, "n: 1")
		option := register()
		s = open[calling](t, config.WithFile(path), option)
		changed := make(chan struct{}, 1)
		s.OnChange(func(_, _ *calling) { changed <- struct{}{} })
		put(t, path, "n: 2")
		if err := s.Reload(context.Background()); !errors.Is(err, config.ErrClosed) {
			t.Errorf("%s: got %v, want ErrClosed", where, err)
		}
		within(t, closed, "Close in "+where)
		if s.Current().N != 1 || s.Snapshot().Version != 1 || len(s.History()) != 1 || len(changed) != 0 {
			t.Errorf("%s: something was published by a closed store", where)
		}
		call.Store(nil)
	}
}

func TestAValidateMethodThatNeverReturnsHoldsUpNothing(t *testing.T) {
	path, log := yamlFile(t, "n: 1"), new(journal)
	s := open[calling](t, config.WithFile(path), logTo(log))
	started, end := make(chan struct{}, 1), make(chan struct{})
	defer close(end)
	calls(t, func() { started <- struct{}{}; <-end })
	put(t, path, "n: 2")
	answer := make(chan error, 1)
	go func() { answer <- s.Reload(context.Background()) }()
	within(t, started, "the method")

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := s.Reload(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Reload returned %v, want its context's error", err)
	}
	_, _, _, _ = s.Status(), s.History(), s.Settings(), s.Snapshot()
	closes(t, s)
	if err := within(t, answer, "the answer"); !errors.Is(err, config.ErrClosed) {
		t.Errorf("Reload returned %v, want ErrClosed", err)
	}
	eventually(t, "the log", func() bool { return strings.Contains(log.String(), "the Validate method of config_test.calling") })
	if s.Current().N != 1 {
		t.Error("published")
	}
}

func TestAFunctionThatNeverReturnsIsGivenUpAndNamed(t *testing.T) {
	path := yamlFile(t, "n: 1")
	synctest.Test(t, func(t *testing.T) {
		s := open[calling](t, config.WithFile(path), config.WithoutWatch())
		end := make(chan struct{})
		calls(t, func() { <-end })
		rejects(t, s, path, "n: 2", "c.yaml: the Validate method of config_test.calling has not returned within 30s [check]")
		call.Store(nil)
		accepts(t, s, path, "n: 3") // though the method has not returned yet
		close(end)
	})
}

func TestACheckThatExitsVetoesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := config.Check[checked](config.WithoutFile(), config.WithCheck(func(context.Context, *checked, *checked) error {
			runtime.Goexit()
			return nil
		}))
		wantProblems(t, err, "the check called runtime.Goexit [check]")
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %v", took)
		}
	})
}

// The answers of the store are its own, whatever an error of a check wraps.
func TestAnErrorThatWrapsAnAnswerOfTheStoreIsARejection(t *testing.T) {
	for _, cause := range []error{
		config.ErrClosed, config.ErrBusy, config.ErrReentrant, config.ErrAlreadyLoaded,
		context.Canceled, context.DeadlineExceeded, errors.Join(config.ErrClosed, config.ErrBusy),
	} {
		path := yamlFile(t, "n: 1")
		s := open[calling](t, config.WithFile(path), config.WithCheck(func(_ context.Context, old, _ *calling) error {
			if old == nil {
				return nil
			}
			return errors.Join(cause)
		}))
		put(t, path, "n: 2")
		err := s.Reload(t.Context())
		if _, ok := err.(*config.Error); !ok { //nolint:errorlint // itself, not what it wraps
			t.Errorf("%v: got %v, want an *Error", cause, err)
		}
		for _, answer := range []error{config.ErrClosed, config.ErrBusy, config.ErrReentrant, config.ErrAlreadyLoaded} {
			if errors.Is(err, answer) {
				t.Errorf("%v: the rejection is taken for %v", cause, answer)
			}
		}
		if s.Status().LastOutcome != config.Rejected {
			t.Errorf("%v: the outcome is %s", cause, s.Status().LastOutcome)
		}
	}
}

func TestACheckMayFailWithADeadlineOfItsOwn(t *testing.T) {
	check := config.WithCheck(func(context.Context, *checked, *checked) error { return context.DeadlineExceeded })
	wantProblems(t, config.Check[checked](config.WithoutFile(), check), "context deadline exceeded [check]")
}

func TestManyReloadsAndCallsFromInsideDoNotRace(t *testing.T) {
	path := yamlFile(t, "n: 1")
	var s atomic.Pointer[config.Store[calling]]
	calls(t, func() {
		if s := s.Load(); s != nil {
			_ = s.Reload(context.Background())
			_, _ = s.Status(), s.Settings()
		}
	})
	store := open[calling](t, config.WithFile(path), config.WithSettle(0))
	s.Store(store)
	store.OnChange(func(_, _ *calling) { _, _ = store.Status(), store.Reload(context.Background()) })
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				put(t, path, "n: "+string(rune('0'+(i+j)%10)))
				_ = store.Reload(context.Background())
				_, _ = store.Status(), store.History()
			}
		})
	}
	wg.Wait()
	store.Close()
	if err := store.Reload(context.Background()); !errors.Is(err, config.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
