package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// ID identifies an inode. Path is used only on systems without inode numbers.
type ID struct {
	Device, Inode uint64
	Path          string
}

// Kind is the kind of file that a [Step] found.
type Kind uint8

// The kinds of files.
const (
	Missing   Kind = iota // no file, or no permission to search
	Link                  // a symbolic link, followed by the next steps
	Directory             // a directory, entered by the next step
	Regular               // a regular file, the end of the walk
	Special               // a FIFO, socket or device, the end of the walk
)

// Step is one lookup of a walk: Name in the directory Dir.
type Step struct {
	Dir    string // absolute, free of symbolic links
	DirID  ID
	Name   string
	Kind   Kind
	ID     ID     // of the file that was found
	Target string // of a Link, unchanged

	path     string    // Dir and Name; "" where Name is AnyName
	modified time.Time // of a Link
	isParent bool      // a Link to a directory on the way, not to the file itself
}

// Path returns the path of the step: Dir and Name, or "" for [AnyName].
func (s *Step) Path() string { return s.path }

// Trace is a walk from the root to a file: every lookup in order. Two equal traces led through
// the same inodes.
type Trace struct {
	Path  string // the path walked to, absolute
	Real  string // the path free of symbolic links; "" when Err is set
	Kind  Kind   // of the file at the end: Directory, Regular or Special
	ID    ID     // of the file at the end
	Steps []Step
	Err   error // why the walk ended early: *fs.PathError

	Given        bool   // there was no walk: the document is of a [Content] or [Feed]
	resolvedFrom string // Path, or the path below [volumeData] that was walked instead
}

// maxLinks is the kernel's limit on symbolic links in one path (path_resolution(7)).
const maxLinks = 40

// Walk walks to path, which must be absolute, one component at a time, as the kernel does, and
// records every lookup. ".." leads to the parent of the directory that was reached, not of the
// name before it.
func Walk(path string) Trace { return walk(path, nil) }

// walk is Walk with the first steps known.
func walk(path string, known []Step) Trace {
	rest := components(path)
	trace := Trace{Path: path, resolvedFrom: path, Steps: make([]Step, 0, max(len(rest), len(known))+1)}
	root, err := rootOf(path, known)
	if err != nil {
		trace.Err = err
		return trace
	}
	dirs := []place{root} // the directories to return to for ".."
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		if name == "." { // the last one
			continue
		}
		here := dirs[len(dirs)-1]
		step, err := here.lookup(name, known[min(len(trace.Steps), len(known)):])
		step.isParent = step.Kind == Link && len(rest) > 0
		trace.Steps = append(trace.Steps, step)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && name != ".." && here.isVolume() {
				rest = append([]string{volumeData, name}, rest...)
				continue
			}
			trace.Err = err
			return trace
		}
		if name == ".." {
			dirs = dirs[:max(1, len(dirs)-1)]
			continue
		}
		switch step.Kind {
		case Link:
			if links++; links > maxLinks {
				trace.Err = &fs.PathError{Op: "walk", Path: path, Err: syscall.ELOOP}
				return trace
			}
			if filepath.IsAbs(step.Target) {
				dirs = dirs[:1]
			}
			rest = append(components(step.Target), rest...)
		case Directory:
			dirs = append(dirs, place{step.path, step.ID})
		default: // the end
			if len(rest) > 0 {
				trace.Err = &fs.PathError{Op: "walk", Path: step.path, Err: syscall.ENOTDIR}
				return trace
			}
			trace.Real, trace.Kind, trace.ID = step.path, step.Kind, step.ID
			return trace
		}
	}
	end := dirs[len(dirs)-1]
	trace.Real, trace.Kind, trace.ID = end.path, Directory, end.id
	return trace
}

// place is a directory, with a path free of symbolic links.
type place struct {
	path string
	id   ID
}

// rootOf returns the root directory. It cannot change while the process runs.
func rootOf(path string, known []Step) (place, error) {
	dir := filepath.VolumeName(path) + string(filepath.Separator)
	if len(known) > 0 {
		return place{dir, known[0].DirID}, nil
	}
	is, err := lstat(dir)
	return place{dir, is.id}, err
}

// lookup looks up name in the directory, or returns the first of the known steps.
func (p place) lookup(name string, known []Step) (Step, error) {
	if len(known) > 0 {
		if known[0].Kind == Missing {
			return known[0], &fs.PathError{Op: "stat", Path: known[0].path, Err: syscall.ENOENT}
		}
		return known[0], nil
	}
	step := Step{Dir: p.path, DirID: p.id, Name: name, path: join(p.path, name)}
	is, err := lstat(step.path)
	if err != nil {
		return step, err
	}
	step.Kind, step.ID = kindOf(is.mode), is.id
	if step.Kind == Link {
		step.modified = is.modified
		step.Target, err = os.Readlink(step.path)
	}
	return step, err
}

// rewalk is [Walk] with the steps of last as far as they are still valid. Usually all are, and
// it returns last.
func rewalk(last Trace, path string) Trace {
	if last.resolvedFrom != path {
		return Walk(path)
	}
	return last.revalidate(0)
}

// revalidate walks again from the first step that has changed. The first valid steps are known
// to be unchanged.
func (t Trace) revalidate(valid int) Trace {
	for valid < len(t.Steps) && t.Steps[valid].stillValid() {
		valid++
	}
	if valid == len(t.Steps) && t.Err == nil {
		return t
	}
	return walk(t.resolvedFrom, t.Steps[:valid])
}

// walkEntry is [rewalk] for an entry of a directory that was listed just now, whose steps are
// not checked again.
func walkEntry(last, dir Trace, path string) Trace {
	known := dir.Steps[:len(dir.Steps)-1] // the last one is for AnyName
	if last.resolvedFrom == path && len(last.Steps) > len(known) && slices.Equal(last.Steps[:len(known)], known) {
		return last.revalidate(len(known))
	}
	return walk(path, known)
}

// stillValid repeats the lookup, and reports whether the result is the same.
func (s *Step) stillValid() bool {
	if s.path == "" {
		return true
	}
	is, err := lstat(s.path)
	if err != nil {
		return s.Kind == Missing && errors.Is(err, fs.ErrNotExist)
	}
	return is.id == s.ID && kindOf(is.mode) == s.Kind && (s.Kind != Link || leadsTo(s.path, s.Target))
}

// stillValidAt reports whether the steps in directories at paths, and the file if it is one of
// paths, are unchanged.
func (t Trace) stillValidAt(paths map[string]bool) bool {
	for i := range t.Steps {
		s := &t.Steps[i]
		if (paths[s.Dir] || s.Kind == Regular && paths[s.path]) && !s.stillValid() {
			return false
		}
	}
	return true
}

func kindOf(mode fs.FileMode) Kind {
	switch {
	case mode&fs.ModeSymlink != 0:
		return Link
	case mode.IsDir():
		return Directory
	case mode.IsRegular():
		return Regular
	}
	return Special
}

// volumeData is the link in a Kubernetes volume that leads to its present content. The kubelet
// replaces it atomically, and then creates and removes the links beside it one by one: a new
// key without a link of its own exists already.
const volumeData = "..data"

func (p place) isVolume() bool {
	is, err := lstat(join(p.path, volumeData))
	return err == nil && kindOf(is.mode) == Link
}
