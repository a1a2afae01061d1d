package configcli_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/testkit"
)

// Neither the working directory nor any other may change: a key of a manifest can be the path of
// any file.
func TestNoCommandWritesAFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(dir, "tmp"))
	t.Chdir(dir)
	t.Setenv("APP_DB_DSN", "a-value-for-the-secret")
	testkit.Write(t, "victim.yaml", "precious: true\n")
	testkit.Write(t, "config.yaml", "limits: {a: 1}\n")
	testkit.Write(t, "map.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  ../victim.yaml: x\n  "+dir+"/victim.yaml: x\n  config.yaml: |\n    limits: {a: 1}\n")
	before := files(t, dir)
	for _, args := range [][]string{
		{"check", "config.yaml"}, {"check", "map.yaml"}, {"check", "-"}, {"check", "--key", "../victim.yaml", "map.yaml"}, {"check", "--key", "config.yaml", "map.yaml"},
		{"show", "config.yaml"}, {"schema"}, {"sample"}, {"env"},
	} {
		if out, err := run(t, args...); err != nil && !slices.Contains(args, "map.yaml") && !slices.Contains(args, "-") {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
	if after := files(t, dir); !slices.Equal(after, before) {
		t.Errorf("the files are %q, and were %q", after, before)
	}
}

// files lists all files below dir with their content.
func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			all = append(all, path)
			return err
		}
		data, err := os.ReadFile(path)
		all = append(all, path+": "+string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The test above runs only some of the code.
func TestNothingInThePackageCanWriteAFile(t *testing.T) {
	mayUse := []string{"Getwd", "Getenv", "Stat", "ReadFile"}
	for _, path := range sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok && pkg.Name == "os" && !slices.Contains(mayUse, s.Sel.Name) {
					t.Errorf("%s uses os.%s", path, s.Sel.Name)
				}
			}
			return true
		})
	}
}

// sources lists the files of the package without its tests.
func sources(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(all, func(path string) bool { return strings.HasSuffix(path, "_test.go") })
	if len(all) < 10 {
		t.Fatalf("there are only %q", all)
	}
	return all
}

// A manifest whose aliases expand to more than a manifest may have is an error.
func TestAliasesCannotMakeAManifestLarger(t *testing.T) {
	t.Chdir(t.TempDir())
	var manifest strings.Builder
	manifest.WriteString("apiVersion: v1\nkind: List\nitems:\n")
	for i := range 100 {
		text := "*text"
		if i == 0 {
			text = "&text '" + strings.Repeat(" ", 1<<20) + "'"
		}
		fmt.Fprintf(&manifest, "- {apiVersion: v1, kind: ConfigMap, data: {c.yaml: %s}}\n", text)
	}
	testkit.Write(t, "map.yaml", manifest.String())
	if out, err := run(t, "check", "map.yaml"); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("got %v\n%.200s", err, out)
	}
}

// Neither the time nor the memory for one ConfigMap may depend on how many there are.
func BenchmarkCheckOfAManifest(b *testing.B) {
	b.Chdir(b.TempDir())
	b.Setenv("APP_DB_DSN", "a-value-for-the-secret")
	for _, n := range []int{10, 100, 1000} {
		var manifest strings.Builder
		for i := range n {
			fmt.Fprintf(&manifest, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%d}\ndata:\n  config.yaml: |\n    server:\n      prot: 80\n", i)
		}
		testkit.Write(b, "map.yaml", manifest.String())
		b.Run(fmt.Sprintf("maps=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := run(b, "check", "map.yaml"); err == nil {
					b.Fatal("nothing is found")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/map")
		})
	}
}
