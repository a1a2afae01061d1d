//go:build !unix

package source

import (
	"errors"
	"io"
	"os"
)

// lstat returns the attributes of path without following a link.
func lstat(path string) (fileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return fileInfo{}, err
	}
	// The system has no inode numbers to compare: a file replaced under the same path
	// is detected by its content only.
	return fileInfo{mode: info.Mode(), id: ID{Path: path}, size: info.Size(), modified: info.ModTime()}, nil
}

// stat returns the attributes of the file that path leads to.
func stat(path string) (fileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return fileInfo{}, err
	}
	return fileInfo{mode: info.Mode(), size: info.Size(), modified: info.ModTime()}, nil
}

// leadsTo reports whether path is a symbolic link with this target.
func leadsTo(path, target string) bool {
	t, err := os.Readlink(path)
	return err == nil && t == target
}

// openDirectory are the flags to open a directory with.
const openDirectory = 0

// file is an open file.
type file struct{ *os.File }

// open opens path for reading.
func open(path string) (file, error) {
	f, err := os.Open(path)
	return file{f}, err
}

func (f file) stat() (fileInfo, error) {
	info, err := f.Stat()
	if err != nil {
		return fileInfo{}, err
	}
	return fileInfo{mode: info.Mode(), size: info.Size(), modified: info.ModTime()}, nil
}

// readAt reads at an offset. At the end of the file it returns 0 and no error.
func (f file) readAt(p []byte, offset int64) (int, error) {
	n, err := f.ReadAt(p, offset)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (f file) close() { _ = f.Close() } // it was only read: nothing is lost
