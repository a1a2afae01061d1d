package load_test

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
)

// wantFault fails the test unless a fault of T contains all of parts.
func wantFault[T any](t *testing.T, parts ...string) {
	t.Helper()
	l, problems := load.New(reflect.TypeFor[T](), load.Options{})
	if l != nil && len(problems) > 0 || l == nil && len(problems) == 0 {
		t.Fatalf("loader %v with %d problems", l, len(problems))
	}
	for _, p := range problems {
		text := p.Origin.Name + ": " + p.Message
		if p.Code != "schema" || p.Origin.Kind != problem.GoType {
			t.Errorf("%q has code %s and origin %v", text, p.Code, p.Origin)
		}
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) }) {
			return
		}
	}
	t.Errorf("no fault says %q in\n%s", parts, formatAll(problems))
}

func wantNoFault[T any](t *testing.T) {
	t.Helper()
	newLoader[T](t, load.Options{})
}

// The validator panics on these, for some only once a value is set.
func TestRulesThatWouldPanicAreFoundAtNew(t *testing.T) {
	wantFault[struct {
		A int `validate:"nope"`
	}](t, "validate tags", "'nope'")
	wantFault[struct {
		A int `validate:"min=abc"`
	}](t, "abc")
	wantFault[struct {
		A int `validate:"omitempty,min=abc"`
	}](t, "min=abc")
	wantFault[struct {
		A []int `validate:"omitempty,dive,max=x"`
	}](t, "max=x")
	wantFault[struct {
		A int `validate:"dive,min=1"`
	}](t, "dive")
	wantFault[struct {
		A *int `validate:"omitempty,dive"`
	}](t, `"dive" needs a list or map, not int`)
	wantFault[struct {
		A int `validate:"required,,min=1"`
	}](t, "validate tags")
	wantFault[struct {
		A int `validate:"min=1|"`
	}](t, "validate tags")
	wantFault[struct {
		A []int `validate:"omitempty,dive,keys,min=1,endkeys"`
	}](t, `"keys" needs a map`)
	wantFault[struct {
		A map[string]int `validate:"keys,min=1,endkeys"`
	}](t, "keys")
	wantFault[struct {
		A map[string]int `validate:"endkeys"`
	}](t, "endkeys")
	wantFault[struct {
		A map[string]int `validate:"dive,endkeys"`
	}](t, "endkeys")
	wantFault[struct {
		A bool `validate:"omitempty,min=1"`
	}](t, "min=1")
	wantFault[struct {
		A string `validate:"omitempty,gt=x"`
	}](t, "gt=x")
	wantFault[struct {
		A float64 `validate:"omitempty,oneof=1 2"`
	}](t, "oneof")
	wantFault[struct {
		A time.Duration `validate:"omitempty,max=5x"`
	}](t, "max=5x")
	wantFault[struct {
		A netip.Addr `validate:"omitempty,ip"`
	}](t, `the rule "ip" is for texts`)
	wantFault[struct {
		A []struct{ B int } `validate:"unique=C"`
	}](t, "unique=C")
	wantFault[struct {
		N *int
		A string `validate:"required_if=N abc"`
	}](t, "abc")
}

func TestRulesBehindPointersListsAndMapsAreFound(t *testing.T) {
	type broken struct {
		A *int `validate:"omitempty,min=abc"`
	}
	wantFault[struct{ P *broken }](t, ".P.A:", "min=abc")
	wantFault[struct{ L []broken }](t, ".L[].A:")
	wantFault[struct{ M map[string]*broken }](t, ".M[].A:")
	wantFault[struct {
		R map[string]broken `mapstructure:",remain"`
	}](t, ".R[].A:")
	wantFault[struct {
		R map[string]int `mapstructure:",remain" validate:"dive,min=x"`
	}](t, ".R", "min=x")
	wantFault[struct {
		P *struct {
			A int `validate:"nope"`
		}
	}](t, "'nope'")
	wantNoFault[struct {
		P *broken `validate:"-"`
	}](t)
}

