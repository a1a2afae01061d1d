//go:build unix

package source

import (
	"io/fs"
	"syscall"
)

// identify tells which inode info describes. Two paths with equal IDs are the
// same file or directory, whatever they are called.
func identify(_ string, info fs.FileInfo) ID {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ID{}
	}
	return ID{Device: uint64(st.Dev), Inode: st.Ino} //nolint:unconvert // Dev is an int32 on darwin
}
