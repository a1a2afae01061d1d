package load

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// readViper reads an application's Viper, if there is one, and keeps what it had before
// if that is the same.
func (r *reader) readViper(t *schema.Type, read func(*schema.Type, func(path string) bool) layers.Viper) {
	if read == nil {
		return
	}
	old, v := r.viper.Load(), read(t, r.follows)
	if !reflect.DeepEqual(*old, v) {
		r.viper.Store(&v)
	}
}

// follows reports whether a file is among those that are read.
func (r *reader) follows(path string) bool {
	return slices.ContainsFunc(r.places, func(p Place) bool {
		switch {
		case p.Kind != problem.File:
			return false
		case p.Entry == nil:
			return isSame(p.Path, path)
		}
		return p.Entry(filepath.Base(path)) && isSame(p.Path, filepath.Dir(path))
	})
}

// isSame reports whether two paths lead to the same file or directory.
func isSame(a, b string) bool {
	if a == b {
		return true
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// unranked is the warning that a Viper's values rank below files, or nothing.
func unranked(keys []string) []problem.Problem {
	if len(keys) == 0 {
		return nil
	}
	return []problem.Problem{{Code: "viper", Origin: problem.Origin{Kind: problem.Viper, Name: "file"},
		Message: "where it has its values from cannot be found out, since its codecs lack one for json; configuration files win over " +
			problem.Shorten(strings.Join(keys, ", "), 400)}}
}
