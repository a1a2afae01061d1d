package config_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"example.com/lastgood/config"
)

// metrics represents the metrics of a service.
type metrics struct{}

func (metrics) ErrorRate() float64 { return 0 }

// A start with a broken file serves the configuration that the previous process has stored.
func ExampleWithLastGood() {
	type Config struct {
		Greeting string `validate:"max=20"`
	}
	dir, err := os.MkdirTemp(temp, "")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "config.yaml")
	for _, content := range []string{"greeting: Hello\n", "greting: Hi\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			log.Fatal(err)
		}
		cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet),
			config.WithLastGood(filepath.Join(dir, "state")))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(cfg.Current().Greeting, "- from store:", !cfg.Status().LastGood.IsZero())
		cfg.Close()
	}
	// Output:
	// Hello - from store: false
	// Hello - from store: true
}

func ExampleWithProbation() {
	type Config struct{ Greeting string }
	dir, err := os.MkdirTemp(temp, "")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(path, []byte("greeting: Hello\n"), 0o600); err != nil {
		log.Fatal(err)
	}
	quiet := config.WithLogger(quiet)
	var metrics metrics

	cfg, err := config.Load[Config](config.WithFile(path), quiet,
		config.WithLastGood("/var/lib/app", config.LastGoodCrashLimit(3)),
		config.WithProbation(10*time.Minute, func(context.Context, *Config) error {
			if metrics.ErrorRate() > 0.5 {
				return errors.New("more than half of the requests fail")
			}
			return nil
		}),
		config.WithStartupWait(time.Minute))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
}

func ExampleWithStagger() {
	type Config struct{ Greeting string }
	cfg, err := config.Load[Config](config.WithFile("/etc/app/config.yaml"),
		config.WithStagger(5*time.Minute, os.Getenv("HOSTNAME")), // the name of the pod
	)
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	if at := cfg.Status().WaitingUntil; !at.IsZero() {
		fmt.Println("a good change is published at", at)
	}
}
