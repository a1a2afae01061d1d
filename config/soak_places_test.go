//go:build unix

package config_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// place is the location of one part of the configuration, with actions that change it. Each
// action works in any state.
type place struct {
	name    string
	option  config.Option
	repair  func() error // writes new, good content and removes everything else
	actions []action
}

type action struct {
	name string
	do   func() error
}

func soakText(n int) string { return strings.Repeat(string(rune('a'+n%26)), 100+n%50) }

// section returns version n of a part in a file of its own, as YAML; its first half
// is not valid.
func section(key string, n int) string {
	return fmt.Sprintf("%s:\n  left: %d\n  text: %s\n  right: %d\n", key, n, soakText(n), n)
}

func newPlaces(root string, next func() int) []place {
	return []place{
		plainPlace(filepath.Join(root, "plain", "c.yaml"), next),
		extraPlace(filepath.Join(root, "extra", "sub", "c.yaml"), next),
		linkedPlace(filepath.Join(root, "linked"), next),
		confPlace(filepath.Join(root, "conf.d"), next),
		mountedPlace(volume.New(filepath.Join(root, "mounted")), next),
		keysPlace(volume.New(filepath.Join(root, "keys")), next),
	}
}

// soakWrite writes a file in place, or makes it where something else is.
func soakWrite(path, content string) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644))
}

