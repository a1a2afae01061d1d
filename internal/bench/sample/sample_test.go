package sample_test

import (
	"bytes"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/internal/bench/sample"
)

func TestTheSmallConfigurationHasFortyLines(t *testing.T) {
	text := sample.YAML(sample.NewSmall(1))
	if n := bytes.Count(text, []byte("\n")); n != 40 {
		t.Errorf("%d lines\n%s", n, text)
	}
}

func TestLargeConfigurationsHaveTheirNumberOfKeys(t *testing.T) {
	for _, keys := range []int{200, 1000, 10_000} {
		var tree yaml.Node
		if err := yaml.Unmarshal(sample.YAML(sample.NewLarge(keys, 1)), &tree); err != nil {
			t.Fatal(err)
		}
		if n := leaves(tree.Content[0]); n != keys {
			t.Errorf("%d keys, want %d", n, keys)
		}
	}
}

// leaves counts the keys of values that are no sections.
func leaves(n *yaml.Node) int {
	sum := 0
	switch n.Kind {
	case yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			sum += max(1, leaves(n.Content[i]))
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			sum += leaves(item)
		}
	}
	return sum
}

func TestTheSameIsGeneratedEveryTime(t *testing.T) {
	for _, format := range []string{"yaml", "toml"} {
		a, b := sample.In(sample.NewLarge(1000, 1), format), sample.In(sample.NewLarge(1000, 1), format)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs from one time to the next", format)
		}
	}
}

func TestLeavesAreAllKeys(t *testing.T) {
	keys := sample.Leaves(reflect.TypeFor[sample.TwoThousand]())
	if len(keys) != 2000 || keys[0] != "first.a.a.a" || keys[1999] != "second.j.j.j" {
		t.Errorf("%d keys from %s to %s", len(keys), keys[0], keys[len(keys)-1])
	}
	if v := sample.Variable("APP", keys[0]); v != "APP_FIRST_A_A_A" {
		t.Errorf("variable %s", v)
	}
}

func TestDeepIsAsDeepAsAskedFor(t *testing.T) {
	text := sample.NewDeep(3).YAML()
	if n := bytes.Count(text, []byte("next:")); n != 2 {
		t.Errorf("%d sections below the first\n%s", n, text)
	}
	if n := bytes.Count(text, []byte("\n    j: 1\n")); n != 1 {
		t.Errorf("the third section is not two levels down\n%s", text)
	}
}
