package config_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"example.com/lastgood/config"
)

// EmbeddedTLS is embedded by others.
type EmbeddedTLS struct {
	Cert string `validate:"required"`
	Name string `default:"inner"`
}

// Nothing has nothing to set.
type Nothing struct{ hidden int } //nolint:unused // on purpose

type nothing struct{} //nolint:unused // it is embedded

func TestAnOuterFieldHidesAnEmbeddedOnesKey(t *testing.T) {
	type settings struct {
		Cert []string
		EmbeddedTLS
	}
	s := open[settings](t, config.WithFile(yamlFile(t, "cert: [a, b]")))
	if got := s.Current(); len(got.Cert) != 2 || got.EmbeddedTLS != (EmbeddedTLS{Name: "inner"}) {
		t.Errorf("got %+v", got)
	}
	if all := s.Settings(); len(all) != 2 || all[0].Key != "cert" || all[1].Key != "name" {
		t.Errorf("the settings are %v", all)
	}
	type nested struct{ In *settings }
	if got := read[nested](t, "c.yaml", "in: {cert: [a], name: x}").In; got.Cert[0] != "a" || got.Name != "x" || got.EmbeddedTLS.Cert != "" {
		t.Errorf("got %+v", got)
	}
	type squashed struct {
		In   EmbeddedTLS `mapstructure:",squash"`
		Cert int
	}
	if got := read[squashed](t, "c.toml", "cert = 5"); got.Cert != 5 || got.In.Cert != "" {
		t.Errorf("got %+v", got)
	}
}

func TestAnInlineMapTakesWhatNoFieldDoes(t *testing.T) {
	type settings struct {
		Name string         `yaml:"name"`
		Rest map[string]int `yaml:",inline"`
	}
	got := read[settings](t, "c.yaml", "name: a\nx.Y: 1\nz: 2", config.WithTagName("yaml"))
	if want := (settings{"a", map[string]int{"x.Y": 1, "z": 2}}); !reflect.DeepEqual(*got, want) {
		t.Errorf("got %+v, want %+v", *got, want)
	}
	type wrong struct {
		M map[string]int `mapstructure:",squash"`
	}
	wantProblems(t, config.Check[wrong](config.WithoutFile()),
		`config_test.wrong.M: only a struct can be inlined by mapstructure:",squash"; a map for keys that no field has is given the option ",remain" [schema]`)
}

func TestAnEmbeddedEmptyStructIsNothing(t *testing.T) {
	type settings struct {
		nothing //nolint:unused // as above
		Nothing
		Ctx  context.Context `mapstructure:"-"`
		Name string
	}
	if got := read[settings](t, "c.yaml", "name: a"); got.Name != "a" {
		t.Errorf("got %+v", got)
	}
	if all := open[settings](t, config.WithoutFile()).Settings(); len(all) != 1 {
		t.Errorf("the settings are %v", all)
	}
}

func TestAFieldThatCannotBeConfiguredSaysHowToLeaveItOut(t *testing.T) {
	unfit[func()](t, "func()")
	unfit[chan int](t, "chan int")
	unfit[complex128](t, "complex128")
	unfit[context.Context](t, "context.Context")
	unfit[fmt.Stringer](t, "fmt.Stringer")
}

func unfit[F any](t *testing.T, name string) {
	t.Helper()
	type settings struct{ F F }
	wantProblems(t, config.Check[settings](config.WithoutFile()), fmt.Sprintf(
		`%v.F: a configuration cannot hold a %s; leave it out by the tag mapstructure:"-" [schema]`, reflect.TypeFor[settings](), name))
}

func TestAPointerToAPointerIsAFault(t *testing.T) {
	type settings struct{ P **int }
	wantProblems(t, config.Check[settings](config.WithoutFile()),
		"config_test.settings.P: it is a pointer to a pointer; use one alone, whose nil says that it is not set [schema]")
}

func TestAnArrayTakesAsManyItemsAsItHas(t *testing.T) {
	type settings struct{ A [3]int }
	if got := read[settings](t, "c.yaml", "a: [1, 2, 3]"); got.A != [3]int{1, 2, 3} {
		t.Errorf("got %v", got.A)
	}
	refuses[settings](t, "c.yaml", "a: [1, 2]", "c.yaml:1:4: a: want a list of 3 items, got a list; it has 2 [type]")
	refuses[settings](t, "c.yaml", "a: [1, 2, 3, 4]", "c.yaml:1:4: a: want a list of 3 items, got a list; it has 4 [type]")
}

func TestARuleThatNamesAFieldOutsideOfItsEmbeddedStructIsAFault(t *testing.T) {
	type inner struct {
		Max  int    `validate:"gtefield=Min"`
		Cert string `validate:"required_if=Mode prod"`
		Own  int
		Good int `validate:"gtefield=Own"`
	}
	type Inner inner
	type settings struct {
		Inner `mapstructure:",squash"`
		Mode  string `validate:"omitempty,necsfield=Cert"`
		Min   int
	}
	wantProblems(t, config.Check[settings](config.WithoutFile()),
		`config_test.settings.Inner.Max: validate:"gtefield=Min": the rule "gtefield=Min" names Min, which is not a field of the embedded config_test.Inner, and it sees no other; check it in a Validate method of config_test.settings [schema]`,
		`config_test.settings.Inner.Cert: validate:"required_if=Mode prod": the rule "required_if=Mode prod" names Mode, which is not a field of the embedded config_test.Inner, and it sees no other; check it in a Validate method of config_test.settings [schema]`)
}

