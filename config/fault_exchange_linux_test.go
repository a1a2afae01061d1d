package config_test

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// replace puts what is at from in the place of what is at to, without a
// gap where the file system can.
func replace(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_EXCHANGE)
	if err == nil {
		return os.RemoveAll(from)
	}
	return errors.Join(os.RemoveAll(to), os.Rename(from, to))
}
