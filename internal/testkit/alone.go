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

// aloneEnv is the environment variable of a process that runs one test; its value is the
// test's name.
const aloneEnv = "LASTGOOD_TEST_ALONE"

// Alone reports whether this process runs the test alone. If not, Alone runs the test in a
// process with these attributes, in parallel with other tests, and fails or skips it as it did
// there. The test can then change process-wide state.
func Alone(t *testing.T, attr syscall.SysProcAttr) bool {
	t.Helper()
	if os.Getenv(aloneEnv) == t.Name() {
		return true
	}
	t.Parallel()
	program, err := os.Executable()
	Must(t, err)
	args := []string{"-test.run=^" + regexp.QuoteMeta(t.Name()) + "$", "-test.v", "-test.timeout=5m"}
	if f := flag.Lookup("test.gocoverdir"); f != nil && f.Value.String() != "" && !isOtherUser(attr) {
		args = append(args, "-test.gocoverdir="+f.Value.String()) // its coverage counts
	}
	cmd := exec.CommandContext(t.Context(), program, args...) //nolint:gosec // this very program
	cmd.Dir, cmd.Env = string(os.PathSeparator), append(os.Environ(), aloneEnv+"="+t.Name())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &attr
	runtime.LockOSThread() // Pdeathsig is sent when the thread that started the process ends
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

// isOtherUser reports whether the attributes have the credentials of another user.
func isOtherUser(attr syscall.SysProcAttr) bool {
	user := reflect.ValueOf(attr).FieldByName("Credential")
	return user.IsValid() && !user.IsNil()
}
