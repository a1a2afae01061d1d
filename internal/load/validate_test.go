package load_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

var errPair = errors.New("the pair does not fit")

type pair struct{ A, B int }

func (p pair) Validate() error {
	if p.A > p.B {
		return fmt.Errorf("%w: a is more than b", errPair)
	}
	return nil
}

type byPointer struct{ N int }

func (p *byPointer) Validate() error {
	if p == nil {
		panic("called on nil")
	}
	if p.N == 13 {
		return errors.New("13 brings bad luck")
	}
	return nil
}

type level string

func (l level) Validate() error {
	if l == "loud" {
		return errors.New("too loud")
	}
	return nil
}

type methods struct {
	Pair     pair
	Optional *pair
	List     []pair
	Pointers []*byPointer
	Keyed    map[string]byPointer
	Deep     struct{ Deeper []struct{ Pair *pair } }
	Level    level
	Levels   map[string]level
	Never    *byPointer
	Sum      int
	Rest     map[string]byPointer `mapstructure:",remain"`
}

func (m *methods) Validate() error {
	if m.Sum == 1 {
		return errors.Join(errors.New("first"), nil, errors.Join(errors.New("second"), fs.ErrExist))
	}
	return nil
}

func TestValidateMethodsAreCalledEverywhere(t *testing.T) {
	good[methods](t, yaml("{}"))
	problems := bad[methods](t, yaml(`
pair: {a: 2, b: 1}
optional: {a: 2}
list: [{a: 0}, {a: 1}]
pointers: [null, {n: 13}]
keyed: {x.y: {n: 13}}
deep: {deeper: [{}, {pair: {a: 1}}]}
level: loud
levels: {a: loud}
other: {n: 13}
sum: 1
`),
		`c.yaml first [check]`,
		`c.yaml second [check]`,
		`c.yaml file already exists [check]`,
		`c.yaml:2:1 pair: the pair does not fit: a is more than b [check]`,
		`c.yaml:3:1 optional: the pair does not fit: a is more than b [check]`,
		`c.yaml:4:16 list[1]: the pair does not fit: a is more than b [check]`,
		`c.yaml:5:18 pointers[1]: 13 brings bad luck [check]`,
		`c.yaml:6:9 keyed["x.y"]: 13 brings bad luck [check]`,
		`c.yaml:7:22 deep.deeper[1].pair: the pair does not fit: a is more than b [check]`,
		`c.yaml:8:1 level: too loud [check]`,
		`c.yaml:9:10 levels.a: too loud [check]`,
		`c.yaml:10:1 other: 13 brings bad luck [check]`)
	if !errors.Is(problems[3].Err, errPair) || !errors.Is(problems[2].Err, fs.ErrExist) {
		t.Error("the causes are lost")
	}
}

func TestValidateIsNotCalledOnWhatCouldNotBeBound(t *testing.T) {
	bad[methods](t, yaml("pair: {a: 2, b: x}\noptional: 5\nsum: 1\nlist: [{a: 1}, {a: []}]"),
		`c.yaml:1:17 pair.b: want an integer, got "x" [type]`,
		`c.yaml:2:11 optional: want a map of keys, got 5 [type]`,
		`c.yaml:4:8 list[0]: the pair does not fit: a is more than b [check]`,
		`c.yaml:4:20 list[1].a: want an integer, got a list [type]`)
	type section struct{ S struct{ P failing } }
	bad[section](t, yaml("s: 5"), `c.yaml:1:4 s: want a map of keys, got 5 [type]`)
	// An unknown key changes nothing about the rest.
	bad[section](t, yaml("s: {q: 5}"),
		`c.yaml:1:1 s.p: always fails [check]`,
		`c.yaml:1:5 s.q: unknown key; the only key here is p [unknown_key]`)
}

type failing struct{ A int }

func (failing) Validate() error { return errors.New("always fails") }

type returning struct{ Which string }

type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

type emptyJoin struct{}

func (emptyJoin) Error() string   { return "empty join" }
func (emptyJoin) Unwrap() []error { return nil }

