package testkit

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Lease takes a write lease on the file at path, as Samba does for its clients. The lease
// ends, without an event, when the returned file is closed. Lease waits while the file is open
// elsewhere, for example in a child process before its exec.
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
