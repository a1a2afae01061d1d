// Package sample generates the configurations that are measured: always the same
// value for the same size and revision, as a Go value and as YAML and TOML.
package sample

import "time"

// Small is what an ordinary service has: a file of 40 lines.
type Small = SmallOf[time.Duration]

// Large is a configuration of any number of keys: nested structs, a map of
// structs, a list of structs and a map of strings.
type Large = LargeOf[time.Duration]

// Text is a duration for go-toml, which does not read "5s" into a [time.Duration].
// A type with it is for that library alone.
type Text int64

// UnmarshalText reads "5s".
func (t *Text) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*t = Text(d)
	return err
}

// SmallOf is Small with durations of type D.
type SmallOf[D ~int64] struct {
	Revision int         `mapstructure:"revision" validate:"min=1"`
	Server   ServerOf[D] `mapstructure:"server"`
	DB       struct {
		Host  string `mapstructure:"host" validate:"hostname"`
		Port  int    `mapstructure:"port" validate:"min=1,max=65535"`
		Name  string `mapstructure:"name" validate:"required"`
		Pool  int    `mapstructure:"pool" validate:"min=1,max=100"`
		Debug bool   `mapstructure:"debug"`
	} `mapstructure:"db"`
	Log struct {
		Level  string            `mapstructure:"level" validate:"oneof=debug info warn error"`
		Format string            `mapstructure:"format" validate:"oneof=json text"`
		Labels map[string]string `mapstructure:"labels"`
	} `mapstructure:"log"`
	Upstreams []UpstreamOf[D] `mapstructure:"upstreams" validate:"min=1,dive"`
	Features  map[string]bool `mapstructure:"features"`
	Origins   []string        `mapstructure:"origins" validate:"max=20"`
}

// Rev tells which revision it is.
func (c *SmallOf[D]) Rev() int { return c.Revision }

// ServerOf is a section with sections.
type ServerOf[D ~int64] struct {
	Addr string `mapstructure:"addr" validate:"hostname_port"`
	TLS  struct {
		Cert    string `mapstructure:"cert" validate:"required"`
		Key     string `mapstructure:"key" validate:"required"`
		Minimum string `mapstructure:"minimum" validate:"oneof=1.2 1.3"`
	} `mapstructure:"tls"`
	Limits struct {
		Body   int64 `mapstructure:"body" validate:"min=1"`
		Header int64 `mapstructure:"header" validate:"min=1"`
	} `mapstructure:"limits"`
	Timeouts struct {
		Read  D `mapstructure:"read" validate:"gt=0"`
		Write D `mapstructure:"write" validate:"gt=0"`
		Idle  D `mapstructure:"idle" validate:"gt=0"`
	} `mapstructure:"timeouts"`
}

// UpstreamOf is an item of a list.
type UpstreamOf[D ~int64] struct {
	Name    string `mapstructure:"name" validate:"required"`
	URL     string `mapstructure:"url" validate:"url"`
	Weight  int    `mapstructure:"weight" validate:"min=0,max=100"`
	Timeout D      `mapstructure:"timeout" validate:"gt=0"`
}

// LargeOf is Large with durations of type D.
type LargeOf[D ~int64] struct {
	Revision int                    `mapstructure:"revision" validate:"min=1"`
	Server   ServerOf[D]            `mapstructure:"server"`
	Labels   map[string]string      `mapstructure:"labels"`
	Tenants  map[string]TenantOf[D] `mapstructure:"tenants" validate:"dive"`
	Routes   []RouteOf[D]           `mapstructure:"routes" validate:"dive"`
}

// Rev tells which revision it is.
func (c *LargeOf[D]) Rev() int { return c.Revision }

// TenantOf is an element of a map; it has 8 keys.
type TenantOf[D ~int64] struct {
	Name    string  `mapstructure:"name" validate:"required"`
	Port    int     `mapstructure:"port" validate:"min=1,max=65535"`
	Timeout D       `mapstructure:"timeout" validate:"gt=0"`
	Ratio   float64 `mapstructure:"ratio" validate:"gte=0,lte=1"`
	On      bool    `mapstructure:"on"`
	Quota   struct {
		CPU    int `mapstructure:"cpu" validate:"min=0"`
		Memory int `mapstructure:"memory" validate:"min=0"`
	} `mapstructure:"quota"`
	Tags []string `mapstructure:"tags"`
}

// RouteOf is an item of a list; it has 5 keys.
type RouteOf[D ~int64] struct {
	Path    string `mapstructure:"path" validate:"startswith=/"`
	Target  string `mapstructure:"target" validate:"required"`
	Weight  int    `mapstructure:"weight" validate:"min=0,max=100"`
	Level   string `mapstructure:"level" validate:"oneof=a b c"`
	Timeout D      `mapstructure:"timeout" validate:"gt=0"`
}
