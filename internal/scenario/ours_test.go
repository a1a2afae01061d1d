//go:build linux

package scenario_test

import (
	"cmp"
	"log/slog"
	"time"

	"example.com/lastgood/config" //nolint:depguard // the scenarios end at the public API
	"example.com/lastgood/internal/scenario"
)

// pair is a configuration whose halves belong together. It has no rules that would
// say so: nothing but the watcher keeps a half-written file from being served.
type pair struct {
	Left  int    `mapstructure:"left"`
	Text  string `mapstructure:"text"`
	Right int    `mapstructure:"right"`
}

func (p *pair) version() (int, error) { return scenario.Version(p.Left, p.Text, p.Right) }

// ours is package config. With a poll of 0 it polls only where the scenario says that
// nothing else can find the change.
func ours(settle, poll time.Duration) scenario.Library {
	return scenario.Library{
		Name:    "lastgood",
		Content: scenario.YAML,
		Quiet:   settle + 150*time.Millisecond,
		Open: func(t scenario.Target) (scenario.Subject, error) {
			opts := []config.Option{
				config.WithFile(t.Path),
				config.WithPollInterval(cmp.Or(t.Poll, poll)),
				config.WithSettle(settle),
				config.WithLogger(slog.New(slog.DiscardHandler)),
			}
			if t.Base != "" {
				opts[0] = config.WithFile(t.Base)
				opts = append(opts, config.WithOptionalFile(t.Path))
			}
			if t.Beside != "" {
				opts = append(opts, config.WithOptionalFile(t.Beside))
			}
			store, err := config.Open[pair](opts...)
			if err != nil {
				return nil, err
			}
			store.OnChange(func(_, new *pair) { t.Notify(new.version()) })
			return subject{store}, nil
		},
	}
}

type subject struct{ *config.Store[pair] }

func (s subject) View() (int, error) { return s.Current().version() }
