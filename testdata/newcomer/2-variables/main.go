// Command app greets.
package main

import (
	"fmt"
	"os"

	"example.com/lastgood/config"
)

// Config is what can be set.
type Config struct {
	Greeting string `default:"Hello" validate:"required" desc:"what the service answers"`
	Server   struct {
		Addr string `default:":8080" validate:"hostname_port" reload:"restart" desc:"where to listen"`
	}
}

func main() {
	cfg, err := config.Load[Config](config.WithEnv("APP"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer cfg.Close()
	fmt.Println(cfg.Current().Greeting, "on", cfg.Current().Server.Addr)
}
