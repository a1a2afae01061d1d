package source

import (
	"errors"
	"io/fs"
	"syscall"
)

// Equal reports whether both traces led through the same inodes to the same end.
func (t Trace) Equal(u Trace) bool {
	if len(t.Steps) > 0 && len(t.Steps) == len(u.Steps) && &t.Steps[0] == &u.Steps[0] && t.Path == u.Path {
		return true // u is t, revalidated
	}
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

// Missing reports whether the walk ended because there is no file at its path.
func (t Trace) Missing() bool {
	return errors.Is(t.Err, fs.ErrNotExist) || errors.Is(t.Err, syscall.ENOTDIR)
}
