package load_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/spf13/viper"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// small is an ordinary service's configuration, of about 40 lines.
type small struct {
	Server struct {
		Addr         string        `mapstructure:"addr" validate:"hostname_port"`
		ReadTimeout  time.Duration `mapstructure:"read_timeout" validate:"gt=0"`
		WriteTimeout time.Duration `mapstructure:"write_timeout" validate:"gt=0"`
		MaxBody      int64         `mapstructure:"max_body" validate:"min=1"`
		TLS          struct {
			Cert string `mapstructure:"cert" validate:"required"`
			Key  string `mapstructure:"key" validate:"required"`
		} `mapstructure:"tls"`
	} `mapstructure:"server"`
	DB struct {
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
	Upstreams []struct {
		Name    string        `mapstructure:"name" validate:"required"`
		URL     string        `mapstructure:"url" validate:"url"`
		Weight  int           `mapstructure:"weight" validate:"min=0,max=100"`
		Timeout time.Duration `mapstructure:"timeout" validate:"gt=0"`
	} `mapstructure:"upstreams" validate:"dive"`
	Features map[string]bool `mapstructure:"features"`
	Origins  []string        `mapstructure:"origins" validate:"max=20"`
}

const smallYAML = `# a service
server:
  addr: ":8080"
  read_timeout: 5s
  write_timeout: 10s
  max_body: 1048576
  tls:
    cert: /etc/tls/tls.crt
    key: /etc/tls/tls.key
db:
  host: db.example.com
  port: 5432
  name: orders
  pool: 20
  debug: false
log:
  level: info
  format: json
  labels:
    team: core
    env: prod
upstreams:
  - name: one
    url: http://one.example.com
    weight: 50
    timeout: 1s
  - name: two
    url: http://two.example.com
    weight: 30
    timeout: 2s
  - name: three
    url: http://three.example.com
    weight: 20
    timeout: 3s
features:
  fast: true
  new_checkout: false
origins:
  - https://a.example.com
  - https://b.example.com
`

// large has sections by the hundred, of 10 keys each.
type large struct {
	Tenants map[string]tenant `mapstructure:"tenants" validate:"dive"`
	Routes  []route           `mapstructure:"routes" validate:"dive"`
}

type tenant struct {
	Name    string        `mapstructure:"name" validate:"required"`
	Port    int           `mapstructure:"port" validate:"min=1,max=65535"`
	Timeout time.Duration `mapstructure:"timeout" validate:"gt=0"`
	Ratio   float64       `mapstructure:"ratio" validate:"gte=0,lte=1"`
	On      bool          `mapstructure:"on"`
	Quota   struct {
		CPU    int `mapstructure:"cpu" validate:"min=0"`
		Memory int `mapstructure:"memory" validate:"min=0"`
	} `mapstructure:"quota"`
	Tags []string `mapstructure:"tags"`
}

type route struct {
	Path   string `mapstructure:"path" validate:"startswith=/"`
	Target string `mapstructure:"target" validate:"required"`
	Weight int    `mapstructure:"weight" validate:"min=0,max=100"`
	Level  string `mapstructure:"level" validate:"oneof=a b c"`
}

// largeYAML has about the given number of keys.
func largeYAML(keys int) string {
	var b strings.Builder
	b.WriteString("tenants:\n")
	for i := range keys / 20 {
		fmt.Fprintf(&b, "  tenant-%d:\n    name: t%d\n    port: %d\n    timeout: 5s\n    ratio: 0.5\n    on: true\n    quota:\n      cpu: 2\n      memory: 512\n    tags: [a, b]\n", i, i, 1000+i)
	}
	b.WriteString("routes:\n")
	for i := range keys / 8 {
		fmt.Fprintf(&b, "  - path: /p/%d\n    target: t%d\n    weight: %d\n    level: a\n", i, i, i%100)
	}
	return b.String()
}

func BenchmarkLoad(b *testing.B) {
	b.Run("40lines", func(b *testing.B) { compare[small](b, smallYAML) })
	b.Run("1000keys", func(b *testing.B) { compare[large](b, largeYAML(1000)) })
	b.Run("10000keys", func(b *testing.B) { compare[large](b, largeYAML(10_000)) })
}

// compare measures our pass, what one writes with Viper and the validator, and the
// ratio of the two, each run next to the other since the machine may be busy.
func compare[T any](b *testing.B, text string) {
	doc := []source.Document{yaml(text)}
	l := newLoader[T](b, load.Options{})
	v := validator.New(validator.WithRequiredStructEnabled())
	ours := func() {
		if _, problems := once(l, doc...); problems != nil {
			b.Fatal(formatAll(problems))
		}
	}
	vipers := func() {
		vp := viper.New()
		vp.SetConfigType("yaml")
		var c T
		if err := cmp.Or(vp.ReadConfig(bytes.NewReader(doc[0].Data)), vp.Unmarshal(&c), v.Struct(&c)); err != nil {
			b.Fatal(err)
		}
	}
	for name, run := range map[string]func(){"ours": ours, "viper": vipers} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
	b.Run("ratio", func(b *testing.B) {
		var times [2][]time.Duration
		for b.Loop() {
			for i, run := range []func(){ours, vipers} {
				start := time.Now()
				run()
				times[i] = append(times[i], time.Since(start))
			}
		}
		slices.Sort(times[0])
		slices.Sort(times[1])
		middle := len(times[0]) / 2
		b.ReportMetric(float64(times[0][middle])/float64(times[1][middle]), "ours/viper")
	})
}
