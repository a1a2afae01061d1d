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

// listenUnix binds in a directory that nobody else can enter, and moves the socket to its
// place when it has its mode. A lock on the directory keeps two processes from taking each
// other's.
func listenUnix(path string) (_ net.Listener, err error) {
	fail := func(err error) (net.Listener, error) {
		return nil, fmt.Errorf("confighttp: listen on the socket %q: %w", path, err)
	}
	if path == "" {
		return fail(errors.New("the path is empty"))
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fail(err)
	}
	defer func() { _ = dir.Close() }() // which unlocks it; nothing was written
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
	made := filepath.Join(private, "s")
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: made, Net: "unix"})
	if err != nil {
		if errors.Is(err, syscall.EINVAL) {
			err = fmt.Errorf("its path is too long, by up to %d bytes", len(made)-maxSocketPath)
		}
		return fail(err)
	}
	ln.SetUnlinkOnClose(false) // it will be elsewhere
	if err = os.Chmod(made, 0o600); err == nil {
		err = os.Rename(made, path)
	}
	if err != nil {
		return fail(errors.Join(err, ln.Close()))
	}
	return &socket{UnixListener: ln, path: path}, nil
}

// maxSocketPath is how long the path of a socket can be, on the system that takes the least.
const maxSocketPath = 103

// replaceable returns nil if there is nothing at path, or a socket on which nobody listens.
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

// socket is a listener that was moved after it was bound.
type socket struct {
	*net.UnixListener
	path   string
	remove sync.Once
}

func (s *socket) Addr() net.Addr { return &net.UnixAddr{Name: s.path, Net: "unix"} }

// Close removes the socket while it still listens, so that it is nobody else's.
func (s *socket) Close() error {
	s.remove.Do(func() { _ = os.Remove(s.path) }) // what is left is replaced by the next process
	return s.UnixListener.Close()
}
