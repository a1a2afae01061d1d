package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// service is the configuration of the files in testdata/good and testdata/broken.
type service struct {
	Common `mapstructure:",squash"`
	Named

	Server struct {
		Addr        string        `mapstructure:"addr" default:":8080" validate:"hostname_port"`
		ReadTimeout time.Duration `default:"5s" validate:"gt=0"`
		TLS         *certificate  `mapstructure:"tls"`
	} `mapstructure:"server"`
	DB struct {
		DSN config.Secret `mapstructure:"dsn" validate:"required,min=10"`
	} `mapstructure:"db"`
	Upstreams []upstream         `mapstructure:"upstreams" validate:"max=3,unique=Name"`
	Limits    map[string]float64 `mapstructure:"limits"`
	Started   time.Time          `mapstructure:"started"`
	Allow     []netip.Prefix     `mapstructure:"allow"`
	Peer      netip.Addr         `mapstructure:"peer"`
	Level     slog.Level         `mapstructure:"level" default:"info"`
	Version   string             `mapstructure:"version"`
	Extra     map[string]any     `mapstructure:"extra"`
}

type Common struct {
	Name string `mapstructure:"name" validate:"required"`
}

type Named struct {
	Quota int8  `mapstructure:"quota" validate:"required"`
	Debug *bool `mapstructure:"debug"`
}

type certificate struct {
	Cert string `mapstructure:"cert"`
	Key  string `mapstructure:"key"`
}

func (c *certificate) Validate() error {
	if (c.Cert == "") != (c.Key == "") {
		return errors.New("cert and key belong together")
	}
	return nil
}

type upstream struct {
	Name   string   `mapstructure:"name" validate:"required"`
	URL    *url.URL `mapstructure:"url"`
	Weight int      `mapstructure:"weight" default:"1" validate:"min=1,max=100"`
}

// schemaOf compiles the schema of T.
func schemaOf[T any](t *testing.T, opts ...config.Option) *jsonschema.Schema {
	t.Helper()
	text, err := config.JSONSchema[T](opts...)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return schema
}

// instance reads a file as tools do that are independent of this package.
func instance(t *testing.T, path string) any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	switch filepath.Ext(path) {
	case ".yaml":
		err = yaml.Unmarshal(data, &value)
	case ".toml":
		err = toml.Unmarshal(data, &value)
	default:
		err = json.Unmarshal(data, &value)
	}
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheSchemaAcceptsGoodFiles(t *testing.T) {
	schema := schemaOf[service](t)
	paths, err := filepath.Glob("../testdata/good/service.*")
	if err != nil || len(paths) != 3 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		if err := config.Check[service](config.WithFile(path)); err != nil {
			t.Error(err)
		}
		if err := schema.Validate(instance(t, path)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestTheSchemaFindsWhatItCanInBrokenFiles(t *testing.T) {
	schema := schemaOf[service](t)
	for name, want := range map[string][]string{ // some of the places and keywords
		"every_problem_at_once.yaml": {"'name'", "'/server': additional properties 'prot' not allowed", "'/server/addr'", "'/server/read_timeout'",
			"'/upstreams/1': missing property 'name'", "'/upstreams/1/weight': maximum", "'/db/dsn': minLength", "'/quota': maximum", "'/debug'", "'/peer'"},
		"numbers.json":           {"'/quota'"},
		"section_is_a_text.yaml": {"'/server': got string, want null or object"},
		"unknown_key.yaml":       {"'/server': additional properties 'adr' not allowed"},
		"top_level_list.yaml":    {"got array, want object"},
		"empty.yaml":             {"got null, want object"},
		"two_spellings.yaml":     nil, // these are beyond a schema
		"validate_method.yaml":   nil,
	} {
		path := "../testdata/broken/" + name
		if name == "numbers.json" { // 1e400 is beyond Go's reader of JSON, too
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			path = filepath.Join(files(t, name, strings.Replace(string(data), "1e400", "1", 1)), name)
		}
		err := schema.Validate(instance(t, path))
		if len(want) == 0 && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, part := range want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v, want %s", name, err, part)
			}
		}
	}
}

func TestTheSchemaKnowsTheOptions(t *testing.T) {
	type tagged struct {
		Port int `yaml:"listen_port" validate:"required"`
	}
	valid := func(schema *jsonschema.Schema, doc string, want bool) {
		t.Helper()
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != want {
			t.Errorf("%s: %v", doc, err)
		}
	}
	byTag := schemaOf[tagged](t, config.WithTagName("yaml"))
	valid(byTag, `{"listen_port": 1}`, true)
	valid(byTag, `{"port": 1}`, false)
	valid(byTag, `{}`, false)
	valid(schemaOf[tagged](t), `{"port": 1}`, true)
	valid(schemaOf[tagged](t, config.WithUnknownKeys()), `{"port": 1, "x": 1}`, true)
	valid(schemaOf[tagged](t, config.WithEnv("APP")), `{}`, true)
	valid(schemaOf[tagged](t, config.WithFile("a.yaml")), `{}`, false)
	valid(schemaOf[tagged](t, config.WithFile("a.yaml", "b.yaml")), `{}`, true)
	valid(schemaOf[tagged](t, config.WithKeyDir("secrets")), `{}`, true)
	valid(schemaOf[tagged](t, config.WithDefaults(tagged{Port: 1})), `{}`, true)
}