// The validator takes a misspelled field for a rule that always holds, or fails.
func TestRulesMustNameFieldsThatExist(t *testing.T) {
	wantFault[struct {
		A int `validate:"required_if=Nope 1"`
	}](t, ".A:", "names Nope, which is not a field")
	wantFault[struct {
		A int `validate:"gtfield=Nope"`
	}](t, "names Nope")
	wantFault[struct {
		A int `validate:"eqcsfield=Nope.A"`
	}](t, "names Nope.A")
	wantFault[struct {
		S struct{ B int }
		A int `validate:"eqfield=S.C"`
	}](t, "names S.C")
	wantFault[struct {
		A int `validate:"required_without_all=A B C"`
	}](t, "names B")
	wantFault[struct {
		B string
		A int `validate:"required_if=B"`
	}](t, "required_if")
	wantFault[struct {
		A int `validate:"required_with="`
	}](t, "needs the name of a field")
	wantFault[struct {
		B string
		A int `validate:"gtfield=B"`
	}](t, "compares int with string")
	wantNoFault[struct {
		B string
		S struct{ C int }
		P *struct{ D int }
		A int    `validate:"required_if=B 'a b' S.C 5,omitempty,gtfield=S.C,nefield=P.D"`
		Z string `validate:"required_with=B,excluded_unless=B x,omitempty,eqfield=B"`
	}](t)
	type Inner struct{ Min int }
	wantNoFault[struct {
		Inner
		Max int `validate:"gtefield=Min"`
	}](t)
}

func TestDefaultsMustSuitTheirFields(t *testing.T) {
	wantFault[struct {
		A int8 `default:"300"`
	}](t, ".A:", `its default "300": want an integer from -128 to 127`)
	wantFault[struct {
		A time.Duration `default:"5"`
	}](t, `its default "5"`, "a duration")
	wantFault[struct {
		A []int `default:"1,x"`
	}](t, "an integer")
	wantFault[struct {
		A map[string]int `default:"a"`
	}](t, "k=v,k2=v2")
	wantFault[struct {
		A struct{ B int } `default:"{\"c\": 1}"`
	}](t, "unknown key")
	wantFault[struct {
		P *struct {
			A bool `default:"maybe"`
		}
	}](t, "true or false")
	wantFault[struct {
		A int `default:""`
	}](t, `its default ""`)
	type secrets struct {
		A int    `default:"hunter2" secret:"true"`
		B []int  `default:"hunter2" secret:"true"`
		C secret `default:"hunter2"`
	}
	_, problems := load.New(reflect.TypeFor[secrets](), load.Options{})
	if text := formatAll(problems); len(problems) != 2 || strings.Contains(text, "hunter2") {
		t.Errorf("got\n%s", text)
	}
}

func TestEveryFaultOfATypeIsReported(t *testing.T) {
	_, problems := load.New(reflect.TypeFor[struct {
		A int    `default:"x"`
		B int    `default:"y"`
		C string `validate:"required_with=Nope"`
		D string `validate:"gtfield=Nope"`
	}](), load.Options{})
	if len(problems) != 4 {
		t.Errorf("got\n%s", formatAll(problems))
	}
	wantFault[struct {
		A int `mapstructure:"port"`
		B int `mapstructure:"Port"`
	}](t, ".B:", "also that of A")
	wantFault[struct{ C chan int }](t, ".C:", "chan int")
	wantFault[int](t, "must be a struct")
}

// Sections are often declared in place, and such a type's name is all of it.
func TestFaultsNameTheFieldAndNotItsWholeType(t *testing.T) {
	type config struct {
		Server struct {
			Inner []struct {
				A int `default:"x" validate:"required_with=B"`
			}
		}
		Dive struct{ X int } `validate:"dive"`
	}
	wantFault[config](t, "load_test.config.Server.Inner[].A: ", `its default "x"`)
	wantFault[config](t, "which is not a field of load_test.config.Server.Inner[]")
	_, problems := load.New(reflect.TypeFor[config](), load.Options{})
	if text := formatAll(problems); strings.Contains(text, "{") {
		t.Errorf("got\n%s", text)
	}
}

