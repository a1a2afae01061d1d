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

// patience bounds every wait; nothing is expected to take that long.
const patience = 20 * time.Second

// journal is what hooks and reports note down.
type journal struct {
	mu    sync.Mutex
	lines []string
}

// hook returns a hook that notes its name and what it is called with.
func (j *journal) hook(name string) func(old, new int) {
	return func(old, new int) { j.note("%s %d>%d", name, old, new) }
}

func (j *journal) note(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

// want compares what was noted since the last time with what is expected.
func (j *journal) want(t *testing.T, want ...string) {
	t.Helper()
	if got := j.take(); !slices.Equal(got, want) {
		t.Errorf("the hooks noted %q, want %q", got, want)
	}
}

// take returns what was noted since the last time.
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
