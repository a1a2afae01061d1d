package config_test

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// replace moves from to to, without a gap where the file system supports it.
func replace(from, to string) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_EXCHANGE)
	if err == nil {
		return os.RemoveAll(from)
	}
	return errors.Join(os.RemoveAll(to), os.Rename(from, to))
}
