package configtest

import (
	"os"
	"strings"
	"testing"

	"example.com/lastgood/internal/schema"
)

// Env sets the environment variables vars until the test ends, and unsets all others with a prefix, as
// it is given to [config.WithEnv], such as those in a developer's shell. Variables of vars need not
// have the prefix. With the prefix "", none is unset.
//
//	configtest.Env(t, "APP", map[string]string{"APP_SERVER_ADDR": "127.0.0.1:0"})
//
// Load the configuration afterwards: a store reads its variables once. Env is not for parallel tests,
// because it affects the whole process, and fails them as [testing.T.Setenv] does.
func Env(t testing.TB, prefix string, vars map[string]string) {
	t.Helper()
	under, ok := schema.EnvPrefix(prefix)
	if !ok {
		t.Fatalf("configtest: Env: %q is no prefix of variables", prefix)
	}
	if under != "" {
		for _, entry := range os.Environ() {
			name, _, _ := strings.Cut(entry, "=")
			if !strings.HasPrefix(strings.ToUpper(name), under+"_") {
				continue
			}
			t.Setenv(name, "") // it restores the variable when the test ends
			if err := os.Unsetenv(name); err != nil {
				t.Fatalf("configtest: Env: %v", err)
			}
		}
	}
	for name, value := range vars {
		t.Setenv(name, value)
	}
}
