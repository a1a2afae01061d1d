package document

import (
	"slices"
	"testing"
)

func TestAPanicOfALibraryIsASyntaxProblem(t *testing.T) {
	root, problems := guard(YAML, func() (Node, []Problem) { panic("library bug") })
	if root.Kind != Null || len(problems) != 1 || problems[0].Message != "invalid YAML" {
		t.Errorf("%v %v", root, problems)
	}
}

func TestTheLineOfALibraryErrorIsCut(t *testing.T) {
	line, message := cutYAMLLine("yaml: line 2: something: else")
	if line != 2 || message != "something: else" {
		t.Errorf("%d %q", line, message)
	}
	if line, message := cutYAMLLine("yaml: something: else"); line != 0 || message != "something: else" {
		t.Errorf("%d %q", line, message)
	}
}

// The place of an error is found from the number of bytes that the library has read. If
// this fails after an update of the library, its lookahead has changed.
func TestTheLibraryReadsNoFurtherThanExpected(t *testing.T) {
	for text, want := range map[string]yamlStop{
		"z: 1\na: b: c\n":                 {line: 3, offset: 9, read: 13, libMessage: "mapping values are not allowed in this context"},
		"z: 1\n\na: @x\n":                 {line: 4, offset: 9, read: 12, libMessage: "found character that cannot start any token"},
		"a: 1\nfoo\nb: 2\n":               {line: 3, offset: 9, read: 13, libMessage: "could not find expected ':'"},
		"x: 1\na: \"x\nb: 1\n":            {line: 3, offset: 16, read: 16, libMessage: "found unexpected end of stream"},
		"\u00fc: 1\na: \u20ac\u20ac: c\n": {line: 3, offset: 15, read: 19, libMessage: "mapping values are not allowed in this context"},
	} {
		for _, read := range []int{0, len(text)} {
			if got := findYAMLStop(text, read); got != want {
				t.Errorf("%q: got %+v, want %+v", text, got, want)
			}
		}
	}
}

func TestLargeTextsFailInTheirLastKeys(t *testing.T) {
	good := slices.Repeat([]byte("section:\n  a: 1\n  b: [1, 2]\n"), 6_000)
	for _, bad := range []string{"x:\n  a:1\n  b: 2\n", "x:\n  a: 1\n b: 2\n", "x: [1\ny: 2\n", "x: 'it's'\n"} {
		_, alone := Parse(YAML, []byte("section: {}\n"+bad))
		_, large := Parse(YAML, append(slices.Clone(good), bad...))
		got, want := large[len(large)-1], alone[0]
		want.Line += 18_000 - 1
		if got.Line != want.Line || got.Column != want.Column || got.Message != want.Message {
			t.Errorf("%q:\ngot  %+v\nwant %+v", bad, got, want)
		}
	}
}
