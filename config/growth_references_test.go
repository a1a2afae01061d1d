//go:build unix

package config_test

import (
	"fmt"
	"os"
	"testing"

	"example.com/lastgood/internal/expand"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// referenceShapes are documents that refer to variables and to files.
func referenceShapes() []shape {
	environ := append(os.Environ(), "GROWN_A=7", "GROWN_WORD=some word")
	for i := range 1000 {
		environ = append(environ, fmt.Sprintf("GROWN_N%d=%d", i, i))
	}
	variables, err := expand.New([]string{"GROWN_*"}, environ)
	if err != nil {
		panic(err)
	}
	expanded := func(name, code string, text func(n int) string) shape {
		return passWith[withSecrets]("references/"+name, load.Options{Variables: variables}, code, func(n int) []source.Document {
			return []source.Document{{Path: "/etc/app/c.yaml", Data: []byte(text(n))}}
		})
	}
	return []shape{
		expanded("in-many-texts", "", many("texts:\n", "  k%d: ${GROWN_A}")),
		expanded("in-many-lists", "", many("list:\n", "  - x${GROWN_WORD}%d")),
		expanded("in-one-text", "", func(n int) string { return "any: '" + each("", n, "", of("${GROWN_A}"), "'\n") }),
		expanded("to-many-variables", "", func(n int) string { return "any: '" + each("", n, "", of("${GROWN_M%d:-d}"), "'\n") }),
		expanded("of-the-wrong-type", "type", many("numbers:\n", "  k%d: ${GROWN_WORD}%d")),
		expanded("unset", "env", many("texts:\n", "  k%d: ${GROWN_UNSET}")),
		expanded("left", "type", many("port: x\ntexts:\n", "  k%d: ${OTHER%d}")),
		expanded("of-aliases", either, many("any: &a ${GROWN_A}\nlist:\n", "  - *a")),
		expanded("in-a-rejected-document", "type", many("port: ${GROWN_WORD}\ntexts:\n", "  k%d: ${GROWN_N%d:-x}")),
		passWith[filed]("references/files", load.Options{}, "", func(n int) []source.Document { return filedDocuments(n, "v") }),
		passWith[filed]("references/files-of-the-wrong-type", load.Options{}, "type", func(n int) []source.Document { return filedDocuments(n, "\xff") }),
	}
}

// filed has a secret in each item.
type filed struct {
	Items []struct {
		Token string `mapstructure:"token" secret:"true"`
	} `mapstructure:"items"`
}

// filedDocuments are a document that refers to n files, and those.
func filedDocuments(n int, content string) []source.Document {
	docs := []source.Document{{Path: "/etc/app/c.yaml", Data: []byte(many("items:\n", "  - token_file: /secret/%d")(n))}}
	for i := range n {
		docs = append(docs, source.Document{Place: 1, Path: fmt.Sprintf("/secret/%d", i), Ref: true, Data: []byte(content)})
	}
	return docs
}

// A document without references costs only a search for "${" and for keys with a suffix.
func BenchmarkADocumentWithoutReferences(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		run := pass[withSecrets]("", "c.yaml", "", many("texts:\n", "  k%d: value %d")).setUp(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
