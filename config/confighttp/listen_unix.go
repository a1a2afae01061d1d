//go:build unix

package confighttp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// listenUnix binds the socket in a directory that only this user can enter, sets its mode, and
// renames it to path. A lock on the directory prevents that two processes replace each other's
// socket.
func listenUnix(path string) (_ net.Listener, err error) {
	fail := func(err error) (net.Listener, error) {
		return nil, fmt.Errorf("confighttp: listen on the socket %q: %w", path, err)
	}
	most := len(syscall.RawSockaddrUnix{}.Path) - 1
	switch room := most - len("/.s4294967295/s"); {
	case path == "":
		return fail(errors.New("the path is empty"))
	case len(path) > most, len(filepath.Dir(path)) > room:
		return fail(fmt.Errorf("the path is too long: it may have %d bytes, and its directory %d of them", most, room))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fail(err)
	}
	defer func() { _ = dir.Close() }() // it unlocks the directory; nothing was written
	if err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX); err != nil {
		return fail(fmt.Errorf("lock its directory: %w", err))
	}
	if err := replaceable(path); err != nil {
		return fail(err)
	}
	private, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return fail(err)
	}
	defer func() { _ = os.RemoveAll(private) }() // it is empty
	bound := filepath.Join(private, "s")
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: bound, Net: "unix"})
	if err != nil {
		return fail(err)
	}
	ln.SetUnlinkOnClose(false) // it is renamed
	if err = os.Chmod(bound, 0o600); err == nil {
		err = os.Rename(bound, path)
	}
	if err != nil {
		return fail(errors.Join(err, ln.Close()))
	}
	return &socket{UnixListener: ln, path: path}, nil
}

// replaceable returns nil if path does not exist or is a socket on which no process listens.
func replaceable(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return errors.New("there is something else, which is no socket")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		return errors.Join(errors.New("another process listens on it"), conn.Close())
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return fmt.Errorf("another process may listen on it: %w", err)
}

// socket is a listener whose socket was renamed after it was bound.
type socket struct {
	*net.UnixListener
	path   string
	remove sync.Once
}

func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: s.path, Net: "unix"} }

// Close removes the socket while it still listens: afterwards, path could be the socket of another
// process.
func (s *socket) Close() error {
	s.remove.Do(func() { _ = os.Remove(s.path) }) // if it fails, the next process replaces the socket
	return s.UnixListener.Close()
}
