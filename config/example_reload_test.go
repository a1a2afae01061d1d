package config_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"example.com/lastgood/config"
)

// A hook is called after each change, with the value it saw last and the newest.
func ExampleStore_OnChange() {
	path := file("db: {dsn: postgres://db/app}\nfeatures: {search: false}")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	changed := make(chan struct{})
	stop := cfg.OnChange(func(old, new *Config) {
		fmt.Println("search:", old.Features["search"], "->", new.Features["search"])
		close(changed)
	})
	defer stop()

	rewrite(path, "db: {dsn: postgres://db/app}\nfeatures: {search: true}")
	<-changed
	// Output: search: false -> true
}

// A reload that is not good is rejected: the hook gets every problem, and the
// last good configuration stays.
func ExampleStore_OnReject() {
	path := file("db: {dsn: postgres://db/app}")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet))
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	rejected := make(chan struct{})
	cfg.OnReject(func(err *config.Error) {
		fmt.Println(strings.ReplaceAll(err.Error(), filepath.Dir(path), "/etc/app"))
		close(rejected)
	})

	rewrite(path, "db: {dsn: postgres://db/app}\nserver:\n  adr: :80\n  read_timeout: 5\n")
	<-rejected
	fmt.Println("still", cfg.Current().Server.Addr)
	// Output:
	// config: reload rejected, 2 problems; still serving version 1
	// /etc/app/config.yaml:3:3: server.adr: unknown key; did you mean "addr"? [unknown_key]
	//     3 |   adr: …
	//       |   ^^^
	// /etc/app/config.yaml:4:17: server.read_timeout: want a duration such as 300ms, 5s or 1h30m, got 5; a duration needs a unit [type]
	//     4 |   read_timeout: 5
	//       |                 ^
	// still :8080
}

// Reload reads the files at once, for a SIGHUP handler or an admin endpoint.
func ExampleStore_Reload() {
	path := file("db: {dsn: postgres://db/app}")
	cfg, err := config.Open[Config](config.WithFile(path), config.WithLogger(quiet), config.WithoutWatch())
	if err != nil {
		log.Fatal(err)
	}
	defer cfg.Close()

	rewrite(path, "db: {dsn: postgres://db/app}\nserver: {addr: ':80'}")
	fmt.Println(cfg.Reload(context.Background()), cfg.Current().Server.Addr)

	rewrite(path, "server: {addr: ':81'}")
	var rejected *config.Error
	if errors.As(cfg.Reload(context.Background()), &rejected) {
		p := rejected.Problems[0]
		fmt.Println(p.Key, p.Code, "- still", cfg.Current().Server.Addr)
	}
	// Output:
	// <nil> :80
	// db.dsn required - still :80
}

// Check makes one pass: before a start, in an init container, or in CI.
func ExampleCheck() {
	err := config.Check[Config](config.WithFile(file("server: {addr: nonsense}")))
	var rejected *config.Error
	if errors.As(err, &rejected) {
		for _, p := range rejected.Problems {
			fmt.Printf("line %d: %s [%s]\n", p.Origin.Line, p.Key, p.Code)
		}
	}
	// Output:
	// line 0: db.dsn [required]
	// line 1: server.addr [hostname_port]
}

// A Secret is not shown; Reveal returns its text.
func ExampleSecret() {
	dsn := config.NewSecret("postgres://app:hunter2@db/app")
	fmt.Printf("%v %q %#v\n", dsn, dsn, dsn)
	fmt.Println(strings.Contains(dsn.Reveal(), "hunter2"))
	// Output:
	// [redacted] [redacted] [redacted]
	// true
}

// file makes a configuration file for an example.
func file(content string) string {
	dir, err := os.MkdirTemp(temp, "")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "config.yaml")
	rewrite(path, content)
	return path
}

// rewrite replaces the content of a file.
func rewrite(path, content string) {
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, []byte(content), 0o644); err != nil {
		log.Fatal(err)
	}
	if err := os.Rename(tmp, path); err != nil {
		log.Fatal(err)
	}
}
