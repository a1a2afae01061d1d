package main

import (
	"fmt"
	"log/slog"
	"time"

	"example.com/lastgood/config"
)

// Config is everything that can be set. Apart from server.addr, which waits for a
// restart, every setting takes effect while the service runs.
type Config struct {
	Greeting  string          `mapstructure:"greeting" default:"Hello" validate:"required" desc:"What GET / says."`
	Log       Log             `mapstructure:"log"`
	Server    Server          `mapstructure:"server"`
	RateLimit RateLimit       `mapstructure:"rate_limit" desc:"Bounds the requests of all clients together."`
	Features  map[string]bool `mapstructure:"features" default:"{}" desc:"Switches by name. The names are data: any name will do."`
	Upstreams Upstreams       `mapstructure:"upstreams" validate:"required,unique=Name,dive" desc:"The servers behind this one. Their weights add up to 100."`

	// APIKey opens /private. As a config.Secret it is not printed, logged or
	// marshalled, and diagnostics do not quote its line.
	APIKey config.Secret `mapstructure:"api_key" validate:"required,min=16" desc:"Opens GET /private."`
}

// Log is about the service's own log.
type Log struct {
	Level slog.Level `mapstructure:"level" default:"INFO" desc:"From which level on the service logs."`
}

// Server is about HTTP.
type Server struct {
	Addr           string        `mapstructure:"addr" default:":8080" validate:"hostname_port" reload:"restart" desc:"Where to listen."`
	RequestTimeout time.Duration `mapstructure:"request_timeout" default:"2s" validate:"gt=0,lte=1m" desc:"How long a request may take."`

	// ShutdownTimeout must cover the longest request, or a rollout would cut
	// requests off.
	ShutdownTimeout time.Duration `mapstructure:"shutdown_timeout" default:"10s" validate:"gtefield=RequestTimeout" desc:"How long requests may go on after a stop."`
}

// RateLimit bounds the requests that the service takes, all clients together.
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

// Upstreams share the traffic between them.
type Upstreams []Upstream

// Validate checks what no tag can say, because it takes all upstreams together.
// As a method of the list rather than of Config, it has its problems reported at
// the list's line.
func (u Upstreams) Validate() error {
	if len(u) == 0 {
		return nil // which "required" has something to say about
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