// soakReplace replaces a file by rename.
func soakReplace(path, content string) error {
	if info, err := os.Lstat(path); err == nil && info.IsDir() {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return errors.Join(soakWrite(path+".tmp", content), os.Rename(path+".tmp", path))
}

// soakDirectory puts another directory with a file in place of the file's own.
func soakDirectory(path, content string) error {
	dir := filepath.Dir(path)
	err := soakWrite(filepath.Join(dir+".new", filepath.Base(path)), content)
	if old := os.Rename(dir, dir+".old"); !errors.Is(old, fs.ErrNotExist) {
		err = errors.Join(err, old)
	}
	return errors.Join(err, os.Rename(dir+".new", dir), os.RemoveAll(dir+".old"))
}

func plainPlace(path string, next func() int) place {
	good := func() string { return section("plain", next()) }
	is := func(make func(string) error) func() error {
		return func() error {
			return errors.Join(os.RemoveAll(path), os.MkdirAll(filepath.Dir(path), 0o755), make(path))
		}
	}
	return place{"plain", config.WithFile(path), func() error { return soakReplace(path, good()) }, []action{
		{"write", func() error { return soakWrite(path, good()) }},
		{"write twice", func() error { return errors.Join(soakWrite(path, good()), soakWrite(path, good())) }},
		{"rename over it", func() error { return soakReplace(path, good()) }},
		{"half, then the rest", func() error {
			content := good()
			err := soakWrite(path, content[:len(content)/2])
			<-time.After(3 * time.Millisecond)
			return errors.Join(err, soakWrite(path, content))
		}},
		{"half", func() error { content := good(); return soakWrite(path, content[:len(content)/2]) }},
		{"remove", func() error { return os.RemoveAll(path) }},
		{"remove, write", func() error { return errors.Join(os.RemoveAll(path), soakWrite(path, good())) }},
		{"empty", func() error { return soakWrite(path, "") }},
		{"broken", func() error { return soakWrite(path, "plain: [\n") }},
		{"invalid", func() error { return soakReplace(path, strings.Replace(good(), "right", "rihgt", 1)) }},
		{"directory", is(func(path string) error { return os.Mkdir(path, 0o755) })},
		{"FIFO", is(func(path string) error { return syscall.Mkfifo(path, 0o644) })},
		{"loop", is(func(path string) error { return os.Symlink("c.yaml", path) })},
		{"link to a file", is(func(path string) error {
			return errors.Join(soakWrite(path+".target", good()), os.Symlink("c.yaml.target", path))
		})},
		{"another directory", func() error { return soakDirectory(path, good()) }},
		{"remove its directory", func() error { return os.RemoveAll(filepath.Dir(path)) }},
		{"churn beside it", func() error {
			var err error
			for range 50 {
				err = errors.Join(err, soakWrite(path+".churn", ""), os.Remove(path+".churn"))
			}
			return err
		}},
	}}
}

func extraPlace(path string, next func() int) place {
	good := func() string { return section("extra", next()) }
	return place{"extra", config.WithOptionalFile(path), func() error { return soakReplace(path, good()) }, []action{
		{"write", func() error { return soakWrite(path, good()) }},
		{"rename over it", func() error { return soakReplace(path, good()) }},
		{"remove", func() error { return os.RemoveAll(path) }},
		{"remove its directories", func() error { return os.RemoveAll(filepath.Dir(filepath.Dir(path))) }},
		{"another directory", func() error { return soakDirectory(path, good()) }},
		{"broken", func() error { return soakWrite(path, "extra: {left: many}\n") }},
	}}
}

// linkedPlace changes as git-sync changes a tree.
func linkedPlace(dir string, next func() int) place {
	trees, link := filepath.Join(dir, ".worktrees"), filepath.Join(dir, "current")
	point := func(to string) error {
		return errors.Join(os.MkdirAll(dir, 0o755), os.RemoveAll(link+".tmp"), os.Symlink(to, link+".tmp"), os.Rename(link+".tmp", link))
	}
	flip := func(content string) error {
		tree := fmt.Sprint(".worktrees/", next())
		return errors.Join(soakWrite(filepath.Join(dir, tree, "c.toml"), content), point(tree))
	}
	good := func() string {
		n := next()
		return fmt.Sprintf("[linked]\nleft = %d\ntext = '%s'\nright = %d\n", n, soakText(n), n)
	}
	clean := func() error { // removes all trees but the current one
		current, _ := os.Readlink(link) // none is kept if there is none
		all, err := os.ReadDir(trees)
		for _, tree := range all {
			if tree.Name() != filepath.Base(current) {
				err = errors.Join(err, os.RemoveAll(filepath.Join(trees, tree.Name())))
			}
		}
		return err
	}
	return place{"linked", config.WithFile(filepath.Join(link, "c.toml")), func() error { return flip(good()) }, []action{
		{"flip, old tree kept", func() error { return flip(good()) }},
		{"flip, old tree removed", func() error { return errors.Join(flip(good()), clean()) }},
		{"flip twice", func() error { return errors.Join(flip(good()), flip(good()), clean()) }},
		{"flip to broken", func() error { return flip("[linked\n") }},
		{"dangle", func() error { return point(".worktrees/none") }},
		{"write in place", func() error {
			return errors.Join(flip(good()), soakWrite(filepath.Join(link, "c.toml"), good()))
		}},
		{"remove all", func() error { return os.RemoveAll(dir) }},
	}}
}

// confPlace is a directory of files that people edit.
func confPlace(dir string, next func() int) place {
	left, right := filepath.Join(dir, "10.yaml"), filepath.Join(dir, "20.yaml")
	both := func() error {
		n := next()
		return errors.Join(soakReplace(left, fmt.Sprintf("conf: {left: %d, text: %s}\n", n, soakText(n))),
			soakReplace(right, fmt.Sprintf("conf: {right: %d}\n", n)))
	}
	return place{"conf", config.WithDir(dir), func() error { return errors.Join(os.RemoveAll(dir), both()) }, []action{
		{"write both", both},
		{"write one", func() error { return soakWrite(right, fmt.Sprintf("conf: {right: %d}\n", next())) }},
		{"remove one", func() error { return os.RemoveAll(left) }},
		{"remove all", func() error { return errors.Join(os.RemoveAll(left), os.RemoveAll(right)) }},
		{"remove the directory", func() error { return os.RemoveAll(dir) }},
		{"another file", func() error { return soakWrite(filepath.Join(dir, "30.json"), "{}") }},
		{"a broken file", func() error { return soakWrite(filepath.Join(dir, "30.json"), "{") }},
		{"a directory among them", func() error { return errors.Join(soakWrite(left, ""), os.RemoveAll(left), os.Mkdir(left, 0o755)) }},
		{"a backup", func() error { return soakWrite(left+"~", "junk: [") }},
	}}
}

// mountedPlace is a ConfigMap's volume; the part is in two files of it.
func mountedPlace(v *volume.Volume, next func() int) place {
	payload := func(left, right int) map[string]string {
		return map[string]string{"left.yaml": fmt.Sprintf("mounted: {left: %d, text: %s}\n", left, soakText(left)),
			"sub/right.json": fmt.Sprintf(`{"mounted": {"right": %d}}`, right)}
	}
	swap := func() error { n := next(); return v.Update(payload(n, n)) }
	return place{"mounted", config.WithFile(v.Path("left.yaml"), v.Path("sub/right.json")), swap, []action{
		{"swap", swap},
		{"swap twice", func() error { return errors.Join(swap(), swap()) }},
		{"swap ten times", func() error {
			var err error
			for range 10 {
				err = errors.Join(err, swap())
			}
			return err
		}},
		{"swap to a mismatch", func() error { return v.Update(payload(next(), next())) }},
		{"swap to broken", func() error { return v.Update(map[string]string{"left.yaml": "mounted: {", "sub/right.json": "{}"}) }},
		{"swap without a key", func() error { return v.Update(map[string]string{"left.yaml": "{}"}) }},
		{"remove", v.Remove},
	}}
}

// keysPlace is a Secret's volume.
func keysPlace(v *volume.Volume, next func() int) place {
	payload := func(left, right int) map[string]string {
		return map[string]string{"keys.left": fmt.Sprint(left), "keys.text": soakText(left), "keys.right": fmt.Sprintln(right)}
	}
	swap := func() error { n := next(); return v.Update(payload(n, n)) }
	return place{"keys", config.WithKeyDir(v.Path("")), swap, []action{
		{"swap", swap},
		{"swap twice", func() error { return errors.Join(swap(), swap()) }},
		{"swap to a mismatch", func() error { return v.Update(payload(next(), next())) }},
		{"swap to an unknown key", func() error { return v.Update(map[string]string{"keys.lfet": "1"}) }},
		{"swap to nothing", func() error { return v.Update(nil) }},
		{"remove", v.Remove},
	}}
}
