package document_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/document"
)

// nested returns documents with maps or lists nested up to depth, including the top level,
// in every syntax of each format.
func nested(depth int) map[document.Format][]string {
	n := depth - 1
	r := strings.Repeat
	var indented strings.Builder
	for i := range min(n, 3000) {
		indented.WriteString(r(" ", i) + "a:\n")
	}
	return map[document.Format][]string{
		document.YAML: {
			"a: " + r("[", n) + r("]", n),
			"a: " + r("{a: ", n-1) + "{}" + r("}", n-1),
			"a:\n" + r("- ", n) + "x",
			indented.String() + r(" ", min(n, 3000)) + "a: 1",
		},
		document.TOML: {
			"a = " + r("[", n) + r("]", n),
			"a = " + r("{a = ", n-1) + "{}" + r("}", n-1),
			r("a.", n) + "a = 1",
			"[" + r("a.", n-1) + "a]",
		},
		document.JSON: {
			`{"a": ` + r("[", n) + r("]", n) + "}",
			r(`{"a": `, n) + "{}" + r("}", n),
		},
	}
}

func TestNestingUpToTheLimitIsAccepted(t *testing.T) {
	for format, texts := range nested(100) {
		for _, text := range texts {
			expectProblems(t, format, text)
		}
	}
}

func TestNestingBeyondTheLimitIsTooLarge(t *testing.T) {
	for _, depth := range []int{101, 1000, 9000, 100_000} {
		for format, texts := range nested(depth) {
			for _, text := range texts {
				start := time.Now()
				got := problems(format, text)
				if len(got) != 1 || got[0].Code != "too_large" || got[0].Message != "nested more than 100 levels deep" {
					t.Errorf("%v %.30q, depth %d: %v", format, text, depth, got)
				}
				if took := time.Since(start); took > time.Minute {
					t.Errorf("%v %.30q, depth %d took %v", format, text, depth, took)
				}
			}
		}
	}
}

func TestUnclosedNestingIsAProblem(t *testing.T) {
	for _, unit := range []string{"[", "{", "{a: ", `{"a":`, "{a=", "- ", "? ", ": ", "[[", "&a [", "!!seq ["} {
		for _, format := range formats {
			text := "a: " + strings.Repeat(unit, 100_000)
			if format == document.TOML {
				text = "a = " + strings.Repeat(unit, 100_000)
			}
			if got := problems(format, text); len(got) == 0 {
				t.Errorf("%v %.20q: no problem", format, text)
			}
		}
	}
}

func TestArraysOfTablesCountAsTwoLevels(t *testing.T) {
	var b strings.Builder
	for i := 1; i <= 49; i++ {
		fmt.Fprintf(&b, "[[%sa]]\n", strings.Repeat("a.", i-1))
	}
	expectProblems(t, document.TOML, b.String())
	b.WriteString("[[" + strings.Repeat("a.", 49) + "a]]")
	expectProblems(t, document.TOML, b.String(), "50:101 too_large: nested more than 100 levels deep")
}

func TestTooManyValues(t *testing.T) {
	if testing.Short() {
		t.Skip("large")
	}
	items := strings.Repeat("1,", 1<<20)
	for format, text := range map[document.Format]string{
		document.YAML: "a: [" + items + "]",
		document.TOML: "a = [" + items + "]",
		document.JSON: `{"a": [` + items + "1]}",
	} {
		got := problems(format, text)
		if len(got) != 1 || got[0].Code != "too_large" || got[0].Line != 1 || got[0].Column < 1<<20 {
			t.Errorf("%v: %v", format, got)
		}
	}
}

func TestAliasBombIsTooLarge(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 30; i++ {
		ref := fmt.Sprintf("*a%d, ", i-1)
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(ref, 10))
	}
	expectProblems(t, document.YAML, bomb, "5:45 too_large: aliases stand for too many values")
}

// Aliases share a text, but not a []byte, and each is decoded again.
func TestAliasesOfALongTextAreBounded(t *testing.T) {
	text := "a: &a " + strings.Repeat("x", 1<<20) + "\nb: {"
	expectProblems(t, document.YAML, text+manyAliases(16)+"}")
	expectProblems(t, document.YAML, text+manyAliases(17)+"}", "2:104 too_large: aliases stand for too much text")
}

func manyAliases(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%c: *a,", 'a'+i)
	}
	return b.String()
}

func TestKeysAreBounded(t *testing.T) {
	for _, n := range []int{4096, 4097} {
		key := strings.Repeat("k", n)
		for format, text := range map[document.Format]string{
			document.YAML: "a:\n  ? " + key + "\n  : 1\n",
			document.JSON: "{\"a\":\n  {\"" + key + "\": 1}}",
			document.TOML: "[a]\n  " + key + " = 1\n",
		} {
			if n > 4096 {
				column := map[document.Format]string{document.YAML: "5", document.JSON: "4", document.TOML: "3"}[format]
				expectProblems(t, format, text, "2:"+column+" too_large: a key of more than 4096 bytes")
			} else {
				expectProblems(t, format, text)
			}
		}
	}
}

func TestMergeBombIsTooLarge(t *testing.T) {
	var b strings.Builder
	b.WriteString("base: &b {")
	for i := range 1000 {
		fmt.Fprintf(&b, "k%d: 1, ", i)
	}
	b.WriteString("}\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "m%d: {<<: [*b, *b, *b, *b]}\n", i)
	}
	got := problems(document.YAML, b.String())
	if len(got) != 1 || got[0].Code != "too_large" {
		t.Error(got)
	}
}

func TestAliasesCannotNestBeyondTheLimit(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [[[[[[[[[[x]]]]]]]]]]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [[[[[[[[[[*a%d]]]]]]]]]]\n", i, i, i-1)
	}
	expectProblems(t, document.YAML, b.String(), "10:19 too_large: nested more than 100 levels deep")
}

func TestAliasThatContainsItselfIsAProblem(t *testing.T) {
	const message = "syntax: the alias stands inside the value it stands for"
	expectProblems(t, document.YAML, "a: &a [*a]", "1:8 "+message)
	expectProblems(t, document.YAML, "a: &a {b: {c: *a}}", "1:15 "+message)
	expectProblems(t, document.YAML, "&r a:\n  x: 1\n  <<: &m\n    <<: *m\n", "4:9 "+message)
}

func TestProblemsAreCapped(t *testing.T) {
	if got := len(problems(document.YAML, strings.Repeat("a: 1\n", 5000))); got != 1000 {
		t.Errorf("%d problems", got)
	}
}

func TestDirectivesAreBounded(t *testing.T) {
	directives := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%%TAG !t%d! tag:a,2000:\n", i)
		}
		return b.String()
	}
	expectProblems(t, document.YAML, directives(100)+"---\na: 1\n")
	expectProblems(t, document.YAML, directives(101)+"---\na: 1\n", "101:1 too_large: more than 100 %TAG directives")
	expectProblems(t, document.YAML, "a: |\n  "+strings.ReplaceAll(directives(101), "\n", "\n  ")) // only text
}
