package config_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// loadAndBreak prints the settings of a good file, and the problems of a broken one.
func loadAndBreak[T any](good, broken string) {
	s, err := config.Open[T](config.WithFile(file(good)))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	for _, setting := range s.Settings() {
		fmt.Printf("%s = %v\n", setting.Key, setting.Value)
	}
	err = config.Check[T](config.WithFile(file(broken)))
	if e, ok := errors.AsType[*config.Error](err); ok {
		for _, p := range e.Problems {
			fmt.Printf("line %d, %s: %s\n", p.Origin.Line, p.Key, p.Message)
		}
	}
}

// scrapeClient resembles the HTTP client of Prometheus: a struct that sets its defaults,
// decodes its fields and validates them in UnmarshalYAML. It contains a secret, so that all of
// it is secret.
type scrapeClient struct {
	BearerToken     config.Secret `yaml:"bearer_token,omitempty"`
	BearerTokenFile string        `yaml:"bearer_token_file,omitempty"`
	FollowRedirects bool          `yaml:"follow_redirects"`
	ProxyURL        string        `yaml:"proxy_url,omitempty"`
}

func (c *scrapeClient) UnmarshalYAML(unmarshal func(any) error) error {
	type plain scrapeClient
	*c = scrapeClient{FollowRedirects: true}
	if err := unmarshal((*plain)(c)); err != nil {
		return err
	}
	if !c.BearerToken.IsZero() && c.BearerTokenFile != "" {
		return errors.New("at most one of bearer_token and bearer_token_file must be set")
	}
	return nil
}

// A struct with defaults and a check in its own UnmarshalYAML.
func ExampleLoad_clientThatReadsItself() {
	type Config struct {
		Job    string
		Client scrapeClient
	}
	loadAndBreak[Config]("job: node\nclient: {bearer_token: s3cr3t-t0k3n}",
		"job: node\nclient: {bearer_token: s3cr3t-t0k3n, bearer_token_file: /run/token}")
	// Output:
	// job = node
	// client = [redacted]
	// line 2, client: at most one of bearer_token and bearer_token_file must be set
}

// amount is shaped as a quantity of Kubernetes: 500m, 2Gi, 3, by UnmarshalJSON alone.
type amount struct{ milli *big.Int }

func (a *amount) UnmarshalJSON(text []byte) error {
	word := strings.Trim(string(text), `"`)
	digits := strings.TrimRight(word, "mkKMGi")
	n, ok := new(big.Int).SetString(digits, 10)
	scale := map[string]int64{"m": 1, "": 1000, "k": 1e6, "Ki": 1024e3, "Mi": 1 << 20 * 1000, "Gi": 1 << 30 * 1000}[word[len(digits):]]
	if !ok || scale == 0 {
		return fmt.Errorf("quantities must be a number with a suffix such as m, Ki or Gi, unlike %s", text)
	}
	a.milli = n.Mul(n, big.NewInt(scale))
	return nil
}

func (a amount) String() string { return a.milli.String() + "m" }

// Quantities as in the manifests of Kubernetes.
func ExampleLoad_quantities() {
	type Config struct {
		Limits map[string]amount
	}
	loadAndBreak[Config]("limits: {cpu: 500m, pods: 3, memory: 2Ki}", "limits: {cpu: half}")
	// Output:
	// limits.cpu = 500m
	// limits.memory = 2048000m
	// limits.pods = 3000m
	// line 1, limits.cpu: quantities must be a number with a suffix such as m, Ki or Gi, unlike "half"
}

// build is shaped as that of a service in a compose file: one text, or a map.
type build struct {
	Context string
	Args    map[string]string
}

func (b *build) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		b.Context = n.Value
		return nil
	}
	type plain build
	return n.Decode((*plain)(b))
}

// A text or a map.
func ExampleLoad_textOrMap() {
	type Config struct {
		Services map[string]struct{ Build build }
	}
	loadAndBreak[Config]("services:\n  api: {build: ./api}\n  web:\n    build: {context: ./web, args: {NODE: '22'}}",
		"services:\n  web:\n    build:\n      context: [./web]")
	// Output:
	// services.api.build = map[args:<nil> context:./api]
	// services.web.build = map[args:map[NODE:22] context:./web]
	// line 3, services.web.build: line 4: cannot unmarshal !!seq into string
}

