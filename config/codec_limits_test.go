package config_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/lastgood/config"
)

// A decoder may end in any way.
func TestACodecThatDoesNotReturnIsSurvived(t *testing.T) {
	for name, end := range map[string]func(){
		"panicked with a string":    func() { panic("hunter2") },
		"called runtime.Goexit":     runtime.Goexit,
		"panicked with a *errors.e": func() { panic(errors.New("hunter2")) },
	} {
		t.Run(name, func(t *testing.T) {
			var ends atomic.Bool
			d := decoder(func(b []byte, v map[string]any) error {
				if ends.Load() {
					end()
				}
				return lines(b, v)
			})
			path := confFile(t, "name = one")
			s := open[coded](t, config.WithCodec("conf", d), config.WithFile(path), noPoll())
			ends.Store(true)
			put(t, path, "name = two")
			err := s.Reload(t.Context())
			if err == nil || !strings.Contains(err.Error(), "the codec for conf "+name) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
			ends.Store(false)
			put(t, path, "name = three")
			if must(t, s.Reload(t.Context())); s.Current().Name != "three" {
				t.Errorf("serving %+v", s.Current())
			}
		})
	}
}

func TestACodecThatHangsDoesNotHoldUpClose(t *testing.T) {
	var hangs atomic.Bool
	inside, leave := make(chan struct{}), make(chan struct{})
	defer close(leave)
	d := decoder(func(b []byte, v map[string]any) error {
		if hangs.Load() {
			close(inside)
			<-leave
		}
		return lines(b, v)
	})
	path := confFile(t, "name = one")
	s, err := config.Open[coded](config.WithCodec("conf", d), config.WithFile(path), noPoll())
	if err != nil {
		t.Fatal(err)
	}
	hangs.Store(true)
	put(t, path, "name = two")
	<-inside
	s.Close()
	if s.Current().Name != "one" {
		t.Errorf("serving %+v", s.Current())
	}
}

// A decoder gets bytes of its own, and is called by one goroutine at a time.
func TestACodecGetsACopyAndIsCalledByOneAtATime(t *testing.T) {
	type secretive struct {
		Name string
		Pass config.Secret
	}
	var inside atomic.Int32
	d := decoder(func(b []byte, v map[string]any) error {
		if inside.Add(1) > 1 {
			t.Error("two calls at the same time")
		}
		defer inside.Add(-1)
		err := lines(b, v)
		clear(b)
		return err
	})
	path := confFile(t, "name = one\npass = hunter2")
	var log journal
	s := open[secretive](t, config.WithCodec("conf", d), config.WithFile(path), noPoll(), logTo(&log))
	s.OnReject(func(err *config.Error) {
		if err.Problems[0].Code == config.CodeUnknownKey { // and not the empty file while it is being written
			panic("rejected hunter3-hunter3")
		}
	})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 20 {
				put(t, path, fmt.Sprintf("name = %d\npass = hunter3-hunter3\nunknown = x", i))
				_ = s.Reload(t.Context())
			}
		})
	}
	all.Wait()
	eventually(t, "the hook's panic", func() bool { return strings.Contains(log.String(), "rejected [redacted]") })
	if strings.Contains(log.String(), "hunter3") {
		t.Error("the log has the secret")
	}
	put(t, path, "name = last\npass = hunter2")
	if must(t, s.Reload(t.Context())); s.Current().Name != "last" {
		t.Errorf("serving %+v", s.Current())
	}
}

// The error of a decoder is shown only if it cannot quote a secret.
func TestTheErrorOfACodecIsShownWithoutSecrets(t *testing.T) {
	type secretive struct {
		Pass string `secret:"true"`
	}
	broken := errors.New("line 3: hunter2")
	opts := []config.Option{config.WithCodec("conf", decoder(func([]byte, map[string]any) error { return broken })), config.WithFile(confFile(t, "x"))}
	err := config.Check[coded](opts...)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "the codec for conf cannot read it: line 3: hunter2 [syntax]") {
		t.Errorf("got %v", err)
	}
	err = config.Check[secretive](opts...)
	if errors.Is(err, broken) || strings.Contains(fmt.Sprintf("%+v", err), "hunter2") ||
		!strings.Contains(err.Error(), "the codec for conf cannot read it; its error is not shown because it may quote a secret [syntax]") {
		t.Errorf("got %v", err)
	}
}

// The result of a decoder has the limits of a document.
func TestWhatACodecReturnsIsBounded(t *testing.T) {
	t.Parallel()
	loop := map[string]any{}
	loop["a"] = []any{loop}
	var self any
	self = &self
	wide := any("x")
	for range 40 {
		wide = []any{wide, wide}
	}
	deep := any("x")
	for range 1_000_000 {
		deep = []any{deep}
	}
	many := make([]int, 1<<20)
	long := strings.Repeat("x", 1<<20)
	texts := make([]any, 100)
	for i := range texts {
		texts[i] = long
	}
	for name, test := range map[string]struct {
		free any
		want string
	}{
		"a loop":               {loop, "nested more than 100 levels deep, or leading back to itself [too_large]"},
		"a pointer to itself":  {self, "nested more than 100 levels deep, or leading back to itself [too_large]"},
		"deep":                 {deep, "nested more than 100 levels deep, or leading back to itself [too_large]"},
		"shared":               {wide, "lists and maps that occur more than once stand for too many values [too_large]"},
		"many":                 {many, "more than 1048576 values [too_large]"},
		"much text":            {texts, "too much text [too_large]"},
		"a long key":           {map[string]any{long: 1}, "a key of more than 4096 bytes [too_large]"},
		"no text":              {"\xff", "free: not valid UTF-8; only a []byte field takes any bytes [syntax]"},
		"a key that is none":   {map[string]any{"\xff": 1}, "free: a key is not valid UTF-8 [syntax]"},
		"a function":           {func() {}, "free: a func() is no setting [type]"},
		"a secret":             {config.NewSecret("hunter2"), `free: the value is a secret, but the field would show it; give the field the tag secret:"true" [type]`},
		"a key twice":          {map[any]any{1: "a", "1": "b"}, "free.1: it is set twice; keep one [duplicate_key]"},
		"a method that panics": {panicky(1), "free: the MarshalText method of config_test.panicky panicked with a string [type]"},
	} {
		t.Run(name, func(t *testing.T) {
			path := confFile(t, "x")
			err := config.Check[coded](returning(map[string]any{"free": test.free}), config.WithFile(path))
			if err == nil || !strings.Contains(err.Error(), path+": "+test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

type panicky int

func (panicky) MarshalText() ([]byte, error) { panic("hunter2") }
