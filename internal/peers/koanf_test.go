//go:build linux

package peers

import (
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"example.com/lastgood/internal/scenario"
)

// koanfLibrary is koanf with its file provider's Watch, as its README shows it.
func koanfLibrary() scenario.Library {
	return scenario.Library{Name: "koanf", Content: scenario.YAML, Open: func(t scenario.Target) (scenario.Subject, error) {
		f := file.Provider(t.Path)
		s := &served{close: func() { _ = f.Unwatch() }}
		load := func() error {
			k := koanf.New(".")
			if err := k.Load(f, yaml.Parser()); err != nil {
				return err
			}
			s.take(scenario.Version(k.Int("left"), k.String("text"), k.Int("right")))
			return nil
		}
		if err := load(); err != nil && t.Base == "" {
			return nil, err
		}
		return s, f.Watch(func(_ any, err error) {
			if err == nil && load() == nil {
				t.Notify(s.View())
			}
		})
	}}
}
