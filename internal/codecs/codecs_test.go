package codecs_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-viper/encoding/hcl"
	"github.com/go-viper/encoding/ini"
	"github.com/go-viper/encoding/javaproperties"
	"github.com/subosito/gotenv"

	"example.com/lastgood/config"
)

// dotenv does what github.com/go-viper/encoding/dotenv does.
type dotenv struct{}

func (dotenv) Decode(b []byte, v map[string]any) error {
	env, err := gotenv.StrictParse(bytes.NewReader(b))
	for key, value := range env {
		v[key] = value
	}
	return err
}

// all returns the options for all codecs.
func all() []config.Option {
	return []config.Option{
		config.WithCodec("ini", ini.Codec{}), config.WithCodec("properties", &javaproperties.Codec{}),
		config.WithCodec("env", dotenv{}), config.WithCodec("hcl", hcl.Codec{}),
	}
}

type app struct {
	Name   string `validate:"required"`
	Server struct {
		Addr        string `default:":80"`
		ReadTimeout time.Duration
		MaxConns    int `validate:"max=100"`
	}
	Hosts    []string
	Limits   map[string]int
	Services map[string]struct {
		Port int
		TLS  bool
	}
	Debug bool
}

// The same configuration in every format.
var formats = map[string]string{
	"c.ini": `name = shop
debug = true
hosts = a, b

[server]
read_timeout = 5s
max_conns = 10

[limits]
X = 1

[services.web]
port = 8080
`,
	"c.properties": `name = shop
debug = true
hosts = a, b
server.readTimeout = 5s
server.max-conns = 10
limits.x = 1
services.web.port = 8080
`,
	"c.env": `NAME=shop
DEBUG=true
HOSTS="a, b"
SERVER_READ_TIMEOUT=5s
export SERVER_MAX_CONNS=10
LIMITS='x=1'
SERVICES='{"web": {"port": 8080}}'
`,
	"c.hcl": `name = "shop"
debug = true
hosts = ["a", "b"]
server {
  read_timeout = "5s"
  max_conns = 10
}
limits {
  x = 1
}
services "web" {
  port = 8080
}
`,
}

func want() app {
	w := app{Name: "shop", Hosts: []string{"a", "b"}, Limits: map[string]int{"x": 1}, Debug: true}
	w.Server.Addr, w.Server.ReadTimeout, w.Server.MaxConns = ":80", 5*time.Second, 10
	w.Services = map[string]struct {
		Port int
		TLS  bool
	}{"web": {Port: 8080}}
	return w
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, opts ...config.Option) *config.Store[app] {
	t.Helper()
	s, err := config.Open[app](append(append(all(), config.WithLogger(slog.New(slog.DiscardHandler))), opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Every format is loaded, and the origin of every value is its file.
func TestEveryFormatIsLoaded(t *testing.T) {
	for name, text := range formats {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			write(t, path, text)
			s := open(t, config.WithFile(path))
			got := *s.Current()
			if got.Limits["X"] == 1 { // its codec keeps the case of keys
				got.Limits = map[string]int{"x": 1}
			}
			if !reflect.DeepEqual(got, want()) {
				t.Errorf("got  %+v\nwant %+v", got, want())
			}
			for _, setting := range s.Settings() {
				if o := setting.Origin.String(); o != path && o != "default" && o != "" {
					t.Errorf("%s comes from %q", setting.Key, o)
				}
			}
			v := s.Viper()
			if v.GetDuration("server.read_timeout") != 5*time.Second || v.GetInt("server.max_conns") != 10 || v.GetString("server.addr") != ":80" ||
				v.GetInt("services.web.port") != 8080 || !v.GetBool("debug") {
				t.Errorf("its Viper has %v", v.AllSettings())
			}
		})
	}
}

// A good change is published, and a bad one is rejected.
func TestEveryFormatIsFollowed(t *testing.T) {
	for name, text := range formats {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			write(t, path, text)
			s := open(t, config.WithFile(path), config.WithSettle(10*time.Millisecond))
			changed, rejected := make(chan *app, 10), make(chan *config.Error, 10)
			s.OnChange(func(_, new *app) { changed <- new })
			s.OnReject(func(err *config.Error) { rejected <- err })
			write(t, path, strings.ReplaceAll(text, "shop", "store"))
			if got := <-changed; got.Name != "store" {
				t.Errorf("got %+v", got)
			}
			write(t, path, strings.ReplaceAll(text, "10", "1000"))
			if err := <-rejected; !strings.Contains(err.Error(), path+": server.max_conns: must be 100 or less, got ") {
				t.Errorf("got %v", err)
			}
			write(t, path, text)
			if got := <-changed; got.Name != "shop" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// Problems of values and unknown keys are reported at the file.
func TestEveryFormatIsReadStrictly(t *testing.T) {
	for name, text := range map[string]string{
		"c.ini":        "name = x\nunknown = 1\n[server]\nmax_conns = 1.5\n",
		"c.properties": "name = x\nunknown = 1\nserver.max_conns = 1.5\n",
		"c.env":        "NAME=x\nunknown=1\nSERVER_MAX_CONNS=1.5\n",
		"c.hcl":        "name = \"x\"\nunknown = 1\nserver {\n max_conns = 1.5\n}\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, text)
		err := config.Check[app](append(all(), config.WithFile(path))...)
		for _, want := range []string{"2 problems", path + ": server.max_conns: want an integer, without a fraction, got ", path + ": unknown: unknown key"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %s", name, err, want)
			}
		}
	}
}

// A file that does not parse is a problem of the file, with the codec's error.
func TestAFileThatACodecCannotRead(t *testing.T) {
	for name, text := range map[string]string{
		"c.ini": "[server\n", "c.properties": "a = ${b}\nb = ${a}\n", "c.env": "no equals sign\n", "c.hcl": "server {\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, text)
		err := config.Check[app](append(all(), config.WithFile(path))...)
		if ext := filepath.Ext(name)[1:]; err == nil || !strings.Contains(err.Error(), path+": the codec for "+ext+" cannot read it: ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Files of different formats, and of YAML, are layers.
func TestFormatsAreLayers(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "10.ini"), "name = ini\ndebug = true\n[limits]\na = 1\n")
	write(t, filepath.Join(dir, "20.hcl"), "name = \"hcl\"\nlimits {\n b = 2\n}\nserver {\n addr = \":1\"\n}\n")
	write(t, filepath.Join(dir, "30.yaml"), "server: {max_conns: 3}\nlimits: {c: 3}\n")
	write(t, filepath.Join(dir, "40.env"), "SERVER_ADDR=:4\n")
	write(t, filepath.Join(dir, "50.properties"), "limits.d = 5\n")
	got := *open(t, config.WithDir(dir)).Current()
	w := app{Name: "hcl", Debug: true, Limits: map[string]int{"a": 1, "b": 2, "c": 3, "d": 5}}
	w.Server.Addr, w.Server.MaxConns = ":4", 3
	if !reflect.DeepEqual(got, w) {
		t.Errorf("got  %+v\nwant %+v", got, w)
	}
}

// The codec for properties changes its own fields, so a store calls it from one goroutine at a time.
func TestACodecThatIsNotSafeForConcurrentUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.properties")
	write(t, path, formats["c.properties"])
	s := open(t, config.WithFile(path), config.WithPollInterval(0))
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for range 10 {
				if err := s.Reload(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Wait()
}
