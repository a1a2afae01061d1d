//go:build unix

package source

import (
	"io/fs"
	"time"

	"golang.org/x/sys/unix"
)

// Package os allocates each FileInfo, and registers each descriptor with the poller and the
// garbage collector. A poll, of which there is one every few seconds, makes about ten of these
// calls and needs none of that.

// lstat returns the attributes of path without following a link.
func lstat(path string) (fileInfo, error) { return statAt(path, unix.AT_SYMLINK_NOFOLLOW) }

// stat returns the attributes of the file that path leads to.
func stat(path string) (fileInfo, error) { return statAt(path, 0) }

func statAt(path string, flags int) (fileInfo, error) {
	var st unix.Stat_t
	for {
		err := unix.Fstatat(unix.AT_FDCWD, path, &st, flags)
		switch err {
		case nil:
			return fileInfoOf(&st), nil
		case unix.EINTR:
			continue
		}
		return fileInfo{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
}

func fileInfoOf(st *unix.Stat_t) fileInfo {
	f := fileInfo{
		size:     st.Size,
		modified: time.Unix(st.Mtim.Unix()),
		id:       ID{Device: uint64(st.Dev), Inode: uint64(st.Ino)}, //nolint:unconvert // they have other types elsewhere
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFDIR:
		f.mode = fs.ModeDir
	case unix.S_IFLNK:
		f.mode = fs.ModeSymlink
	case unix.S_IFIFO:
		f.mode = fs.ModeNamedPipe
	case unix.S_IFSOCK:
		f.mode = fs.ModeSocket
	case unix.S_IFCHR, unix.S_IFBLK:
		f.mode = fs.ModeDevice
	default:
		f.mode = fs.ModeIrregular
	}
	return f
}

// leadsTo reports whether path is a symbolic link with this target. It is false for a target
// of 256 bytes or more, which is then walked again.
func leadsTo(path, target string) bool {
	var buf [256]byte
	n, err := unix.Readlink(path, buf[:])
	return err == nil && n < len(buf) && string(buf[:n]) == target
}

// openDirectory are the flags to open a directory with. The open fails, and does not block, if
// the directory was replaced by something else.
const openDirectory = unix.O_DIRECTORY | unix.O_NONBLOCK

// file is an open file.
type file int

// open opens path for reading. It does not block on a FIFO.
func open(path string) (file, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		switch err {
		case nil:
			return file(fd), nil
		case unix.EINTR:
			continue
		}
		return 0, &fs.PathError{Op: "open", Path: path, Err: err}
	}
}

func (f file) stat() (fileInfo, error) {
	var st unix.Stat_t
	for {
		switch err := unix.Fstat(int(f), &st); err {
		case nil:
			return fileInfoOf(&st), nil
		case unix.EINTR:
		default:
			return fileInfo{}, err
		}
	}
}

// readAt reads at an offset. At the end of the file it returns 0 and no error.
func (f file) readAt(p []byte, offset int64) (int, error) {
	for {
		n, err := unix.Pread(int(f), p, offset)
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}

func (f file) close() { _ = unix.Close(int(f)) } // it was only read: nothing is lost
