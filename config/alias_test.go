package config_test

import (
	"testing"

	"example.com/lastgood/config"
)

type renamedConfig struct {
	Server struct {
		Addr    string `alias:"bind .listen" validate:"omitempty,hostname_port"`
		Port    int    `alias:".old.port"`
		TLS     *struct{ Cert string }
		Timeout int `deprecated:"use server.addr"`
	} `alias:"srv .old.server"`
	Upstreams []struct {
		URL string `alias:"address"`
	}
	Tenants map[string]struct {
		Name string `alias:"title"`
	}
	DB struct {
		Password config.Secret `alias:"pass .db_password"`
	} `mapstructure:"db"`
	Labels map[string]string `alias:"tags"`
}

func TestAnOldKeySetsWhatItsFieldDoes(t *testing.T) {
	for text, get := range map[string]func(*renamedConfig) string{
		"server: {bind: 'a:1'}":                       func(c *renamedConfig) string { return c.Server.Addr },
		"listen: 'a:1'":                               func(c *renamedConfig) string { return c.Server.Addr },
		"Listen: 'a:1'":                               func(c *renamedConfig) string { return c.Server.Addr },
		"srv: {addr: 'a:1'}":                          func(c *renamedConfig) string { return c.Server.Addr },
		"srv: {bind: 'a:1'}":                          func(c *renamedConfig) string { return c.Server.Addr },
		"old: {server: {bind: 'a:1'}}":                func(c *renamedConfig) string { return c.Server.Addr },
		"old: {server: {tls: {cert: 'a:1'}}}":         func(c *renamedConfig) string { return c.Server.TLS.Cert },
		"old: {port: 0x1, server: {addr: 'a:1'}}":     func(c *renamedConfig) string { return c.Server.Addr },
		"upstreams: [{url: x}, {address: 'a:1'}]":     func(c *renamedConfig) string { return c.Upstreams[1].URL },
		"tenants: {x: {title: 'a:1'}}":                func(c *renamedConfig) string { return c.Tenants["x"].Name },
		"db_password: 'a:1'":                          func(c *renamedConfig) string { return c.DB.Password.Reveal() },
		"db: {pass: 'a:1'}":                           func(c *renamedConfig) string { return c.DB.Password.Reveal() },
		"tags: {a.b: 'a:1'}":                          func(c *renamedConfig) string { return c.Labels["a.b"] },
		"x-a: &a {address: 'a:1'}\nupstreams: [*a]":   func(c *renamedConfig) string { return c.Upstreams[0].URL },
		"old: ~\nsrv: {bind: 'a:1', port: 2}":         func(c *renamedConfig) string { return c.Server.Addr },
		"server: {port: 1}\nlisten: 'a:1'\nold: {}\n": func(c *renamedConfig) string { return c.Server.Addr },
	} {
		t.Run(text, func(t *testing.T) {
			s := open[renamedConfig](t, config.WithFile(yamlFile(t, text)))
			if got := get(s.Current()); got != "a:1" {
				t.Errorf("got %q", got)
			}
		})
	}
}
