package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

type dirConfig struct {
	A, B, C int
	DB      struct {
		DSN  config.Secret
		Cert []byte
		Max  int `default:"9"`
	} `mapstructure:"db"`
	Labels map[string]string
}

// reaches waits until done returns true for the current configuration.
func reaches(t testing.TB, s *config.Store[dirConfig], what string, done func(*dirConfig) bool) {
	t.Helper()
	changed := make(chan struct{}, 1)
	stop := s.OnChange(func(_, _ *dirConfig) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer stop()
	for !done(s.Current()) {
		within(t, changed, what)
	}
}

func noPoll() config.Option { return config.WithPollInterval(0) }

func TestADirectoryIsReadByName(t *testing.T) {
	dir := files(t, "20-b.yaml", "a: 2\nb: 2\n", "10-a.toml", "a = 1\nb = 1\nc = 1\n", "30-c.JSON", `{"a": 3}`,
		"README.md", "not: [a document", ".hidden.yaml", "not: known", "c.yaml.bak", "a: 99")
	if c := open[dirConfig](t, config.WithDir(dir)).Current(); c.A != 3 || c.B != 2 || c.C != 1 {
		t.Errorf("got %+v", c)
	}
}

func TestFilesThatComeAndGoInADirectoryAreFollowed(t *testing.T) {
	dir := files(t, "10.yaml", "a: 1\nb: 1\n")
	s := open[dirConfig](t, config.WithDir(dir), noPoll(), config.WithSettle(0))
	put(t, filepath.Join(dir, "20.yaml"), "a: 2\n")
	reaches(t, s, "an addition", func(c *dirConfig) bool { return c.A == 2 && c.B == 1 })
	put(t, filepath.Join(dir, "20.yaml"), "a: 3\n")
	reaches(t, s, "a change", func(c *dirConfig) bool { return c.A == 3 })
	if err := os.Remove(filepath.Join(dir, "20.yaml")); err != nil {
		t.Fatal(err)
	}
	reaches(t, s, "a removal", func(c *dirConfig) bool { return c.A == 1 })
}

func TestAnEmptyDirectoryIsNoErrorButAMissingOneIs(t *testing.T) {
	dir := t.TempDir()
	open[dirConfig](t, config.WithDir(dir), config.WithKeyDir(dir))
	wantProblems(t, config.Check[dirConfig](config.WithDir(filepath.Join(dir, "nope"))), "nope: no such directory [missing_file]")
	wantProblems(t, config.Check[dirConfig](config.WithKeyDir(yamlFile(t, "a: 1"))), "c.yaml: is not a directory [not_regular]")
}

func TestAKeyDirectoryHoldsOneValuePerFile(t *testing.T) {
	dir := files(t, "a", "1\n", "db.dsn", "postgres://db", "db__max", "5\r\n", "db.cert", "\xff\x00\n", "labels.app.kubernetes.io", "x",
		".hidden", "x", "..data", "x")
	c := open[dirConfig](t, config.WithKeyDir(dir)).Current()
	if c.A != 1 || c.DB.DSN.Reveal() != "postgres://db" || c.DB.Max != 5 || string(c.DB.Cert) != "\xff\x00" || c.Labels["app.kubernetes.io"] != "x" {
		t.Errorf("got %+v, %q", c, c.DB.Cert)
	}
}

func TestAMountedSecretIsFollowedAsKeys(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "secret"))
	update := func(files map[string]string) {
		t.Helper()
		if err := v.Update(files); err != nil {
			t.Fatal(err)
		}
	}
	update(map[string]string{"a": "1", "db.max": "1"})
	s := open[dirConfig](t, config.WithKeyDir(filepath.Dir(v.Path("a"))), noPoll())
	mixed := 0
	s.OnChange(func(_, c *dirConfig) {
		if c.A != c.DB.Max && c.DB.Max != 9 {
			mixed++
		}
	})
	update(map[string]string{"a": "2", "db.max": "2", "b": "7"})
	reaches(t, s, "a changed and an added key", func(c *dirConfig) bool { return c.A == 2 && c.DB.Max == 2 && c.B == 7 })
	update(map[string]string{"a": "3"})
	reaches(t, s, "removed keys", func(c *dirConfig) bool { return c.A == 3 && c.DB.Max == 9 && c.B == 0 })
	s.Close()
	if mixed > 0 {
		t.Errorf("two generations were mixed %d times", mixed)
	}
}

