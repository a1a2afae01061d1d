package config_test

import (
	"os"
	"syscall"
	"testing"

	"example.com/lastgood/internal/testkit"
)

// isAlone reports whether this process runs the test alone. If not, one that does, with the
// attributes given, has run it, beside other tests: what the test does to its process and
// its namespaces harms nobody else.
func isAlone(t *testing.T, attr syscall.SysProcAttr) bool {
	t.Helper()
	attr.Pdeathsig = syscall.SIGKILL
	return testkit.Alone(t, attr)
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
