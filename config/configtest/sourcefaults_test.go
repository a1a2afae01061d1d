package configtest_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// faults are sources that break a rule, with the test that must fail and its message.
var faults = map[string]struct {
	test, want string
	wrap       func(*configtest.Source) config.Source
}{
	"a watch that ignores its revision": {"a_change_after", "does not announce a change between the read and the watch", func(s *configtest.Source) config.Source {
		return &changed{Source: s, watch: func(ctx context.Context, _ string, hint func()) error {
			r, err := s.Read(ctx)
			if err != nil {
				return err
			}
			return s.Watch(ctx, r.Revision, hint)
		}}
	}},
	"a watch that does not end": {"a_change_after", "Watch does not return when its context is done", func(s *configtest.Source) config.Source {
		return &changed{Source: s, watch: func(ctx context.Context, since string, hint func()) error {
			return s.Watch(context.WithoutCancel(ctx), since, hint)
		}}
	}},
	"documents read one after the other": {"documents_are_read_together", "are read in parts", func(s *configtest.Source) config.Source {
		return &changed{Source: s, read: func(ctx context.Context) (config.Reading, error) {
			r, err := s.Read(ctx)
			if err != nil || len(r.Documents) < 2 {
				return r, err
			}
			time.Sleep(time.Millisecond) // the content changes meanwhile
			again, err := s.Read(ctx)
			r.Documents[1] = again.Documents[1]
			for i := range again.Documents {
				if again.Documents[i].Name != r.Documents[0].Name {
					r.Documents[1] = again.Documents[i]
				}
			}
			return r, err
		}}
	}},
	"missing content without an error": {"content_that_is_not_there", "want nothing and an error that wraps fs.ErrNotExist", func(s *configtest.Source) config.Source {
		return &changed{Source: s, read: func(ctx context.Context) (config.Reading, error) {
			r, err := s.Read(ctx)
			if errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
			return r, err
		}}
	}},
	"a lack of permission that is fs.ErrNotExist": {"a_lack_of_permission", "want another error", func(s *configtest.Source) config.Source {
		return &changed{Source: s, read: func(ctx context.Context) (config.Reading, error) {
			r, err := s.Read(ctx)
			if err != nil {
				err = fs.ErrNotExist
			}
			return r, err
		}}
	}},
	"a name that changes": {"its_name", "Name returns", func(s *configtest.Source) config.Source { return &renamed{Source: s} }},
}

// renamed is a source that changes its name on each call.
type renamed struct {
	config.Source
	mu sync.Mutex
	n  int
}

func (r *renamed) Name() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	return strings.Repeat("x", r.n)
}

// fault is the environment variable with the fault of a process.
const fault = "CONFIGTEST_FAULT"

// The tests of faults fail, so each runs in its own process.
func TestASourceThatBreaksARuleFailsTheTest(t *testing.T) {
	if name := os.Getenv(fault); name != "" {
		configtest.SetHarnessLimit(300 * time.Millisecond)
		configtest.TestSource(t, harness(faults[name].wrap))
		return
	}
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestASourceThatBreaksARuleFailsTheTest$/"+f.test) //nolint:gosec // this test program
			cmd.Env = append(os.Environ(), fault+"="+name)
			if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), f.want) {
				t.Errorf("%v, want %q:\n%s", err, f.want, out)
			}
		})
	}
}
