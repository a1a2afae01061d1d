package config_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

type zSection struct {
	Addr    string `validate:"required"`
	Port    int `validate:"min=1,max=65535"`
	Host    netip.Addr
	Name    string `validate:"max=40"`
	Tags    []string
	Enabled bool
	Weight  float64
}

func (s zSection) Validate() error { return nil }

type zConfig struct {
	N int
	A, B, C, D, E zSection
}

func BenchmarkZReload(b *testing.B) {
	var text strings.Builder
	for _, s := range "abcde" {
		fmt.Fprintf(&text, "%c:\n  addr: localhost\n  port: 80\n  host: 10.0.0.1\n  name: x\n  tags: [a, b]\n  enabled: true\n  weight: 1.5\n", s)
	}
	path := yamlFile(b, text.String()+"n: 0\n")
	s := open[zConfig](b, config.WithFile(path), config.WithoutWatch())
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		i++
		os.WriteFile(path, []byte(fmt.Sprintf("%sn: %d\n", text.String(), i)), 0o600)
		if err := s.Reload(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
