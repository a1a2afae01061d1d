package guard_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

var fn = &guard.Func{Name: "Do", Type: reflect.TypeFor[fs.PathError]()}

// call runs a function that calls f.
func call(ctx context.Context, owner any, limit time.Duration, f func(ctx context.Context)) error {
	return guard.Run(ctx, owner, limit, func(ctx context.Context) {
		if failed := guard.Under(ctx).Call(fn, func() { f(ctx) }); failed != nil {
			panic("it has panicked: " + failed.Error())
		}
	})
}

func TestRunReturnsWhenItsFunctionHas(t *testing.T) {
	done := false
	if err := call(t.Context(), nil, time.Minute, func(context.Context) { done = true }); err != nil || !done {
		t.Errorf("got %v, done %v", err, done)
	}
}

func TestRunNamesTheFunctionThatExits(t *testing.T) {
	err := call(t.Context(), nil, time.Minute, func(context.Context) { runtime.Goexit() })
	if want := "the Do method of fs.PathError called runtime.Goexit"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRunSurvivesAPanicOutsideOfAnyCall(t *testing.T) {
	err := guard.Run(t.Context(), nil, time.Minute, func(context.Context) { panic("boom") })
	failed, ok := err.(*guard.Error) //nolint:errorlint // itself
	if !ok || err.Error() != "a function panicked with a string" || !strings.Contains(string(failed.Stack), "OutsideOfAnyCall") {
		t.Errorf("got %v", err)
	}
}

func TestRunReturnsWhenItsContextIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan bool)
		time.AfterFunc(time.Second, cancel)
		err := call(ctx, nil, time.Hour, func(inner context.Context) {
			time.Sleep(2 * time.Second)
			over <- guard.Under(inner).Over()
		})
		abandoned, ok := err.(*guard.Abandoned) //nolint:errorlint // itself
		if !ok || abandoned.Inside != fn || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if !<-over {
			t.Error("the function was not told that it is over")
		}
	})
}

func TestRunReturnsWhenOneCallTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := call(t.Context(), nil, 10*time.Second, func(context.Context) { time.Sleep(time.Hour) })
		if want := "the Do method of fs.PathError has not returned within 10s"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if took := time.Since(began); took < 10*time.Second || took > 13*time.Second {
			t.Errorf("it returned after %v", took)
		}
		time.Sleep(time.Hour) // for the call to end
	})
}

func TestWithinWaitsForAsLongAsItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for after, want := range map[time.Duration]bool{0: true, 9 * time.Second: true, 11 * time.Second: false} {
			c := make(chan int, 1)
			time.AfterFunc(after, func() { c <- 7 })
			began := time.Now()
			v, ok := guard.Within(c, 10*time.Second)
			if ok != want || (v == 7) != want || time.Since(began) > 10*time.Second {
				t.Errorf("what comes after %v: got %d, %v, after %v", after, v, ok, time.Since(began))
			}
		}
	})
}

func TestManyCallsMayTakeLongerTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := guard.Run(t.Context(), nil, 10*time.Second, func(ctx context.Context) {
			for range 100 {
				_ = guard.Under(ctx).Call(fn, func() { time.Sleep(5 * time.Second) })
			}
			time.Sleep(time.Hour) // no call at all
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestACallInsideACallIsNamed(t *testing.T) {
	inner := &guard.Func{Name: "the inner one"}
	err := guard.Run(t.Context(), nil, time.Minute, func(ctx context.Context) {
		_ = guard.Under(ctx).Call(fn, func() {
			_ = guard.Under(ctx).Call(inner, func() {})
			_ = guard.Under(ctx).Call(inner, func() { panic("boom") })
			runtime.Goexit()
		})
	})
	if want := "the Do method of fs.PathError called runtime.Goexit"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAnOwnerIsReenteredFromWhatItWaitsFor(t *testing.T) {
	a, b := new(int), new(int)
	reenters := func(ctx context.Context, owner any) bool { return guard.Caller(ctx).Reenters(owner) }
	if reenters(t.Context(), a) {
		t.Error("where nothing runs")
	}
	var after context.Context
	err := call(t.Context(), a, time.Minute, func(ctx context.Context) {
		after = ctx
		if !reenters(ctx, a) || !reenters(context.Background(), a) || reenters(ctx, b) {
			t.Error("in the function")
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			if !reenters(ctx, a) {
				t.Error("with its context, from another goroutine")
			}
			if reenters(context.Background(), a) {
				t.Error("from another goroutine")
			}
		}()
		<-done
		if err := call(ctx, b, time.Minute, func(ctx context.Context) {
			if !reenters(ctx, a) || !reenters(ctx, b) {
				t.Error("in a function that is waited for in turn")
			}
		}); err != nil {
			t.Error(err)
		}
		if reenters(ctx, b) {
			t.Error("after that")
		}
	})
	if err != nil || reenters(after, a) || reenters(context.Background(), a) {
		t.Error("after the end", err)
	}
}

func TestEachOfManyRunsIsRecognisedByItsGoroutine(t *testing.T) {
	var deep func(n int, f func())
	deep = func(n int, f func()) {
		if n == 0 {
			f()
			return
		}
		deep(n-1, f)
	}
	var all sync.WaitGroup
	var started sync.WaitGroup
	started.Add(100)
	for i := range 100 {
		all.Go(func() {
			owner := new(int)
			err := guard.Run(context.Background(), owner, time.Minute, func(context.Context) {
				started.Done()
				started.Wait() // all have a goroutine at the same time
				deep(i*10, func() {
					if r := guard.Caller(context.Background()); !r.Reenters(owner) || r.Reenters(new(int)) {
						t.Errorf("the run %d is taken for another", i)
					}
				})
			})
			if err != nil || guard.Caller(context.Background()) != nil {
				t.Error("outside of it", err)
			}
		})
	}
	all.Wait()
}

// endless wraps itself twice.
type endless struct{}

func (endless) Error() string   { return "endless" }
func (endless) Unwrap() []error { return []error{endless{}, endless{}} }

// picky panics when it is asked.
type picky struct{ list []int }

func (picky) Error() string { return "picky" }
func (picky) Is(error) bool { panic("Is") }
func (picky) As(any) bool   { panic("As") }

func TestIsAndAsFindWhatThoseOfErrorsDo(t *testing.T) {
	path := &fs.PathError{Op: "open", Err: fs.ErrNotExist}
	for _, err := range []error{
		path, errors.Join(errors.New("x"), path), fmt.Errorf("a: %w, b: %w", errors.New("x"), fmt.Errorf("c: %w", path)), errors.New("x"), fs.ErrNotExist, nil,
	} {
		if got, want := guard.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrNotExist); got != want {
			t.Errorf("Is(%v) is %v, want %v", err, got, want)
		}
		var got, want *fs.PathError
		if guard.As(err, &got) != errors.As(err, &want) || got != want {
			t.Errorf("As(%v) finds %v, want %v", err, got, want)
		}
	}
	for _, err := range []error{endless{}, picky{}, errors.Join(picky{}, path)} {
		if guard.Is(err, picky{[]int{1}}) {
			t.Errorf("%v is found", err)
		}
		var found *fs.PathError
		if guard.As(err, &found) != (found == path) {
			t.Errorf("As(%v) finds %v", err, found)
		}
	}
}

// wide wraps itself many times.
type wide struct{ errs []error }

func (wide) Error() string     { return "wide" }
func (w wide) Unwrap() []error { return w.errs }

func TestAWideChainWithoutAnEndTakesLittleMemory(t *testing.T) {
	w := wide{make([]error, 1000)}
	for i := range w.errs {
		w.errs[i] = w
	}
	visits := 0
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_ = (*guard.Running)(nil).Walk(w, func(error) bool { visits++; return true })
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 || visits != 10_000 {
		t.Errorf("%d visits took %d bytes", visits, used)
	}
}

type text string

func (text) String() string { panic("no text") }

type formatted int

func (formatted) Format(fmt.State, rune) { panic("no format") }

func TestTextCallsNoMoreThanItMust(t *testing.T) {
	loop := map[string]any{}
	loop["itself"] = loop
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "nil"}, {"a", "a"}, {1, "1"}, {true, "true"}, {1.5, "1.5"}, {uint8(7), "7"},
		{errors.New("e"), "e"}, {time.Second, "1s"}, {loop, "a value of type map[string]interface {}"},
		{text("x"), "the String method of guard_test.text panicked with a string"},
		{formatted(3), "3"}, {(*fs.PathError)(nil), "the Error method of *fs.PathError panicked: " +
			"runtime error: invalid memory address or nil pointer dereference"},
	} {
		if got := guard.Text(test.value); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestAPanicsNumbersAreNotShown(t *testing.T) {
	s, n := "secret", 99
	for want, f := range map[string]func(){
		"panicked: runtime error: index out of range":        func() { _ = s[n] },
		"panicked: runtime error: slice bounds out of range": func() { _ = s[n:] },
		"panicked: runtime error: cannot convert slice":      func() { _ = [16]byte([]byte(s)) },
		"panicked: runtime error: integer divide by zero":    func() { _ = n / (n - 99) },
		"panicked: hash of unhashable type: []int":           func() { _ = map[any]int{}[[]int{1}] },
		"panicked with a string":                             func() { panic(s) },
	} {
		if failed := guard.Call(fn, f); failed == nil || failed.Fault != want {
			t.Errorf("got %v, want %s", failed, want)
		}
	}
}

func TestHereEndsWithItsContextAndSurvivesAPanic(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := guard.Here(ctx, func(ctx context.Context) {
		before := guard.Under(ctx).Over()
		cancel()
		if before || !guard.Under(ctx).Over() {
			t.Error("it is not over exactly when its context is done")
		}
	})
	if err != nil {
		t.Error(err)
	}
	var failed *guard.Error
	if err := guard.Here(ctx, func(context.Context) { panic("boom") }); !errors.As(err, &failed) || failed.Stack == nil {
		t.Errorf("got %v, want a panic with its stack", err)
	}
}
