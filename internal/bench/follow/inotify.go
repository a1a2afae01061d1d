//go:build linux

package follow

import (
	"bytes"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Sets of events to watch a directory for.
const (
	// AllEvents are those that fsnotify asks for.
	AllEvents = unix.IN_MOVED_TO | unix.IN_MOVED_FROM | unix.IN_CREATE | unix.IN_ATTRIB |
		unix.IN_MODIFY | unix.IN_MOVE_SELF | unix.IN_DELETE | unix.IN_DELETE_SELF

	// NameEvents leave out writes to files in the directory: only the files that
	// matter would be watched for those, one by one.
	NameEvents = AllEvents &^ (unix.IN_MODIFY | unix.IN_ATTRIB)
)

// Watcher reads a watch of its own from the kernel, with nothing in between.
type Watcher struct{ events *os.File }

// Inotify watches path.
func Inotify(path string, events uint32) (*Watcher, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, err
	}
	w := &Watcher{os.NewFile(uintptr(fd), "inotify")}
	if _, err := unix.InotifyAddWatch(fd, path, events); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// Run calls fn with the names that each read brings, until the watcher is closed. It
// pauses after each, so that the events of that time come with one read.
func (w *Watcher) Run(pause time.Duration, fn func(names []string)) {
	var buf [16 << 10]byte
	for {
		n, err := w.events.Read(buf[:])
		if err != nil {
			return
		}
		fn(names(buf[:n]))
		if pause > 0 {
			time.Sleep(pause)
		}
	}
}

// names returns those of the events in buf.
func names(buf []byte) []string {
	var all []string
	for len(buf) >= unix.SizeofInotifyEvent {
		event := (*unix.InotifyEvent)(unsafe.Pointer(&buf[0])) // as the kernel writes it
		end := unix.SizeofInotifyEvent + int(event.Len)
		all = append(all, string(bytes.TrimRight(buf[unix.SizeofInotifyEvent:end], "\x00")))
		buf = buf[end:]
	}
	return all
}

// Close ends the watch, and Run.
func (w *Watcher) Close() { _ = w.events.Close() }
