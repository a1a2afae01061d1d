//go:build linux

package peers

import (
	"log/slog"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/viper"

	"example.com/lastgood/internal/scenario"
)

// viperLibrary is Viper with WatchConfig, read in OnConfigChange only, because
// reading it elsewhere is a data race.
func viperLibrary() scenario.Library {
	return scenario.Library{Name: "Viper", Content: scenario.YAML, Open: func(t scenario.Target) (scenario.Subject, error) {
		v := viper.NewWithOptions(viper.WithLogger(slog.New(slog.DiscardHandler)))
		v.SetConfigFile(t.Path)
		if err := v.ReadInConfig(); err != nil && t.Base == "" {
			return nil, err
		}
		s := &served{close: func() {}} // there is no way to stop it
		take := func() (int, error) {
			var p pair
			if err := v.Unmarshal(&p); err != nil {
				return 0, err
			}
			if t.Base != "" && p == (pair{}) {
				return 0, nil // no content yet
			}
			return p.version()
		}
		s.take(take())
		v.OnConfigChange(func(fsnotify.Event) {
			s.take(take())
			t.Notify(s.View())
		})
		v.WatchConfig()
		return s, nil
	}}
}
