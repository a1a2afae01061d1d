package watch

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// frozen is set in the environment of a process that stops itself.
const frozen = "LASTGOOD_TEST_FROZEN"

// The kernel stops a container that has used up its CPU limit, at any moment.
func TestTimeInWhichTheProcessDoesNotRunAbandonsNoNotifier(t *testing.T) {
	if os.Getenv(frozen) == "" {
		cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.count=1")
		cmd.Env = append(os.Environ(), frozen+"=1")
		thaw(t, cmd)
		return
	}
	fake := newFakeNotifier()
	var once sync.Once
	h := newHub(func() (*notifier, error) {
		n, err := fake.open()
		add := n.add
		n.add = func(path string) error {
			once.Do(func() {
				must(t, syscall.Kill(os.Getpid(), syscall.SIGSTOP))
				<-time.After(10 * time.Millisecond) // it is not the first to run again
			})
			return add(path)
		}
		return n, err
	})
	_, path := dirWithFile(t)
	if w := armed(t, h, path); w.hasFailures() {
		t.Errorf("not watched: %v", w.failures)
	}
}

// thaw runs a process that stops itself, and continues it when adding a watch would have
// taken too long.
func thaw(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for stopped := false; ; {
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("%v:\n%s", err, &out)
			}
			return
		case <-time.After(addLimit):
		}
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid)) // it may have ended
		was := stopped
		if stopped = bytes.Contains(stat, []byte(") T ")); stopped && was {
			_ = cmd.Process.Signal(syscall.SIGCONT) // as above
		}
	}
}
