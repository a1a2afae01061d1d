//go:build linux

package peers

import (
	"context"
	"io"
	"os"

	"github.com/ory/x/watcherx"

	"example.com/lastgood/internal/scenario"
)

// watcherxLibrary is Ory's watcherx, whose events carry the content; it is
// validated before it is used, as Ory's configx does.
func watcherxLibrary() scenario.Library {
	return scenario.Library{Name: "watcherx", Content: scenario.YAML, Open: func(t scenario.Target) (scenario.Subject, error) {
		ctx, cancel := context.WithCancel(context.Background())
		s := &served{close: cancel}
		events := make(watcherx.EventChannel, 100)
		if _, err := watcherx.WatchFile(ctx, t.Path, events); err != nil {
			cancel()
			return nil, err
		}
		data, err := os.ReadFile(t.Path)
		if err != nil && t.Base == "" {
			cancel()
			return nil, err
		}
		if version, err := parse(data); err == nil {
			s.take(version, nil)
		}
		go func() {
			for {
				select {
				case <-ctx.Done():
					return
				case event := <-events:
					changed, ok := event.(*watcherx.ChangeEvent)
					if !ok {
						continue
					}
					data, err := io.ReadAll(changed.Reader())
					if err != nil {
						continue
					}
					if version, err := parse(data); err == nil {
						s.take(version, nil)
						t.Notify(version, nil)
					}
				}
			}
		}()
		return s, nil
	}}
}
