//go:build linux

package scenario

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// isolated is set in the environment of a process that may mount.
const isolated = "LASTGOOD_SCENARIO_ISOLATED"

// Isolate runs the test binary again in a mount namespace of its own and returns
// its exit code: whatever a scenario mounts is seen by nobody else and gone with
// that process. Who is not root becomes it in a user namespace. It returns false
// in that process, and where the system does not allow it; scenarios that need
// mounts are skipped there. It is to be called first in TestMain.
func Isolate() (code int, done bool) {
	if os.Getenv(isolated) != "" {
		return 0, false
	}
	cmd := exec.CommandContext(context.Background(), "/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), isolated+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = namespaces()
	runtime.LockOSThread() // a child is killed when the thread that started it ends
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return 0, false
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return 1, true
	}
	if code = cmd.ProcessState.ExitCode(); code < 0 { // a signal
		code = 2
	}
	return code, true
}

func namespaces() *syscall.SysProcAttr {
	if os.Geteuid() == 0 {
		return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Unshareflags: syscall.CLONE_NEWNS}
	}
	return &syscall.SysProcAttr{
		Pdeathsig:   syscall.SIGKILL,
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
}
