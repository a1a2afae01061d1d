package config_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// alone is set in the environment of a process that runs one test, to its name.
const alone = "LASTGOOD_TEST_ALONE"

// isAlone reports whether this process runs the test alone. If not, isAlone starts
// one that does, with the attributes given, and fails or skips the test as that
// one did. What the test does to its process and its namespaces harms nobody else
// then.
func isAlone(t *testing.T, attr syscall.SysProcAttr) bool {
	t.Helper()
	if os.Getenv(alone) == t.Name() {
		return true
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+regexp.QuoteMeta(t.Name())+"$", "-test.v", "-test.count=1")
	cmd.Dir, cmd.Env = "/", append(os.Environ(), alone+"="+t.Name())
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	attr.Pdeathsig = syscall.SIGKILL
	cmd.SysProcAttr = &attr
	runtime.LockOSThread() // Pdeathsig is about the thread that started it
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	if err != nil {
		t.Skipf("needs to start a process with %+v: %v", attr, err)
	}
	err = cmd.Wait()
	switch said := out.String(); {
	case err != nil || !strings.Contains(said, "--- "):
		t.Errorf("alone: %v\n%s", err, said)
	case strings.Contains(said, "--- SKIP"):
		t.Skip(said)
	}
	return false
}

// asRoot returns the attributes of a process that is root in a user namespace of
// its own and has other namespaces of its own, too.
func asRoot(namespaces uintptr) syscall.SysProcAttr {
	return syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | namespaces,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
}
