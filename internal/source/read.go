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

// Error is why a file could not be read.
type Error struct {
	Code    string // missing_file, not_regular, too_large, unreadable, refused or unstable
	Message string // what is wrong, without the file's name
	Hint    string // what to do about it, or ""
	Err     error  // the cause, or nil
	Varies  bool   // the message may change while the error lasts
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
	case e.Code == "too_large", e.Varies:
		return e.Code
	}
	return e.Code + " " + e.Message
}

// content is what one read of a regular file saw.
type content struct {
	id       ID // see facts
	data     []byte
	modified time.Time
	torn     bool // it was written to while it was read
}

// facts are what the system tells of a file.
type facts struct {
	mode     fs.FileMode // the type bits
	id       ID          // unset for an open file where the system has no inode numbers
	size     int64
	modified time.Time
}

// read reads the regular file that a walk led to, up to limit bytes.
//
// It never blocks on what is not a regular file: that is not even opened, because
// opening a device may already do something. It may have been exchanged since the
// walk, so it is looked at again once it is open, and [open] does not wait.
//
// With ref, a file that the kernel makes up, as those in /proc, is none: a document that
// refers to it would have the process's environment, or memory.
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

// leased reports whether a file could not be opened because another process, such as
// Samba, has a lease on it to write. The kernel has asked for it back.
func (e *Error) leased() bool { return e != nil && errors.Is(e.Err, syscall.EWOULDBLOCK) }

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

// readAll reads a file that says it has size bytes, up to one more than limit. One
// that gives that many at once, and could give more, has no more.
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

// holds reports whether a file has data and nothing else, reading it once more. It is
// for those that do not tell their size: in /proc it is 0, in /sys 4096.
func (f file) hasContent(data []byte) bool {
	n := int64(len(data))
	again, err := f.readAll(n, n)
	return err == nil && bytes.Equal(again, data)
}

// classify says in plain words why the system would not let a file be read.
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

// fault says in plain words why a walk ended early.
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
	if err != nil || f.mode.IsDir() { // it has changed since
		return classify(t.Err)
	}
	return &Error{Code: "missing_file", Message: in + " is " + kindName(f.mode) + ", not a directory", Err: t.Err}
}

// siblings says what there is in a directory in the place of a file that is missing, or
// nothing: the first names that are not hidden, of those that are read at once.
func siblings(dir string) string {
	const maxNamed, maxRead = 5, 1000
	f, err := os.OpenFile(dir, os.O_RDONLY|openDirectory, 0)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()    // it was only read: nothing is lost
	names, _ := f.Readdirnames(maxRead) // a hint is all that depends on it
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

func notRegular(mode fs.FileMode) *Error {
	return &Error{Code: "not_regular", Message: "is " + kindName(mode) + ", not a regular file"}
}

// kindName is what people call a file with that mode.
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

// TooMuch is what is wrong with a directory or a feed whose first files are too large together.
func TooMuch(files int, limit int64) *Error {
	return &Error{Code: "too_large",
		Message: fmt.Sprintf("its first %d files have more than %d bytes together, which is the limit", files, SumFactor*limit),
		Hint:    fmt.Sprintf("WithMaxSize raises the limit, which is %d times that of a file", SumFactor)}
}

// TooLarge is what is wrong with a file that has more bytes than the limit.
func TooLarge(size, limit int64) *Error {
	return &Error{Code: "too_large",
		Message: fmt.Sprintf("has %d bytes or more, the limit is %d", size, limit),
		Hint:    "WithMaxSize raises the limit"}
}
