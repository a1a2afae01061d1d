package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Error is the reason why a file could not be read.
type Error struct {
	Code    string // missing_file, not_regular, too_large, unreadable, refused or unstable
	Message string // what is wrong, without the file's name
	Hint    string // what to do about it, or ""
	Err     error  // the cause, or nil
	Varies  bool   // Message may change while the cause is the same
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause, so that errors.Is(err, fs.ErrNotExist) works.
func (e *Error) Unwrap() error { return e.Err }

// reason identifies the error without the parts that vary while the cause is the same, such as
// the size of a growing file. It is "" for nil.
func (e *Error) reason() string {
	switch {
	case e == nil:
		return ""
	case e.Code == "too_large", e.Varies:
		return e.Code
	}
	return e.Code + " " + e.Message
}

// content is the result of reading a regular file.
type content struct {
	id       ID // see fileInfo
	data     []byte
	modified time.Time
	torn     bool // it was written to while it was read
}

// fileInfo are the attributes of a file.
type fileInfo struct {
	mode     fs.FileMode // the type bits
	id       ID          // unset for an open file on a system without inode numbers
	size     int64
	modified time.Time
}

// read reads the regular file that a walk led to, up to limit bytes.
//
// It never opens anything but a regular file: opening a device can already have an effect. The
// file may have been replaced since the walk, so [open] does not block, and the type is
// checked again after it.
//
// With ref, it refuses files whose content the kernel generates, such as those in /proc: a
// document that refers to one would get the environment or the memory of the process.
func read(trace Trace, limit int64, ref bool) (content, *Error) {
	if trace.Kind != Regular {
		f, err := lstat(trace.Real)
		if err != nil {
			return content{}, classify(err)
		}
		return content{}, notRegular(f.mode)
	}
	return readFile(trace.Real, limit, ref)
}

// leased reports whether opening the file failed because another process, such as Samba, holds
// a write lease on it. The kernel has asked that process to release it.
func (e *Error) leased() bool { return e != nil && errors.Is(e.Err, syscall.EWOULDBLOCK) }

// readFile reads the regular file at path; see [read].
func readFile(path string, limit int64, ref bool) (content, *Error) {
	f, err := open(path)
	if err != nil {
		return content{}, classify(err)
	}
	defer f.close()
	before, err := f.stat()
	if err != nil {
		return content{}, classify(err)
	}
	if !before.mode.IsRegular() {
		return content{}, notRegular(before.mode)
	}
	if ref && f.isGenerated() {
		return content{}, &Error{Code: "not_regular", Message: "is made up by the kernel, and not a regular file"}
	}
	if before.size > limit {
		return content{}, TooLarge(before.size, limit)
	}
	data, err := f.readAll(before.size, limit)
	if err != nil {
		return content{}, classify(err)
	}
	n := int64(len(data))
	if n > limit {
		return content{}, TooLarge(n, limit)
	}
	after, err := f.stat()
	if err != nil {
		return content{}, classify(err)
	}
	torn := after.size != before.size || !after.modified.Equal(before.modified) ||
		after.size != n && !f.hasContent(data)
	return content{id: after.id, data: data, modified: after.modified, torn: torn}, nil
}

// readAll reads a file whose size was reported as size, up to limit+1 bytes. If the first read
// returns exactly size bytes although there was room for more, that is the whole file.
func (f file) readAll(size, limit int64) ([]byte, error) {
	data := make([]byte, 0, size+1)
	for {
		if len(data) == cap(data) {
			if int64(len(data)) > limit {
				return data, nil
			}
			data = slices.Grow(data, 512)
		}
		room := data[len(data):cap(data)]
		n, err := f.readAt(room[:min(int64(len(room)), limit+1-int64(len(data)))], int64(len(data)))
		if err != nil {
			return nil, err
		}
		whole := len(data) == 0 && n > 0 && int64(n) == size
		if data = data[:len(data)+n]; n == 0 || whole {
			return data, nil
		}
	}
}

// hasContent reads the file once more, and reports whether it contains exactly data. It is for
// files whose reported size is wrong: 0 in /proc, 4096 in /sys.
func (f file) hasContent(data []byte) bool {
	n := int64(len(data))
	again, err := f.readAll(n, n)
	return err == nil && bytes.Equal(again, data)
}

// classify returns the [Error] for an error of the system.
func classify(err error) *Error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return &Error{Code: "missing_file", Message: noSuchFile, Err: err}
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

const noSuchFile = "no such file"

// fault returns the [Error] for a walk that ended early.
func (t Trace) fault() *Error {
	if !errors.Is(t.Err, syscall.ENOTDIR) || len(t.Steps) == 0 {
		fault := classify(t.Err)
		if n := len(t.Steps); n > 0 && fault.Message == noSuchFile && t.Steps[n-1].Name == filepath.Base(t.Path) {
			fault.Hint = siblings(t.Steps[n-1].Dir)
		}
		return fault
	}
	in := t.Steps[len(t.Steps)-1].path
	f, err := lstat(in)
	if err != nil || f.mode.IsDir() { // it has changed since the walk
		return classify(t.Err)
	}
	return &Error{Code: "missing_file", Message: in + " is " + kindName(f.mode) + ", not a directory", Err: t.Err}
}

// siblings returns a hint with the files in the directory of a missing one, or "": the first
// five names without those that start with a dot, of at most 1,000 entries read.
func siblings(dir string) string {
	const maxNamed, maxRead = 5, 1000
	f, err := os.OpenFile(dir, os.O_RDONLY|openDirectory, 0)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()    // it was only read: nothing is lost
	names, _ := f.Readdirnames(maxRead) // the names are only for a hint
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, ".") })
	slices.Sort(names)
	n := len(names)
	switch {
	case n == 0:
		return ""
	case n == 1:
		return "there is " + names[0]
	case n > maxNamed:
		names = append(names[:maxNamed], "others")
	}
	last := len(names) - 1
	return "there are " + strings.Join(names[:last], ", ") + " and " + names[last]
}

// notRegular returns the error for a file that is not a regular one.
func notRegular(mode fs.FileMode) *Error {
	return &Error{Code: "not_regular", Message: "is " + kindName(mode) + ", not a regular file"}
}

// kindName returns the name of a kind of file for messages.
func kindName(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeNamedPipe != 0:
		return "a FIFO"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}

// TooMuch returns the error for a directory or feed whose first files exceed the limit
// together.
func TooMuch(files int, limit int64) *Error {
	return &Error{Code: "too_large",
		Message: fmt.Sprintf("its first %d files have more than %d bytes together, which is the limit", files, SumFactor*limit),
		Hint:    fmt.Sprintf("WithMaxSize raises the limit, which is %d times that of a file", SumFactor)}
}

// TooLarge returns the error for a file with more bytes than limit.
func TooLarge(size, limit int64) *Error {
	return &Error{Code: "too_large",
		Message: fmt.Sprintf("has %d bytes or more, the limit is %d", size, limit),
		Hint:    "WithMaxSize raises the limit"}
}
