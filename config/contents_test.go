package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/lastgood/config"
)

func TestContentsRankAmongTheFilesInTheOrderGiven(t *testing.T) {
	low, high := []byte("a: 1\nb: 1\nc: 1\n"), []byte(`{"c": 3}`)
	path := yamlFile(t, "b: 2\nc: 2\n")
	s := open[dirConfig](t, config.WithContent("defaults.yaml", low), config.WithFile(path), config.WithContent("fixed.json", high))
	copy(low, "a: 9") // it was copied
	if c := s.Current(); c.A != 1 || c.B != 2 || c.C != 3 {
		t.Errorf("got %+v", c)
	}
	for key, want := range map[string]string{"a": "defaults.yaml:1:4", "b": path + ":1:4", "c": "fixed.json:1:7"} {
		if o, ok := s.Origin(key); !ok || o.String() != want {
			t.Errorf("%s is from %v", key, o)
		}
	}
	if watched := s.Status().Watch; len(watched) != 1 || watched[0].Path != path {
		t.Errorf("it follows %v", watched)
	}
	accepts(t, s, path, "a: 4\nc: 5\n")
	if c := s.Current(); c.A != 4 || c.B != 1 || c.C != 3 {
		t.Errorf("got %+v", c)
	}
	if err := s.CheckHealth(); err != nil {
		t.Error(err)
	}
}

func TestWhatIsWrongInAContentHasItsNameAndLine(t *testing.T) {
	wantProblems(t, config.Check[dirConfig](config.WithContent("defaults.yaml", []byte("a: 1\nb: x\n"))), `defaults.yaml:2:4: b: want an integer, got "x" [type]`)
	wantProblems(t, config.Check[dirConfig](config.WithContent("defaults.toml", []byte("# nothing\n"))), "defaults.toml: no settings in it; remove the file, and make it optional, if it is not needed [empty]")
	wantProblems(t, config.Check[dirConfig](config.WithContent("defaults", []byte("a: 1"))), "defaults: unknown file type; name it .yaml, .yml, .toml or .json [syntax]")
	wantProblems(t, config.Check[dirConfig](config.WithContent("d.yaml", []byte("a: 100")), config.WithMaxSize(3)), "d.yaml: has 6 bytes or more, the limit is 3; WithMaxSize raises the limit [too_large]")
	open[dirConfig](t, config.WithContent("defaults", []byte("a: 1")), config.WithFormat("yaml"))
	for name, opt := range map[string]config.Option{
		`WithContent: "" is no name`: config.WithContent("", nil), "WithFS: the file system is nil": config.WithFS(nil, "a"), "WithFS: no path given": config.WithFS(fstest.MapFS{}),
		`WithFS: "/a" is no path`: config.WithFS(fstest.MapFS{}, "/a"), "open a.yaml: file does not exist": config.WithFS(fstest.MapFS{}, "a.yaml"),
		`WithFS: "d" is no regular file`: config.WithFS(fstest.MapFS{"d/a.yaml": {}}, "d"), "panicked": config.WithFS(badFS{}, "a.yaml"),
	} {
		if err := config.Check[dirConfig](opt); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
	if err := config.Check[dirConfig](config.WithContent("a.yaml", []byte("a: 1")), config.WithContent("a.yaml", []byte("a: 2"))); err == nil || !strings.Contains(err.Error(), "two contents") {
		t.Error(err)
	}
	if err := config.Check[dirConfig](config.WithFS(fstest.MapFS{}, "a.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

type badFS struct{}

func (badFS) Open(string) (fs.File, error) { panic("bad") }

func TestFilesOfAFileSystemAreContents(t *testing.T) {
	fsys := fstest.MapFS{"defaults/a.yaml": {Data: []byte("a: 1\nb: 1\n")}, "b.toml": {Data: []byte("b = 2\n")}}
	s := open[dirConfig](t, config.WithFS(fsys, "defaults/a.yaml", "b.toml"))
	if c := s.Current(); c.A != 1 || c.B != 2 {
		t.Errorf("got %+v", c)
	}
	fsys["b.toml"].Data = []byte("b = 3\n")
	if err := s.Reload(t.Context()); err != nil || s.Current().B != 2 {
		t.Errorf("it is read again: %v, %+v", err, s.Current())
	}
	if _, err := config.JSONSchema[dirConfig](config.WithFS(badFS{}, "a.yaml")); err != nil { // nothing is read
		t.Error(err)
	}
}

func TestContentsAreNotStoredButThoseOfNowCount(t *testing.T) {
	l := newLives(t, "name: file\n")
	content := func(text string) []config.Option { return []config.Option{config.WithContent("d.yaml", []byte(text))} }
	opts := l.options
	start := func(text string) *config.Store[served] {
		t.Helper()
		s, err := config.Open[served](append(content(text), opts()...)...)
		if err != nil {
			t.Fatalf("%v\n%s", err, l.log)
		}
		t.Cleanup(s.Close)
		return s
	}
	start("port: 1\nname: content\n").Close()
	err := filepath.WalkDir(l.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if strings.Contains(string(data), "name: content") {
				t.Errorf("%s has the content", path)
			}
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l.dir = t.TempDir()
	start("port: 1\ntoken: secret-of-the-program\n").Close() // which keeps nothing from being stored
	put(t, l.path, "name: [bad\n")
	if c := start("port: 2\n").Current(); c.Name != "file" || c.Port != 2 {
		t.Errorf("got %+v", c)
	}
	if _, err := config.Open[served](config.WithContent("d.yaml", []byte("port: 1")), config.WithLastGood(l.dir)); err == nil || !strings.Contains(err.Error(), "no file to store") {
		t.Error(err)
	}
}

func TestAnOptionalFileOfCommentsAloneIsAsAbsent(t *testing.T) {
	for name, text := range map[string]string{"c.yaml": "# a: 1\n", "c.toml": "# a = 1\n", "c.yml": "---\n# a: 1\n"} {
		path := filepath.Join(files(t, name, "a: 1"), name)
		put(t, path, strings.NewReplacer(":", " =").Replace("a: 2"))
		if name != "c.toml" {
			put(t, path, "a: 2")
		}
		s := open[dirConfig](t, config.WithOptionalFile(path))
		accepts(t, s, path, text)
		if got := s.Current().A; got != 0 {
			t.Errorf("%s: got %d", name, got)
		}
		for _, empty := range []string{"", "\n \n"} { // as for a file that is about to be written
			put(t, path, empty)
			if err := s.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "[empty]") {
				t.Errorf("%s, %q: %v", name, empty, err)
			}
		}
		if err := config.Check[dirConfig](config.WithFile(path)); err == nil {
			t.Errorf("%s: a file that is not optional is accepted", name)
		}
	}
}
