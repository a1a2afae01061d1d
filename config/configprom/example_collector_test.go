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

// A program registers a collector. One metric is gathered before and after a reload that is
// rejected.
func ExampleNewCollector() {
	path, clean := exampleFile("addr: localhost:80")
	defer clean()
	cfg, err := config.Open[app](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cfg.Close()

	registry := prometheus.NewRegistry()
	registry.MustRegister(configprom.NewCollector(configprom.Named("app", cfg)))

	show(registry, "config_last_reload_successful")
	rewrite(path, "addr: nowhere")
	_ = cfg.Reload(context.Background()) // the store also notices the change by itself
	show(registry, "config_last_reload_successful")
	// Output:
	// config_last_reload_successful 1
	// config_last_reload_successful 0
}

// show prints a gauge.
func show(registry *prometheus.Registry, name string) {
	families, err := registry.Gather()
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			fmt.Println(name, f.GetMetric()[0].GetGauge().GetValue())
		}
	}
}

// exampleFile writes a file for an example.
func exampleFile(content string) (path string, clean func()) {
	dir, err := os.MkdirTemp("", "configprom-")
	if err != nil {
		log.Fatal(err)
	}
	path = filepath.Join(dir, "app.yaml")
	rewrite(path, content)
	return path, func() { _ = os.RemoveAll(dir) }
}

// rewrite replaces the content of a file.
func rewrite(path, content string) {
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		log.Fatal(err)
	}
}
