package notify_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/leak"
	"example.com/lastgood/internal/notify"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(leak.Tests{M: m})
}

// maxWait bounds every wait; nothing is expected to take that long.
const maxWait = 20 * time.Second

// journal records calls of hooks and reports.
type journal struct {
	mu    sync.Mutex
	lines []string
}

// hook returns a hook that records its name and arguments.
func (j *journal) hook(name string) func(old, new int) {
	return func(old, new int) { j.record("%s %d>%d", name, old, new) }
}

func (j *journal) record(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

// want compares the records since its last call with the expected ones.
func (j *journal) want(t *testing.T, want ...string) {
	t.Helper()
	if got := j.take(); !slices.Equal(got, want) {
		t.Errorf("the hooks noted %q, want %q", got, want)
	}
}

// take returns the records since the last call.
func (j *journal) take() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	lines := j.lines
	j.lines = nil
	return lines
}

// newTopic returns a dispatcher with one topic whose first value is 0.
func newTopic(options notify.Options) (*notify.Dispatcher, *notify.Topic[int]) {
	d := notify.New(options)
	return d, notify.NewTopic(d, "changes", 0)
}
