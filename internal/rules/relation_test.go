package rules_test

import (
	"slices"
	"testing"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

func TestOtherFields(t *testing.T) {
	for rule, want := range map[string][]string{
		"gtfield=Min": {"Min"}, "eqcsfield=A.B": {"A.B"}, "fieldcontains=Name": {"Name"},
		"required_if=A x B 'y z'": {"A", "B"}, "excluded_unless=A 1": {"A"}, "skip_unless=A 1": {"A"},
		"required_with=A B": {"A", "B"}, "excluded_without_all=A B": {"A", "B"},
		"min=5": nil, "required": nil, "unique=Name": nil, "oneof=A B": nil,
	} {
		a := schema.ParseAlternative(rule)
		if got := rules.OtherFields(a); !slices.Equal(got, want) {
			t.Errorf("%s refers to %q, want %q", rule, got, want)
		}
		if got := rules.RefersToFields(a.Name); got != (want != nil) {
			t.Errorf("%s: refers to fields: %v", rule, got)
		}
	}
}

func TestKeyPath(t *testing.T) {
	type Embedded struct {
		Deep struct{ TheKey int } `secret:"true"`
	}
	s := schematest.Of[struct {
		Server struct {
			ReadTimeout int `mapstructure:"rt"`
		}
		List []struct{ A int }
		Embedded
	}](t)
	for name, want := range map[string]string{"Server": "server", "Server.ReadTimeout": "server.rt", "Deep.TheKey": "deep.the_key"} {
		if p, secret, ok := rules.KeyPath(s, name); !ok || p.String() != want || secret != (name == "Deep.TheKey") {
			t.Errorf("%s is %v, %v, %v", name, p, secret, ok)
		}
	}
	for _, name := range []string{"", "server", "Server.", "Server.Nope", "List.A", "Server.ReadTimeout.X"} {
		if p, _, ok := rules.KeyPath(s, name); ok {
			t.Errorf("%q is %v", name, p)
		}
	}
}

func TestNeeds(t *testing.T) {
	type section struct {
		Must string `validate:"required"`
		May  string
	}
	s := schematest.Of[struct {
		Required string `validate:"required"`
		Optional string `validate:"omitempty,min=3"`
		Bound    int    `validate:"min=1"`
		Zero     int    `validate:"min=0"`
		Given    string `validate:"required" default:"x"`
		When     string `validate:"required_if=Zero 5"`
		Either   string `validate:"eq=a|eq=b"`
		Section  section
		Pointer  *section
		Exempt   section  `validate:"-"`
		List     []string `validate:"min=1"`
	}](t)
	for _, f := range s.Fields {
		want := slices.Contains([]string{"required", "bound", "either", "section", "list"}, f.Key)
		if got := rules.Needs(rules.DefaultValidator(), s, f, map[string]any{"given": "x"}); got != want {
			t.Errorf("%s: needed is %v", f.Key, got)
		}
	}
	f := s.Field("section")
	if rules.Needs(rules.DefaultValidator(), s, f, map[string]any{"section": map[string]any{"must": "x"}}) {
		t.Error("a section whose key has a default is needed")
	}
}
