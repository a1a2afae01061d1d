//go:build unix

package config_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// grown is a type in which there can be many of everything.
type grown struct {
	Texts   map[string]string   `mapstructure:"texts"`
	Numbers map[string]int      `mapstructure:"numbers"`
	ByCode  map[int]string      `mapstructure:"by_code"`
	List    []string            `mapstructure:"list"`
	Entries map[string]grownOne `mapstructure:"entries"`
	Items   []grownOne          `mapstructure:"items"`
	Any     any                 `mapstructure:"any"`
	One     grownOne            `mapstructure:"one"`
	Port    int                 `mapstructure:"port"`
}

type grownOne struct {
	Name string `mapstructure:"name"`
	Port int    `mapstructure:"port"`
}

// withSecrets is such a type with secrets.
type withSecrets struct {
	grown `mapstructure:",squash"`

	Token  string            `mapstructure:"token" secret:"true"`
	Tokens map[string]string `mapstructure:"tokens" secret:"true"`
}

// either is the code of a document that is good or not, depending on the size.
const either = "either"

// pass is the shape of one pass over a document of type T whose first problem has the code, or
// that is valid if the code is empty.
func pass[T any](name, file, code string, text func(n int) string) shape {
	return passWith[T](name, load.Options{}, code, func(n int) []source.Document {
		return []source.Document{{Path: "/etc/app/" + file, Data: []byte(text(n))}}
	})
}

func passWith[T any](name string, opts load.Options, code string, docs func(n int) []source.Document) shape {
	return shape{name: name, setUp: func(tb testing.TB, n int) func() {
		return passOver(tb, newLoader(tb, reflect.TypeFor[T](), opts), docs(n), code)
	}}
}

func newLoader(tb testing.TB, t reflect.Type, opts load.Options) *load.Loader {
	l, problems := load.New(t, opts)
	if len(problems) > 0 {
		tb.Fatalf("%+v", problems[0])
	}
	return l
}

func passOver(tb testing.TB, l *load.Loader, docs []source.Document, code string) func() {
	return func() {
		_, problems := l.Load(context.Background(), docs, nil)
		switch {
		case code == either:
		case len(problems) == 0 && code != "":
			tb.Fatalf("there are no problems; want %s", code)
		case len(problems) > 0 && problems[0].Code != code:
			tb.Fatalf("got %s (%s), want %q", problems[0].Code, problems[0].Message, code)
		}
	}
}

// each returns n texts between the others.
func each(before string, n int, separator string, text func(i int) string, after string) string {
	var b strings.Builder
	b.WriteString(before)
	for i := range n {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(text(i))
	}
	b.WriteString(after)
	return b.String()
}

// of returns a text with the number in the place of %d.
func of(format string) func(int) string {
	return func(i int) string { return strings.ReplaceAll(format, "%d", fmt.Sprint(i)) }
}

// many returns n times the format, each on a line of its own.
func many(before, format string) func(int) string {
	return func(n int) string { return each(before, n, "\n", of(format), "\n") }
}

