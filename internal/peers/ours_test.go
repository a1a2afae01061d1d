//go:build linux

package peers

import (
	"log/slog"

	"example.com/lastgood/config" //nolint:depguard // it is compared through its public API
	"example.com/lastgood/internal/scenario"
)

// checked is pair with validation rules, so that a mixture of two versions is invalid.
type checked struct {
	Left  int    `validate:"min=1"`
	Text  string `validate:"required"`
	Right int    `validate:"eqfield=Left"`
}

// ours is package config. It polls only in scenarios in which only a poll can find the change.
func ours() scenario.Library {
	return scenario.Library{Name: "lastgood", Content: scenario.YAML, Open: func(t scenario.Target) (scenario.Subject, error) {
		opts := []config.Option{
			config.WithFile(t.Path),
			config.WithPollInterval(t.Poll),
			config.WithLogger(slog.New(slog.DiscardHandler)),
		}
		if t.Base != "" {
			opts[0] = config.WithFile(t.Base)
			opts = append(opts, config.WithOptionalFile(t.Path))
		}
		store, err := config.Open[checked](opts...)
		if err != nil {
			return nil, err
		}
		store.OnChange(func(_, new *checked) { t.Notify(pair(*new).version()) })
		return subject{store}, nil
	}}
}

type subject struct{ *config.Store[checked] }

func (s subject) View() (int, error) { return pair(*s.Current()).version() }
