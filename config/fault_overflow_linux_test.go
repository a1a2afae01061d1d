package config_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"example.com/lastgood/config"
)

// follower is set in the environment of a process that follows the named file and prints the
// versions that it serves.
const follower = "LASTGOOD_TEST_FOLLOWER"

// The process that follows the file is stopped. More events than the kernel queues occur beside
// the file, and only then the file and its directory change, so that their events are lost.
func TestAnOverflowOfTheEventQueueLosesNoChange(t *testing.T) {
	if path := os.Getenv(follower); path != "" {
		o := observe(t, config.WithFile(path), noPoll())
		for n := range 3 {
			o.serves(t, n+1)
			fmt.Println("serves", n+1)
		}
		return
	}
	t.Parallel()
	path := filepath.Join(t.TempDir(), "d", "c.yaml")
	repair(t, path, 1)
	says, process := startFollower(t, t.Name(), path)
	wantSaid(t, says, "serves 1")
	stop(t, process)
	overflow(t, filepath.Dir(path))
	must(t, os.RemoveAll(filepath.Dir(path))) // a new one is likely to get the same inode number
	repair(t, path, 2)
	must(t, process.Signal(syscall.SIGCONT))
	wantSaid(t, says, "serves 2")
	repair(t, path, 3)
	wantSaid(t, says, "serves 3") // by an event again
}

func wantSaid(t *testing.T, says <-chan string, want string) {
	t.Helper()
	if got := within(t, says, want); got != want {
		t.Fatalf("the follower says %q, want %q", got, want)
	}
}

// startFollower starts the process and returns its output, line by line.
func startFollower(t *testing.T, test, path string) (<-chan string, *os.Process) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+test+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), follower+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	must(t, cmd.Start())
	says, read := make(chan string, 100), make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			says <- lines.Text()
		}
	}()
	t.Cleanup(func() {
		if t.Failed() { // else it ends by itself, and cleans up
			_ = cmd.Process.Kill() // it may have ended
		}
		<-read
		_ = cmd.Wait() // its output was checked
	})
	return says, cmd.Process
}

// stop stops a process and waits until it has.
func stop(t *testing.T, process *os.Process) {
	t.Helper()
	must(t, process.Signal(syscall.SIGSTOP))
	eventually(t, "the process to stop", func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(stat), ") T ")
	})
}

// overflow renames a file in dir until every unread event queue for the directory overflows,
// which a queue of its own shows.
func overflow(t *testing.T, dir string) {
	t.Helper()
	queue, err := syscall.InotifyInit1(syscall.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(queue)
	if _, err := syscall.InotifyAddWatch(queue, dir, syscall.IN_MOVE); err != nil {
		t.Fatal(err)
	}
	limit, err := os.ReadFile("/proc/sys/fs/inotify/max_queued_events")
	if err != nil {
		t.Fatal(err)
	}
	events, err := strconv.Atoi(strings.TrimSpace(string(limit)))
	if err != nil || events > 1<<20 {
		t.Skipf("the queue holds %d events, which are too many to make; %v", events, err)
	}
	names := [2]string{filepath.Join(dir, "churn"), filepath.Join(dir, "churned")}
	put(t, names[0], "")
	for i := range events/2 + 100 {
		must(t, os.Rename(names[i%2], names[(i+1)%2]))
	}
	buf := make([]byte, (events+1)*(syscall.SizeofInotifyEvent+16))
	n, err := syscall.Read(queue, buf)
	if err != nil || n < syscall.SizeofInotifyEvent {
		t.Fatalf("read %d bytes of events: %v", n, err)
	}
	last := buf[n-syscall.SizeofInotifyEvent:] // wd, mask, cookie, len
	if mask := binary.NativeEndian.Uint32(last[4:]); mask&syscall.IN_Q_OVERFLOW == 0 {
		t.Fatalf("the queue did not overflow: the last event is %#x", mask)
	}
}
