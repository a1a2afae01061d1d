package config_test

import (
	"fmt"
	"testing"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/config"
)

// validatedSecrets has rules of every sort on secrets.
type validatedSecrets struct {
	Required config.Secret            `validate:"required"`
	Min      config.Secret            `validate:"omitempty,min=3,max=5"`
	Len      *config.Secret           `validate:"omitempty,len=3"`
	URL      config.Secret            `validate:"omitempty,url"`
	Same     config.Secret            `validate:"eqfield=Required"`
	Other    string                   `validate:"nefield=Required"`
	With     config.Secret            `validate:"required_with=URL"`
	If       config.Secret            `validate:"required_if=Min four"`
	List     []config.Secret          `validate:"unique,dive,min=2"`
	Map      map[string]config.Secret `validate:"dive,keys,min=2,endkeys,min=2"`
	Either   config.Secret            `validate:"omitempty,len=2|len=4"`
	UUID     config.Secret            `validate:"omitempty,uuid"`
	Even     config.Secret            `validate:"omitempty,evenlength"`
}

func TestRulesApplyToTheTextOfASecret(t *testing.T) {
	own := validator.New(validator.WithRequiredStructEnabled())
	even := func(fl validator.FieldLevel) bool { return len(fl.Field().String())%2 == 0 }
	if err := own.RegisterValidation("evenlength", even); err != nil {
		t.Fatal(err)
	}
	good := `{required: abc, min: four, len: abc, url: "https://x", same: abc, with: x, if: x, list: [ab, cd], map: {aa: bb}, either: abcd, even: abcd}`
	if err := config.Check[validatedSecrets](config.WithValidator(own), config.WithFile(yamlFile(t, good))); err != nil {
		t.Error(err)
	}
	bad := "required: ''\nmin: four\nlen: ab\nurl: x\nsame: y\nother: ''\nlist: [a, a]\nmap: {a: bb, cc: d}\neither: abc\nuuid: x\neven: abc\n"
	wantProblems(t, config.Check[validatedSecrets](config.WithValidator(own), config.WithFile(yamlFile(t, bad))),
		"c.yaml: if: required when min is a certain one, but it is not set; set it at the top level; min is set (c.yaml:2:6) [required_if]",
		"c.yaml: with: required when url is set, but it is not set; set it at the top level; url is set (c.yaml:4:6) [required_with]",
		"c.yaml:1:11: required: must not be empty [required]",
		"c.yaml:3:6: len: must be exactly 3 characters long [len]",
		"c.yaml:4:6: url: must be a URL, such as https://example.com/path [url]",
		"c.yaml:5:7: same: must equal required; required is set (c.yaml:1:11) [eqfield]",
		`c.yaml:6:8: other: must differ from required, got ""; required is set (c.yaml:1:11) [nefield]`,
		"c.yaml:7:7: list: must not have the same item twice [unique]",
		`c.yaml:8:7: map["…"]: the key must be at least 2 characters long [min]`,
		`c.yaml:8:18: map["…"]: must be at least 2 characters long [min]`,
		"c.yaml:9:9: either: must satisfy one of its rules [len]",
		"c.yaml:10:7: uuid: must be a UUID [uuid]",
		"c.yaml:11:7: even: must satisfy the rule evenlength [evenlength]")
}

// A value in the error of a validator is a text for rules, and redacted elsewhere.
func TestAValidatorsErrorDoesNotShowASecret(t *testing.T) {
	type login struct {
		Token config.Secret `validate:"min=99"`
	}
	err := validator.New().Struct(login{config.NewSecret(marker)})
	failures, ok := err.(validator.ValidationErrors) //nolint:errorlint // it is that
	if !ok || len(failures) != 1 {
		t.Fatalf("got %v", err)
	}
	o := &outputs{t: t}
	o.error("the error", err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		o.add("the value as "+verb, fmt.Sprintf(verb, failures[0].Value()))
	}
	for _, name := range []string{"JSON", "YAML", "slog as text", "slog as JSON"} {
		o.add("the value in "+name, encoders[name](failures[0].Value()))
	}
}

// A validator is not changed, so that it may be in use.
func TestAValidatorInUseAppliesRulesToSecrets(t *testing.T) {
	type login struct {
		Token config.Secret `validate:"required,min=3"`
	}
	v := validator.New(validator.WithRequiredStructEnabled())
	stop := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			default:
				if err := v.Struct(login{config.NewSecret("abc")}); err != nil {
					ended <- err
					return
				}
			}
		}
	}()
	for range 20 {
		wantProblems(t, config.Check[login](config.WithValidator(v), config.WithFile(yamlFile(t, "token: ab\n"))), "c.yaml:1:8: token: must be at least 3 characters long [min]")
	}
	close(stop)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
