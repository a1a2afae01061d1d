package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// parents makes a directory in which ".." after a link differs from the text: link leads to
// a/b, so that link/.. is a.
func parents(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a/b", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"wrong": "left: 99\nright: 99\n", "right": "left: 1\nright: 1\n",
	} {
		into := map[string]string{"wrong": dir, "right": filepath.Join(dir, "a")}[path]
		for _, name := range []string{"c.yaml", "config.yaml"} {
			put(t, filepath.Join(into, name), text)
		}
		for _, name := range []string{"conf.d/c.yaml", "keys/left", "keys/right"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(into, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(into, name), map[bool]string{true: text, false: text[6:8]}[filepath.Ext(name) == ".yaml"])
		}
	}
	return dir
}

// All options with a path resolve it as the kernel does.
func TestAParentBehindALinkIsThatOfWhatTheLinkLeadsTo(t *testing.T) {
	dir := parents(t)
	up := dir + "/link/.."
	for name, opt := range map[string]config.Option{
		"WithFile":         config.WithFile(up + "/c.yaml"),
		"WithOptionalFile": config.WithOptionalFile(up + "/c.yaml"),
		"WithDir":          config.WithDir(up + "/conf.d"),
		"WithKeyDir":       config.WithKeyDir(up + "/keys"),
	} {
		if got := open[halves](t, opt, config.WithoutFile()).Current().Left; got != 1 {
			t.Errorf("%s read %d, want 1", name, got)
		}
	}
	t.Chdir(filepath.Join(dir, "a", "b"))
	if got := open[halves](t, config.WithFile("../c.yaml")).Current().Left; got != 1 {
		t.Errorf("a relative path read %d, want 1", got)
	}
	t.Setenv("CONFIG_FILE", up+"/c.yaml")
	if got := open[halves](t).Current().Left; got != 1 {
		t.Errorf("$CONFIG_FILE read %d, want 1", got)
	}
	t.Setenv("CONFIG_FILE", "")
	t.Setenv("UP_LEFT_FILE", up+"/keys/left")
	t.Setenv("UP_RIGHT_FILE", up+"/keys/right")
	if got := open[halves](t, config.WithoutFile(), config.WithEnv("UP")).Current().Left; got != 1 {
		t.Errorf("a variable's file read %d, want 1", got)
	}
	t.Setenv("XDG_CONFIG_HOME", up+"/none/..")
	if err := os.MkdirAll(filepath.Join(dir, "a", "none"), 0o700); err != nil {
		t.Fatal(err)
	}
	program := filepath.Base(os.Args[0])
	for _, base := range []string{dir, filepath.Join(dir, "a")} {
		if err := os.MkdirAll(filepath.Join(base, program), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(dir, program, "config.yaml"), "left: 99\nright: 99\n")
	put(t, filepath.Join(dir, "a", program, "config.yaml"), "left: 1\nright: 1\n")
	if got := open[halves](t).Current().Left; got != 1 {
		t.Errorf("the user's configuration directory gave %d, want 1", got)
	}
}

func TestAParentBehindALinkInALinkIsFollowed(t *testing.T) {
	dir := parents(t)
	path := filepath.Join(dir, "linked.yaml")
	if err := os.Symlink("link/../c.yaml", path); err != nil {
		t.Fatal(err)
	}
	o := observe(t, config.WithFile(path), noPoll())
	o.serves(t, 1)
	overwrite(t, filepath.Join(dir, "a", "c.yaml"), halvesFile(2))
	o.serves(t, 2)
	repair(t, filepath.Join(dir, "a", "c.yaml"), 3)
	o.serves(t, 3)
}

func TestWithoutAWorkingDirectoryARelativePathIsAnError(t *testing.T) {
	if !inChild(t) {
		return
	}
	dir := t.TempDir()
	must(t, os.Chdir(dir))
	must(t, os.Remove(dir))
	for name, opts := range map[string][]config.Option{"WithFile": {config.WithFile("c.yaml")}, "config": nil} {
		if err := config.Check[halves](opts...); err == nil || !strings.Contains(err.Error(), name+": getwd: no such file or directory") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