func TestUsualTypesHaveNoFaults(t *testing.T) {
	wantNoFault[everything](t)
	wantNoFault[ruled](t)
	wantNoFault[defaulted](t)
	wantNoFault[struct {
		A time.Time         `validate:"omitempty,gt,ltefield=B"`
		B *time.Time        `validate:"required_with=A"`
		C any               `validate:"omitempty,min=1"`
		D []*struct{}       `validate:"omitempty,unique,dive,required"`
		E map[int]string    `validate:"omitempty,unique,dive,keys,min=1,endkeys,oneof='a b' c"`
		F string            `validate:"omitempty,startswith=a0x2Cb|contains=0x7C"`
		G struct{ A int }   `validate:"structonly"`
		H []byte            `validate:"omitempty,len=32"`
		I []struct{ B int } `validate:"unique=B"`
		J [2]string         `validate:"dive,min=0"`
	}](t)
}

func TestACallersValidatorIsUsedAndNotChanged(t *testing.T) {
	type config struct {
		Even  int    `validate:"even"`
		Odd   int    `validate:"omitempty,even=no"`
		Class string `validate:"omitempty,class"`
		Pair  struct{ A, B int }
	}
	v := validator.New()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(v.RegisterValidation("even", func(fl validator.FieldLevel) bool {
		return (fl.Field().Int()%2 == 0) != (fl.Param() == "no")
	}))
	v.RegisterAlias("class", "oneof=a b,len=1")
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return "tag-" + f.Name })
	v.RegisterStructValidation(func(sl validator.StructLevel) {
		if p := sl.Current(); p.Field(0).Int() > p.Field(1).Int() {
			sl.ReportError(p.Field(0).Interface(), "A", "A", "notmore", "B")
			sl.ReportError(nil, "both", "Both", "order", "")
		}
	}, struct{ A, B int }{})
	_, problems := passWith[config](t, load.Options{Validator: v}, yaml("even: 3\nodd: 2\nclass: c\npair: {a: 2, b: 1}\n"))
	same(t, problems,
		`c.yaml:1:7 even: must satisfy the rule even, got 3 [even]`,
		`c.yaml:2:6 odd: must satisfy the rule even=no, got 2 [even]`,
		`c.yaml:3:8 class: must be one of a, b, got "c" [class]`,
		`c.yaml:4:7 pair: must satisfy the rule order (in Go: Both) [order]`,
		`c.yaml:4:11 pair.a: must satisfy the rule notmore=B, got 2 [notmore]`)
	// The messages of the caller's validator have the same names as before.
	err := v.Struct(config{Even: 3})
	if err == nil || !strings.Contains(err.Error(), "tag-Even") {
		t.Errorf("the validator says %v", err)
	}
}

// The rule of a caller may fail on values that no configuration has.
func TestCallersRulesAreNotTriedOnSamples(t *testing.T) {
	v := validator.New()
	if err := v.RegisterValidation("first", func(fl validator.FieldLevel) bool {
		return fl.Field().Len() == 0 || fl.Field().Index(0).String()[1] == 'x'
	}); err != nil {
		t.Fatal(err)
	}
	type config struct {
		A []string `validate:"first"`
	}
	if _, problems := passWith[config](t, load.Options{Validator: v}, yaml("a: [ax]")); problems != nil {
		t.Error(formatAll(problems))
	}
	_, problems := passWith[config](t, load.Options{Validator: v}, yaml("a: [a]"))
	same(t, problems, `c.yaml its validation rules cannot be applied: a rule panicked: runtime error: index out of range [check]`)
}

func TestRulesOnWhatHasNoKey(t *testing.T) {
	type config struct {
		Computed string `mapstructure:"-" validate:"required"`
		Base     `mapstructure:",squash" validate:"required"`
	}
	bad[config](t, yaml("{}"),
		`c.yaml must not be empty (in Go: Computed) [required]`,
		`c.yaml must not be empty (in Go: Base) [required]`)
}