func TestASamplePassesTheCheck(t *testing.T) {
	for _, format := range []string{"yaml", "toml"} {
		sample, err := config.Sample[service](format, config.WithEnv("APP"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(files(t, "sample."+format, string(sample)), "sample."+format)
		if err := config.Check[service](config.WithFile(path)); err != nil {
			t.Errorf("%v in\n%s", err, sample)
		}
		for _, want := range []string{"upstreams", "weight", "cert", "APP_SERVER_READ_TIMEOUT", "replace-this-secret"} {
			if !strings.Contains(string(sample), want) {
				t.Errorf("%s is missing in\n%s", want, sample)
			}
		}
	}
	if _, err := config.Sample[service]("json"); err == nil {
		t.Error("there is a sample in JSON, which has no comments")
	}
}

func TestEnvVarsAreTheOnesThatAreRead(t *testing.T) {
	all, err := config.EnvVars[service](config.WithEnv("APP"))
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]config.EnvVar{}
	for _, v := range all {
		byName[v.Name] = v
	}
	for name, value := range map[string]string{"APP_NAME": "n", "APP_QUOTA": "5", "APP_DB_DSN": "a-dsn-that-is-long", "APP_UPSTREAMS": `[{"name": "blue"}]`,
		"APP_SERVER_TLS_CERT": "c", "APP_SERVER_TLS_KEY": "k", "APP_LIMITS": "a=1", "APP_ALLOW": "10.0.0.0/8"} {
		if _, listed := byName[name]; !listed {
			t.Errorf("%s is not listed", name)
		}
		t.Setenv(name, value)
	}
	if err := config.Check[service](config.WithoutFile(), config.WithEnv("APP"), config.WithStrictEnv()); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]config.EnvVar{
		"APP_NAME":                {Name: "APP_NAME", Key: "name", Type: "a string", Required: true},
		"APP_QUOTA":               {Name: "APP_QUOTA", Key: "quota", Type: "an integer", Required: true},
		"APP_DB_DSN":              {Name: "APP_DB_DSN", Key: "db.dsn", Type: "a string", Rules: []string{"must be at least 10 characters long"}, Required: true, Secret: true},
		"APP_SERVER_READ_TIMEOUT": {Name: "APP_SERVER_READ_TIMEOUT", Key: "server.read_timeout", Type: "a duration such as 300ms, 5s or 1h30m", Rules: []string{"must be greater than 0"}, Default: "5s"},
		"APP_SERVER_TLS_CERT":     {Name: "APP_SERVER_TLS_CERT", Key: "server.tls.cert", Type: "a string"},
	} {
		if got, err := json.Marshal(byName[name]); err != nil || string(got) != string(mustMarshal(t, want)) {
			t.Errorf("got %s, want %s, %v", got, mustMarshal(t, want), err)
		}
	}
	if _, err := config.EnvVars[service](); err == nil || !strings.Contains(err.Error(), "WithEnv") {
		t.Errorf("without WithEnv: %v", err)
	}
}

func mustMarshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A type is described without reading anything, and is checked as at Load.
func TestDescribingReadsNothingAndChecksTheType(t *testing.T) {
	t.Chdir(t.TempDir()) // where no file can be found
	t.Setenv("APP_QUOTA", "not a number")
	if _, err := config.Sample[service]("yaml", config.WithEnv("APP"), config.WithFile("/nonexistent/c.yaml")); err != nil {
		t.Error(err)
	}
	type bad struct {
		A int `default:"x"`
	}
	_, err := config.JSONSchema[bad]()
	var found *config.Error
	if !errors.As(err, &found) || found.Problems[0].Code != config.CodeSchema {
		t.Errorf("a bad type: %v", err)
	}
	type shared struct {
		A struct{ B int }
		C int `mapstructure:"a-b"`
	}
	if all, err := config.EnvVars[shared](config.WithEnv("APP")); err != nil || len(all) != 2 || all[0].Name != all[1].Name {
		t.Errorf("of two keys that share a variable: %v, %v", all, err)
	}
	if _, err := config.JSONSchema[service](config.WithFile("")); err == nil {
		t.Error("a bad option is no error")
	}
}

// unshown has a default that a method shows, and methods that must not be called.
type unshown struct {
	Shown panicking `default:"x"`
	Must  string    `validate:"required"`
}

func (unshown) Validate() error { panic("Validate is called") }

type panicking string

func (p *panicking) UnmarshalText(text []byte) error { *p = panicking(text); return nil }
func (panicking) MarshalText() ([]byte, error)       { panic("boom") }

func TestDescribingCallsNoMethodButThoseThatShowADefault(t *testing.T) {
	sample, err := config.Sample[unshown]("yaml")
	if err != nil || !strings.Contains(string(sample), "\nmust: example\n") || !strings.Contains(string(sample), "panicked with a string") {
		t.Errorf("%s, %v", sample, err)
	}
	if _, err := config.JSONSchema[unshown](); err != nil {
		t.Error(err)
	}
	if _, err := config.EnvVars[unshown](config.WithEnv("APP")); err != nil {
		t.Error(err)
	}
}
