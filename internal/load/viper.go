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

// viperFunc reads the settings of an application's Viper for a type. follows reports whether a
// file is read by the store itself.
type viperFunc func(r *guard.Running, t *schema.Type, follows func(path string) bool) layers.Viper

// readViper reads the application's Viper, if there is one. It keeps the previous value if the
// settings are equal. owner is as in [Loader.ReadViper]. The error is that of ctx.
func (r *reader) readViper(ctx context.Context, owner any, read viperFunc) error {
	if read == nil {
		return nil
	}
	var v, found layers.Viper
	err := guard.Run(ctx, owner, CallLimit, func(ctx context.Context) { found = read(guard.Under(ctx), r.schema, r.follows) })
	switch err := err.(type) { //nolint:errorlint // it is what guard.Run returns
	case nil:
		v = found // not before: an abandoned read may still write to it
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

// follows reports whether the file at path is read by a place.
func (r *reader) follows(path string) bool {
	return slices.ContainsFunc(r.places, func(p Place) bool {
		switch {
		case p.Kind != problem.File || p.Feed != nil || p.Given:
			return false
		case p.Entry == nil:
			return isSameFile(p.Path, path)
		}
		return p.Entry(filepath.Base(path)) && isSameFile(p.Path, filepath.Dir(path))
	})
}

// isSameFile reports whether two paths lead to the same file or directory.
func isSameFile(a, b string) bool {
	if a == b {
		return true
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// unranked returns the warning that a Viper's values rank below files, or nothing.
func unranked(keys []string) []problem.Problem {
	if len(keys) == 0 {
		return nil
	}
	return []problem.Problem{{Code: "viper", Origin: problem.Origin{Kind: problem.Viper, Name: "file"},
		Message: "where it has its values from cannot be found out, since its codecs lack one for json; configuration files win over " +
			problem.Shorten(strings.Join(keys, ", "), 400)}}
}
