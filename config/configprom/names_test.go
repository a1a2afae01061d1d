package configprom_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configprom"
)

func TestStoresOfDifferentTypesShareACollector(t *testing.T) {
	store, path := follow(t, good)
	other, err := config.Open[struct{ Text string }](config.WithoutFile(), config.WithLogger(quiet))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	c := configprom.NewCollector(configprom.Named("app", store), configprom.Named("library", other))
	reject(t, store, path, "addr: nowhere")
	wantMetrics(t, c, `config_last_reload_successful{name="app"} 0
config_last_reload_successful{name="library"} 1
`)
}

func TestNewCollectorPanicsForTwoStoresOfOneName(t *testing.T) {
	store, _ := follow(t, good)
	wantPanic(t, `two stores are named "app"`, func() {
		configprom.NewCollector(configprom.Named("app", store), configprom.Named("app", store))
	})
	wantPanic(t, "the name is empty", func() { configprom.NewCollector(configprom.Named("", store)) })
	wantPanic(t, "not valid UTF-8", func() { configprom.NewCollector(configprom.Named("\xff", store)) })
	wantPanic(t, "the store is nil", func() { configprom.NewCollector(configprom.Named("app", nil)) })
	wantPanic(t, "the store is nil", func() { configprom.NewCollector(configprom.Named("app", (*config.Store[app])(nil))) })
	wantPanic(t, "option 2 is nil", func() { configprom.NewCollector(configprom.Named("app", store), nil) })
}

func TestARegistryTakesSeveralCollectorsWithDifferentNames(t *testing.T) {
	store, _ := follow(t, good)
	registry := prometheus.NewPedanticRegistry()
	for _, name := range []string{"app", "library"} {
		if err := registry.Register(configprom.NewCollector(configprom.Named(name, store))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := registry.Register(configprom.NewCollector(configprom.Named("app", store)))
	if _, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); !ok {
		t.Errorf("the second collector named app: %v", err)
	}
	if _, err := registry.Gather(); err != nil {
		t.Error(err)
	}
}

func TestScrapesAndReloadsRunAtTheSameTime(t *testing.T) {
	store, path := follow(t, good)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(configprom.NewCollector(configprom.Named("app", store)))
	stop := make(chan struct{})
	var scrapes sync.WaitGroup
	for range 4 {
		scrapes.Go(func() {
			for done := false; !done; {
				select {
				case <-stop:
					done = true
				default:
				}
				if _, err := registry.Gather(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for rate := range 50 {
		put(t, path, fmt.Sprintf("%srate: %d\n", good, rate%5))
		err := store.Reload(t.Context())
		if rejected := rate%5 == 0; rejected != (err != nil) {
			t.Errorf("rate %d: %v", rate%5, err)
		}
	}
	store.Close()
	close(stop)
	scrapes.Wait()
}
