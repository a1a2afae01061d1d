package configtest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// harness returns a harness with all functions, for a source that is wrapped by wrap.
func harness(wrap func(*configtest.Source) config.Source) configtest.SourceHarness {
	var s *configtest.Source
	failing := func(err error) func(*testing.T) func() {
		return func(*testing.T) func() {
			s.Fail(err)
			return func() { s.Fail(nil) }
		}
	}
	return configtest.SourceHarness{
		New: func(t *testing.T) config.Source {
			s = configtest.NewSource(t, "played")
			return wrap(s)
		},
		Put:    func(_ *testing.T, documents map[string]string) { s.Update(documents) },
		Delete: func(*testing.T) { s.Remove() },
		Names:  []string{"a.yaml", "b.json"},
		Poll:   50 * time.Millisecond,

		Refuse: failing(&config.SourceError{Content: true, Err: errors.New("no signature")}),
		Deny:   failing(errors.New("no permission")),
		Break: func(*testing.T) func() {
			s.Fail(errors.New("connection refused"))
			s.End(errors.New("connection reset"))
			return func() { s.Fail(nil) }
		},
		Stall: func(*testing.T) func() {
			s.Stall(true)
			return func() { s.Stall(false) }
		},
		Restart: func(*testing.T) { s.End(nil) },
		Expire:  func(*testing.T) { s.End(errors.New("the revision has expired")) },
		Rotate:  func(*testing.T) { s.End(errors.New("unauthorized")) },
	}
}

func TestTheSourceOfATestFollowsTheRules(t *testing.T) {
	t.Parallel()
	configtest.TestSource(t, harness(func(s *configtest.Source) config.Source { return s }))
}

// changed is a source with replaced methods.
type changed struct {
	config.Source
	read  func(context.Context) (config.Reading, error)
	watch func(ctx context.Context, since string, hint func()) error
}

func (c *changed) Read(ctx context.Context) (config.Reading, error) {
	if c.read == nil {
		return c.Source.Read(ctx)
	}
	return c.read(ctx)
}

func (c *changed) Watch(ctx context.Context, since string, hint func()) error {
	if c.watch == nil {
		return c.Source.Watch(ctx, since, hint)
	}
	return c.watch(ctx, since, hint)
}

func TestASourceWithoutAWatchFollowsTheRules(t *testing.T) {
	t.Parallel()
	configtest.TestSource(t, harness(func(s *configtest.Source) config.Source {
		return &changed{Source: s, watch: func(context.Context, string, func()) error { return fmt.Errorf("polled: %w", errors.ErrUnsupported) }}
	}))
}

func ExampleNewSource() {
	t := &testing.T{} // the test's own
	src := configtest.NewSource(t, "played")
	src.Update(map[string]string{"config.yaml": "greeting: Hello"})
	cfg, err := config.Open[struct{ Greeting string }](config.WithSource(src))
	if err != nil {
		t.Fatal(err)
	}
	defer cfg.Close()
	src.Update(map[string]string{"config.yaml": "greeting: Welcome"})
	if err := cfg.Reload(context.Background()); err != nil {
		t.Fatal(err)
	}
	fmt.Println(strings.ToUpper(cfg.Current().Greeting))
	// Output: WELCOME
}
