package configtest

import (
	"fmt"
	"reflect"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// SetCurrent has [config.Current], [config.Lookup] and [config.OnChange] answer
// with value for the type T, in the whole process, until the test ends. What was
// there before, be it loaded or set, is hidden meanwhile and back afterwards; so
// calls may be nested, as those of a test and of its subtests are. A [config.Load]
// of T that the test makes itself meanwhile returns [config.ErrAlreadyLoaded].
//
// The value is served as it is: nothing fills in defaults (see [Defaults]), validates it or
// changes it later, and hooks are never called. To test what code does with a
// change, hand it a store of [NewStore], or load a file, for example of a [Volume].
//
// Being process-wide, it is not for parallel tests: as with [testing.T.Setenv],
// the test fails if it, or one that it is part of, is parallel, and panics if it
// calls [testing.T.Parallel] later. Its subtests may be parallel. For a parallel
// test, hand a store from [NewStore] to the code under test.
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

// serve returns the option that has *value served. T is inferred from an
// argument, so a pointer too many would otherwise give a configuration of
// another type, which nobody asks for.
func serve[T any](t testing.TB, value *T) config.Option {
	t.Helper()
	if typ := reflect.TypeFor[T](); typ.Kind() != reflect.Struct {
		t.Fatalf("configtest: the value is a %v; a configuration is a struct, given by value", typ)
	}
	return config.WithOverride(override.Override{Value: value})
}

// alone returns an error if other tests may run beside t, and has package testing
// see to it that none will. Only a few methods of a test ask for that, and setting
// a variable of the environment that nobody reads is the mildest of them.
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
