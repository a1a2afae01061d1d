package document_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
)

func TestAPartHasTheLinesOfItsFile(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: [2]":                    "41:1 a 41:4 integer 1, 42:1 b 42:4 list, 42:5 b.0 42:5 integer 2",
		"a: 1\nb: 2\na: 3":                `43:1 duplicate_key: key "a" is already set on line 41 `,
		"a:\n  b: 1\n c: 2":               "43:2 syntax: the indentation fits none of the lines before the map around it starts on line 41",
		"a: \u2028\n  - b\r  - c: [":      "42:14 syntax: a bracket is not closed ",
		"a: 1\n\n---\nb: 1":               "43:1 syntax: only one YAML document is allowed in a file remove everything from this line on, or make it a file of its own",
		"\uFEFFa: 1\nb: \x00":             "42:4 syntax: NUL byte in the text ",
		strings.Repeat("%TAG ! x\n", 101): "141:1 too_large: more than 100 %TAG directives ",
		"":                                "0:0 empty: no settings in it write {} if that is meant",
	} {
		if got := part(document.YAML, text, 40); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"a = 1\n[b]\nc = [2]": "41:1 a 41:5 integer 1, 42:2 b 42:2 map, 43:1 b.c 43:5 list, 43:6 b.c.0 43:6 integer 2",
		"a = 1\n\na = 2":      `43:1 duplicate_key: key "a" is already set on line 41 `,
		"a = 1\nb = {c = ":    `42:9 syntax: expected a value after "=" `,
	} {
		if got := part(document.TOML, text, 40); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"{\"a\": 1,\n\"b\": [2]}": "41:2 a 41:7 integer 1, 42:1 b 42:6 list, 42:7 b.0 42:7 integer 2",
		"{\"a\": 1,\n\"a\": 2}":   `42:1 duplicate_key: key "a" is already set on line 41 `,
		"{\"a\":\n\n 'b'}":        "43:2 syntax: unexpected single quote JSON strings stand in double quotes",
		"{\"a\": [\n{}\n":         `41:7 syntax: "[" is not closed `,
	} {
		if got := part(document.JSON, text, 40); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// part formats the result for a text with above lines above it in its file.
func part(format document.Format, text string, above int) string {
	root, problems := document.ParsePart(format, []byte(text), above)
	if len(problems) == 0 {
		return strings.Join(outline(nil, "", *root), ", ")
	}
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d:%d %s: %s %s", p.Line, p.Column, p.Code, p.FullMessage(), p.Hint))
	}
	return strings.Join(all, ", ")
}

// A part with blank lines above it is parsed like a file that begins with them.
func FuzzParsePart(f *testing.F) {
	for _, text := range []string{"a: 1\nb:\n  - c\n", "a: [\n", "a = 1\n[b]\nc = 2", "a = ", "{\"a\":\n[1]}", "{\"a\"", "a:\n b: 1\n  c: 2", "a: 1\na: 2", "a: \u2028x: 1\r", "a: |\n  x\n\tb", "\r*", "a: 1\n\u2028&"} {
		for format := range uint8(3) {
			f.Add(format, text)
		}
	}
	f.Fuzz(func(t *testing.T, n uint8, text string) {
		format := formats[int(n)%len(formats)]
		if strings.HasPrefix(text, "\uFEFF") || strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
			return // has a meaning only at the start of a file
		}
		got := part(format, text, 3)
		want := part(format, "\n\n\n"+text, 0)
		if got != want && !slices.Contains([]string{"", "\n"}, strings.TrimSpace(text)) {
			t.Errorf("%v %q:\ngot  %s\nwant %s", format, text, got, want)
		}
	})
}
