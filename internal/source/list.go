package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// list walks to a directory and returns the sorted names of the entries to read, and the
// directory to read them from: in a Kubernetes volume, the one that [volumeData] leads to.
func (r *Reader) list(ctx context.Context, place Place, last Trace) (dir Trace, base string, names []string, fault *Error) {
	err := r.withPath(ctx, place.Path, func() { dir, base, names, fault = list(place, last, r.Limits.Files) })
	if err != nil {
		return Trace{Path: place.Path, Err: err}, place.Path, nil, classify(err)
	}
	return dir, base, names, fault
}

func list(place Place, last Trace, limit int) (dir Trace, base string, names []string, _ *Error) {
	base = join(place.Path, volumeData)
	if dir = rewalk(last, base); dir.Err != nil || dir.Kind != Directory {
		base = place.Path
		dir = rewalk(last, base)
	}
	dir.Path = place.Path
	if dir.Err != nil {
		fault := dir.fault()
		if fault.Message == noSuchFile {
			fault.Message = "no such directory"
		}
		return dir, base, nil, fault
	}
	if dir.Kind != Directory {
		return dir, base, nil, &Error{Code: "not_regular", Message: "is not a directory"}
	}
	if n := len(dir.Steps); n == 0 || dir.Steps[n-1].Name != AnyName { // not a trace of an earlier list
		for i := range dir.Steps {
			dir.Steps[i].isParent = dir.Steps[i].Kind == Link // seen from an entry
		}
		dir.Steps = append(dir.Steps, Step{Dir: dir.Real, DirID: dir.ID, Name: AnyName, Kind: Directory})
	}
	names, fault := entries(dir.Real, place.Entry, limit)
	return dir, base, names, fault
}

// entries returns the names of the entries to read, or an error if there are more than limit.
// It also stops at [entriesFactor] times limit entries of any kind.
func entries(dir string, wanted func(name string) bool, limit int) ([]string, *Error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|openDirectory, 0)
	if err != nil {
		return nil, classify(err)
	}
	defer func() { _ = f.Close() }() // it was only read: nothing is lost
	var names []string
	for all := 0; ; {
		some, err := f.Readdirnames(1024)
		for _, name := range some {
			if wanted(name) {
				names = append(names, name)
			}
		}
		all += len(some)
		switch {
		case len(names) > limit:
			return nil, &Error{Code: "too_large", Message: fmt.Sprintf("has more than %d files to read, which is the limit", limit),
				Hint: "WithMaxFiles raises the limit"}
		case (all-1)/entriesFactor >= limit:
			return nil, &Error{Code: "too_large", Message: fmt.Sprintf("has more than %d entries, %d times the limit of files to read", entriesFactor*limit, entriesFactor),
				Hint: "WithMaxFiles raises the limit"}
		case errors.Is(err, io.EOF):
			slices.Sort(names)
			return slices.Compact(names), nil // an entry that is renamed meanwhile may be listed twice
		case err != nil:
			return nil, classify(err)
		}
	}
}

// entriesFactor bounds the entries of a directory, as a multiple of the files to read.
const entriesFactor = 16
