package configtest

import (
	"fmt"
	"reflect"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// SetCurrent sets the value of [config.Current], [config.Lookup] and [config.OnChange] for the type T,
// in the whole process, until the test ends. An earlier value, loaded or set, is hidden and restored
// at the end, so calls can be nested, as in a test and its subtests. Meanwhile, [config.Load] of T
// returns [config.ErrAlreadyLoaded].
//
// The value is served unchanged: it gets no defaults (see [Defaults]) and is not validated, and hooks
// are never called. To test what code does with a change, give it a store of [NewStore], or load a
// file, for example of a [Volume].
//
// SetCurrent is not for parallel tests, because it affects the whole process: as with
// [testing.T.Setenv], the test fails if it or one of its parents is parallel, and panics if it calls
// [testing.T.Parallel] later. Its subtests can be parallel. In a parallel test, use [NewStore].
func SetCurrent[T any](t testing.TB, value T) {
	t.Helper()
	if err := alone(t); err != nil {
		t.Fatalf("configtest: SetCurrent is for the whole process and not for parallel tests: %v", err)
	}
	store, err := config.Load[T](serve(t, &value))
	if err != nil {
		t.Fatalf("configtest: SetCurrent: %v", err)
	}
	t.Cleanup(store.Close)
}

// serve returns the option to serve *value. It fails the test if T is not a struct: T is inferred, so a
// pointer instead of a value would silently make a configuration of another type.
func serve[T any](t testing.TB, value *T) config.Option {
	t.Helper()
	if typ := reflect.TypeFor[T](); typ.Kind() != reflect.Struct {
		t.Fatalf("configtest: the value is a %v; a configuration is a struct, given by value", typ)
	}
	return config.WithOverride(override.Override{Value: value})
}

// alone returns an error if other tests can run in parallel with t, and makes package testing prevent
// that they do later. It sets an environment variable that nothing reads, because only a few methods
// of testing.TB have this effect.
func alone(t testing.TB) (err error) {
	t.Helper()
	defer func() {
		if conflict := recover(); conflict != nil {
			err = fmt.Errorf("%v", conflict)
		}
	}()
	t.Setenv("CONFIGTEST_SET_CURRENT", "")
	return nil
}
