package lifecycle

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// Disk is a directory with the state that outlives the process. Its methods are for one
// goroutine.
type Disk struct {
	root  *os.Root
	limit int64    // bytes of a file
	lock  *os.File // nil while another process holds it, or if it cannot be opened
	warn  func(error)
}

// The files of a directory.
const (
	lockFile   = "lock"
	recordFile = "record"
	markFile   = "mark"
	tempFile   = "new" // written, then renamed
)

// generations are the files with the two newest generations, in no order.
var generations = []string{"a", "b"}

// maxConfirmed is how many digests of confirmed content are remembered.
const maxConfirmed = 16

// OpenDisk opens the subdirectory name of dir, and creates both if they are missing. Files of
// more than limit bytes are neither read nor written. Problems with files, and a lock held by
// another process, are passed to warn; an error means that nothing can be read.
func OpenDisk(dir, name string, limit int64, warn func(error)) (*Disk, error) {
	info, err := os.Stat(dir) // opening a FIFO would wait for its other end
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.Mkdir(dir, 0o700); err == nil {
			warn(fmt.Errorf("%s: did not exist, and was made; if it is to outlive the container, mount a volume there", dir))
			info, err = os.Stat(dir)
		}
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: dir, Err: syscall.ENOTDIR}
	}
	parent, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer parent.Close() //nolint:errcheck // it was only read
	root, err := openPrivate(parent, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	d := &Disk{root: root, limit: limit, warn: warn}
	if err := d.acquire(); err != nil {
		warn(err)
	}
	if d.lock != nil {
		_ = root.RemoveAll(tempFile) // left by a killed process; if it cannot be removed, writes report that
	}
	return d, nil
}

