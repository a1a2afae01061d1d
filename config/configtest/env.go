package configtest

import (
	"os"
	"strings"
	"testing"

	"example.com/lastgood/internal/schema"
)

// Env has the process have exactly the variables vars under a prefix, as it is given to
// [config.WithEnv], until the test ends: what else has the prefix, as in the shell of who
// runs the test, is unset meanwhile. Variables without the prefix are set, too, if vars has
// them, and left alone otherwise. With the prefix "", none is unset.
//
//	configtest.Env(t, "APP", map[string]string{"APP_SERVER_ADDR": "127.0.0.1:0"})
//
// Load the configuration afterwards: a store reads its variables once. Being process-wide,
// it is not for parallel tests, and fails them as [testing.T.Setenv] does.
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
			t.Setenv(name, "") // which brings back what it has when the test ends
			if err := os.Unsetenv(name); err != nil {
				t.Fatalf("configtest: Env: %v", err)
			}
		}
	}
	for name, value := range vars {
		t.Setenv(name, value)
	}
}
