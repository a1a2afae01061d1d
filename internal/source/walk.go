package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ID names an inode. Path is used only on systems without inode numbers.
type ID struct {
	Device, Inode uint64
	Path          string
}

// Kind is what a [Step] found.
type Kind uint8

// The kinds of things a step can find.
const (
	Missing   Kind = iota // nothing there, or not to be seen
	Link                  // a symbolic link, followed by the next steps
	Directory             // a directory, entered by the next step
	Regular               // a regular file, the end of the walk
	Special               // a FIFO, socket or device, the end of the walk
)

// Step is one question asked of a real directory on the way to a file:
// what is Name in Dir?
type Step struct {
	Dir    string // absolute, free of symbolic links
	DirID  ID
	Name   string
	Kind   Kind
	ID     ID     // of what was found
	Target string // of a Link, as written in it
}

// Trace is how a path led to a file: every directory that was asked, in order,
// and what each answered. Two equal traces led through the same inodes.
type Trace struct {
	Path  string // as asked, absolute and clean
	Real  string // the path free of symbolic links; "" when Err is set
	Kind  Kind   // of what is there: Directory, Regular or Special
	ID    ID     // of what is there
	Steps []Step
	Err   error     // why the walk ended early: *fs.PathError
	Since time.Time // when the newest symbolic link on the way was made
}

// maxLinks is the kernel's own limit on symbolic links in one path
// (path_resolution(7)).
const maxLinks = 40

// Walk follows path, which must be absolute and clean, one component at a
// time, as the kernel does, and records every directory consulted on the way.
func Walk(path string) Trace {
	trace := Trace{Path: path}
	dir := filepath.VolumeName(path) + string(filepath.Separator)
	info, err := os.Lstat(dir)
	if err != nil {
		trace.Err = err
		return trace
	}
	dirs := []place{{dir, identify(dir, info)}} // the way back for ".."
	rest := components(path)
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		if name == ".." {
			dirs = dirs[:max(1, len(dirs)-1)]
			continue
		}
		here := dirs[len(dirs)-1]
		step := Step{Dir: here.path, DirID: here.id, Name: name}
		found := filepath.Join(here.path, name)
		info, err := os.Lstat(found)
		if err != nil {
			trace.Steps = append(trace.Steps, step)
			if errors.Is(err, fs.ErrNotExist) && isVolume(here.path) {
				rest = append([]string{volumeData, name}, rest...)
				continue
			}
			trace.Err = err
			return trace
		}
		step.ID = identify(found, info)
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			if links++; links > maxLinks {
				trace.Err = &fs.PathError{Op: "walk", Path: path, Err: syscall.ELOOP}
				return trace
			}
			step.Kind = Link
			if step.Target, err = os.Readlink(found); err != nil {
				trace.Steps = append(trace.Steps, step)
				trace.Err = err
				return trace
			}
			if made := info.ModTime(); made.After(trace.Since) {
				trace.Since = made
			}
			if filepath.IsAbs(step.Target) {
				dirs = dirs[:1]
			}
			rest = append(components(step.Target), rest...)
		case info.IsDir():
			step.Kind = Directory
			dirs = append(dirs, place{found, step.ID})
		case info.Mode().IsRegular():
			step.Kind = Regular
		default:
			step.Kind = Special
		}
		trace.Steps = append(trace.Steps, step)
		if step.Kind == Regular || step.Kind == Special {
			if len(rest) > 0 {
				trace.Err = &fs.PathError{Op: "walk", Path: found, Err: syscall.ENOTDIR}
				return trace
			}
			trace.Real, trace.Kind, trace.ID = found, step.Kind, step.ID
			return trace
		}
	}
	end := dirs[len(dirs)-1]
	trace.Real, trace.Kind, trace.ID = end.path, Directory, end.id
	return trace
}

// volumeData is the link in a Kubernetes volume to all of its present content. It
// is exchanged at one moment. The links beside it, for users, are made and removed
// one by one after that: what has none yet is there all the same.
const volumeData = "..data"

func isVolume(dir string) bool {
	info, err := os.Lstat(filepath.Join(dir, volumeData))
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

type place struct {
	path string
	id   ID
}

// components splits a path, without its volume and root, into its names.
func components(path string) []string {
	path = path[len(filepath.VolumeName(path)):]
	return strings.FieldsFunc(filepath.Clean(path), func(r rune) bool { return r < 128 && os.IsPathSeparator(uint8(r)) })
}

// Equal reports whether both traces led through the same inodes to the same end.
func (t Trace) Equal(u Trace) bool {
	if t.Path != u.Path || t.Real != u.Real || len(t.Steps) != len(u.Steps) || !sameErr(t.Err, u.Err) {
		return false
	}
	for i := range t.Steps {
		if t.Steps[i] != u.Steps[i] {
			return false
		}
	}
	return true
}

func sameErr(a, b error) bool {
	return (a == nil) == (b == nil) && (a == nil || a.Error() == b.Error())
}

// SameLinks reports whether both traces went through the same symbolic links
// with the same targets.
func (t Trace) SameLinks(u Trace) bool {
	i, j := 0, 0
	for {
		for i < len(t.Steps) && t.Steps[i].Kind != Link {
			i++
		}
		for j < len(u.Steps) && u.Steps[j].Kind != Link {
			j++
		}
		if i == len(t.Steps) || j == len(u.Steps) {
			return i == len(t.Steps) && j == len(u.Steps)
		}
		a, b := t.Steps[i], u.Steps[j]
		if a.Dir != b.Dir || a.Name != b.Name || a.Target != b.Target {
			return false
		}
		i++
		j++
	}
}

// Missing reports whether the walk ended because there is nothing at its path.
func (t Trace) Missing() bool {
	return errors.Is(t.Err, fs.ErrNotExist) || errors.Is(t.Err, syscall.ENOTDIR)
}
