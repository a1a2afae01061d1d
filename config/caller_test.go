package config_test

import (
	"context"
	"encoding"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// The tests of this file are of a caller's code that misbehaves. Each runs in a process
// of its own, since it used to end it.

// inChild reports whether this process runs the test alone. If not, it has run a process that
// does, in parallel with other tests.
func inChild(t *testing.T) bool {
	t.Helper()
	return testkit.Alone(t, syscall.SysProcAttr{})
}

// misbehaving is a configuration with a Validate method whose behavior a test selects.
type misbehaving struct{ Do int }

var misbehave func(do int) error // set by a test that runs alone

func (m misbehaving) Validate() error {
	if m.Do == 0 {
		return nil
	}
	return misbehave(m.Do)
}

// wrapping is an error as most have: a pointer, which may be nil.
type wrapping struct{ inner error }

func (e *wrapping) Error() string { return "wrapping: " + e.inner.Error() }
func (e *wrapping) Unwrap() error { return e.inner }

// faulty is an error with one method whose behavior a test selects.
type faulty struct {
	method string
	do     func()
}

func (e faulty) called(method string) {
	if e.method == method {
		e.do()
	}
}
func (e faulty) Error() string { e.called("Error"); return "the text" }
func (e faulty) Unwrap() error { e.called("Unwrap"); return nil }
func (e faulty) Is(error) bool { e.called("Is"); return false }
func (e faulty) As(any) bool   { e.called("As"); return false }

type faultyKey struct{ faulty }

func (e faultyKey) Key() string { e.called("Key"); return "do" }

// endless wraps itself.
type endless struct{}

func (endless) Error() string { return "endless" }
func (endless) Unwrap() error { return endless{} }

// joinsItself is an error that joins itself and contains its own text.
type joinsItself struct{}

func (joinsItself) Error() string     { return "joins itself" }
func (e joinsItself) Unwrap() []error { return []error{e} }

func TestErrorsOfAValidateMethodWhoseOwnMethodsPanic(t *testing.T) {
	if !inChild(t) {
		return
	}
	boom := func() { panic("boom") }
	deep := errors.New("at the bottom")
	for range 5_000 { // as a loop with errors.Join makes it
		deep = errors.Join(deep, errors.New("x"))
	}
	for _, test := range []struct {
		err  error
		want string // in the text of the rejection
	}{
		{(*wrapping)(nil), "the Error method of *config_test.wrapping panicked: runtime error: invalid memory address or nil pointer dereference; " +
			"the Unwrap method of *config_test.wrapping panicked: runtime error"},
		{fmt.Errorf("outer: %w", (*wrapping)(nil)), "outer: "},
		{faulty{"Error", boom}, "the Error method of config_test.faulty panicked with a string"},
		{faulty{"Unwrap", boom}, "the text; the Unwrap method of config_test.faulty panicked with a string"},
		{faulty{"As", boom}, "the text; the As method of config_test.faulty panicked with a string"},
		{faulty{"Is", boom}, "the text [check]"},
		{faultyKey{faulty{"Key", boom}}, "the Key method of config_test.faultyKey panicked with a string"},
		{faultyKey{faulty{"Unwrap", boom}}, "do: the text; the Unwrap method of config_test.faultyKey panicked with a string"},
		{errors.Join(errors.New("one"), faulty{"Error", boom}), "one [check]"},
		{endless{}, "endless"},
		{joinsItself{}, "joins itself"},
		{deep, "at the bottom"},
		{faulty{"Error", func() { panic((*wrapping)(nil)) }}, "the Error method of config_test.faulty panicked with a *config_test.wrapping"},
		{faulty{"Error", runtime.Goexit}, "the Error method of config_test.faulty called runtime.Goexit"},
		{faulty{"Unwrap", runtime.Goexit}, "the Unwrap method of config_test.faulty called runtime.Goexit"},
	} {
		misbehave = func(int) error { return test.err }
		path := yamlFile(t, "do: 0")
		s := open[misbehaving](t, config.WithFile(path))
		put(t, path, "do: 1")
		err := s.Reload(t.Context())
		if rejected, ok := err.(*config.Error); !ok || !strings.Contains(rejected.Error(), test.want) { //nolint:errorlint // itself, not what it wraps
			t.Errorf("%T: got %v, want %q in it", test.err, err, test.want)
		}
		if s.Status().Err == nil || s.Current().Do != 0 {
			t.Errorf("%T: the status or the value is wrong", test.err)
		}
		// errors.Is and errors.As must not panic either.
		if errors.Is(err, os.ErrClosed) {
			t.Errorf("%T is os.ErrClosed", test.err)
		}
		var pathErr *os.PathError
		if errors.As(err, &pathErr) {
			t.Errorf("%T is a PathError", test.err)
		}
		accepts(t, s, path, "do: 0 # good again")
	}
}

func TestAValidateMethodThatPanicsOrExitsIsNamed(t *testing.T) {
	if !inChild(t) {
		return
	}
	do := []func(){
		1: func() { panic("hunter2") },
		2: func() { panic(faulty{"Error", func() { panic("again") }}) },
		3: func() { var m map[string]int; m["x"] = 1 }, //nolint:govet,staticcheck // on purpose
		4: runtime.Goexit,
		5: func() { defer runtime.Goexit(); panic("hunter2") },
		6: func() { defer func() { panic("hunter2") }(); runtime.Goexit() },
	}
	misbehave = func(i int) error { do[i](); return nil }
	path := yamlFile(t, "do: 0")
	s := open[misbehaving](t, config.WithFile(path), config.WithSettle(20*time.Millisecond))
	rejected := make(chan *config.Error, 10)
	s.OnReject(func(err *config.Error) { rejected <- err })
	for i, want := range []string{
		1: "panicked with a string", 2: "panicked with a config_test.faulty", 3: "panicked: assignment to entry in nil map",
		4: "called runtime.Goexit", 5: "called runtime.Goexit", 6: "called runtime.Goexit",
	} {
		if want == "" {
			continue
		}
		overwrite(t, path, "do: "+strconv.Itoa(i))
		err := within(t, rejected, "the rejection")
		if !strings.Contains(err.Error(), "the Validate method of config_test.misbehaving "+want) {
			t.Errorf("%d: got %v, want %s", i, err, want)
		}
		if err := s.Reload(context.Background()); err == nil {
			t.Errorf("%d: accepted", i)
		}
	}
	overwrite(t, path, "do: 0 # good again")
	eventually(t, "the all-clear", func() bool { return s.Status().Err == nil })
}

// Base is embedded by a pointer that is nil.
type Base struct{ X int }

func (b *Base) Validate() error { return fmt.Errorf("%d", b.X) }

type onNothing struct {
	*Base `mapstructure:"-"`
	N     int
}

func TestAValidateMethodPromotedFromANilPointerIsNamed(t *testing.T) {
	wantProblems(t, config.Check[onNothing](config.WithoutFile()), "the Validate method of config_test.onNothing panicked: "+
		"runtime error: invalid memory address or nil pointer dereference; the embedded *config_test.Base, which has a Validate method, is nil [check]")
}

// mark is a text with methods to decode and encode it whose behavior a test selects.
type mark struct{ text string }

var markDoes = func(_, _ string) {} // set by tests that run alone

func (m *mark) UnmarshalText(b []byte) error {
	markDoes("UnmarshalText", string(b))
	m.text = string(b)
	return nil
}
func (m mark) MarshalText() ([]byte, error) {
	markDoes("MarshalText", m.text)
	return []byte(m.text), nil
}
func (m mark) String() string { markDoes("String", m.text); return m.text }

var _ encoding.TextMarshaler = mark{}

type marked struct {
	N     int
	Mark  mark
	Marks map[mark]int `validate:"dive,min=0"`
}

func TestTheMethodsOfValuesAndKeysMayPanicOrExit(t *testing.T) {
	if !inChild(t) {
		return
	}
	misbehaves := map[string]func(){"panic": func() { panic("hunter2") }, "Goexit": runtime.Goexit}
	for how, do := range misbehaves {
		for _, method := range []string{"UnmarshalText", "MarshalText", "String"} {
			for where, content := range map[string]string{
				"a value":         "mark: bad",
				"a key":           "marks: {bad: 1}",
				"a key at fault":  "marks: {bad: -1}",
				"a key of others": "{n: x, marks: {bad: -1}}",
			} {
				path := yamlFile(t, "n: 1")
				s := open[marked](t, config.WithFile(path))
				markDoes = func(m, text string) {
					if m == method && text == "bad" {
						do()
					}
				}
				put(t, path, content)
				err := s.Reload(t.Context())
				if err != nil && method == "UnmarshalText" && !strings.Contains(err.Error(), "the UnmarshalText method of *config_test.mark ") {
					t.Errorf("%s, %s in %s: %v", how, method, where, err)
				}
				_ = s.Settings()
				_ = s.Snapshot().Settings()
				if how == "panic" {
					_ = s.Diff(nil, s.Current()) // on this goroutine, which a method may end
				}
				markDoes = func(string, string) {}
				accepts(t, s, path, "n: 2")
				s.Close()
			}
		}
	}
}

func TestTheMethodsOfDefaultsMayPanicOrExit(t *testing.T) {
	if !inChild(t) {
		return
	}
	for how, do := range map[string]func(){"panicked": func() { panic("hunter2") }, "called runtime.Goexit": runtime.Goexit} {
		markDoes = func(method, _ string) {
			if method == "MarshalText" {
				do()
			}
		}
		_, err := config.Open[marked](config.WithoutFile(), config.WithDefaults(marked{Marks: map[mark]int{{"bad"}: 1}}))
		if err == nil || !strings.Contains(err.Error(), how) {
			t.Errorf("got %v, want that a method %s", err, how)
		}
	}
}

// caller's rules and functions of the validator.
type withARule struct {
	N int `validate:"mine"`
}

func TestACallersRulesMayPanicOrExit(t *testing.T) {
	if !inChild(t) {
		return
	}
	var do func()
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := v.RegisterValidation("mine", func(fl validator.FieldLevel) bool {
		if fl.Field().Int() == 13 {
			do()
		}
		return true
	}); err != nil {
		t.Fatal(err)
	}
	path := yamlFile(t, "n: 1")
	s := open[withARule](t, config.WithFile(path), config.WithValidator(v))
	do = func() { panic("hunter2") }
	rejects(t, s, path, "n: 13", "c.yaml: its validation rules cannot be applied: a rule panicked with a string [check]")
	do = runtime.Goexit
	rejects(t, s, path, "n: 13 # again", "c.yaml: a rule called runtime.Goexit [check]")
	accepts(t, s, path, "n: 2")
}

func TestThePanicOfAMethodRevealsNoLengths(t *testing.T) {
	if !inChild(t) {
		return
	}
	text := "1234567"
	misbehave = func(i int) error { _ = text[i:]; return nil }
	err := config.Check[misbehaving](config.WithFile(yamlFile(t, "do: 99")))
	wantProblems(t, err, "c.yaml: the Validate method of config_test.misbehaving panicked: runtime error: slice bounds out of range [check]")
}

func TestAKeyThatCannotBeAKeyIsAProblem(t *testing.T) {
	if !inChild(t) {
		return
	}
	type config_ struct{ M map[odd]int }
	err := config.Check[config_](config.WithFile(filepath.Clean(yamlFile(t, "m: {a: 1}"))))
	wantProblems(t, err, "c.yaml:1:5: m.a: the key must be a config_test.odd; what its own method makes of the text cannot be a key [type]")
}

// odd is comparable for the compiler, but not with the value that its method sets.
type odd struct{ v any }

func (o *odd) UnmarshalText([]byte) error { o.v = []int{1}; return nil }
