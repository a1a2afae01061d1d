package rules_test

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

// faults returns the faults in the rules of T as "field: message".
func faults[T any](t testing.TB) []string {
	t.Helper()
	return faultsOf(schematest.Of[T](t), rules.DefaultValidator())
}

func faultsOf(s *schema.Type, v *validator.Validate) (out []string) {
	for _, p := range rules.Check(s, v) {
		out = append(out, p.Origin.Name[strings.LastIndex(p.Origin.Name, ".")+1:]+": "+p.Message)
	}
	return out
}

func TestValidRulesHaveNoFaults(t *testing.T) {
	type item struct {
		N int `validate:"min=1"`
	}
	if got := faults[struct {
		Port  int            `validate:"omitempty,min=1,max=65535"`
		Max   *int           `validate:"omitempty,gtefield=Port"`
		Keys  map[string]int `validate:"dive,keys,min=1,endkeys,min=0"`
		Items []item         `validate:"required,dive"`
		Deep  [][]string     `validate:"dive,dive,max=3"`
		Other string         `validate:"required_if=Port 5,excluded_with=Max"`
		Off   chanless       `validate:"-"`
		Free  any            `validate:"min=5"`
	}](t); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

// chanless has a rule that cannot be applied, but is turned off.
type chanless struct {
	N bool `validate:"min=1"`
}

func TestRulesThatCannotBeAppliedAreFaults(t *testing.T) {
	type config struct {
		Number   int             `validate:"min=x"`
		Switch   bool            `validate:"min=1"`
		Unknown  string          `validate:"no_such_rule"`
		NoDive   int             `validate:"dive,min=1"`
		NoMap    []int           `validate:"dive,keys,min=1,endkeys"`
		EndOnly  map[string]int  `validate:"dive,endkeys"`
		NoField  int             `validate:"gtfield=Nowhere"`
		NoPairs  string          `validate:"required_if=Number"`
		NoName   string          `validate:"required_with"`
		Compares string          `validate:"eqfield=Number"`
		Section  struct{ A int } `validate:"email"`
		Pointer  *int            `validate:"len=y"`
	}
	got := faults[config](t)
	for _, want := range []string{
		`Number: validate:"min=x": the rule "min=x" cannot be applied to int: `,
		`Switch: validate:"min=1": the rule "min=1" cannot be applied to bool`,
		`NoDive: validate:"dive,min=1": "dive" needs a list or map, not int`,
		`NoMap: validate:"dive,keys,min=1,endkeys": "keys" needs a map`,
		`EndOnly: validate:"dive,endkeys": "endkeys" needs "keys" before it`,
		`NoField: validate:"gtfield=Nowhere": the rule "gtfield=Nowhere" names Nowhere, which is not a field of`,
		`NoPairs: validate:"required_if=Number": the rule "required_if=Number" needs pairs of a field and a value`,
		`NoName: validate:"required_with": the rule "required_with" needs the name of a field`,
		`Compares: validate:"eqfield=Number": the rule "eqfield=Number" compares string with int`,
		`Section: validate:"email": the rule "email" is for texts, and fails on every `,
		`Pointer: validate:"len=y": the rule "len=y" cannot be applied to int`,
	} {
		if !slices.ContainsFunc(got, func(fault string) bool { return strings.HasPrefix(fault, want) }) {
			t.Errorf("no %s in\n\t%s", want, strings.Join(got, "\n\t"))
		}
	}
	if len(got) != 11 { // an unknown rule is reported only if all others are valid
		t.Errorf("got %d faults", len(got))
	}
}

func TestAnUnknownRuleIsAFaultUnlessTheCallersValidatorKnowsIt(t *testing.T) {
	type config struct {
		Field string `validate:"ours"`
	}
	if got := faults[config](t); len(got) != 1 || !strings.Contains(got[0], "its validate tags cannot be applied") {
		t.Errorf("got %q", got)
	}
	v := validator.New()
	if err := v.RegisterValidation("ours", func(validator.FieldLevel) bool { return false }); err != nil {
		t.Fatal(err)
	}
	if got := faultsOf(schematest.Of[config](t), v); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

// The rules behind a nil pointer or an empty list would panic later.
func TestFaultsBehindEmptyValuesAreFound(t *testing.T) {
	type inner struct {
		Bad bool `validate:"min=1"`
	}
	for name, got := range map[string][]string{
		"pointer": faults[struct{ P *inner }](t), "list": faults[struct{ L []inner }](t), "map": faults[struct{ M map[string]*inner }](t),
	} {
		if !slices.ContainsFunc(got, func(fault string) bool { return strings.HasPrefix(fault, "Bad: ") }) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestARuleThatPanicsOnceAPointerIsSetIsAFault(t *testing.T) {
	got := faults[struct {
		Count *int
		Name  string `validate:"required_if=Count many"`
	}](t)
	if len(got) != 1 || !strings.Contains(got[0], "its validate tags cannot be applied") {
		t.Errorf("got %q", got)
	}
}

// Any tag is checked without a panic, and the faults of a secret's tag do not contain its
// parameter, which may be the secret.
func FuzzTag(f *testing.F) {
	for _, tag := range []string{"min=5", "eq=hunter22", "oneof=hunter22 x|eq=hunter22", "required_if=F hunter22", "dive,keys,eq=hunter22,endkeys",
		"min=hunter22", "hunter22=hunter22", "len=hunter22,", "eqfield=hunter22", "startswith=0x2Chunter22", "|", ",", "a=b=c"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		for _, typ := range []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[map[string][]string]()} {
			field := reflect.StructField{Name: "F", Type: typ, Tag: reflect.StructTag(`secret:"true" validate:` + strconv.Quote(tag))}
			s, bad := schema.Of(reflect.StructOf([]reflect.StructField{field}), schema.Options{KeyTag: "mapstructure"})
			if len(bad) > 0 {
				t.Skip()
			}
			texts := faultsOf(s, validator.New())
			valid := len(texts) == 0
			for _, r := range rules.For(s, s.Fields[0], 0) {
				if valid { // a type with faults is rejected
					texts = append(texts, r.Words)
				}
			}
			for a := range s.Fields[0].Rules.All() {
				_, param, _ := strings.Cut(a.Text, "=")
				equal := typ.Kind() == reflect.String && (a.Name == "eq" || a.Name == "ne")
				counts := valid && rules.IsBound(a.Name) && typ.Kind() != reflect.Int && !equal // characters or items: no secret
				// A short parameter may be in any text, as may one that is in a name.
				if len(param) >= 8 && !counts && !strings.Contains(a.Name, param) && strings.Contains(strings.Join(texts, "\n"), param) {
					t.Errorf("validate:%q of a %v: %q", tag, typ, texts)
				}
			}
		}
	})
}
