package main

import (
	"fmt"
	"log/slog"
	"time"

	"example.com/lastgood/config"
)

// Config is the configuration of the service. Every setting takes effect while the service runs,
// except server.addr, which needs a restart.
type Config struct {
	Greeting  string          `mapstructure:"greeting" default:"Hello" validate:"required" desc:"What GET / says."`
	Log       Log             `mapstructure:"log"`
	Server    Server          `mapstructure:"server"`
	RateLimit RateLimit       `mapstructure:"rate_limit" desc:"Bounds the requests of all clients together."`
	Features  map[string]bool `mapstructure:"features" default:"{}" desc:"Switches by name. The names are data: any name will do."`
	Upstreams Upstreams       `mapstructure:"upstreams" validate:"required,unique=Name,dive" desc:"The servers behind this one. Their weights add up to 100."`

	// APIKey is required for /private. As a config.Secret it is not printed, logged or
	// marshalled, and diagnostics do not quote its line.
	APIKey config.Secret `mapstructure:"api_key" validate:"required,min=16" desc:"Opens GET /private."`
}

// Log configures the log of the service.
type Log struct {
	Level slog.Level `mapstructure:"level" default:"INFO" desc:"From which level on the service logs."`
}

// Server configures the HTTP server.
type Server struct {
	Addr           string        `mapstructure:"addr" default:":8080" validate:"hostname_port" reload:"restart" desc:"Where to listen."`
	RequestTimeout time.Duration `mapstructure:"request_timeout" default:"2s" validate:"gt=0,lte=1m" desc:"How long a request may take."`

	// ShutdownTimeout must not be shorter than RequestTimeout, or a rollout would
	// interrupt requests.
	ShutdownTimeout time.Duration `mapstructure:"shutdown_timeout" default:"10s" validate:"gtefield=RequestTimeout" desc:"How long requests may go on after a stop."`
}

// RateLimit limits the requests of all clients together.
type RateLimit struct {
	PerSecond float64 `mapstructure:"per_second" default:"50" validate:"gt=0" desc:"Requests per second, in the long run."`
	Burst     int     `mapstructure:"burst" default:"100" validate:"min=1" desc:"Requests at once."`
}

// Upstream is a server behind this one, with its share of the traffic.
type Upstream struct {
	Name   string `mapstructure:"name" validate:"required"`
	URL    string `mapstructure:"url" validate:"required,url"`
	Weight int    `mapstructure:"weight" default:"100" validate:"min=0,max=100" desc:"Its share of the traffic, in percent."`
}

// Upstreams are the servers that share the traffic.
type Upstreams []Upstream

// Validate checks the sum of the weights, which no tag can. It is a method of the list rather than of
// Config, so that its problem is reported at the line of the list.
func (u Upstreams) Validate() error {
	if len(u) == 0 {
		return nil // "required" reports this
	}
	sum := 0
	for _, upstream := range u {
		sum += upstream.Weight
	}
	if sum != 100 {
		return fmt.Errorf("the weights must add up to 100, got %d", sum)
	}
	return nil
}
