package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

func TestAFileIsLookedForInDirectories(t *testing.T) {
	empty, first, second := t.TempDir(), files(t, "app.toml", "a = 1\n", "other.yaml", "a: 9"), files(t, "app.yaml", "a: 2\n")
	t.Setenv("HOME", first)
	t.Setenv("APP_DIR", second)
	for want, dirs := range map[int][]string{1: {empty, first, second}, 2: {"$APP_DIR", first}} {
		if got := open[dirConfig](t, config.WithSearch("app", dirs...)).Current().A; got != want {
			t.Errorf("%q: got %d", dirs, got)
		}
	}
	if got := open[dirConfig](t, config.WithSearch("app", empty, "~", "${APP_DIR}/")).Current().A; got != 1 {
		t.Errorf("got %d", got)
	}
	low, high := yamlFile(t, "a: 7\nb: 7\n"), yamlFile(t, "b: 8\n")
	s := open[dirConfig](t, config.WithFile(low), config.WithSearch("app", first), config.WithFile(high))
	if c := s.Current(); c.A != 1 || c.B != 8 {
		t.Errorf("it does not rank in order: %+v", c)
	}
	put(t, filepath.Join(empty, "app.yaml"), "a: 3")
	put(t, filepath.Join(first, "app.toml"), "a = 4")
	if err := s.Reload(t.Context()); err != nil || s.Current().A != 4 {
		t.Errorf("it is not followed: %v, %+v", err, s.Current())
	}
}

func TestASearchThatFindsNothingListsWhatItTried(t *testing.T) {
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "none")
	err := config.Check[dirConfig](config.WithSearch("app", dir, other), config.WithEnv("APP"))
	want := "no configuration file; tried app.{yaml,yml,toml,json} in " + dir + ", " + other + " [missing_file]"
	if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v\nwant %s", err, want)
	}
	put(t, filepath.Join(dir, "app.yaml"), "a: 1")
	put(t, filepath.Join(dir, "app.json"), "{}")
	wantProblems(t, config.Check[dirConfig](config.WithSearch("app", dir)), "app.yaml: there is app.json beside it; keep one [ambiguous]")
}

func TestASearchThatMeansNothingIsAnError(t *testing.T) {
	t.Setenv("APP_EMPTY", "")
	if err := os.Unsetenv("APP_UNSET_DIR"); err != nil {
		t.Fatal(err)
	}
	for want, opt := range map[string]config.Option{
		"no directory given": config.WithSearch("app"), `must be that of a file`: config.WithSearch("a/b", "."), `WithSearch("")`: config.WithSearch("", "."),
		`without its extension, "app"`: config.WithSearch("app.yaml", "."), "$APP_UNSET_DIR is not set": config.WithSearch("app", "/x/$APP_UNSET_DIR"),
		"$APP_EMPTY is not set, or empty": config.WithSearch("app", "${APP_EMPTY}/x"), "home of another user": config.WithSearch("app", "~root/x"),
		`a "$" must be followed`: config.WithSearch("app", "/a/$"), "the path is empty": config.WithSearch("app", ""), "WithSearch(\"app\", \"${\")": config.WithSearch("app", "${"),
		"WithSearch(\"app\", \"${a-b}\")": config.WithSearch("app", "${a-b}"), "NUL": config.WithSearch("app", "a\x00"),
	} {
		if err := config.Check[dirConfig](opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := config.JSONSchema[dirConfig](config.WithSearch("app", "$APP_UNSET_DIR")); err != nil { // nothing is searched for
		t.Error(err)
	}
}

// A Secret of an operator for a database has keys of a section and others.
func TestADirectoryHasTheKeysOfASection(t *testing.T) {
	dir := files(t, "dsn", "postgres://db\n", "max", "5\n", "pgpass", "*\n", "_example", "dsn: x", "tls.crt", "x")
	s := open[dirConfig](t, config.WithKeyDir(dir, config.Under("db"), config.IgnoreFiles("pgpass", "_*"), config.IgnoreFiles("*.crt")), config.WithoutFile())
	if c := s.Current(); c.DB.DSN.Reveal() != "postgres://db" || c.DB.Max != 5 {
		t.Errorf("got %+v", c)
	}
	put(t, filepath.Join(dir, "max"), "6")
	put(t, filepath.Join(dir, "_other"), "6")
	if err := s.Reload(t.Context()); err != nil || s.Current().DB.Max != 6 {
		t.Errorf("got %v, %+v", err, s.Current())
	}
	labels := files(t, "team", "a", "app.kubernetes.io/x"[:17], "b")
	if c := open[dirConfig](t, config.WithKeyDir(labels, config.Under("labels")), config.WithKeyDir(dir, config.Under("db"), config.IgnoreFiles("[_pt]*")), config.WithoutFile()).Current(); c.Labels["app.kubernetes.io"] != "b" || c.DB.Max != 6 {
		t.Errorf("got %+v", c)
	}
	wantProblems(t, config.Check[dirConfig](config.WithKeyDir(files(t, "pgpass", "x", "dsnn", "y"), config.Under("db")), config.WithoutFile()),
		`dsnn: db.dsnn: unknown key; did you mean "dsn"? [unknown_key]`, "pgpass: db.pgpass: unknown key; if it is no setting, leave it out by IgnoreFiles [unknown_key]")
}

func TestAnOptionOfAKeyDirectoryThatMeansNothingIsAnError(t *testing.T) {
	dir := t.TempDir()
	for want, opt := range map[string]config.KeyDirOption{
		"meant for bd, which is no section": config.Under("bd"), "meant for db.max, which is no section": config.Under("db.max"), `Under("")`: config.Under(""),
		"no pattern given": config.IgnoreFiles(), `IgnoreFiles("[")`: config.IgnoreFiles("["), `IgnoreFiles("a/b")`: config.IgnoreFiles("a/b"),
		"option 1 is nil": nil, "meant for labels[0], which is no section": config.Under("labels[0]"),
	} {
		if err := config.Check[dirConfig](config.WithKeyDir(dir, opt), config.WithoutFile()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestAMissingValueNamesTheFileOfItsSection(t *testing.T) {
	type required struct {
		DB struct {
			Password config.Secret `validate:"required"`
		} `mapstructure:"db"`
	}
	dir := t.TempDir()
	if err := config.Check[required](config.WithKeyDir(dir, config.Under("db")), config.WithoutFile()); err == nil || !strings.Contains(err.Error(), "add the file "+filepath.Join(dir, "password")) {
		t.Error(err)
	}
}

// FuzzSearchDirectory searches directories of any name, and never finds a file elsewhere.
func FuzzSearchDirectory(f *testing.F) {
	for _, dir := range []string{"~", "~/x", "$HOME", "${HOME}/x", "$", "${", "${}", "$$", "~x", "a$HOME$", "\x00", ""} {
		f.Add(dir)
	}
	f.Fuzz(func(t *testing.T, dir string) {
		t.Setenv("HOME", "/nowhere")
		err := config.Check[dirConfig](config.WithSearch("no such file", dir))
		if err == nil {
			t.Fatalf("%q: found", dir)
		}
		if e, ok := errors.AsType[*config.Error](err); ok && strings.Contains(dir, "$") && !strings.Contains(e.Error(), "/nowhere") && !strings.Contains(strings.ReplaceAll(dir, "$HOME", ""), "$") {
			t.Fatalf("%q: not expanded: %v", dir, err)
		}
	})
}
