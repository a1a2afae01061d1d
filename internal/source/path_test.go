//go:build unix

package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/lastgood/internal/source"
)

func TestAbsLeavesParentsBehindNamesWhereTheyAre(t *testing.T) {
	dir := root(t)
	real, link := filepath.Join(dir, "a", "b"), filepath.Join(dir, "link")
	must(t, os.MkdirAll(real, 0o755))
	must(t, os.Symlink("a/b", link))
	for _, test := range []struct{ wd, path, want string }{
		{real, "c.yaml", real + "/c.yaml"},
		{real, "./x//./c.yaml", real + "/x/c.yaml"},
		{real, "x/../c.yaml", real + "/x/../c.yaml"}, // x may be, or become, a link
		{real, "../c.yaml", dir + "/a/c.yaml"},
		{link, "c.yaml", link + "/c.yaml"},
		{link, "../c.yaml", dir + "/a/c.yaml"}, // as for any other program
		{link, "../../c.yaml", dir + "/c.yaml"},
		{link, ".", link},
		{link, "..", dir + "/a"},
		{real, "/x/../c.yaml", "/x/../c.yaml"},
		{real, "/../c.yaml", "/c.yaml"},
		{real, "/", "/"},
		{real, link + "/../c.yaml/", link + "/../c.yaml"},
	} {
		t.Chdir(test.wd)
		t.Setenv("PWD", test.wd)
		if got, err := source.Abs(test.path); err != nil || got != test.want {
			t.Errorf("in %s, %s is %s, %v, want %s", test.wd, test.path, got, err, test.want)
		}
	}
}
