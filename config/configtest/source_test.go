package configtest_test

import (
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

func TestThePlayedSourceKeepsTheRules(t *testing.T) {
	t.Parallel()
	var s *configtest.Source
	configtest.TestSource(t, configtest.SourceHarness{
		New: func(t *testing.T) config.Source {
			s = configtest.NewSource(t, "played")
			return s
		},
		Put:    func(_ *testing.T, documents map[string]string) { s.Update(documents) },
		Delete: func(*testing.T) { s.Remove() },
		Names:  []string{"a.yaml", "b.json"},
	})
}
