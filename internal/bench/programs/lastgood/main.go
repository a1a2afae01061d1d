// Command lastgood is the minimal service that follows a configuration with
// package config. Without an argument, it ends at once.
package main

import (
	"fmt"
	"os"
	"time"

	"example.com/lastgood/config"
)

// Config is the same in both programs.
type Config struct {
	Revision int `mapstructure:"revision" validate:"min=1"`
	Server   struct {
		Addr     string `mapstructure:"addr" validate:"hostname_port"`
		Timeouts struct {
			Read time.Duration `mapstructure:"read" validate:"gt=0"`
		} `mapstructure:"timeouts"`
	} `mapstructure:"server"`
}

func main() {
	if len(os.Args) < 2 {
		return
	}
	cfg, err := config.Load[Config](config.WithFile(os.Args[1]), config.WithUnknownKeys())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer cfg.Close()
	cfg.OnChange(func(_, new *Config) { fmt.Println("changed:", new.Server.Addr) })
	fmt.Println(config.Current[Config]().Server.Addr)
}
