package validate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/validate"
)

var errPair = errors.New("a is more than b")

type pair struct{ A, B int }

func (p pair) Validate() error {
	if p.A > p.B {
		return errPair
	}
	return nil
}

type whole struct {
	Pair  pair
	List  []*pair
	Keyed map[string]pair
	Rest  map[string]pair `mapstructure:",remain"`
	Mode  string
}

func (w *whole) Validate() error {
	switch w.Mode {
	case "joined":
		return errors.Join(errors.New("first"), nil, errors.Join(fmt.Errorf("%w\n%w", errors.New("second"), errors.New("third"))))
	case "keyed":
		return errors.Join(&keyed{"pair.b", errors.New("too small")}, fmt.Errorf("about it: %w", &keyed{"list[0].a", errors.New("x")}),
			&keyed{"nowhere", errors.New("lost")}, &keyed{"keyed.x", errors.New("absent")})
	case "panic":
		panic("boom")
	case "textless":
		return errors.New("")
	case "lines":
		return errors.New(" one\ntwo ")
	}
	return nil
}

// keyed is an error that names a key.
type keyed struct {
	key   string
	cause error
}

func (k *keyed) Error() string { return k.key + ": " + k.cause.Error() }
func (k *keyed) Key() string   { return k.key }
func (k *keyed) Unwrap() error { return k.cause }

func TestValidateMethodsAreCalledFromTheInsideOut(t *testing.T) {
	want(t, failures[whole](t, "mode: lines\npair: {a: 1}\nlist: [null, {a: 1}]\nkeyed: {k: {a: 1}}\nother: {a: 1}"),
		"2:1 pair: a is more than b", "3:14 list[1]: a is more than b", "4:9 keyed.k: a is more than b", "5:1 other: a is more than b",
		"one\ntwo")
}

func TestTheErrorOfAMethodIsTheCause(t *testing.T) {
	r, v := decoded[whole](t, "pair: {a: 1}", merge.Options{})
	validate.Value(r, v, validate.Options{Validate: rules.DefaultValidator()})
	if len(r.Problems) != 1 || !errors.Is(r.Problems[0].Err, errPair) {
		t.Errorf("got %+v", r.Problems)
	}
}

func TestJoinedErrorsAreProblemsOfTheirOwn(t *testing.T) {
	want(t, failures[whole](t, "mode: joined"), "first", "second", "third")
}

func TestAnErrorNamesTheKeyItIsAbout(t *testing.T) {
	want(t, failures[whole](t, "mode: keyed\npair: {b: 3}\nlist: [{a: -1}]"),
		"2:11 pair.b: too small", "3:12 list[0].a: about it: list[0].a: x", "nowhere: lost", "keyed.x: absent")
}

func TestAMethodThatPanicsIsAProblem(t *testing.T) {
	want(t, failures[whole](t, "mode: panic"), "the Validate method of validate_test.whole panicked with a string")
}

func TestAnErrorWithoutATextHasOne(t *testing.T) {
	want(t, failures[whole](t, "mode: textless"), "it returned a *errors.errorString without a text")
}

func TestNoMethodIsCalledOnAnIncompleteValue(t *testing.T) {
	want(t, failures[whole](t, "mode: lines\npair: {a: 1, b: x}\nlist: [{a: 1}]"),
		`2:17 pair.b: want an integer, got "x"`, "3:8 list[0]: a is more than b")
}

type level string

func (l level) Validate() error {
	if l != "on" {
		return errors.New("want on")
	}
	return nil
}

func TestTheErrorOfAMethodAddsNothingToAFailedRule(t *testing.T) {
	type config struct {
		Ruled level `validate:"oneof=on"`
		Bare  level
	}
	want(t, failures[config](t, "ruled: x\nbare: x"), `1:8 ruled: must be one of on, got "x"`, "2:1 bare: want on")
}

func TestTextsOfACallersCodeAreRedacted(t *testing.T) {
	redact := func(text string) string { return strings.ReplaceAll(text, "first", "…") }
	r, v := decoded[whole](t, "mode: joined", merge.Options{Redact: redact})
	validate.Value(r, v, validate.Options{Validate: rules.DefaultValidator()})
	want(t, formatProblems(r.Problems), "…", "second", "third")
}

// checked runs checks on a value and returns their problems.
func checked(ctx context.Context, t *testing.T, limit time.Duration, checks ...validate.Check) []problem.Problem {
	t.Helper()
	r, v := decoded[whole](t, "pair: {b: 3}", merge.Options{Running: guard.Under(ctx)})
	validate.Checks(ctx, r, checks, limit, (*whole)(nil), v)
	return r.Problems
}

func TestChecksGetTheOldValueAndTheNew(t *testing.T) {
	var calls int
	ok := check(func(_ context.Context, old, new *whole) error {
		calls++
		if old != nil || new.Pair.B != 3 {
			return fmt.Errorf("got %v and %v", old, new)
		}
		return nil
	})
	if got := checked(t.Context(), t, time.Minute, ok, ok); len(got) > 0 || calls != 2 {
		t.Errorf("%d calls: %q", calls, formatProblems(got))
	}
}

func TestEveryCheckIsCalled(t *testing.T) {
	got := checked(t.Context(), t, time.Minute,
		check(func(context.Context, *whole, *whole) error { return &keyed{"pair.b", errPair} }),
		check(func(context.Context, *whole, *whole) error { panic("boom") }))
	want(t, formatProblems(got), "1:11 pair.b: a is more than b", "the check panicked with a string")
	if !errors.Is(got[0].Err, errPair) {
		t.Errorf("the cause is %v", got[0].Err)
	}
}

func TestACheckHasATimeLimit(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	deaf := check(func(context.Context, *whole, *whole) error { <-release; return nil })
	want(t, formatProblems(checked(t.Context(), t, time.Millisecond, deaf)), "the check did not end within 1ms")
	// An error of the check after the timeout does not count, one before it does.
	prompt := check(func(context.Context, *whole, *whole) error { return context.DeadlineExceeded })
	want(t, formatProblems(checked(t.Context(), t, time.Minute, prompt)), "context deadline exceeded")
}

func TestACheckEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	waiting := check(func(ctx context.Context, _, _ *whole) error { cancel(); <-ctx.Done(); return ctx.Err() })
	got := formatProblems(checked(ctx, t, time.Minute, waiting))
	if len(got) != 1 || !strings.HasPrefix(got[0], "the check was given up: context canceled") {
		t.Errorf("got %q", got)
	}
}
