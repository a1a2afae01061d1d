package config_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/config"
)

// wantShort compares problems, without the directory of the file at path.
func wantShort(t *testing.T, path string, err error, want string) {
	t.Helper()
	if got := strings.ReplaceAll(problems(t, err), filepath.Dir(path)+"/", ""); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestARuleBetweenFieldsShowsBothPlacesAndValues(t *testing.T) {
	type limits struct {
		Low     int                    `default:"5"`
		High    int                    `validate:"gtefield=Low"`
		Timeout time.Duration          `default:"2s"`
		Grace   time.Duration          `validate:"eqfield=Timeout"`
		TLS     *struct{ Cert string } `mapstructure:"tls"`
		Key     string                 `validate:"required_with=TLS"`
		Off     string                 `validate:"excluded_unless=Mode on|isdefault"`
		Mode    string
	}
	path := yamlFile(t, "high: 1\ngrace: 1s\ntls: {cert: x}\noff: 'no'\n")
	t.Setenv("APP_TIMEOUT", "3s")
	wantShort(t, path, config.Check[limits](config.WithFile(path), config.WithEnv("APP")), strings.Join([]string{
		`c.yaml: key: required when tls is set, but it is not set; set it at the top level or APP_KEY; tls is set (c.yaml:3:6) [required_with]`,
		`c.yaml:1:7: high: must be at least low, got 1; low is 5 (default) [gtefield]`,
		`c.yaml:2:8: grace: must equal timeout, got "1s"; timeout is 3s (env APP_TIMEOUT) [eqfield]`,
		`c.yaml:4:6: off: must not be set unless mode is on or must not be set, got "no"; mode is not set [excluded_unless=Mode on|isdefault]`,
	}, "\n"))
}

// Together with the outcome of a rule, the value of one field reveals something of the other.
func TestARuleBetweenFieldsShowsNoSecret(t *testing.T) {
	type account struct {
		User  string
		Token config.Secret `validate:"eq=x|nefield=Other"`
		Other config.Secret
		Pass  string `secret:"true" validate:"nefield=User"`
		Shown string `validate:"eqfield=Pass"`
		Same  string `validate:"nefield=Pass"`
		Part  struct {
			A string `validate:"nefield=B"`
			B string
		} `secret:"true"`
	}
	path := yamlFile(t, "user: hunter2\npass: hunter2\nshown: open\npart: {a: alike1, b: alike1}\ntoken: s3cret\nother: s3cret\nsame: hunter2\n")
	err := config.Check[account](config.WithFile(path))
	wantShort(t, path, err, strings.Join([]string{
		`c.yaml:2:7: pass: must differ from user; user is set (c.yaml:1:7) [nefield]`,
		`c.yaml:3:8: shown: must equal pass, got "open"; pass is set (c.yaml:2:7) [eqfield]`,
		`c.yaml:4:11: part.a: must differ from b; b is set (c.yaml:4:22) [nefield]`,
		`c.yaml:5:8: token: must satisfy one of its rules; other is set (c.yaml:6:8) [eq]`,
		`c.yaml:7:7: same: must differ from pass, got "[redacted]"; pass is set (c.yaml:2:7) [nefield]`,
	}, "\n"))
	for _, secret := range []string{"hunter2", "s3cret", "alike1"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows %q:\n%v", secret, err)
		}
	}
}

// own returns a validator with rules of a caller's: "even", "times=N", the alias "shade",
// and a function for all of a struct.
func own(t *testing.T) config.Option {
	t.Helper()
	v := validator.New(validator.WithRequiredStructEnabled())
	for name, rule := range map[string]validator.Func{
		"even":  func(fl validator.FieldLevel) bool { return fl.Field().Int()%2 == 0 },
		"times": func(fl validator.FieldLevel) bool { return fl.Field().Int()%3 == 0 },
	} {
		if err := v.RegisterValidation(name, rule); err != nil {
			t.Fatal(err)
		}
	}
	v.RegisterAlias("shade", "oneof=gray black")
	v.RegisterStructValidation(func(sl validator.StructLevel) {
		if c := sl.Current().Interface().(ruledByUs); c.Even > 4 {
			sl.ReportError(c.Even, "Even", "Even", "small", "")
		}
	}, ruledByUs{})
	return config.WithValidator(v)
}

