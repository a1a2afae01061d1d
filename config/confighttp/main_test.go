package confighttp_test

import (
	"flag"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/leak"
	"example.com/lastgood/internal/testkit"
)

var update = flag.Bool("update", false, "take the pictures in testdata again")

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

// shop is the configuration of these tests.
type shop struct {
	Greeting string `mapstructure:"greeting" default:"Hello"`
	Server   struct {
		Addr         string        `mapstructure:"addr" default:":8080" validate:"hostname_port" reload:"restart"`
		ReadTimeout  time.Duration `mapstructure:"read_timeout" default:"5s" validate:"gt=0"`
		MaxBodyBytes int           `mapstructure:"max_body_bytes" default:"1048576" validate:"min=1,max=16777216"`
	} `mapstructure:"server"`
	DB struct {
		DSN   config.Secret `mapstructure:"dsn" validate:"required"`
		Conns int           `mapstructure:"conns" default:"10" validate:"min=1,max=100"`
	} `mapstructure:"db"`
	Features  map[string]bool `mapstructure:"features"`
	Upstreams []upstream      `mapstructure:"upstreams" validate:"min=1"`
	Weights   any             `mapstructure:"weights"`
	Log       struct {
		Level slog.Level `mapstructure:"level" default:"INFO"`
	} `mapstructure:"log"`
}

type upstream struct {
	Name string `mapstructure:"name" validate:"required"`
	URL  string `mapstructure:"url" validate:"required,url"`
}

// marker is the secret in the files of these tests, which must not be shown.
const marker = "postgres://shop:correct-horse-battery-staple@db/shop"

const good = `greeting: Welcome to the shop
server:
  addr: :8080
  read_timeout: 3s
db:
  dsn: ` + marker + `
  conns: 20
features:
  search: true
  one_click: false
upstreams:
  - name: stock
    url: http://stock.shop.svc:9000
  - name: prices
    url: http://prices.shop.svc:9000
`

// bad has three problems.
const bad = `greeting: Welcome to the shop
server:
  addr: :8080
  read_timeout: 3
  max_body_byte: 65536
db:
  dsn: ` + marker + `
  conns: 200
features:
  search: true
  one_click: false
upstreams:
  - name: stock
    url: http://stock.shop.svc:9000
  - name: prices
    url: http://prices.shop.svc:9000
`

// Helpers that other packages use, too.
var (
	put    = testkit.Replace
	accept = testkit.Accept
	reject = testkit.Reject
)

// follow opens a store on a new file, and closes it with the test. By default, a change is taken
// only by Reload, because the settle time is an hour.
func follow(t testing.TB, content string, opts ...config.Option) (store *config.Store[shop], path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "shop.yaml")
	put(t, path, content)
	opts = append([]config.Option{config.WithFile(path), config.WithSettle(time.Hour), config.WithLogger(slog.New(slog.DiscardHandler))}, opts...)
	store, err := config.Open[shop](opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store, path
}
