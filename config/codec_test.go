package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// coded is a configuration that is read from files of other formats.
type coded struct {
	Name   string
	Server struct {
		Addr        string `default:":80"`
		ReadTimeout time.Duration
		Port        int
	}
	Hosts   []string
	Limits  map[string]int
	Tenants map[string]struct{ Quota int }
	Zones   []struct{ Weights []int }
	Since   time.Time
	Free    any
	TLS     *struct{ Port int } `mapstructure:"tls"`
}

// decoder is a codec that a test makes of a function.
type decoder func(b []byte, v map[string]any) error

func (d decoder) Decode(b []byte, v map[string]any) error { return d(b, v) }

// lines reads lines such as "server.addr = x".
func lines(b []byte, v map[string]any) error {
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return fmt.Errorf("line %d: %q has no =", i+1, line)
		}
		in, path := v, strings.Split(strings.TrimSpace(key), ".")
		for _, section := range path[:len(path)-1] {
			if _, ok := in[section].(map[string]any); !ok {
				in[section] = map[string]any{}
			}
			in = in[section].(map[string]any)
		}
		in[path[len(path)-1]] = strings.TrimSpace(value)
	}
	return nil
}

func withLines() config.Option { return config.WithCodec("conf", decoder(lines)) }

// returning is a codec whose files all have one content.
func returning(content map[string]any) config.Option {
	return config.WithCodec("conf", decoder(func(_ []byte, v map[string]any) error {
		for key, value := range content {
			v[key] = value
		}
		return nil
	}))
}

func confFile(t *testing.T, text string) string {
	t.Helper()
	return filepath.Join(files(t, "c.conf", text), "c.conf")
}

// A file of another format is followed, merged and validated like any other.
func TestAFileOfACodecIsAFile(t *testing.T) {
	path := confFile(t, "server.read_timeout = 5s\nserver.port = 8080\nhosts = a, b\nlimits = x=1,y=2\n")
	s := open[coded](t, config.WithFile(yamlFile(t, "name: low\nserver: {addr: low, port: 1}\n"), path), withLines(), noPoll(), config.WithSettle(time.Millisecond))
	c := s.Current()
	if c.Name != "low" || c.Server.Addr != "low" || c.Server.Port != 8080 || c.Server.ReadTimeout != 5*time.Second ||
		!reflect.DeepEqual(c.Hosts, []string{"a", "b"}) || !reflect.DeepEqual(c.Limits, map[string]int{"x": 1, "y": 2}) {
		t.Errorf("got %+v", c)
	}
	if o, _ := s.Origin("server.port"); o.Kind != config.OriginFile || o.String() != path {
		t.Errorf("its origin is %v, want %s", o, path)
	}
	if v := s.Viper(); v.Get("server.port") != "8080" || v.GetInt("server.port") != 8080 || v.GetDuration("server.read_timeout") != 5*time.Second {
		t.Errorf("the Viper has %v", v.AllSettings())
	}
	put(t, path, "server.port = 9090")
	eventually(t, "the new port", func() bool { return s.Current().Server.Port == 9090 })
	put(t, path, "server.port = x\nserver.prot = 1")
	wantProblems(t, s.Reload(t.Context()),
		`c.conf: server.port: want an integer, got "x" [type]`,
		`c.conf: server.prot: unknown key; did you mean "port"? [unknown_key]`)
	put(t, path, "  \n")
	wantProblems(t, s.Reload(t.Context()),
		"c.conf: no settings in it; remove the file, and make it optional, if it is not needed [empty]")
	put(t, path, "server.port")
	wantProblems(t, s.Reload(t.Context()), `c.conf: the codec for conf cannot read it: line 1: "server.port" has no = [syntax]`)
	if s.Current().Server.Port != 9090 {
		t.Errorf("serving %+v", s.Current())
	}
}

