package config_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

type causeServer struct {
	Addr        string        `mapstructure:"addr"`
	ReadTimeout time.Duration `mapstructure:"read_timeout"`
}

type causeConfig struct {
	Name      string      `mapstructure:"name"`
	CIDRs     []string    `mapstructure:"cidrs"`
	Script    string      `mapstructure:"script"`
	MaxConns  int         `mapstructure:"max_conns"`
	Server    causeServer `mapstructure:"server"`
	Upstreams []struct {
		Name string `mapstructure:"name"`
		URL  string `mapstructure:"url"`
	} `mapstructure:"upstreams"`
}

type causeSecretConfig struct {
	causeConfig `mapstructure:",squash"`
	Token       string `mapstructure:"token" secret:"true"`
}

// causes are files that do not parse, with the problem for a type without secrets, and,
// if it is another, for one with.
var causes = []struct{ name, text, want, secret string }{
	{
		"c.yaml", "name: x\ncidrs: [10.0.0.0/8\nscript: |\n  set -e\nserver: {}\n",
		`c.yaml:2:8: "[" is not closed; close it with "]", as in: cidrs: [10.0.0.0/8]`,
		`c.yaml:2:8: "[" is not closed; close it with "]"`,
	},
	{
		"c.yaml", "server:\n  addr: x\n \u00a0read_timeout: 5s\n",
		`c.yaml:3:2: a non-breaking space (U+00A0); replace it by a space, as in: read_timeout: 5s`,
		`c.yaml:3:2: a non-breaking space (U+00A0); replace it by a space`,
	},
	{
		"c.yaml", "server:\n  addr:\":8080\"\n  read_timeout: 5s\n",
		`c.yaml:2:7: no space after the ":"; put a space there, as in: addr: ":8080"`,
		`c.yaml:2:7: no space after the ":"; put a space there`,
	},
	{
		"c.yaml", "name: x\n>>>>>>> feature\n",
		`c.yaml:2:1: a conflict of a merge that was not resolved; decide for one of the two versions, and remove the lines that start with <<<<<<<, ======= and >>>>>>>`, "",
	},
	{
		"c.yaml", "name: x\nserver:\n{{- if .Values.tls }}\n  addr: x\n{{- end }}\n",
		`c.yaml:3:1: a template that was not rendered; render it before it is used as configuration`, "",
	},
	{
		"c.toml", "name = \"x\"\nmax_conns =\n",
		`c.toml:2:11: no value after the "="; write one, or "" for an empty text, or make the line a comment`, "",
	},
	{
		"c.yaml", "apiVersion: v1\ndata:\n  config.yaml: |\n    name: x\nkind: ConfigMap\n",
		`c.yaml:5:1: this is the manifest of a ConfigMap, not the configuration in it; the configuration is under data."config.yaml"; mount the ConfigMap, or use that text alone`,
		`c.yaml:5:1: this is the manifest of a ConfigMap, not the configuration in it; the configuration is under data; mount the ConfigMap, or use that text alone`,
	},
	{
		"c.yaml", "upstreams:\n  -\tname: a\n    url: http://a\n",
		`c.yaml:2:3: an item of a list starts with "-" and a space; write them, as in: - name: a`,
		`c.yaml:2:3: an item of a list starts with "-" and a space; write them`,
	},
}

func TestACauseIsReportedAtItsLine(t *testing.T) {
	for _, c := range causes {
		path := filepath.Join(files(t, c.name, c.text), c.name)
		if got := problems(t, config.Check[causeConfig](config.WithFile(path))); !strings.HasPrefix(got, c.want+" [") {
			t.Errorf("%q\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestARepairedLineIsNotShownWhereThereAreSecrets(t *testing.T) {
	for _, c := range causes {
		path := filepath.Join(files(t, c.name, c.text), c.name)
		want := c.secret
		if want == "" {
			want = c.want
		}
		if got := problems(t, config.Check[causeSecretConfig](config.WithFile(path))); !strings.HasPrefix(got, want+" [") {
			t.Errorf("%q\ngot  %s\nwant %s", c.text, got, want)
		}
	}
}

func TestAManifestMayBeTheConfiguration(t *testing.T) {
	type manifest struct {
		Kind       string         `mapstructure:"kind"`
		APIVersion string         `mapstructure:"apiVersion"`
		Spec       map[string]any `mapstructure:"spec"`
	}
	path := yamlFile(t, "apiVersion: example.com/v1\nkind: AppConfig\nspec: {a: 1}\n")
	if err := config.Check[manifest](config.WithFile(path)); err != nil {
		t.Error(err)
	}
}
