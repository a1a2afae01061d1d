package config_test

import (
	"errors"
	"path/filepath"
	"testing"

	"example.com/lastgood/config"
)

type missingConfig struct {
	Upstreams []missingUpstream `mapstructure:"upstreams"`
	DB        struct {
		DSN  string `mapstructure:"dsn" validate:"required"`
		Pool int    `mapstructure:"pool"`
	} `mapstructure:"db"`
	Ranges map[string]missingRange `mapstructure:"ranges"`
}

type missingUpstream struct {
	Name   string `mapstructure:"name" validate:"required"`
	Weight int    `mapstructure:"weight"`
}

type missingRange struct {
	Low  int `mapstructure:"low"`
	High int `mapstructure:"high"`
}

func (r missingRange) Validate() error {
	if r.Low > r.High {
		return config.KeyError("low", errors.New("low is above high"))
	}
	return nil
}

func TestWhatAnItemLacksIsReportedWhereItsListComesFrom(t *testing.T) {
	dir := files(t, "base.yaml", "db: {dsn: x}\nupstreams: [{name: a}, {weight: 1}]\n")
	keys := files(t, "upstreams", `[{"weight": 1}]`)
	file := config.WithFile(filepath.Join(dir, "base.yaml"))
	wantProblems(t, config.Check[missingConfig](file, config.WithKeyDir(keys)),
		"upstreams: upstreams[0].name: required, not set; set it in upstreams [required]")
	t.Setenv("MISSING_UPSTREAMS", `[{"weight": 1}, {"name": "b"}]`)
	wantProblems(t, config.Check[missingConfig](file, config.WithEnv("MISSING")),
		"env MISSING_UPSTREAMS: upstreams[0].name: required, not set; set it in MISSING_UPSTREAMS or MISSING_UPSTREAMS_0_NAME [required]")
}

func TestASectionThatAnotherFileHasIsNotReportedAsEmpty(t *testing.T) {
	full, empty := "db:\n  pool: 3\n", "db:\n"
	for _, contents := range [][2]string{{full, empty}, {empty, full}} {
		dir := files(t, "a.yaml", contents[0], "b.yaml", contents[1])
		name := "a.yaml"
		if contents[1] == full {
			name = "b.yaml"
		}
		wantProblems(t, config.Check[missingConfig](config.WithFile(filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml"))),
			name+`:1:1: db.dsn: required, not set; set it under "db" (line 1) [required]`)
	}
}

func TestAMethodsErrorAboutWhatIsNotSetIsReportedAtItsSection(t *testing.T) {
	path := yamlFile(t, "db: {dsn: x}\nranges:\n  day:\n    high: -1\n")
	wantProblems(t, config.Check[missingConfig](config.WithFile(path)),
		"c.yaml:3:3: ranges.day.low: low is above high [check]")
}

func TestAKeyBehindASecretThatIsNullIsNotTakenForItsValue(t *testing.T) {
	type section struct {
		DB struct {
			Password config.Secret `mapstructure:"password"`
			Pool     int           `mapstructure:"pool"`
		} `mapstructure:"db"`
	}
	dir := files(t, "a.json", `{"db": {"password": null, "pol": 5}}`, "b.yaml", "db:\n  password:\n  hunter2: 5\n")
	wantProblems(t, config.Check[section](config.WithFile(filepath.Join(dir, "a.json"))),
		`a.json:1:27: db.pol: unknown key; did you mean "pool"? [unknown_key]`)
	wantProblems(t, config.Check[section](config.WithFile(filepath.Join(dir, "b.yaml"))),
		`b.yaml:3:3: db["…"]: unknown key; it is not shown because it may belong to the secret before it; check the indentation [unknown_key]`)
}

func TestAnUnknownKeyThatIsNotShownNamesTheSecretMapInFull(t *testing.T) {
	type section struct {
		Vault struct {
			Extra map[string]config.Secret `mapstructure:"extra"`
		} `mapstructure:"vault"`
	}
	wantProblems(t, config.Check[section](config.WithFile(yamlFile(t, "vault: {}\nhunter2: 5\n"))),
		`c.yaml:2:1: ["…"]: unknown key; it is not shown because it may be a key of vault.extra, which is secret [unknown_key]`)
}
