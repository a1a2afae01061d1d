package configtest

import (
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// NewStore returns a store whose Current is value, for code that is handed one.
// It is a store of its own, as [config.Open] returns it, so it suits parallel
// tests, and is closed when the test ends.
//
// The value is served as it is: nothing fills in defaults (see [Defaults]) or validates
// it. [Set] and [Reject] play what a change and a rejected reload do, without a file.
// [config.Store.Reload] returns [config.ErrClosed], as there is nothing to read.
func NewStore[T any](t testing.TB, value T) *config.Store[T] {
	t.Helper()
	store, err := config.Open[T](serve(t, &value))
	if err != nil {
		t.Fatalf("configtest: NewStore: %v", err)
	}
	t.Cleanup(store.Close)
	return store
}

// Set has a store of [NewStore] publish value as a reload does: as a new version, with
// its line in the log, and then the hooks of [config.Store.OnChange], and those of
// [config.Store.OnRecover] if the last reload was a [Reject]. A value that is equal to the
// current one is no new version. Nothing validates it.
//
// Set waits for the hooks to return, so that a test can look at once at what they did; it
// must not be called in one. A hook that takes more than 10 seconds fails the test. It may
// be called concurrently.
func Set[T any](t testing.TB, store *config.Store[T], value T) {
	t.Helper()
	play(t, "Set", store, override.Step{Value: &value})
}

// Reject has a store of [NewStore] do what it does about a reload that is not good: keep
// its value, report the problems in its log and status, and call the hooks of
// [config.Store.OnReject]. As of a file, the same problems are reported once. Without
// problems, there is one, with the code "check". It waits as [Set] does.
func Reject[T any](t testing.TB, store *config.Store[T], problems ...config.Problem) {
	t.Helper()
	if len(problems) == 0 {
		problems = []config.Problem{{Code: config.CodeCheck, Message: "rejected by the test"}}
	}
	play(t, "Reject", store, override.Step{Rejected: &config.Error{Problems: problems}})
}

// patience is how long hooks may take.
const patience = 10 * time.Second

func play[T any](t testing.TB, function string, store *config.Store[T], step override.Step) {
	t.Helper()
	delivered, err := config.Play(store, step)
	if err != nil {
		t.Fatalf("configtest: %s: %v", function, err)
	}
	select {
	case <-delivered:
	case <-time.After(patience):
		t.Fatalf("configtest: %s: the hooks have not returned within %v: %+v", function, patience, store.Status().Hook)
	}
}
