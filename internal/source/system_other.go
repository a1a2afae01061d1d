//go:build !unix

package source

import (
	"errors"
	"io"
	"os"
)

// lstat tells of path without following it.
func lstat(path string) (facts, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return facts{}, err
	}
	// The system has no inode numbers to compare: a replacement under the same path
	// is seen by its content alone.
	return facts{mode: info.Mode(), id: ID{Path: path}, size: info.Size(), modified: info.ModTime()}, nil
}

// stat tells of what path leads to.
func stat(path string) (facts, error) {
	info, err := os.Stat(path)
	if err != nil {
		return facts{}, err
	}
	return facts{mode: info.Mode(), size: info.Size(), modified: info.ModTime()}, nil
}

// leadsTo reports whether the symbolic link at path has the target.
func leadsTo(path, target string) bool {
	t, err := os.Readlink(path)
	return err == nil && t == target
}

// openDirectory are the flags to open a directory with.
const openDirectory = 0

// file is an open file.
type file struct{ *os.File }

// open opens path to read it.
func open(path string) (file, error) {
	f, err := os.Open(path)
	return file{f}, err
}

func (f file) stat() (facts, error) {
	info, err := f.Stat()
	if err != nil {
		return facts{}, err
	}
	return facts{mode: info.Mode(), size: info.Size(), modified: info.ModTime()}, nil
}

// readAt reads at an offset. At the end of the file it returns 0.
func (f file) readAt(p []byte, offset int64) (int, error) {
	n, err := f.ReadAt(p, offset)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (f file) close() { _ = f.Close() } // it was only read: nothing is lost
