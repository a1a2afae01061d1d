package kubelet

import (
	"log/slog"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// settings is the configuration that the tests follow. Left and Right must be equal, so a mixture of two files
// is rejected.
type settings struct {
	Left  string `validate:"required"`
	Right string `validate:"eqfield=Left"`
}

// yaml returns a file with the given value.
func yaml(value string) string { return "left: " + value + "\nright: " + value + "\n" }

// followed is a store that follows files by events alone, without a poll.
type followed struct {
	store    *config.Store[settings]
	changed  chan string // the new value, at each change
	rejected chan string // the code of the first problem, at each rejection
}

// never is a settle time for content that is published by a link and so need not settle. A test would time out
// if it had to.
const never = time.Hour

func follow(t *testing.T, settle time.Duration, paths ...string) *followed {
	t.Helper()
	store, err := config.Open[settings](
		config.WithFile(paths...),
		config.WithPollInterval(0),
		config.WithSettle(settle),
		config.WithLogger(slog.New(slog.DiscardHandler)),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	f := &followed{store, make(chan string, 1000), make(chan string, 1000)}
	store.OnChange(func(_, new *settings) { f.changed <- new.Left })
	store.OnReject(func(err *config.Error) { f.rejected <- err.Problems[0].Code })
	return f
}

// changes waits for the next change, and checks that it is to value.
func (f *followed) changes(t *testing.T, value string) {
	t.Helper()
	select {
	case got := <-f.changed:
		if got != value {
			t.Fatalf("changed to %q, want %q", got, value)
		}
		if now := f.store.Current().Left; now != value {
			t.Fatalf("Current is %q after the change to %q", now, value)
		}
	case code := <-f.rejected:
		t.Fatalf("rejected with %q, want a change to %q", code, value)
	case <-time.After(maxWait):
		t.Fatalf("Current is still %q, want %q", f.store.Current().Left, value)
	}
}

// rejects waits for the next rejection, and checks its code.
func (f *followed) rejects(t *testing.T, code string) {
	t.Helper()
	select {
	case got := <-f.rejected:
		if got != code {
			t.Fatalf("rejected with %q, want %q", got, code)
		}
	case value := <-f.changed:
		t.Fatalf("changed to %q, want a rejection with %q", value, code)
	case <-time.After(maxWait):
		t.Fatalf("not rejected, want %q", code)
	}
}

// maxWait bounds every wait.
const maxWait = 20 * time.Second
