package config_test

import (
	"os"
	"syscall"
	"testing"

	"example.com/lastgood/internal/testkit"
)

// isAlone reports whether this process runs the test alone. If not, it has run a process with
// these attributes that does, in parallel with other tests, which the changes of that process
// and its namespaces do not affect.
func isAlone(t *testing.T, attr syscall.SysProcAttr) bool {
	t.Helper()
	attr.Pdeathsig = syscall.SIGKILL
	return testkit.Alone(t, attr)
}

// asRoot returns the attributes of a process that is root in a user namespace of its own, with
// further namespaces of its own.
func asRoot(namespaces uintptr) syscall.SysProcAttr {
	return syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | namespaces,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
}
