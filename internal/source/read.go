package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// Error is why a file could not be read.
type Error struct {
	Code    string // missing_file, not_regular, too_large, unreadable or unstable
	Message string // what is wrong, without the file's name
	Hint    string // what to do about it, or ""
	Err     error  // the cause, or nil
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause, so that errors.Is(err, fs.ErrNotExist) works.
func (e *Error) Unwrap() error { return e.Err }

// reason identifies the error without what varies while it lasts, such as the
// size of a growing file. It is "" where there is no error.
func (e *Error) reason() string {
	switch {
	case e == nil:
		return ""
	case e.Code == "too_large":
		return e.Code
	}
	return e.Code + " " + e.Message
}

// content is what one read of a regular file saw.
type content struct {
	data     []byte
	modified time.Time
	torn     bool // it was written to while it was read
}

// read reads the regular file at path, which must be free of symbolic links,
// up to limit bytes.
//
// It never blocks on what is not a regular file: that is refused before it is
// opened, because opening a device may already do something, and again after,
// because it may have been exchanged in between. O_NONBLOCK keeps that second
// case from hanging on a FIFO.
func read(path string, limit int64) (content, *Error) {
	info, err := os.Lstat(path)
	if err != nil {
		return content{}, classify(err)
	}
	if !info.Mode().IsRegular() {
		return content{}, notRegular(info.Mode())
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return content{}, classify(err)
	}
	defer func() { _ = f.Close() }() // read only: closing loses nothing
	before, err := f.Stat()
	if err != nil {
		return content{}, classify(err)
	}
	if !before.Mode().IsRegular() {
		return content{}, notRegular(before.Mode())
	}
	if before.Size() > limit {
		return content{}, tooLarge(before.Size(), limit)
	}
	var buf bytes.Buffer
	buf.Grow(int(before.Size()) + bytes.MinRead) // room for the read that finds the end
	n, err := buf.ReadFrom(io.LimitReader(f, limit+1))
	if err != nil {
		return content{}, classify(err)
	}
	if n > limit {
		return content{}, tooLarge(n, limit)
	}
	after, err := f.Stat()
	if err != nil {
		return content{}, classify(err)
	}
	torn := after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) ||
		after.Size() != n && !readsSame(f, buf.Bytes())
	return content{data: buf.Bytes(), modified: after.ModTime(), torn: torn}, nil
}

// readsSame reports whether f holds data, reading it once more. It is for files
// that do not tell their size: those in /proc have 0 bytes, those in /sys 4096.
func readsSame(f *os.File, data []byte) bool {
	again := make([]byte, len(data)+1)
	n, err := f.ReadAt(again, 0)
	return errors.Is(err, io.EOF) && bytes.Equal(again[:n], data)
}

// classify says in plain words why the system would not let a file be read.
func classify(err error) *Error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return &Error{Code: "missing_file", Message: "no such file", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Code: "unreadable", Message: "permission denied", Err: err,
			Hint: fmt.Sprintf("it must be readable by user id %d, and its directories searchable", os.Getuid())}
	case errors.Is(err, syscall.EMFILE):
		return &Error{Code: "unreadable", Message: "cannot be read: too many open files", Err: err,
			Hint: "this process has used up its file descriptors; see ulimit -n"}
	case errors.Is(err, syscall.ELOOP):
		return &Error{Code: "unreadable", Message: "its symbolic links lead in a circle", Err: err}
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return &Error{Code: "unreadable", Message: "cannot be read: " + errno.Error(), Err: err}
	}
	return &Error{Code: "unreadable", Message: "cannot be read: " + err.Error(), Err: err}
}

func notRegular(mode fs.FileMode) *Error {
	what := "a special file"
	switch {
	case mode.IsDir():
		what = "a directory"
	case mode&fs.ModeNamedPipe != 0:
		what = "a FIFO"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	case mode&fs.ModeDevice != 0:
		what = "a device"
	}
	return &Error{Code: "not_regular", Message: "is " + what + ", not a regular file"}
}

func tooLarge(size, limit int64) *Error {
	return &Error{Code: "too_large",
		Message: fmt.Sprintf("has %d bytes or more, the limit is %d", size, limit),
		Hint:    "WithMaxSize raises the limit"}
}
