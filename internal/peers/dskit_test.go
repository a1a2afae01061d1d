//go:build linux && all

package peers

import (
	"context"
	"io"

	"github.com/go-kit/log"
	"github.com/grafana/dskit/flagext"
	"github.com/grafana/dskit/runtimeconfig"
	"github.com/grafana/dskit/services"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/lastgood/internal/scenario"
)

// dskitLibrary is dskit's runtimeconfig, which only polls; its Loader validates.
func dskitLibrary() scenario.Library {
	return scenario.Library{Name: "dskit, poll", Content: scenario.YAML, Open: func(t scenario.Target) (scenario.Subject, error) {
		m, err := runtimeconfig.New(runtimeconfig.Config{
			ReloadPeriod: poll,
			LoadPath:     flagext.StringSliceCSV{t.Path},
			Loader: func(r io.Reader) (any, error) {
				data, err := io.ReadAll(r)
				if err != nil {
					return nil, err
				}
				return parse(data)
			},
		}, "peer", prometheus.NewRegistry(), log.NewNopLogger())
		if err != nil {
			return nil, err
		}
		changes := m.CreateListenerChannel(100)
		if err := services.StartAndAwaitRunning(context.Background(), m); err != nil {
			return nil, err
		}
		<-changes // the first
		go func() {
			for version := range changes {
				t.Notify(version.(int), nil)
			}
		}()
		return dskit{m}, nil
	}}
}

type dskit struct{ *runtimeconfig.Manager }

func (d dskit) View() (int, error) { return d.GetConfig().(int), nil }

func (d dskit) Close() { _ = services.StopAndAwaitTerminated(context.Background(), d) }