type ruledByUs struct {
	Even   int    `validate:"even" desc:"the number of sides"`
	Third  int    `validate:"times=3"`
	Hidden int    `validate:"times=3" secret:"true"`
	Color  string `validate:"shade"`
	Both   int    `validate:"even|times=3"`
	Port   int    `validate:"max=10"`
	Big    int    `default:"2" validate:"gtfield=Even"`
}

func ruleTexts() []config.Option {
	return []config.Option{
		config.WithRuleText("even", "must be an even number"), config.WithRuleText("times", "must be a multiple of {param}"),
		config.WithRuleText("shade", "must be a shade of gray"), config.WithRuleText("small", "must be small"),
		config.WithRuleText("max", "is too high: at most {param}"), config.WithRuleText("gtfield", "must be above {param}"),
	}
}

func TestCustomRulesHaveTheWordsThatTheyAreGiven(t *testing.T) {
	path := yamlFile(t, "even: 3\nthird: 4\nhidden: 4\ncolor: red\nboth: 1\nport: 11\n")
	wantShort(t, path, config.Check[ruledByUs](append(ruleTexts(), own(t), config.WithFile(path))...), strings.Join([]string{
		`default: big: must be above even, got the default "2"; even is 3 (c.yaml:1:7) [gtfield]`,
		`c.yaml:1:7: even: must be an even number, got 3 [even]`,
		`c.yaml:2:8: third: must be a multiple of 3, got 4 [times]`,
		`c.yaml:3:9: hidden: must satisfy the rule times [times]`,
		`c.yaml:4:8: color: must be a shade of gray, got "red" [shade]`,
		`c.yaml:5:7: both: must be an even number or a multiple of 3, got 1 [even|times=3]`,
		`c.yaml:6:7: port: is too high: at most 10, got 11 [max]`,
	}, "\n"))
	path = yamlFile(t, "even: 6\nbig: 7\nboth: 2\ncolor: black\nport: 1\n")
	wantShort(t, path, config.Check[ruledByUs](append(ruleTexts(), own(t), config.WithFile(path))...), "c.yaml:1:7: even: must be small, got 6 [small]")
}

func TestCustomRulesAreNamedByDefault(t *testing.T) {
	path := yamlFile(t, "even: 3\nthird: 4\ncolor: gray\nbig: 5\n")
	wantShort(t, path, config.Check[ruledByUs](own(t), config.WithFile(path)), strings.Join([]string{
		`c.yaml:1:7: even: must satisfy the rule even, got 3 [even]`,
		`c.yaml:2:8: third: must satisfy the rule times=3, got 4 [times]`,
	}, "\n"))
}

func TestTheWordsOfCustomRulesAreInWhatDescribesTheType(t *testing.T) {
	opts := append(ruleTexts(), own(t), config.WithEnv("APP"))
	schema, err := config.JSONSchema[ruledByUs](opts...)
	if err != nil || !strings.Contains(string(schema), "The number of sides. Must be an even number.") {
		t.Errorf("%v and\n%s", err, schema)
	}
	vars, err := config.EnvVars[ruledByUs](opts...)
	if err != nil || vars[1].Rules[0] != "must be a multiple of 3" || vars[3].Rules[0] != "must be a shade of gray" {
		t.Errorf("%v and %+v", err, vars)
	}
}

func TestATextForNoRuleIsAnError(t *testing.T) {
	for _, test := range []struct {
		opt  config.Option
		want string
	}{
		{config.WithRuleText("", "x"), `config: WithRuleText(""): it is not the name of a rule`},
		{config.WithRuleText("max=3", "x"), `config: WithRuleText("max=3"): it is not the name of a rule`},
		{config.WithRuleText("even", " "), `config: WithRuleText("even"): the text is empty`},
	} {
		if err := config.Check[ruledByUs](test.opt, config.WithoutFile()); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}
