package testkit

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// alone is set in the environment of a process that runs one test, to its name.
const alone = "LASTGOOD_TEST_ALONE"

// Alone reports whether this process runs the test alone. If not, Alone runs it in a
// process with the attributes given, beside other tests, and fails or skips the test as
// it did there. What the test does to its process harms nobody else then.
func Alone(t *testing.T, attr syscall.SysProcAttr) bool {
	t.Helper()
	if os.Getenv(alone) == t.Name() {
		return true
	}
	t.Parallel()
	program, err := os.Executable()
	Must(t, err)
	args := []string{"-test.run=^" + regexp.QuoteMeta(t.Name()) + "$", "-test.v", "-test.timeout=5m"}
	if f := flag.Lookup("test.gocoverdir"); f != nil && f.Value.String() != "" && !isOtherUser(attr) {
		args = append(args, "-test.gocoverdir="+f.Value.String()) // what it covers counts
	}
	cmd := exec.CommandContext(t.Context(), program, args...) //nolint:gosec // this very program
	cmd.Dir, cmd.Env = string(os.PathSeparator), append(os.Environ(), alone+"="+t.Name())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &attr
	runtime.LockOSThread() // a signal at the parent's death is about the thread that started it
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		t.Skipf("needs to start a process with %+v: %v", attr, err)
	}
	err = cmd.Wait()
	switch printed := out.String(); {
	case err != nil || !strings.Contains(printed, "--- "):
		t.Errorf("alone: %v\n%.9000s", err, printed)
	case strings.Contains(printed, "--- SKIP"):
		t.Skip(printed)
	}
	return false
}

// isOtherUser reports whether a process belongs to another user, where there is such an
// attribute.
func isOtherUser(attr syscall.SysProcAttr) bool {
	user := reflect.ValueOf(attr).FieldByName("Credential")
	return user.IsValid() && !user.IsNil()
}
