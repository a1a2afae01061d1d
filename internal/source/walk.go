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

	path     string    // Dir and Name; "" where Name is AnyName
	modified time.Time // when a Link was
	isParent bool      // a Link in place of a directory on the way, not of the end
}

// Path is where the step found something: Dir and Name, or "" for [AnyName].
func (s *Step) Path() string { return s.path }

// Trace is how a path led to a file: every directory that was asked, in order,
// and what each answered. Two equal traces led through the same inodes.
type Trace struct {
	Path  string // as asked, absolute
	Real  string // the path free of symbolic links; "" when Err is set
	Kind  Kind   // of what is there: Directory, Regular or Special
	ID    ID     // of what is there
	Steps []Step
	Err   error // why the walk ended early: *fs.PathError

	Given        bool   // there is no way: it leads to a [Content]
	resolvedFrom string // Path, or where it stands in a volume
}

// maxLinks is the kernel's own limit on symbolic links in one path
// (path_resolution(7)).
const maxLinks = 40

// Walk follows path, which must be absolute, one component at a time, as the kernel
// does, and records every directory consulted on the way. ".." leads to the parent of
// the directory that was reached, not of the name before it.
func Walk(path string) Trace { return walk(path, nil) }

// walk is Walk where the answers to the first questions are known.
func walk(path string, known []Step) Trace {
	rest := components(path)
	trace := Trace{Path: path, resolvedFrom: path, Steps: make([]Step, 0, max(len(rest), len(known))+1)}
	root, err := rootOf(path, known)
	if err != nil {
		trace.Err = err
		return trace
	}
	dirs := []place{root} // the way back for ".."
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

// place is a directory, by a path free of symbolic links.
type place struct {
	path string
	id   ID
}

// rootOf returns the directory in which a walk begins. It stays the same as long as the
// process does.
func rootOf(path string, known []Step) (place, error) {
	dir := filepath.VolumeName(path) + string(filepath.Separator)
	if len(known) > 0 {
		return place{dir, known[0].DirID}, nil
	}
	is, err := lstat(dir)
	return place{dir, is.id}, err
}

// ask finds out what name is in the directory, unless the next of the known answers
// tells.
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

// walkAgain is like [Walk], but asks again only what was asked before, as long as the
// answers are the same. Usually all are, and last is returned.
func rewalk(last Trace, path string) Trace {
	if last.resolvedFrom != path {
		return Walk(path)
	}
	return last.revalidate(0)
}

// again walks again, where the first answers are known to be the same.
func (t Trace) revalidate(same int) Trace {
	for same < len(t.Steps) && t.Steps[same].stillValid() {
		same++
	}
	if same == len(t.Steps) && t.Err == nil {
		return t
	}
	return walk(t.resolvedFrom, t.Steps[:same])
}

// walkEntry is like [walkAgain] for an entry of a directory that was listed just now, up
// to which nothing is asked again.
func walkEntry(last, dir Trace, path string) Trace {
	known := dir.Steps[:len(dir.Steps)-1] // the last one is for AnyName
	if last.resolvedFrom == path && len(last.Steps) > len(known) && slices.Equal(last.Steps[:len(known)], known) {
		return last.revalidate(len(known))
	}
	return walk(path, known)
}

// holds reports whether the answer is still the same.
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

// holdsAt reports whether the answers are still the same for what was asked in the
// directories, or was the file, at some of paths.
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

// volumeData is the link in a Kubernetes volume to all of its present content. It
// is exchanged at one moment. The links beside it, for users, are made and removed
// one by one after that: what has none yet is there all the same.
const volumeData = "..data"

func (p place) isVolume() bool {
	is, err := lstat(join(p.path, volumeData))
	return err == nil && kindOf(is.mode) == Link
}
