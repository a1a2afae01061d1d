//go:build linux && all

package peers

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/thanos-io/thanos/pkg/reloader"

	"example.com/lastgood/internal/scenario"
)

// reloaderLibrary is Thanos' reloader, with a server instead of Prometheus that loads the file on request, and
// refuses an invalid one.
func reloaderLibrary(name string, interval time.Duration) scenario.Library {
	return scenario.Library{Name: name, Content: scenario.YAML, Open: func(t scenario.Target) (scenario.Subject, error) {
		s := &served{}
		first := make(chan struct{}, 1)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			data, err := os.ReadFile(t.Path)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			version, err := parse(data)
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			again := s.view.Load() != nil
			s.take(version, nil)
			if again {
				t.Notify(version, nil)
			}
			select {
			case first <- struct{}{}:
			default:
			}
		}))
		u, err := url.Parse(server.URL)
		if err != nil {
			return nil, err
		}
		r := reloader.New(nil, prometheus.NewRegistry(), &reloader.Options{
			ReloadURL:     u,
			CfgFile:       t.Path,
			DelayInterval: time.Second, // the default
			RetryInterval: poll,
			WatchInterval: interval,
		})
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- r.Watch(ctx) }()
		s.close = func() { cancel(); server.Close() }
		select {
		case <-first:
			return s, awake()
		case err := <-ended:
			s.Close()
			return nil, errors.Join(errors.New("the reloader ended"), err)
		}
	}}
}
