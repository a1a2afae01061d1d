package document_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/repair"
)

// score counts how often a mistake was reported at its own line.
type score struct {
	broken, stillValid                   int
	full, given, noSchema, parser, yamlV int
}

// TestMutations breaks good files in one line each, as people do, and checks how often
// the line is told. With -v it prints the table. What is still a valid document is not
// counted: there, only the schema can say that something is wrong.
func TestMutations(t *testing.T) {
	docs := mutationDocuments(t)
	out := new(strings.Builder)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "format\tone line broken\tn\tstill valid\ttold\tline given\twithout a schema\twithout repair\tyaml.v3\tbar\t")
	for _, way := range ways {
		if o := os.Getenv("MUTATIONS_ONLY"); o != "" && !regexp.MustCompile(o).MatchString(way.format.String()+" "+way.name) {
			continue
		}
		s := way.run(t, docs)
		if s.broken == 0 {
			t.Errorf("%v: %s: no document was broken", way.format, way.name)
			continue
		}
		rate := func(n int) float64 { return 100 * float64(n) / float64(s.broken) }
		fmt.Fprintf(table, "%v\t%s\t%d\t%d\t%.1f %%\t%.1f %%\t%.1f %%\t%.1f %%\t%.0f %%\t%.0f %%\t\n",
			way.format, way.name, s.broken, s.stillValid, rate(s.full), rate(s.given), rate(s.noSchema), rate(s.parser), rate(s.yamlV), way.bar)
		if rate(s.full) < way.bar {
			t.Errorf("%v: %s: %.1f %% of %d were told at their own line, want %.0f %%", way.format, way.name, rate(s.full), s.broken, way.bar)
		}
	}
	table.Flush()
	t.Log("\n" + out.String())
}

// run breaks every line of all documents in one way.
func (w way) run(t *testing.T, docs []mutationDocument) (s score) {
	show, _ := strconv.Atoi(os.Getenv("MUTATIONS_SHOW"))
	for _, doc := range docs {
		if doc.format != w.format {
			continue
		}
		for i := range doc.lines {
			for _, m := range w.mutate(doc.lines, i) {
				data := []byte(strings.Join(m.lines, "\n"))
				root, problems := document.Parse(doc.format, data)
				if root != nil {
					s.stillValid++
					continue
				}
				s.broken++
				told := repair.Diagnose(context.Background(), doc.format, data, problems, doc.known.fit)
				if told[0].Line == m.line {
					s.given++
				}
				switch {
				case names(told, m.line):
					s.full++
				case show > 0 && strings.Contains(os.Getenv("MUTATIONS_WAY"), w.name):
					show--
					t.Logf("%s: %s: line %d:\n%s\ntold %+v\nparser %+v", doc.name, w.name, m.line, around(m.lines, m.line), told, problems)
				}
				if names(repair.Diagnose(context.Background(), doc.format, data, problems, nil), m.line) {
					s.noSchema++
				}
				if names(problems, m.line) {
					s.parser++
				}
				if doc.format == document.YAML && libraryNames(data, m.line) {
					s.yamlV++
				}
			}
		}
	}
	return s
}

// names reports whether the first of the problems is at a line, or names it as the one
// where something is wrong, and not only as one to be like.
func names(problems []document.Problem, line int) bool {
	p := problems[0]
	return p.Line == line || regexp.MustCompile(fmt.Sprintf(`\b(on|of) line %d\b`, line)).MatchString(p.Message+"; "+p.Hint)
}

func libraryNames(data []byte, line int) bool {
	err := yaml.Unmarshal(data, new(yaml.Node))
	if err == nil {
		err = yaml.Unmarshal(data, new(map[string]any))
	}
	return err != nil && strings.Contains(err.Error(), fmt.Sprintf("line %d:", line))
}

func around(lines []string, line int) string {
	var b strings.Builder
	for i := max(line-5, 1); i <= min(line+6, len(lines)); i++ {
		fmt.Fprintf(&b, "%4d | %s\n", i, lines[i-1])
	}
	return b.String()
}

// mutationDocument is a good document, and the schema that it fits.
type mutationDocument struct {
	name   string
	format document.Format
	lines  []string
	known  *knownKeys
}

// mutationDocuments returns the files of testdata/mutations and generated ones.
func mutationDocuments(t *testing.T) []mutationDocument {
	files, err := filepath.Glob("testdata/mutations/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no files: ", err)
	}
	var docs []mutationDocument
	add := func(name string, format document.Format, text string) {
		root, problems := document.Parse(format, []byte(text))
		if root == nil {
			t.Fatalf("%s: %v\n%s", name, problems, text)
		}
		known := &knownKeys{}
		known.learn(root)
		docs = append(docs, mutationDocument{name: name, format: format, lines: strings.Split(text, "\n"), known: known})
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		format, ok := document.FormatOf(file)
		if !ok {
			t.Fatal(file)
		}
		add(file, format, string(data))
	}
	for seed := range uint64(6) {
		for _, format := range formats {
			add(fmt.Sprintf("generated %d", seed), format, generate(format, seed))
		}
	}
	return docs
}

// knownKeys is what a schema knows of a value: its kind, and its keys.
type knownKeys struct {
	kind document.Kind
	keys map[string]*knownKeys
	elem *knownKeys
}

func (k *knownKeys) learn(n *document.Node) {
	if n.Kind >= document.List || k.kind == document.Null {
		k.kind = n.Kind
	}
	for i := range n.Children {
		c := &n.Children[i]
		next := &k.elem
		if n.Kind == document.Map {
			if k.keys == nil {
				k.keys = map[string]*knownKeys{}
			}
			inner := k.keys[c.Key]
			next = &inner
		}
		if *next == nil {
			*next = &knownKeys{}
		}
		(*next).learn(&c.Node)
		if n.Kind == document.Map {
			k.keys[c.Key] = *next
		}
	}
}

// fit counts the known keys less the unknown ones and the values of another kind: maps
// and lists where there are none, and the other way round.
func (k *knownKeys) fit(n *document.Node) int {
	isMap, isList := n.Kind == document.Map, n.Kind == document.List
	if isMap != (k.kind == document.Map) || isList != (k.kind == document.List) {
		return -1
	}
	fits := 0
	for i := range n.Children {
		c := &n.Children[i]
		inner := k.elem
		if isMap {
			inner = k.keys[c.Key]
		}
		if inner == nil {
			fits--
			continue
		}
		if isMap {
			fits++
		}
		fits += inner.fit(&c.Node)
	}
	return fits
}
