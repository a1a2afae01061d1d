package config_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// Several layers make up a configuration; the README lists them all.
func ExampleWithEnv() {
	setenv("APP_SERVER_READ_TIMEOUT", "30s")
	setenv("APP_DB_DSN", "postgres://app:hunter2@db/app")
	cfg, err := config.Open[Config](
		config.WithFile(file("server: {addr: ':9090', read_timeout: 10s}")),
		config.WithEnv("APP"),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	fmt.Println(cfg.Current().Server.Addr, cfg.Current().Server.ReadTimeout)
	// Output:
	// :9090 30s
}

// A flag that was set wins over everything else.
func ExampleWithFlags() {
	flags := pflag.NewFlagSet("app", pflag.ContinueOnError)
	flags.String("server-addr", "", "where to listen") // server.addr, by its name
	flags.String("dsn", "", "the database")            // db.dsn, by WithFlagKey
	if err := flags.Parse([]string{"--server-addr=:7070", "--dsn=postgres://db"}); err != nil {
		log.Fatal(err)
	}
	cfg, err := config.Open[Config](
		config.WithFile(file("server: {addr: ':9090'}")),
		config.WithFlags(flags),
		config.WithFlagKey("dsn", "db.dsn"),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	fmt.Println(cfg.Current().Server.Addr)
	// Output:
	// :7070
}

// An application with a Viper can be migrated step by step.
func ExampleWithViper() {
	viper := viper.New() // or that of the application
	viper.Set("db.dsn", "postgres://db")
	cfg, err := config.Open[Config](config.WithFile(file("server: {addr: ':9090'}")), config.WithViper(viper))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	origin, _ := cfg.Origin("db.dsn")
	fmt.Println(origin)
	// Output:
	// viper: override or flag
}

// A mounted Secret has one file per key.
func ExampleWithKeyDir() {
	secret := filepath.Dir(file(""))
	rewrite(filepath.Join(secret, "db.dsn"), "postgres://db\n")
	if err := os.Remove(filepath.Join(secret, "config.yaml")); err != nil {
		log.Fatal(err)
	}
	cfg, err := config.Open[Config](config.WithKeyDir(secret))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	fmt.Println(cfg.Current().DB.DSN.Reveal())
	// Output:
	// postgres://db
}

// Settings lists the origin of each value.
func ExampleStore_Settings() {
	setenv("APP_SERVER_READ_TIMEOUT", "30s")
	setenv("APP_DB_DSN", "")
	path := file("server:\n  read_timeout: 10s\ndb:\n  dsn: postgres://app:hunter2@db/app\nfeatures:\n  new_checkout: true\n")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithEnv("APP"))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	for _, s := range cfg.Settings() {
		fmt.Println(strings.ReplaceAll(s.String(), path, "config.yaml"))
	}
	// Output:
	// server.addr: ":8080" (default)
	// server.read_timeout: "30s" (env APP_SERVER_READ_TIMEOUT; overrides config.yaml:2:17, default)
	// db.dsn: [redacted] (config.yaml:4:8)
	// features.new_checkout: true (config.yaml:6:17)
}

// OnChangeOf calls a hook only for the part of the configuration that it is about.
func ExampleOnChangeOf() {
	path := file("server: {addr: ':9090'}\ndb: {dsn: x}")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	done := make(chan struct{})
	config.OnChangeOf(cfg, func(c *Config) map[string]bool { return c.Features }, func(old, new map[string]bool) {
		fmt.Println(old, "->", new)
		close(done)
	})
	rewrite(path, "server: {addr: ':9090'}\ndb: {dsn: x}\nfeatures: {fast: true}")
	<-done
	// Output:
	// map[] -> map[fast:true]
}

// Diff lists changes, for example in a hook. Secrets are redacted.
func ExampleStore_Diff() {
	path := file("db: {dsn: one}")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	done := make(chan struct{})
	cfg.OnChange(func(old, new *Config) {
		for _, change := range cfg.Diff(old, new) {
			fmt.Println(change)
		}
		close(done)
	})
	rewrite(path, "server: {addr: ':1'}\ndb: {dsn: two}")
	<-done
	// Output:
	// server.addr: ":8080" -> ":1"
	// db.dsn: changed
}

// A check rejects a value that is valid but does not work.
func ExampleWithCheck() {
	path := file("server:\n  addr: :9090\ndb:\n  dsn: mysql://db\n")
	err := config.Check[Config](config.WithFile(path), config.WithCheck(
		func(_ context.Context, _, new *Config) error {
			if strings.HasPrefix(new.DB.DSN.Reveal(), "mysql:") {
				return config.KeyError("db.dsn", errors.New("this service needs PostgreSQL"))
			}
			return nil
		}))
	fmt.Println(strings.ReplaceAll(err.Error(), path, "config.yaml"))
	// Output:
	// config: load failed, 1 problem
	// config.yaml:4:8: db.dsn: this service needs PostgreSQL [check]
}

// A field that is read only at the start keeps its running value, and the change is
// listed as pending.
func ExamplePending() {
	type Config struct {
		Addr  string `default:":8080" reload:"restart"`
		Limit int
	}
	path := file("limit: 1")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	rewrite(path, "limit: 2\naddr: :9090")
	fmt.Println(cfg.Reload(context.Background()), *cfg.Current())
	for _, p := range cfg.Snapshot().Pending {
		fmt.Println(strings.ReplaceAll(p.String(), path, "config.yaml"))
	}
	// Output:
	// <nil> {:8080 2}
	// addr: ":8080" -> ":9090" (config.yaml:2:7)
}

// Status is for probes and dashboards.
func ExampleStore_Status() {
	path := file("db: {dsn: x}")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()
	rewrite(path, "db: {dns: x}")
	_ = cfg.Reload(context.Background()) // its error is in the status, too
	st := cfg.Status()
	fmt.Println(st.Version, st.LastOutcome, st.Failures, st.Err.Problems[0].Key)
	fmt.Println(cfg.CheckHealth() != nil)
	// Output:
	// 1 rejected 1 db.dsn
	// true
}

// setenv sets a variable for an example.
func setenv(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		log.Fatal(err)
	}
}
