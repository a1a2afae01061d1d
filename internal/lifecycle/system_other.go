//go:build !unix

package lifecycle

import (
	"io/fs"
	"os"
)

// openFlags is empty: there are no FIFOs in directories.
const openFlags = 0

// isOwn always reports true: the owner of a file is not available.
func isOwn(fs.FileInfo) bool { return true }

// tryLock does nothing: two processes with one directory both write.
func tryLock(*os.File) (bool, error) { return true, nil }