// openPrivate opens a directory that belongs to this user, and removes other users'
// permissions.
func openPrivate(parent *os.Root, name string) (*os.Root, error) {
	before, err := parent.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err = parent.Mkdir(name, 0o700); err == nil || errors.Is(err, fs.ErrExist) {
			before, err = parent.Lstat(name)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case !before.IsDir():
		return nil, fmt.Errorf("%s: is not a directory", name)
	case !isOwn(before):
		return nil, fmt.Errorf("%s: belongs to another user", name)
	}
	root, err := parent.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	now, err := root.Stat(".")
	if err == nil && !os.SameFile(before, now) {
		err = fmt.Errorf("%s: has been exchanged", name)
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	if now.Mode().Perm()&0o077 != 0 { // the kubelet gives volumes to a group
		_ = root.Chmod(".", 0o700) // fails on a read-only volume
	}
	return root, nil
}

// acquire tries to lock the directory, so that this process writes.
func (d *Disk) acquire() error {
	if d.lock != nil {
		return nil
	}
	if _, err := d.lstat(lockFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := d.root.OpenFile(lockFile, os.O_RDWR|os.O_CREATE|openFlags, 0o600)
	if err != nil {
		return fmt.Errorf("%s: cannot be written to: %w", d.root.Name(), err)
	}
	if locked, err := tryLock(f); !locked {
		_ = f.Close()
		if err == nil {
			err = errLocked
		}
		return fmt.Errorf("%s: %w", d.root.Name(), err)
	}
	d.lock = f
	return nil
}

var errLocked = errors.New("another process has it, so that this one only reads it")

// lstat returns the attributes of a file, or why it must not be read.
func (d *Disk) lstat(name string) (fs.FileInfo, error) {
	info, err := d.root.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, d.fault(name, "is not a regular file")
	case !isOwn(info):
		return nil, d.fault(name, "belongs to another user")
	case info.Size() > d.limit:
		return nil, d.fault(name, "is too large")
	}
	return info, nil
}

// fault returns an error about a file.
func (d *Disk) fault(name, what string) error {
	return fmt.Errorf("%s/%s: %s", d.root.Name(), name, what)
}

// read returns the content of a file, or nil if it cannot be used. It warns of errors.
func (d *Disk) read(name string) []byte {
	data, err := d.tryRead(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.warn(err)
	}
	return data
}

// tryRead returns the content of a file.
func (d *Disk) tryRead(name string) ([]byte, error) {
	before, err := d.lstat(name)
	if err != nil {
		return nil, err
	}
	f, err := d.root.OpenFile(name, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	if now, err := f.Stat(); err != nil || !os.SameFile(before, now) {
		return nil, d.fault(name, "has been exchanged")
	}
	data, err := io.ReadAll(io.LimitReader(f, d.limit+1))
	if err == nil && int64(len(data)) > d.limit {
		err = d.fault(name, "is too large")
	}
	return data, err
}

// write replaces a file atomically. With sync, the data is on the medium when write returns.
func (d *Disk) write(name string, data []byte, sync bool) error {
	if int64(len(data)) > d.limit {
		return d.fault(name, fmt.Sprintf("would have %d bytes, the limit is %d", len(data), d.limit))
	}
	err := d.writeTemp(data, sync)
	if err == nil {
		if err = d.root.Rename(tempFile, name); err != nil { // name may be a directory
			if err = d.root.RemoveAll(name); err == nil {
				err = d.root.Rename(tempFile, name)
			}
		}
	}
	if err != nil {
		_ = d.root.RemoveAll(tempFile) // the next start tries again
		return err
	}
	if sync {
		err = d.syncDirectory()
	}
	return err
}

func (d *Disk) writeTemp(data []byte, sync bool) error {
	if err := d.root.RemoveAll(tempFile); err != nil {
		return err
	}
	f, err := d.root.OpenFile(tempFile, os.O_WRONLY|os.O_CREATE|os.O_EXCL|openFlags, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil && sync {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDirectory makes a rename survive a crash of the system, if the file system supports
// that.
func (d *Disk) syncDirectory() error {
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// Generations returns the stored generations, the newest first.
func (d *Disk) Generations() []Generation {
	var all []Generation
	for _, name := range generations {
		if g := d.generation(name, d.warn); g != nil {
			all = append(all, *g)
		}
	}
	slices.SortFunc(all, func(a, b Generation) int { return cmp.Compare(b.number, a.number) })
	return all
}

// generation returns the generation in a file, or nil.
func (d *Disk) generation(name string, warn func(error)) *Generation {
	data, err := d.tryRead(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var g *Generation
	if err == nil {
		if g, err = decodeGeneration(data); err != nil {
			err = d.fault(name, err.Error())
		}
	}
	if err != nil {
		warn(err)
	}
	return g
}

// store replaces the older generation by g, unless g is the newest one already.
func (d *Disk) store(g Generation) error {
	g.number = 1
	slot, oldest := generations[0], ^uint64(0)
	for _, name := range generations {
		old := d.generation(name, func(error) {})
		switch {
		case old == nil:
			slot, oldest = name, 0
			continue
		case old.number >= g.number:
			g.number = old.number + 1
		}
		if old.number < oldest {
			slot, oldest = name, old.number
		}
	}
	if newest := d.otherGeneration(slot); newest != nil && newest.Digest == g.Digest && sameDocuments(newest.Documents, g.Documents) {
		return nil
	}
	data, err := g.encode()
	if err != nil {
		return err
	}
	return d.write(slot, data, true)
}

// otherGeneration returns the generation that is not in slot, or nil.
func (d *Disk) otherGeneration(slot string) *Generation {
	for _, name := range generations {
		if name != slot {
			return d.generation(name, func(error) {})
		}
	}
	return nil
}

func sameDocuments(a, b []Document) bool {
	return slices.EqualFunc(a, b, func(a, b Document) bool {
		return a.Place == b.Place && a.Path == b.Path && a.Absent == b.Absent && bytes.Equal(a.Data, b.Data)
	})
}

// readJSON decodes a file of writeJSON into v. v is unchanged if the file cannot be used.
func (d *Disk) readJSON(name string, v any) {
	data := d.read(name)
	if data == nil {
		return
	}
	if err := decodeJSON(data, v); err != nil {
		d.warn(d.fault(name, err.Error()))
	}
}

// writeJSON replaces a file by the encoding of v.
func (d *Disk) writeJSON(name string, v any, sync bool) error {
	data, err := encodeJSON(v)
	if err != nil {
		return err
	}
	return d.write(name, data, sync)
}

// unmark removes the crash mark.
func (d *Disk) unmark() error {
	return d.root.RemoveAll(markFile)
}

// close closes the directory, so that another process can write.
func (d *Disk) close() {
	if d.lock != nil {
		_ = d.lock.Close() // releases the lock
	}
	_ = d.root.Close() // has nothing to flush
}
