package configtest

import (
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// NewStore returns a store whose Current is value. Like those of [config.Open], it is not the
// process-wide store, so it can be used in parallel tests. It is closed when the test ends.
//
// The value is served unchanged: it gets no defaults (see [Defaults]) and is not validated. [Set] and
// [Reject] simulate a change and a rejected reload. [config.Store.Reload] returns [config.ErrClosed],
// because there is no file to read.
func NewStore[T any](t testing.TB, value T) *config.Store[T] {
	t.Helper()
	store, err := config.Open[T](serve(t, &value))
	if err != nil {
		t.Fatalf("configtest: NewStore: %v", err)
	}
	t.Cleanup(store.Close)
	return store
}

// Set publishes value in a store of [NewStore] as a reload does: it is a new version, with its record
// in the log, and the hooks of [config.Store.OnChange] are called, and those of
// [config.Store.OnRecover] if the last reload was a [Reject]. A value that is equal to the current one
// is not published. The value is not validated.
//
// Set blocks until the hooks have returned, so it must not be called in a hook. If that takes more than
// 10 seconds, the test fails. Set is safe for concurrent use.
func Set[T any](t testing.TB, store *config.Store[T], value T) {
	t.Helper()
	play(t, "Set", store, override.Step{Value: &value})
}

// Reject simulates a rejected reload in a store of [NewStore]: the store keeps its value, reports the
// problems in its log and status, and calls the hooks of [config.Store.OnReject]. As for a file, the
// same problems are reported once. Without problems, there is one, with the code "check". Like [Set],
// it blocks until the hooks have returned, and is safe for concurrent use.
func Reject[T any](t testing.TB, store *config.Store[T], problems ...config.Problem) {
	t.Helper()
	if len(problems) == 0 {
		problems = []config.Problem{{Code: config.CodeCheck, Message: "rejected by the test"}}
	}
	play(t, "Reject", store, override.Step{Rejected: &config.Error{Problems: problems}})
}

// maxHookTime is how long hooks may take.
const maxHookTime = 10 * time.Second

func play[T any](t testing.TB, function string, store *config.Store[T], step override.Step) {
	t.Helper()
	delivered, err := config.Play(store, step)
	if err != nil {
		t.Fatalf("configtest: %s: %v", function, err)
	}
	select {
	case <-delivered:
	case <-time.After(maxHookTime):
		t.Fatalf("configtest: %s: the hooks have not returned within %v: %+v", function, maxHookTime, store.Status().Hook)
	}
}