func TestARuleThatNamesAHiddenFieldIsAFault(t *testing.T) {
	type Inner struct {
		Min int
		Max int `validate:"gtefield=Min"`
	}
	type settings struct {
		Inner
		Min int
	}
	wantProblems(t, config.Check[settings](config.WithoutFile()),
		`config_test.settings.Inner.Max: validate:"gtefield=Min": the rule "gtefield=Min" names Min of the embedded config_test.Inner, which another field hides; check it in a Validate method of config_test.settings [schema]`)
}

func TestARuleOfAnOuterFieldSeesTheEmbeddedOnes(t *testing.T) {
	type Inner struct{ Min int }
	type settings struct {
		Inner
		Max int `validate:"gtefield=Min"`
	}
	if got := read[settings](t, "c.yaml", "min: 5\nmax: 9"); got.Max != 9 {
		t.Errorf("got %+v", got)
	}
	refuses[settings](t, "c.yaml", "min: 5\nmax: 3", "c.yaml:2:6: max: must be at least min, got 3; min is 5 (c.yaml:1:6) [gtefield]")
}

// derived is set by its Validate method.
type derived struct{ A, Sum int }

func (d *derived) Validate() error {
	d.Sum = d.A + 1
	return nil
}

func TestWhatAValidateMethodSetsStays(t *testing.T) {
	type settings struct {
		One   derived
		Ptr   *derived
		List  []derived
		Array [1]derived
		ByKey map[string]derived
		Ptrs  map[string]*derived
		Deep  map[string]map[string][]derived
		Rest  map[string]derived `mapstructure:",remain"`
	}
	got := read[settings](t, "c.yaml", `
one: {a: 1}
ptr: {a: 2}
list: [{a: 3}]
array: [{a: 4}]
bykey: {k: {a: 5}}
ptrs: {k: {a: 6}}
deep: {k: {l: [{a: 7}]}}
other: {a: 8}
`)
	for i, d := range []derived{got.One, *got.Ptr, got.List[0], got.Array[0], got.ByKey["k"], *got.Ptrs["k"], got.Deep["k"]["l"][0], got.Rest["other"]} {
		if d != (derived{i + 1, i + 2}) {
			t.Errorf("%d: got %+v", i, d)
		}
	}
}

// caller calls the Validate methods of its fields, as hand-written validation does.
type caller struct {
	One  called
	List []called
	Own  int
}

type called struct{ A, B int }

func (c called) Validate() error {
	var errs []error
	if c.A < 0 {
		errs = append(errs, errors.New("a is negative"))
	}
	if c.B < 0 {
		errs = append(errs, errors.New("b is negative"))
	}
	return errors.Join(errs...)
}

func (c *caller) Validate() error {
	errs := []error{c.One.Validate()}
	for i, item := range c.List {
		if err := item.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("list[%d]: %w", i, err))
		}
	}
	if c.Own < 0 {
		errs = append(errs, errors.New("a is negative here"))
	}
	return errors.Join(errs...)
}

func TestAnErrorThatAnOuterValidateMethodPassesOnIsReportedOnce(t *testing.T) {
	refuses[caller](t, "c.yaml", "one: {a: -1, b: -1}\nlist: [{a: 1}, {b: -1}]\nown: -1",
		"c.yaml: a is negative here [check]",
		"c.yaml:1:1: one: a is negative [check]",
		"c.yaml:1:1: one: b is negative [check]",
		"c.yaml:2:16: list[1]: b is negative [check]")
}

func TestASeparateErrorWithTheSameTextIsReported(t *testing.T) {
	refuses[sameWords](t, "c.yaml", "x: {bad: true}\ny: {in: {bad: true}}",
		"c.yaml: both are bad: bad [check]",
		"c.yaml:1:1: x: bad [check]",
		"c.yaml:2:1: y: bad, and more [check]",
		"c.yaml:2:5: y.in: bad [check]")
}

type isBad struct{ Bad bool }

func (b isBad) Validate() error {
	if b.Bad {
		return errBad
	}
	return nil
}

var errBad = errors.New("bad")

type enclosing struct{ In isBad }

// Validate joins the inner error with one of its own, in a text of its own.
func (a enclosing) Validate() error {
	if err := a.In.Validate(); err != nil {
		return fmt.Errorf("%w, and %w", err, errors.New("more"))
	}
	return nil
}

type sameWords struct {
	X isBad
	Y enclosing
}

// Validate returns a separate error with the text of those of its fields.
func (s sameWords) Validate() error { return errors.New("both are bad: bad") }
