package validate_test

import (
	"context"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/keypath"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/validate"
)

type item struct {
	N int `validate:"max=9"`
}

type Embedded struct {
	Inlined string `validate:"max=3"`
}

type located struct {
	Port    int `validate:"max=100"`
	Section struct {
		Name string `validate:"max=3"`
	}
	Pointer  *item
	Items    []item
	Dived    [][]item          `validate:"dive,dive"`
	Keyed    map[string]item   `validate:"dive"`
	ByInt    map[int]item      `validate:"dive"`
	Keys     map[string]string `validate:"dive,keys,max=2,endkeys,max=4"`
	Texts    []string          `validate:"dive,max=2"`
	Free     any               `validate:"omitempty,max=5"`
	Embedded `mapstructure:",squash"`
	Rest     map[string]item `mapstructure:",remain"`
}

func TestAFailureIsReportedWhereTheValueIs(t *testing.T) {
	for text, place := range map[string]string{
		"port: 101":                         "1:7 port: must be 100 or less, got 101",
		"section:\n  name: long":            `2:9 section.name: must be at most 3 characters long, got "long"`,
		"pointer: {n: 10}":                  "1:14 pointer.n: must be 9 or less, got 10",
		"items:\n- n: 1\n- n: 10":           "3:6 items[1].n: must be 9 or less, got 10",
		"dived: [[{n: 1}, {n: 10}]]":        "1:22 dived[0][1].n: must be 9 or less, got 10",
		`keyed: {"a].b[c": {n: 10}, a: {}}`: `1:23 keyed["a].b[c"].n: must be 9 or less, got 10`,
		"by_int: {0x10: {n: 10}}":           "1:20 by_int.16.n: must be 9 or less, got 10",
		"keys: {ab: longer}":                `1:12 keys.ab: must be at most 4 characters long, got "longer"`,
		"keys: {abc: x}":                    "1:8 keys.abc: the key must be at most 2 characters long",
		"texts: [ab, abc]":                  `1:13 texts[1]: must be at most 2 characters long, got "abc"`,
		"free: 6":                           "1:7 free: must be 5 or less, got 6",
		"inlined: long":                     `1:10 inlined: must be at most 3 characters long, got "long"`,
		"other: {n: 10}":                    "1:12 other.n: must be 9 or less, got 10",
	} {
		if got := failures[located](t, text); len(got) != 1 || got[0] != place {
			t.Errorf("%q\n\tgot  %q\n\twant %q", text, got, place)
		}
	}
	want(t, failures[located](t, "port: 100"))
}

func TestRequiredFailsOnlyIfNoValueIsSet(t *testing.T) {
	type config struct {
		Number  int    `validate:"required,min=0,max=5"`
		Switch  bool   `validate:"required"`
		Text    string `validate:"required"`
		Section struct {
			Deep int `validate:"required"`
		} `validate:"required"`
		When string `validate:"required_if=Number 0"`
	}
	want(t, failures[config](t, "number: 0\nswitch: false\ntext: x\nsection: {deep: 0}\nwhen: x"))
	want(t, failures[config](t, "number: 6\nswitch: true\ntext: ''\nsection: {}\n"),
		"1:9 number: must be 5 or less, got 6",
		`3:7 text: must not be empty, got ""`,
		`4:1 section.deep: required, not set (set it under "section" (line 4))`)
	want(t, failures[config](t, "number: 0\nswitch: true\ntext: a\nsection:\n"),
		"4:1 section: required, but empty (give it a value)",
		"when: required when number is 0, but it is not set (set it at the top level; number is 0 (c.yaml:1:9))")
}

func TestARuleAfterRequiredAppliesToAZero(t *testing.T) {
	type config struct {
		N int `validate:"required,min=5"`
		M int `validate:"required,gtfield=N"`
	}
	want(t, failures[config](t, "n: 0\nm: 0"), "1:4 n: must be 5 or greater, got 0", "2:4 m: must be greater than n, got 0 (n is 0 (c.yaml:1:4))")
}

