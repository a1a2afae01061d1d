package internal_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/lastgood/internal/testkit"
)

const module = "example.com/lastgood/"

// blocks returns the lines of the preformatted blocks of the package's comment, by heading.
func blocks(t *testing.T) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	testkit.Must(t, err)
	found, heading := map[string][]string{}, ""
	for line := range strings.Lines(file.Doc.Text()) {
		line = strings.TrimSuffix(line, "\n")
		if h, ok := strings.CutPrefix(line, "# "); ok {
			heading = h
		} else if code, ok := strings.CutPrefix(line, "\t"); ok {
			found[heading] = append(found[heading], code)
		}
	}
	return found
}

// packages returns the directories of the module's packages with what they import of it.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, root := range []string{"../config", "."} {
		testkit.Must(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch name := d.Name(); {
			case err != nil:
				return err
			case d.IsDir() && (name == "testdata" || path != root && exists(filepath.Join(path, "go.mod"))):
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			dir := filepath.ToSlash(filepath.Join("internal", filepath.Dir(path)))
			found[dir] = append(found[dir], "")
			for _, spec := range file.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				if ours, ok := strings.CutPrefix(imported, module); ok {
					found[dir] = append(found[dir], ours)
				}
			}
			return nil
		}))
	}
	return found
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestThePackagesAreWhatTheMapSays(t *testing.T) {
	line := map[string]int{}
	for i, text := range blocks(t)["Packages"] {
		names, _, _ := strings.Cut(text, ":")
		for name := range strings.FieldsSeq(names) {
			line[name] = i
		}
	}
	all := packages(t)
	for name := range line {
		if all[name] == nil {
			t.Errorf("there is no package %s", name)
		}
	}
	forTests := []string{"internal/scenario", "internal/testkit", "internal/leak", "internal/schema/schematest", "internal"}
	for name, imports := range all {
		at, ok := line[name]
		if !ok && !slices.Contains(forTests, name) {
			t.Errorf("%s is not on the map", name)
		}
		for _, imported := range imports {
			if below, known := line[imported]; ok && imported != "" && (!known || below <= at) {
				t.Errorf("%s imports %s, which is not below it on the map", name, imported)
			}
		}
	}
}

func TestTheStepsOfTheWalksExist(t *testing.T) {
	known := map[string]map[string]bool{}
	for heading, lines := range blocks(t) {
		if heading == "Packages" {
			continue
		}
		for _, line := range lines {
			step, _, _ := strings.Cut(line, ":")
			pkg, name, _ := strings.Cut(step, ".")
			if known[pkg] == nil {
				known[pkg] = functions(t, pkg)
			}
			if !known[pkg][name] {
				t.Errorf("%s: there is no %s", heading, step)
			}
		}
	}
}

// functions returns the functions of a package, with their receivers, as Type.Method.
func functions(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	dir := pkg
	if pkg == "config" {
		dir = "../config"
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	testkit.Must(t, err)
	set, parsed := token.NewFileSet(), []*ast.File(nil)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		testkit.Must(t, err)
		parsed = append(parsed, file)
	}
	p, err := doc.NewFromFiles(set, parsed, module+pkg, doc.AllDecls|doc.AllMethods)
	testkit.Must(t, err)
	found := map[string]bool{}
	for _, f := range p.Funcs {
		found[f.Name] = true
	}
	for _, typ := range p.Types {
		for _, f := range append(typ.Funcs, typ.Methods...) {
			name := f.Name
			if f.Recv != "" {
				recv, _, _ := strings.Cut(strings.TrimPrefix(f.Recv, "*"), "[")
				name = recv + "." + name
			}
			found[name] = true
		}
	}
	return found
}
