package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"
)

// Small is the configuration of an ordinary service: a file of 40 lines.
type Small struct {
	Revision int    `mapstructure:"revision" validate:"min=1"`
	Server   Server `mapstructure:"server"`
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
	Upstreams []struct {
		Name    string        `mapstructure:"name" validate:"required"`
		URL     string        `mapstructure:"url" validate:"url"`
		Weight  int           `mapstructure:"weight" validate:"min=0,max=100"`
		Timeout time.Duration `mapstructure:"timeout" validate:"gt=0"`
	} `mapstructure:"upstreams" validate:"min=1,dive"`
	Features map[string]bool `mapstructure:"features"`
	Origins  []string        `mapstructure:"origins" validate:"max=20"`
}

// Server is a section with nested sections.
type Server struct {
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
		Read  time.Duration `mapstructure:"read" validate:"gt=0"`
		Write time.Duration `mapstructure:"write" validate:"gt=0"`
		Idle  time.Duration `mapstructure:"idle" validate:"gt=0"`
	} `mapstructure:"timeouts"`
}

// Large is a configuration of any number of keys.
type Large struct {
	Revision int               `mapstructure:"revision" validate:"min=1"`
	Server   Server            `mapstructure:"server"`
	Labels   map[string]string `mapstructure:"labels"`
	Tenants  map[string]struct {
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
	} `mapstructure:"tenants" validate:"dive"`
	Routes []struct {
		Path    string        `mapstructure:"path" validate:"startswith=/"`
		Target  string        `mapstructure:"target" validate:"required"`
		Weight  int           `mapstructure:"weight" validate:"min=0,max=100"`
		Level   string        `mapstructure:"level" validate:"oneof=a b c"`
		Timeout time.Duration `mapstructure:"timeout" validate:"gt=0"`
	} `mapstructure:"routes" validate:"dive"`
}

func (c *Small) revision() int { return c.Revision }
func (c *Large) revision() int { return c.Revision }

// size is a number of keys of a [Large], a multiple of 100, or small.
type size int

const small size = 0

var sizes = []size{small, 1000, 10_000}

func (z size) String() string {
	if z == small {
		return "40_lines"
	}
	return fmt.Sprintf("%d_keys", int(z))
}

const serverText = `server:
  addr: ":8080"
  tls:
    cert: /etc/tls/tls.crt
    key: /etc/tls/tls.key
    minimum: "1.3"
  limits:
    body: 1048576
    header: 16384
  timeouts:
    read: "5s"
    write: "10s"
    idle: "2m0s"
`

const smallText = serverText + `db:
  host: db.example.com
  port: 5432
  name: orders
  pool: 20
  debug: false
log:
  level: info
  format: json
  labels:
    env: prod
    team: core
upstreams:
  - name: one
    url: http://one.example.com/api
    weight: 60
    timeout: "1s"
  - name: two
    url: http://two.example.com/api
    weight: 40
    timeout: "1.5s"
features:
  checkout: false
  fast: true
  search: true
origins: [https://a.example.com, https://b.example.com]
`

// text returns a revision of a configuration of that size, as yaml or toml.
func (z size) text(format string, revision int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "revision: %d\n", revision)
	if z == small {
		b.WriteString(smallText)
	} else {
		z.writeLarge(&b)
	}
	if format == "yaml" {
		return b.Bytes()
	}
	var tree map[string]any
	err := yaml.Unmarshal(b.Bytes(), &tree)
	text, tomlErr := toml.Marshal(tree)
	if err != nil || tomlErr != nil {
		panic(fmt.Sprint(err, tomlErr)) // the text is ours
	}
	return text
}

func (z size) writeLarge(b *bytes.Buffer) {
	const others = 10 // the revision, and the server's
	b.WriteString(serverText + "labels:\n")
	for i := range int(z)/10 - others {
		fmt.Fprintf(b, "  label-%d: value %d\n", i, i)
	}
	b.WriteString("tenants:\n")
	for i := range int(z) / 20 {
		fmt.Fprintf(b, "  tenant-%d:\n    name: tenant %d\n    port: %d\n    timeout: \"5s\"\n    ratio: 0.5\n    on: %t\n", i, i, 1000+i, i%2 == 0)
		fmt.Fprintf(b, "    quota:\n      cpu: %d\n      memory: 512\n    tags: [red, zone-%d]\n", 1+i%8, i%7)
	}
	b.WriteString("routes:\n")
	for i := range int(z) / 10 {
		fmt.Fprintf(b, "  - path: /path/%d\n    target: tenant-%d\n    weight: %d\n    level: %c\n    timeout: \"%ds\"\n", i, i/2, i%100, 'a'+i%3, i%9+1)
	}
}

// Ten is a section of ten keys.
type Ten[T any] struct {
	A T `mapstructure:"a"`
	B T `mapstructure:"b"`
	C T `mapstructure:"c"`
	D T `mapstructure:"d"`
	E T `mapstructure:"e"`
	F T `mapstructure:"f"`
	G T `mapstructure:"g"`
	H T `mapstructure:"h"`
	I T `mapstructure:"i"`
	J T `mapstructure:"j"`
}

// Thousand has 1,000 leaves, and TwoThousand twice as many.
type (
	Thousand    = Ten[Ten[Ten[int]]]
	TwoThousand struct {
		First  Thousand `mapstructure:"first"`
		Second Thousand `mapstructure:"second"`
	}
)

// Deep is a section with ten leaves and a section like it.
type Deep struct {
	Ten[int] `mapstructure:",squash"`
	Next     *Deep `mapstructure:"next"`
}

// leaves returns the keys of ten sections of a number of levels.
func leaves(prefix string, levels int) []string {
	if levels == 0 {
		return []string{strings.TrimSuffix(prefix, ".")}
	}
	var keys []string
	for c := 'a'; c <= 'j'; c++ {
		keys = append(keys, leaves(prefix+string(c)+".", levels-1)...)
	}
	return keys
}

// tens returns ten sections of a number of levels in YAML.
func tens(levels, indent int) string {
	var b strings.Builder
	for c := 'a'; c <= 'j'; c++ {
		fmt.Fprintf(&b, "%*s%c:", indent, "", c)
		if levels == 1 {
			b.WriteString(" 1\n")
		} else {
			b.WriteString("\n" + tens(levels-1, indent+2))
		}
	}
	return b.String()
}

// deep returns a [Deep] of a number of levels in YAML.
func deep(levels int) string {
	var b strings.Builder
	for i := range levels {
		if i > 0 {
			fmt.Fprintf(&b, "%*snext:\n", 2*i-2, "")
		}
		b.WriteString(tens(1, 2*i))
	}
	return b.String()
}