func TestAMissingValueNamesItsVariable(t *testing.T) {
	type config struct {
		A int `validate:"required"`
		M map[string]struct {
			B int `validate:"required"`
		}
	}
	r, v := decoded[config](t, "m: {k: {}}", merge.Options{})
	validate.Value(r, v, validate.Options{Validate: rules.DefaultValidator(), SetHint: func(p keypath.Path, line string) string { return line + " or VAR_" + p.String() }})
	want(t, formatProblems(r.Problems), "a: required, not set (set it at the top level or VAR_a)", `1:5 m.k.b: required, not set (set it under "k" (line 1) or VAR_m.k.b)`)
}

func TestAProblemThatFollowsFromAnotherIsNotReported(t *testing.T) {
	type config struct {
		Min   int    `validate:"min=1"`
		Max   int    `validate:"gtfield=Min"`
		Other int    `validate:"min=1"`
		Items []item `validate:"min=3"`
	}
	want(t, failures[config](t, "min: x\nmax: 0\nother: 0\nitems: [{n: x}]"),
		`1:6 min: want an integer, got "x"`,
		`4:13 items[0].n: want an integer, got "x"`,
		"3:8 other: must be 1 or greater, got 0",
		"4:8 items: must have at least 3 items, got 1")
}

func TestATagCanTurnRulesOff(t *testing.T) {
	type config struct {
		Exempt struct{ Items []item } `validate:"-"`
		Items  []item                 `validate:"-"`
	}
	want(t, failures[config](t, "exempt: {items: [{n: 10}]}\nitems: [{n: 10}]"))
}

// folding prints as lower case.
type folding string

func (f folding) String() string { return strings.ToLower(string(f)) }

func TestAmongKeysThatPrintAlikeTheOneWithThatTextIsReported(t *testing.T) {
	type config struct {
		M map[folding]item `validate:"dive"`
	}
	want(t, failures[config](t, "m: {A: {n: 1}, a: {n: 10}, aA: {n: 1}, AA: {n: 1}}"), "1:23 m.a.n: must be 9 or less, got 10")
}

// The validator would follow such a value without end.
func TestAValueThatLeadsBackToItselfIsNotValidated(t *testing.T) {
	r, v := decoded[cyclic](t, "n: 1", merge.Options{})
	c := v.Interface().(*cyclic)
	c.Next = c
	validate.Value(r, v, validate.Options{Validate: rules.DefaultValidator(), Cyclic: true})
	want(t, formatProblems(r.Problems), "its validation rules cannot be applied: the value leads back to itself")
}

type cyclic struct {
	N    int
	Next *cyclic
}

func TestARuleThatPanicsIsAProblem(t *testing.T) {
	type config struct {
		A int `validate:"explodes"`
	}
	v := validator.New()
	if err := v.RegisterValidation("explodes", func(validator.FieldLevel) bool { panic("boom") }); err != nil {
		t.Fatal(err)
	}
	r, got := decoded[config](t, "a: 1", merge.Options{})
	validate.Value(r, got, validate.Options{Validate: v})
	want(t, formatProblems(r.Problems), "its validation rules cannot be applied: a rule panicked with a string")
}

func TestTheValueOfASecretIsNotShown(t *testing.T) {
	type config struct {
		Pass   string          `secret:"true" validate:"max=3"`
		Keys   map[string]item `secret:"true"`
		Equal  string          `secret:"true" validate:"omitempty,eq=marker"`
		Listed []string        `secret:"true" validate:"dive,max=3"`
	}
	want(t, failures[config](t, "pass: hunter2\nkeys: {hunter2: {n: 10}}\nequal: hunter2\nlisted: [hunter2]"),
		"1:7 pass: must be at most 3 characters long",
		"3:8 equal: must satisfy the rule eq",
		"4:10 listed[0]: must be at most 3 characters long",
		`2:21 keys["…"].n: must satisfy the rule max`)
}

func TestValidatingEndsWhenThePassIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release, over := make(chan struct{}), make(chan func(), 1)
	defer close(release)
	_ = guard.Run(ctx, nil, 0, func(ctx context.Context) { // the error is the context's
		r, v := decoded[located](t, "port: 101\nitems: [{n: 10}]", merge.Options{Running: guard.Under(ctx)})
		over <- func() {
			validate.Value(r, v, validate.Options{Validate: rules.DefaultValidator()})
			want(t, formatProblems(r.Problems))
		}
		cancel()
		<-release
	})
	(<-over)()
}
