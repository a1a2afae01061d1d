package load

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/schema"
)

// viperFunc reads an application's Viper for a type, as part of what r runs.
type viperFunc func(r *guard.Running, t *schema.Type, follows func(path string) bool) layers.Viper

// readViper reads an application's Viper, if there is one, and keeps what it had before
// if that is the same. owner waits for it. The error is that of ctx.
func (r *reader) readViper(ctx context.Context, owner any, read viperFunc) error {
	if read == nil {
		return nil
	}
	var v, found layers.Viper
	err := guard.Run(ctx, owner, CallLimit, func(ctx context.Context) { found = read(guard.Under(ctx), r.schema, r.follows) })
	switch err := err.(type) { //nolint:errorlint // it is what guard.Run returns
	case nil:
		v = found // which is not to be touched where it goes on
	case *guard.Error:
		v = layers.UnreadViper(err)
	default:
		return err
	}
	if old := r.viper.Load(); !reflect.DeepEqual(*old, v) {
		r.viper.Store(&v)
	}
	return nil
}

// follows reports whether a file is among those that are read.
func (r *reader) follows(path string) bool {
	return slices.ContainsFunc(r.places, func(p Place) bool {
		switch {
		case p.Kind != problem.File || p.Feed != nil || p.Given:
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
