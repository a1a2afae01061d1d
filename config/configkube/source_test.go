package configkube_test

import (
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configkube"
	"example.com/lastgood/config/configtest"
)

// harness drives an API server for [configtest.TestSource].
func harness(resource string, secret bool) configtest.SourceHarness {
	var a *api
	return configtest.SourceHarness{
		New: func(t *testing.T) config.Source {
			a = newAPI(t)
			if secret {
				return configkube.Secret("prod", "app", a.options()...)
			}
			return a.configMap()
		},
		Put: func(_ *testing.T, documents map[string]string) {
			if secret {
				documents = encode(documents)
			}
			a.put(resource, documents)
		},
		Delete:  func(*testing.T) { a.remove(resource) },
		Names:   []string{"a.yaml", "b.json"},
		Deny:    func(*testing.T) func() { a.deny("list watch"); return func() { a.deny("") } },
		Break:   func(t *testing.T) func() { a.stop(); return func() { a.start(t) } },
		Stall:   func(*testing.T) func() { a.proxy.Stall(); return a.proxy.Resume },
		Restart: func(t *testing.T) { a.stop(); a.start(t) },
		Expire:  func(*testing.T) { a.expire() },
		Rotate:  func(t *testing.T) { a.rotateToken(t) },
	}
}

func TestAConfigMapKeepsTheRules(t *testing.T) {
	t.Parallel()
	configtest.TestSource(t, harness("configmaps", false))
}

func TestASecretKeepsTheRules(t *testing.T) {
	t.Parallel()
	configtest.TestSource(t, harness("secrets", true))
}
