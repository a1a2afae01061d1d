package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

type fromLibraries struct {
	Port        int `env:"PORT HTTP_PORT" default:"80"`
	ReadTimeout time.Duration
	DB          struct{ URL string }
	Hosts       []string
	Labels      map[string]string
	Key         config.Secret
	Name        string `default:"x"`
	Upstreams   []struct{ URL string }
}

func TestComingFromLibrariesOfTheEnvironment(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(files(t, "key", "s3cr3t\n"), "key")
	for row, test := range map[string]struct {
		variables []string
		good      func(fromLibraries) bool
	}{
		"`env:\"PORT\"` |":                     {[]string{"PORT", "81"}, func(c fromLibraries) bool { return c.Port == 81 }},
		"`env:\"PORT HTTP_PORT\"` |":           {[]string{"HTTP_PORT", "82"}, func(c fromLibraries) bool { return c.Port == 82 }},
		"`default:\"80\"` |":                   {nil, func(c fromLibraries) bool { return c.Port == 80 }},
		"`APP_READTIMEOUT` |":                  {[]string{"APP_READTIMEOUT", "5s", "APP_READ_TIMEOUT", "5s"}, func(c fromLibraries) bool { return c.ReadTimeout == 5*time.Second }},
		"a section `DB` is `APP_DB_...` |":     {[]string{"APP_DB_URL", "u"}, func(c fromLibraries) bool { return c.DB.URL == "u" }},
		"nothing: `a,b`, `k=v`, `k:v` |":       {[]string{"APP_HOSTS", "a,b", "APP_LABELS", "k=v,l:w"}, func(c fromLibraries) bool { return slices.Equal(c.Hosts, []string{"a", "b"}) && c.Labels["l"] == "w" }},
		"nothing: `APP_KEY_FILE` |":            {[]string{"APP_KEY_FILE", key}, func(c fromLibraries) bool { return c.Key.Reveal() == "s3cr3t" }},
		"`config.WithEmptyEnv()` |":            {[]string{"APP_NAME", ""}, func(c fromLibraries) bool { return c.Name == "" }},
		"nothing: `APP_UPSTREAMS_0_URL` |":     {[]string{"APP_UPSTREAMS_0_URL", "u"}, func(c fromLibraries) bool { return c.Upstreams[0].URL == "u" }},
		"of koanf | `config.WithEnv(\"APP\")`": {[]string{"APP_NAME", "n"}, func(c fromLibraries) bool { return c.Name == "n" }},
	} {
		t.Run(row, func(t *testing.T) {
			if !strings.Contains(string(readme), row) {
				t.Error("the README has no such row")
			}
			env(t, test.variables...)
			if c := open[fromLibraries](t, config.WithEnv("APP"), config.WithEmptyEnv(), config.WithoutFile()).Current(); !test.good(*c) {
				t.Errorf("got %+v", c)
			}
		})
	}
	if !strings.Contains(string(readme), "`env:\"PORT\" validate:\"required\"` |") {
		t.Error("the README has no row of what is required")
	}
	type required struct {
		Port int `env:"PORT" validate:"required"`
	}
	wantProblems(t, config.Check[required](config.WithEnv("APP"), config.WithoutFile()), "port: required, not set; set PORT [required]")
}
