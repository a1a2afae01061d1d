package configprom_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configprom"
)

// The collector is for a registry of the caller's. Here one metric is read back
// from it, as a scrape would, before and after a reload that is rejected.
func ExampleNewCollector() {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("configprom-%d.yaml", os.Getpid()))
	defer os.Remove(path)
	write := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			log.Fatal(err)
		}
	}
	write("addr: localhost:80")
	cfg, err := config.Open[app](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	registry := prometheus.NewRegistry()
	registry.MustRegister(configprom.NewCollector(configprom.Named("app", cfg)))
	show := func() {
		families, err := registry.Gather()
		if err != nil {
			log.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "config_last_reload_successful" {
				fmt.Println(f.GetName(), f.GetMetric()[0].GetGauge().GetValue())
			}
		}
	}

	show()
	write("addr: nowhere")
	_ = cfg.Reload(context.Background()) // or wait until it is noticed
	show()
	// Output:
	// config_last_reload_successful 1
	// config_last_reload_successful 0
}
