package document_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/tabwriter"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/repair"
)

// score counts how often a mistake was reported at its own line.
type score struct {
	broken, valid int // documents

	reported int // the line is the problem's, or named by it
	exact    int // the line is the problem's
	noSchema int // reported at the line without a schema
	parser   int // reported there by Parse alone, without repair
	library  int // reported there by the YAML library
}

// TestMutations breaks good files in one line each, in the ways people do, and checks how
// often that line is reported. Documents that are still valid are not counted: only the
// schema can find their mistake.
//
// With -v, it breaks every line that it can, and prints the table and examples of lines that
// are not reported. Otherwise it takes a sample, and with -short or the race detector a small
// one, in which one line may be missed.
func TestMutations(t *testing.T) {
	docs := mutationDocuments(t)
	out := new(strings.Builder)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "format\tone line broken\tn\tstill valid\treported\texact\twithout a schema\twithout repair\tyaml.v3\tminimum\t")
	for _, kind := range mutationKinds {
		s := kind.run(t, docs)
		if s.broken == 0 && !small() {
			t.Errorf("%v: %s: no document was broken", kind.format, kind.name)
		}
		if s.broken == 0 {
			continue
		}
		rate := func(n int) float64 { return 100 * float64(n) / float64(s.broken) }
		fmt.Fprintf(table, "%v\t%s\t%d\t%d\t%.1f %%\t%.1f %%\t%.1f %%\t%.1f %%\t%.0f %%\t%.0f %%\t\n",
			kind.format, kind.name, s.broken, s.valid, rate(s.reported), rate(s.exact), rate(s.noSchema), rate(s.parser), rate(s.library), kind.minPercent)
		if rate(s.reported) < kind.minPercent && (!small() || s.broken-s.reported > 1) {
			t.Errorf("%v: %s: %.1f %% of %d were reported at their own line, want %.0f %%", kind.format, kind.name, rate(s.reported), s.broken, kind.minPercent)
		}
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	if testing.Verbose() {
		t.Log("\n" + out.String())
	}
}

// small reports whether a few broken documents are enough.
func small() bool { return testing.Short() || raced }

// broken is a document in which one line was broken.
type broken struct {
	mutation
	doc mutationDocument
}

// run breaks lines in this way.
func (w mutationKind) run(t *testing.T, docs []mutationDocument) (s score) {
	sample := 60
	if small() {
		sample = 5
	}
	var all []broken
	for _, doc := range docs {
		if doc.format != w.format {
			continue
		}
		for i := range doc.lines {
			for _, m := range w.mutate(doc.lines, i) {
				all = append(all, broken{m, doc})
			}
		}
	}
	step := 1
	if !testing.Verbose() {
		step = max(1, len(all)/sample)
	}
	for i := 0; i < len(all); i += step {
		s.count(t, w, all[i])
	}
	return s
}

// count adds what is reported about a document.
func (s *score) count(t *testing.T, w mutationKind, b broken) {
	data := []byte(strings.Join(b.lines, "\n"))
	root, problems := document.Parse(w.format, data)
	if root != nil {
		s.valid++
		return
	}
	s.broken++
	ctx := context.Background()
	got := repair.Diagnose(ctx, w.format, data, 0, problems, b.doc.known.fit)
	switch {
	case got[0].Line == b.line:
		s.exact++
		s.reported++
	case names(got, b.line):
		s.reported++
	case s.broken-s.reported < 4 && testing.Verbose():
		t.Logf("%s: %s: line %d:\n%sgot: %+v", b.doc.name, w.name, b.line, around(b.lines, b.line), got[0])
	}
	if names(problems, b.line) {
		s.parser++
	}
	if !testing.Verbose() {
		return
	}
	if names(repair.Diagnose(ctx, w.format, data, 0, problems, nil), b.line) {
		s.noSchema++
	}
	if w.format == document.YAML && libraryNames(data, b.line) {
		s.library++
	}
}

// names reports whether the first of the problems is at a line, or names the line as wrong,
// not only as an example.
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

// knownKeys are the kind and keys of a value, as a simple schema.
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

// fit returns the number of known keys less that of unknown keys and of values of another
// kind: maps and lists in place of scalars, and the reverse.
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
