package testkit

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Lease takes a write lease on the file at path, as Samba does for its clients, which
// ends when the file that it returns is closed. No event tells that. It waits while the file
// is open elsewhere: in a process, for example, that is forked from this one and is not
// exec'ed yet.
func Lease(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	Becomes(func() bool {
		_, err = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_WRLCK)
		return !errors.Is(err, syscall.EAGAIN)
	})
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