// The result of a decoder is decoded by the type of the field, whatever its own type.
func TestWhatACodecReturnsIsReadStrictly(t *testing.T) {
	type weight int
	since := time.Date(2001, 12, 14, 21, 59, 43, 0, time.UTC)
	port := 443
	s := open[coded](t, returning(map[string]any{
		"name":    []byte("bytes"),
		"server":  []map[string]any{{"addr": &[]string{":90"}[0], "read_timeout": 3 * time.Second, "port": uint8(80)}},
		"hosts":   [2]any{"a", "b"},
		"limits":  map[any]any{1: 2.0, "x": weight(3)},
		"tenants": []map[string]any{{"a": []map[string]any{{"quota": 1}}}, {"b": []map[string]any{{"quota": 2}}}},
		"zones":   []map[string]any{{"weights": "1,2"}, {"weights": []int{3}}},
		"since":   since,
		"free":    map[string]any{"at": since, "n": int64(5), "f": float32(0.5), "list": []string{"a"}, "null": nil, "t": true},
		"tls":     struct{ Port *int }{&port},
	}), config.WithFile(confFile(t, "x")))
	want := coded{Name: "bytes", Hosts: []string{"a", "b"}, Limits: map[string]int{"1": 2, "x": 3}, Since: since, TLS: &struct{ Port int }{443},
		Free:    map[string]any{"at": since, "n": 5, "f": 0.5, "list": []any{"a"}, "null": nil, "t": true},
		Tenants: map[string]struct{ Quota int }{"a": {1}, "b": {2}},
		Zones:   []struct{ Weights []int }{{[]int{1, 2}}, {[]int{3}}}}
	want.Server.Addr, want.Server.Port, want.Server.ReadTimeout = ":90", 80, 3*time.Second
	if got := *s.Current(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if v := s.Viper(); v.Get("server.port") != 80 || v.Get("free.n") != 5 || v.Get("free.at") != since || v.GetString("tenants.a.quota") != "1" {
		t.Errorf("the Viper has %v", v.AllSettings())
	}
}

// Names of variables set their keys, and the section DEFAULT is the top level.
func TestKeysOfACodecThatAreNamesOfVariables(t *testing.T) {
	path := confFile(t, "SERVER_ADDR = :90\nSERVER_READ_TIMEOUT = 1s\nserver.Port = 80\nLIMITS = a=1\nDEFAULT.name = x\nTLS_PORT = 443\n")
	c := open[coded](t, withLines(), config.WithFile(path)).Current()
	if c.Name != "x" || c.Server.Addr != ":90" || c.Server.ReadTimeout != time.Second || c.Server.Port != 80 || c.Limits["a"] != 1 || c.TLS.Port != 443 {
		t.Errorf("got %+v", c)
	}
	for text, want := range map[string]string{
		"SERVER_ADDR = a\nserver.addr = b":        "server.addr: it is set under two names; keep one [duplicate_key]",
		"SERVER_PORT = x":                         `server.port: want an integer, got "x" [type]`,
		"LIMITS = a":                              "limits: want k=v,k2=v2 or JSON [type]",
		"NAME = a\nname = b":                      `name: "name" is the same key as "NAME"; keep one, "name" [duplicate_key]`,
		"DEFAULT.Name = a\nname = b":              `name: "Name" is the same key as "name"; keep one, "name" [duplicate_key]`,
		"DEFAULT.name = a\nname = b\nDEFAULT.x=1": `name: it is set twice; keep one [duplicate_key]`,
	} {
		t.Run(text, func(t *testing.T) {
			path := confFile(t, text)
			if err := config.Check[coded](withLines(), config.WithFile(path)); err == nil || !strings.Contains(err.Error(), path+": "+want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

// Directories and searches include the extension of a codec.
func TestFilesOfACodecAreFound(t *testing.T) {
	dir := files(t, "a.conf", "name = a\nserver.port = 1", "b.CONF", "server.port = 2", ".c.conf", "server.port = 3", "d.other", "x")
	s := open[coded](t, config.WithDir(dir), withLines(), noPoll(), config.WithSettle(time.Millisecond))
	if c := s.Current(); c.Name != "a" || c.Server.Port != 2 {
		t.Errorf("got %+v", c)
	}
	put(t, filepath.Join(dir, "e.conf"), "server.port = 4")
	eventually(t, "another file", func() bool { return s.Current().Server.Port == 4 })
	t.Chdir(files(t, "config.conf", "name = found"))
	if c := open[coded](t, withLines()).Current(); c.Name != "found" {
		t.Errorf("got %+v", c)
	}
	t.Chdir(t.TempDir())
	if _, err := config.Open[coded](withLines()); err == nil || !strings.Contains(err.Error(), "config.{yaml,yml,toml,json,conf}") {
		t.Errorf("got %v", err)
	}
	err := config.Check[coded](withLines(), config.WithFile(filepath.Join(dir, "d.other")))
	wantProblems(t, err, "d.other: unknown file type; name it .yaml, .yml, .toml, .json or .conf [syntax]")
}

// WithFormat is for names without a known extension, and for no others.
func TestWithFormat(t *testing.T) {
	dir := files(t, "plain", "name: plain", "app.cfg", "name: cfg", "c.toml", "name = 'toml'", "c.conf", "name = conf", "lines", "name = lines")
	at := func(name string) config.Option { return config.WithFile(filepath.Join(dir, name)) }
	for name, test := range map[string]struct {
		opts []config.Option
		want string
	}{
		"no extension":        {[]config.Option{config.WithFormat("yaml"), at("plain")}, "plain"},
		"an unknown one":      {[]config.Option{config.WithFormat(".YML"), at("app.cfg")}, "cfg"},
		"a known one":         {[]config.Option{config.WithFormat("yaml"), at("c.toml")}, "toml"},
		"one of a codec":      {[]config.Option{config.WithFormat("yaml"), at("c.conf"), withLines()}, "conf"},
		"a codec's format":    {[]config.Option{config.WithFormat("conf"), at("lines"), withLines()}, "lines"},
		"a directory of them": {[]config.Option{config.WithFormat("yaml"), config.WithDir(dir), withLines()}, "toml"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := open[coded](t, test.opts...).Current().Name; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	t.Setenv("CONFIG_FILE", filepath.Join(dir, "plain"))
	if got := open[coded](t, config.WithFormat("yaml")).Current().Name; got != "plain" {
		t.Errorf("$CONFIG_FILE: got %q", got)
	}
	t.Setenv("CONFIG_FILE", "")
	t.Chdir(files(t, "config", "name: plain"))
	if _, err := config.Open[coded](config.WithFormat("yaml")); err == nil {
		t.Error("a file without an extension was looked for")
	}
}

func TestWrongArgumentsOfCodecs(t *testing.T) {
	d := decoder(lines)
	file := config.WithFile("c.conf")
	for want, opts := range map[string][]config.Option{
		"WithCodec: the extension is empty":                                                        {config.WithCodec("", d)},
		`WithCodec("ini"): the decoder is nil`:                                                     {config.WithCodec("ini", nil)},
		`WithCodec(".YAML"): this format cannot be replaced`:                                       {config.WithCodec(".YAML", d)},
		`WithCodec("yml"): this format cannot be replaced`:                                         {config.WithCodec("yml", d)},
		`WithCodec("toml"): this format cannot be replaced`:                                        {config.WithCodec("toml", d)},
		`WithCodec("json"): this format cannot be replaced`:                                        {config.WithCodec("json", d)},
		`WithCodec("tar.gz"): no file name has such an extension; it is what follows the last dot`: {config.WithCodec("tar.gz", d)},
		`WithCodec("a/b"): no file name has such an extension`:                                     {config.WithCodec("a/b", d)},
		`WithCodec(".INI"): there is a codec for it already`:                                       {config.WithCodec("ini", d), config.WithCodec(".INI", d)},
		"WithFormat: the format is empty":                                                          {config.WithFormat("")},
		`WithFormat("ini"): there is no such format; give its codec with WithCodec`:                {config.WithFormat("ini")},
		`WithFormat("toml"): there is one already, "yaml"`:                                         {config.WithFormat("yaml"), config.WithFormat("toml")},
	} {
		if err := config.Check[coded](append(opts, file)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := config.JSONSchema[coded](withLines(), config.WithFormat("conf"), file); err != nil {
		t.Error(err)
	}
}

// Values that wait for a restart are kept with a codec, too.
func TestAFileOfACodecKeepsWhatWaitsForARestart(t *testing.T) {
	type restarting struct {
		Addrs []string `reload:"restart"`
		Level int
	}
	path := confFile(t, "addrs = a,b\nlevel = 1")
	s := open[restarting](t, withLines(), config.WithFile(path), noPoll())
	put(t, path, "addrs = c\nlevel = 2")
	must(t, s.Reload(t.Context()))
	if c := s.Current(); !reflect.DeepEqual(c.Addrs, []string{"a", "b"}) || c.Level != 2 || s.Viper().GetInt("level") != 2 {
		t.Errorf("got %+v", c)
	}
	if pending := s.Snapshot().Pending; len(pending) != 1 || pending[0].Key != "addrs" {
		t.Errorf("pending %v", pending)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