func TestProblemsOfKeyFilesNameTheFile(t *testing.T) {
	dir := files(t, "a", "one\n", "db.dsm", "hunter2", "b", "\xff", "db.max", "1", "db__max", "2")
	wantProblems(t, config.Check[dirConfig](config.WithKeyDir(dir)),
		`b: b: not valid UTF-8; only a []byte field takes any bytes [syntax]`,
		`db.dsm: db.dsm: unknown key; did you mean "db.dsn"? [unknown_key]`,
		`db__max: db.max: it sets what `+filepath.Join(dir, "db.max")+` sets; keep one [duplicate_key]`)
	put(t, filepath.Join(dir, "b"), "1")
	put(t, filepath.Join(dir, "db__max"), "x")
	if err := os.Remove(filepath.Join(dir, "db.max")); err != nil {
		t.Fatal(err)
	}
	wantProblems(t, config.Check[dirConfig](config.WithKeyDir(dir), config.WithUnknownKeys()),
		`a: a: want an integer, got "one" [type]`,
		`db__max: db.max: want an integer, got "x"; it overrides the default tag [type]`)
}

func TestTheFilesOfADirectoryAreBounded(t *testing.T) {
	dir := files(t, "a", "1", "b", "2", "c", "3")
	for _, name := range []string{"d", "e"} {
		put(t, filepath.Join(dir, "."+name), "") // not to be read
	}
	name := filepath.Base(dir)
	open[dirConfig](t, config.WithKeyDir(dir), config.WithMaxFiles(3), config.WithMaxSize(1))
	for _, test := range []struct {
		opt  config.Option
		want string
	}{
		{config.WithMaxFiles(2), name + `: has more than 2 files to read, which is the limit; WithMaxFiles raises the limit [too_large]`},
		{config.WithMaxFiles(0), `config: WithMaxFiles(0): the number is not positive`},
		{config.WithMaxSize(1 << 60), `config: WithMaxSize(1152921504606846976): the size is more than 1 GiB, 1073741824`},
	} {
		wantProblems(t, config.Check[dirConfig](config.WithKeyDir(dir), test.opt), test.want)
	}
	for i := range 40 {
		put(t, filepath.Join(dir, fmt.Sprint(".other", i)), "")
	}
	wantProblems(t, config.Check[dirConfig](config.WithKeyDir(dir), config.WithMaxFiles(2)),
		name+`: has more than 2 files to read, which is the limit; WithMaxFiles raises the limit [too_large]`)
	dir = files(t, "a", "1")
	name = filepath.Base(dir)
	for i := range 40 {
		put(t, filepath.Join(dir, fmt.Sprint(".other", i)), "")
	}
	wantProblems(t, config.Check[dirConfig](config.WithKeyDir(dir), config.WithMaxFiles(1)),
		name+`: has more than 16 entries, 16 times the limit of files to read; WithMaxFiles raises the limit [too_large]`)
}

func TestTheFilesOfADirectoryAreBoundedTogether(t *testing.T) {
	dir := t.TempDir()
	for i := range 17 {
		put(t, filepath.Join(dir, fmt.Sprintf("%02d.yaml", i)), "a: 1")
	}
	wantProblems(t, config.Check[dirConfig](config.WithDir(dir), config.WithMaxSize(4)), filepath.Base(dir)+
		`: its first 17 files have more than 64 bytes together, which is the limit; WithMaxSize raises the limit, which is 16 times that of a file [too_large]`)
	open[dirConfig](t, config.WithDir(dir), config.WithMaxSize(5))
}

// The rejection is reported once, and the last good configuration stays in force.
func TestADirectoryThatGrowsTooLargeIsRejectedUntilItShrinks(t *testing.T) {
	dir := files(t, "a", "1")
	s := open[dirConfig](t, config.WithKeyDir(dir), config.WithMaxFiles(2), noPoll(), config.WithSettle(0))
	put(t, filepath.Join(dir, "b"), "2")
	reaches(t, s, "a second file", func(c *dirConfig) bool { return c.B == 2 })
	put(t, filepath.Join(dir, "c"), "3")
	eventually(t, "the rejection", func() bool { return s.Status().Err != nil })
	if c := s.Current(); c.A != 1 || c.B != 2 || c.C != 0 {
		t.Errorf("serving %+v", *c)
	}
	if err := os.Remove(filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	reaches(t, s, "the third file", func(c *dirConfig) bool { return c.C == 3 && c.A == 0 })
}

func TestTheNameOfTheOnlyKeyFileIsContent(t *testing.T) {
	type keys struct{ First, Second string }
	dir := files(t, "first", "x")
	s := open[keys](t, config.WithoutFile(), config.WithKeyDir(dir))
	if err := os.Rename(filepath.Join(dir, "first"), filepath.Join(dir, "second")); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(t.Context()); err != nil || *s.Current() != (keys{Second: "x"}) {
		t.Errorf("serving %+v: %v", *s.Current(), err)
	}
}
