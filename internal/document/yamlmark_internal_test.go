package document

import (
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// If this fails after an update of the library, its fields have other names.
func TestMarksOfTheLibraryAreFound(t *testing.T) {
	dec := yaml.NewDecoder(strings.NewReader("z: 1\na: [1, 2\nb: 3\n"))
	if err := dec.Decode(new(yaml.Node)); err == nil {
		t.Fatal("no error")
	}
	want := yamlMarks{problem: yamlMark{3, 2}, context: yamlMark{2, 4}, event: yamlMark{1, 1}}
	if got := findYAMLMarks(dec); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMarksThatAreNotThereAreZero(t *testing.T) {
	type other struct {
		parser struct{ line, column string } //nolint:unused // found by reflection
	}
	for _, path := range [][]string{{"parser"}, {"parser", "line"}, {"nothing", "else"}, {}} {
		if got := readYAMLMark(reflect.ValueOf(&other{}), path...); got != (yamlMark{}) {
			t.Errorf("%v: %v", path, got)
		}
	}
}

func TestWithoutMarksTheLineOfTheErrorIsUsed(t *testing.T) {
	const text = "a: 1\n  ü: x\n"
	f := yamlFailure{text: text, lines: newYAMLLines(text, 0)}
	line, message := cutYAMLLine("yaml: line 2: something")
	f.pointToLine(line)
	if f.problem.Line != 2 || f.problem.Column != 3 || message != "something" {
		t.Errorf("%d:%d %q", f.problem.Line, f.problem.Column, message)
	}
	if line, message := cutYAMLLine("yaml: something: else"); line != 0 || message != "something: else" {
		t.Errorf("%d %q", line, message)
	}
}

func TestAPanicOfALibraryIsASyntaxProblem(t *testing.T) {
	root, problems := guard(YAML, func() (Node, []Problem) { panic("library bug") })
	if root.Kind != Null || len(problems) != 1 || problems[0].Message != "invalid YAML" {
		t.Errorf("%v %v", root, problems)
	}
}