func (r returning) Validate() error {
	switch r.Which {
	case "panic":
		panic("hunter2")
	case "runtime":
		var m map[string]int
		m["x"] = 1 //nolint:govet,staticcheck // on purpose
	case "error":
		panic(errors.New("hunter2"))
	case "nil":
		var e *nilError
		return e
	case "empty":
		return errors.New("")
	case "join":
		return emptyJoin{}
	case "wrap":
		return fmt.Errorf("tls: %w and %w", errors.New("a"), errors.New("b"))
	}
	return nil
}

// A Validate method that misbehaves must not end the process, and rejects the value.
func TestValidateMethodsThatMisbehave(t *testing.T) {
	for which, want := range map[string]string{
		"panic":   "the Validate method of load_test.returning panicked with a string",
		"runtime": "the Validate method of load_test.returning panicked: assignment to entry in nil map",
		"error":   "the Validate method of load_test.returning panicked with a *errors.errorString",
		"nil": "it returned an error without a text: " +
			"the Error method of *load_test.nilError panicked: runtime error: invalid memory address or nil pointer dereference",
		"empty": "it returned a *errors.errorString without a text",
		"join":  "empty join",
		"wrap":  "tls: a and b",
	} {
		bad[returning](t, yaml("which: "+which), "c.yaml "+want+" [check]")
	}
}

func TestTwoPromotedValidateMethodsAreBothCalled(t *testing.T) {
	bad[twoParts](t, yaml("x: 1"), `c.yaml one [check]`, `c.yaml two [check]`)
	bad[onePart](t, yaml("x: 1"), `c.yaml one [check]`)
	bad[overridden](t, yaml("x: 1"), `c.yaml mine [check]`)
}

type PartOne struct{ X int }
type PartTwo struct{ Y int }

func (PartOne) Validate() error  { return errors.New("one") }
func (*PartTwo) Validate() error { return errors.New("two") }

type twoParts struct {
	PartOne
	PartTwo
}
type onePart struct{ PartOne }
type overridden struct{ PartOne }

func (overridden) Validate() error { return errors.New("mine") }

func TestRulesAndMethodsAreReportedTogether(t *testing.T) {
	bad[mixed](t, yaml("port: 99\nextra: 1\nsize: x\nparts: [{n: 13}]\n"),
		`c.yaml name: required, not set; set it at the top level [required]`,
		`c.yaml:1:7 port: must be 9 or less, got 99 [max]`,
		`c.yaml:2:1 extra: unknown key; the keys here are name, port, size and parts [unknown_key]`,
		`c.yaml:3:7 size: want an integer, got "x" [type]`,
		`c.yaml:4:9 parts[0]: 13 brings bad luck [check]`)
}

type mixed struct {
	Name  string `validate:"required"`
	Port  int    `validate:"max=9"`
	Size  int
	Parts []byPointer
}

func TestAValidateMethodSeesDefaultsAndAllLayers(t *testing.T) {
	var seen []string
	record = func(s string) { seen = append(seen, s) }
	defer func() { record = nil }()
	if _, problems := pass[recording](t, file("a.yaml", "a: 1"), file("b.yaml", "b: 2")); problems != nil {
		t.Fatal(formatAll(problems))
	}
	if !slices.Equal(seen, []string{"{1 2 3}"}) {
		t.Errorf("saw %q", seen)
	}
}

var record func(string)

type recording struct {
	A, B int
	C    int `default:"3"`
}

func (r recording) Validate() error {
	if record != nil {
		record(fmt.Sprint(struct{ A, B, C int }(r)))
	}
	return nil
}

func TestVeryManyErrorsOfAMethodAreBounded(t *testing.T) {
	_, problems := pass[methods](t, yaml("pointers:\n"+strings.Repeat("- {n: 13}\n", 5000)))
	if len(problems) != 1000 {
		t.Errorf("%d problems", len(problems))
	}
}

type weights []int

func (w weights) Validate() error {
	if len(w) == 0 {
		return errors.New("the weights must add up to 100")
	}
	return nil
}

func TestAValueWhoseRuleFailedIsNotReportedAgainByItsMethod(t *testing.T) {
	type config struct {
		Weights weights `mapstructure:"weights" validate:"required"`
		Other   string  `mapstructure:"other"`
	}
	bad[config](t, yaml("other: x\n"), "c.yaml weights: required, not set; set it at the top level [required]")
}