// documentShapes are documents without a problem, and such as do not parse.
func documentShapes() []shape {
	twice := func(n int, s string) string { return strings.Repeat(s, n) }
	return []shape{
		pass[grown]("yaml/map", "c.yaml", "", many("texts:\n", "  k%d: v")),
		pass[grown]("yaml/flow-map", "c.yaml", "", func(n int) string { return each("texts: {", n, ", ", of("k%d: v"), "}") }),
		pass[grown]("yaml/list", "c.yaml", "", many("list:\n", "  - v%d")),
		pass[grown]("yaml/sections", "c.yaml", "", many("entries:\n", "  k%d: {name: a, port: %d}")),
		pass[grown]("yaml/items", "c.yaml", "", many("items:\n", "  - name: a\n    port: %d")),
		pass[grown]("yaml/comments", "c.yaml", "", many("port: 1\n", "# %d")),
		pass[grown]("yaml/comments-between", "c.yaml", "", many("texts:\n", "  # %d\n  k%d: v # %d\n")),
		pass[grown]("yaml/blank-lines", "c.yaml", "", func(n int) string { return "port: 1" + twice(n, "\n") + "any: 1" }),
		pass[grown]("yaml/long-value", "c.yaml", "", func(n int) string { return "any: " + twice(n, "0123456789abcdef") }),
		pass[grown]("yaml/long-number", "c.yaml", "", func(n int) string { return "any: 1" + twice(n, "0123456789012345") + ".5" }),
		pass[grown]("yaml/long-hexadecimal", "c.yaml", "type", func(n int) string { return "port: 0x1" + twice(n, "0123456789012345") }),
		pass[grown]("yaml/long-quoted", "c.yaml", "", func(n int) string { return `any: "` + twice(n, `\x41\u00e4 words `) + `"` }),
		pass[grown]("yaml/block-scalar", "c.yaml", "", many("any: |\n", "  line %d")),
		pass[grown]("yaml/folded-scalar", "c.yaml", "", many("any: >\n", "  line %d")),
		pass[grown]("yaml/plain-lines", "c.yaml", "", many("any: first\n", "  line %d")),
		pass[grown]("yaml/long-key", "c.yaml", "too_large", func(n int) string { return "texts:\n  ? " + twice(2*n, "0123456789abcdef") + "\n  : v\n" }),
		pass[grown]("yaml/aliases", "c.yaml", "", many("any: &a v\nlist:\n", "  - *a")),
		pass[grown]("yaml/aliases-of-sections", "c.yaml", either, many("one: &a {name: x, port: 1}\nitems:\n", "  - *a")),
		pass[grown]("yaml/aliases-of-a-long-text", "c.yaml", either, func(n int) string {
			return "any: &a " + twice(1000, "0123456789") + "\n" + many("list:\n", "  - *a")(n)
		}),
		pass[grown]("yaml/aliases-of-a-long-text-of-the-wrong-type", "c.yaml", either, func(n int) string {
			return "any: &a " + twice(1000, "word word ") + "\n" + many("numbers:\n", "  k%d: *a")(n)
		}),
		pass[grown]("yaml/anchors", "c.yaml", "", many("list:\n", "  - &a%d v%d")),
		pass[grown]("yaml/anchored-maps", "c.yaml", "", many("items:\n", "  - &a%d {name: x}")),
		pass[grown]("yaml/merge-keys", "c.yaml", either, many("one: &a {port: 1}\nitems:\n", "  - {<<: *a, name: x}")),
		pass[grown]("yaml/merge-list", "c.yaml", "", func(n int) string { return "one:\n  <<:\n" + twice(n, "    - {port: 1}\n") }),
		pass[grown]("yaml/merge-of-many", "c.yaml", "", func(n int) string { return many("x-a: &a\n", "  k%d: v")(n) + "texts:\n  <<: *a\n  z: v\n" }),
		pass[grown]("yaml/tags", "c.yaml", "", many("list:\n", "  - !!str v%d")),
		pass[grown]("yaml/tagged-numbers", "c.yaml", "", many("any:\n", "  - !!int %d")),
		pass[grown]("yaml/directives", "c.yaml", either, func(n int) string { return many("", "%TAG !t%d! tag:a,2000:")(n) + "---\nport: 1\n" }),
		pass[grown]("yaml/text-of-directives", "c.yaml", "", many("any: |\n", "  %TAG !t%d! tag:a,2000:")),
		pass[grown]("yaml/documents", "c.yaml", "syntax", many("", "---\nport: %d")),
		pass[grown]("yaml/deep-flow", "c.yaml", either, func(n int) string { return "any: " + twice(n, "[") }),
		pass[grown]("yaml/deep-block", "c.yaml", either, func(n int) string {
			return each("", min(n, 4000), "\n", func(i int) string { return strings.Repeat(" ", i) + "k:" }, " v\n")
		}),
		pass[grown]("yaml/deep-dashes", "c.yaml", either, func(n int) string { return "any:\n " + twice(n, "- ") + "v" }),
		pass[grown]("yaml/bad-last-line", "c.yaml", "syntax", func(n int) string { return many("texts:\n", "  k%d: v")(n) + "  x: [\n" }),
		pass[grown]("yaml/bad-long-line", "c.yaml", "syntax", func(n int) string { return "any: [" + twice(n, "a, b, ") + "}" }),
		pass[grown]("yaml/carriage-returns", "c.yaml", "", func(n int) string { return each("texts:\r", n, "\r", of("  k%d: v"), "\r") }),
		pass[grown]("yaml/unclosed-quote", "c.yaml", "syntax", many("any: \"\n", "  word %d")),
		pass[grown]("yaml/question-marks", "c.yaml", "", many("texts:\n", "  ? k%d\n  : v")),

		pass[grown]("json/map", "c.json", "", func(n int) string { return each(`{"texts": {`, n, ",", of(`"k%d": "v"`), "}}") }),
		pass[grown]("json/list", "c.json", "", func(n int) string { return each(`{"list": [`, n, ",", of(`"v%d"`), "]}") }),
		pass[grown]("json/sections", "c.json", "", func(n int) string {
			return each(`{"entries": {`, n, ",\n", of(`"k%d": {"name": "a", "port": %d}`), "}}")
		}),
		pass[grown]("json/nested-lists", "c.json", "", func(n int) string { return `{"any": [` + twice(n-1, "[[[[1]]]],") + `[]]}` }),
		pass[grown]("json/long-value", "c.json", "", func(n int) string { return `{"any": "` + twice(n, `0123456789\u0041`) + `"}` }),
		pass[grown]("json/long-key", "c.json", "too_large", func(n int) string { return `{"texts": {"` + twice(2*n, "0123456789abcdef") + `": "v"}}` }),
		pass[grown]("json/long-number", "c.json", "type", func(n int) string { return `{"any": 1` + twice(n, "0123456789012345") + ".5}" }),
		pass[grown]("json/blanks", "c.json", "", func(n int) string { return "{" + twice(n, " \n\t ") + `"port": 1}` }),
		pass[grown]("json/deep", "c.json", either, func(n int) string { return `{"any": ` + twice(n, "[") }),
		pass[grown]("json/bad-end", "c.json", "syntax", func(n int) string { return each(`{"texts": {`, n, ",", of(`"k%d": "v"`), "}") }),

		pass[grown]("toml/map", "c.toml", "", many("[texts]\n", `k%d = "v"`)),
		pass[grown]("toml/list", "c.toml", "", func(n int) string { return each("list = [", n, ", ", of(`"v%d"`), "]") }),
		pass[grown]("toml/list-of-lines", "c.toml", "", func(n int) string { return each("list = [\n", n, "\n", of(`"v%d", # %d`), "\n]") }),
		pass[grown]("toml/inline-table", "c.toml", "", func(n int) string { return each("texts = {", n, ", ", of(`k%d = "v"`), "}") }),
		pass[grown]("toml/inline-tables", "c.toml", "", func(n int) string { return each("items = [", n, ", ", of(`{name = "v", port = %d}`), "]") }),
		pass[grown]("toml/tables", "c.toml", "", many("", "[entries.k%d]\nport = %d")),
		pass[grown]("toml/tables-deep", "c.toml", "", many("", "[any.a.b.c.k%d]\nport = %d")),
		pass[grown]("toml/tables-between", "c.toml", "", many("", "[entries.k%d]\nport = 1\n[any.k%d]\nport = 2")),
		pass[grown]("toml/array-of-tables", "c.toml", "", many("", "[[items]]\nport = %d")),
		pass[grown]("toml/arrays-in-arrays", "c.toml", "", many("[[any]]\n", "[[any.b]]\nport = %d")),
		pass[grown]("toml/dotted", "c.toml", "", many("", `texts.k%d = "v"`)),
		pass[grown]("toml/dotted-sections", "c.toml", "", many("", "entries.k%d.port = %d")),
		pass[grown]("toml/dotted-deep", "c.toml", "too_large", func(n int) string { return "any." + twice(n, "a.") + "a = 1" }),
		pass[grown]("toml/header-deep", "c.toml", "too_large", func(n int) string { return "[any." + twice(n, "a.") + "a]" }),
		pass[grown]("toml/long-key", "c.toml", "too_large", func(n int) string { return "[texts]\n" + twice(2*n, "0123456789abcdef") + ` = "v"` }),
		pass[grown]("toml/long-value", "c.toml", "", func(n int) string { return `any = "` + twice(n, `0123456789\u0041`) + `"` }),
		pass[grown]("toml/text-of-lines", "c.toml", "", func(n int) string { return each(`any = """`, n, "\n", of("line %d"), `"""`) }),
		pass[grown]("toml/comments", "c.toml", "", many("port = 1\n", "# %d")),
		pass[grown]("toml/deep", "c.toml", either, func(n int) string { return "any = " + twice(n, "[") }),
		pass[grown]("toml/bad-last-line", "c.toml", "syntax", func(n int) string { return many("[texts]\n", `k%d = "v"`)(n) + "x = [" }),
		pass[grown]("toml/headers-before-a-long-line", "c.toml", "", func(n int) string {
			return many("", "[entries.k%d]")(n) + "name = \"" + twice(n, "0123456789") + "\"\n"
		}),
	}
}
