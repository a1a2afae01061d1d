package configtest

import (
	"slices"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/override"
)

// Defaults returns the configuration of type T that holds where nothing is set: by default
// tags and, among the options, [config.WithDefaults] and the defaults of flags and of a
// Viper. A test changes what it is about, and hands the rest on as it is:
//
//	c := configtest.Defaults[Config](t)
//	c.Server.Addr = "127.0.0.1:0"
//	configtest.SetCurrent(t, c)
//
// It is not validated, as something may be required. The options are those of
// [config.Load], for the tag with the keys and decode hooks among others; no file and no
// environment variable is read. The test fails if T cannot be a configuration.
func Defaults[T any](t testing.TB, opts ...config.Option) T {
	t.Helper()
	store, err := config.Open[T](append(slices.Clone(opts), config.WithOverride(override.Override{Defaults: true}))...)
	if err != nil {
		t.Fatalf("configtest: Defaults: %v", err)
	}
	defer store.Close()
	return *store.Current()
}
