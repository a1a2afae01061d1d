package configtest

import (
	"slices"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// Defaults returns a configuration of type T with its defaults: those of default tags and, among the
// options, of [config.WithDefaults], flags and a Viper. A test changes the fields that it needs:
//
//	c := configtest.Defaults[Config](t)
//	c.Server.Addr = "127.0.0.1:0"
//	configtest.SetCurrent(t, c)
//
// The value is not validated, because required fields are not set. The options are those of
// [config.Load], such as the name of the tag and decode hooks; no file and no environment variable is
// read. The test fails if T cannot be a configuration.
func Defaults[T any](t testing.TB, opts ...config.Option) T {
	t.Helper()
	store, err := config.Open[T](append(slices.Clone(opts), config.WithOverride(override.Override{Defaults: true}))...)
	if err != nil {
		t.Fatalf("configtest: Defaults: %v", err)
	}
	defer store.Close()
	return *store.Current()
}