// severity is shaped as zap's level: words, or an integer.
type severity int8

func (s *severity) UnmarshalText(text []byte) error {
	for i, word := range []string{"debug", "info", "warn", "error"} {
		if strings.EqualFold(string(text), word) {
			*s = severity(i - 1)
			return nil
		}
	}
	return fmt.Errorf("unrecognized level: %q", text)
}

// Levels are words, or integers.
func ExampleLoad_levels() {
	type Config struct {
		Level  severity
		Levels map[string]severity
	}
	loadAndBreak[Config]("level: warn\nlevels: {http: -1, db: ERROR}", "level: verbose\nlevels: {http: 300}")
	// Output:
	// level = 1
	// levels.db = 2
	// levels.http = -1
	// line 1, level: unrecognized level: "verbose"
	// line 2, levels.http: unrecognized level: "300"
}

// Endpoint and those around it are shaped as the settings of an exporter in
// OpenTelemetry's collector: structs embedded in each other, whose keys are on one level.
type Endpoint struct {
	Endpoint string `mapstructure:"endpoint" validate:"required"`
	TLS      struct {
		Insecure bool `mapstructure:"insecure"`
	} `mapstructure:"tls"`
}

// TimeoutSettings are embedded, too.
type TimeoutSettings struct {
	Timeout time.Duration `mapstructure:"timeout" default:"5s"`
}

// Structs that are embedded in each other.
func ExampleLoad_embedded() {
	type Exporter struct {
		Endpoint        `mapstructure:",squash"`
		TimeoutSettings `mapstructure:",squash"`
		Timeout         time.Duration `mapstructure:"timeout" default:"10s" validate:"gt=0"` // hides the embedded one
	}
	type Config struct {
		Exporters map[string]*Exporter `mapstructure:"exporters"`
	}
	loadAndBreak[Config]("exporters: {otlp/1: {endpoint: 'otel:4317', tls: {insecure: true}}}",
		"exporters:\n  otlp/1:\n    timeout: 0s\n    tsl: {}")
	// Output:
	// exporters["otlp/1"].endpoint = otel:4317
	// exporters["otlp/1"].tls.insecure = true
	// exporters["otlp/1"].timeout = 10s
	// line 2, exporters["otlp/1"].endpoint: required, not set
	// line 3, exporters["otlp/1"].timeout: must be greater than 0, got "0s"
	// line 4, exporters["otlp/1"].tsl: unknown key
}

// route resembles a route of Alertmanager, which sets its defaults in UnmarshalYAML and
// contains itself. It can also be decoded from JSON.
type route struct {
	Receiver string   `yaml:"receiver"`
	GroupBy  []string `yaml:"group_by"`
	Wait     string   `yaml:"group_wait"`
	Routes   []*route `yaml:"routes"`
}

func (r *route) UnmarshalYAML(unmarshal func(any) error) error {
	type plain route
	*r = route{Wait: "30s"}
	if err := unmarshal((*plain)(r)); err != nil {
		return err
	}
	if _, err := time.ParseDuration(r.Wait); err != nil {
		return fmt.Errorf("group_wait of %q: %w", r.Receiver, err)
	}
	return nil
}

func (r route) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"receiver": r.Receiver, "wait": r.Wait, "routes": r.Routes})
}

// A tree with its defaults in UnmarshalYAML.
func ExampleLoad_router() {
	type Config struct{ Route *route }
	loadAndBreak[Config]("route: {receiver: ops, routes: [{receiver: db, group_wait: 1m}]}",
		"route:\n  receiver: ops\n  routes:\n  - {receiver: db, group_wait: 1 minute}")
	// Output:
	// route = map[receiver:ops routes:[map[receiver:db routes:<nil> wait:1m]] wait:30s]
	// line 1, route: group_wait of "db": time: unknown unit " minute" in duration "1 minute"
}
