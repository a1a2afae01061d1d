package config_test

import (
	"log"

	"example.com/lastgood/config"
)

// The first lines of the README.
func Example() {
	cfg, err := config.Load[Config](config.WithFile("/etc/app/config.yaml"))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	cfg.OnChange(func(old, new *Config) {
		log.Printf("read timeout: %v -> %v", old.Server.ReadTimeout, new.Server.ReadTimeout)
	})
	timeout := cfg.Current().Server.ReadTimeout // one atomic load; take it once per request
	_ = timeout
}
