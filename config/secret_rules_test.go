package config_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/config"
)

// pin is a number that is in rules and defaults of secrets.
const pin = "918273645"

// ruledSecrets has rules with parameters, and default tags, that reveal secrets.
type ruledSecrets struct {
	Mode    string        `validate:"omitempty,oneof=plain tls"`
	Eq      config.Secret `validate:"omitempty,eq=hunter2hunter2"`
	Ne      config.Secret `validate:"ne=hunter2hunter2"`
	OneOf   config.Secret `validate:"omitempty,oneof=a 'hunter2hunter2' b"`
	NoneOf  string        `secret:"true" validate:"noneof=hunter2hunter2 c"`
	Starts  config.Secret `validate:"omitempty,startswith=hunter2hunter2,endsnotwith=hunter2hunter2"`
	Or      config.Secret `validate:"omitempty,eq=hunter2hunter2|eq=b0x7Chunter2hunter2|len=3"`
	Alias   config.Secret `validate:"omitempty,pinalias"`
	Aliases config.Secret `validate:"omitempty,pinaliases"`
	Custom  config.Secret `validate:"omitempty,custom=hunter2hunter2"`
	CustomN int           `secret:"true" validate:"omitempty,custom=918273645"`
	Number  int           `secret:"true" validate:"omitempty,eq=918273645"`
	Low     int64         `secret:"true" validate:"omitempty,min=918273645,max=918273645"`
	Kind    string        `validate:"required_if=Eq hunter2hunter2"`
	Unless  string        `validate:"excluded_unless=Number 918273645"`
	Section struct {
		Inner  string `validate:"omitempty,eq=hunter2hunter2" default:"hunter2hunter2"`
		Deeper struct {
			List []string          `validate:"dive,eq=hunter2hunter2"`
			Map  map[string]string `validate:"dive,keys,ne=hunter2hunter2,endkeys,eq=hunter2hunter2" default:"a=hunter2hunter2"`
		}
		Again *recursiveRules
		Chain *secretChain
	} `secret:"true"`
	Closed  sharedRules `secret:"true"`
	Shared  sharedRules
	List    []config.Secret          `validate:"omitempty,min=1,dive,eq=hunter2hunter2" default:"hunter2hunter2,hunter2hunter2"`
	Map     map[string]config.Secret `validate:"dive,keys,ne=hunter2hunter2,endkeys,oneof=hunter2hunter2 x"`
	Default config.Secret            `default:"hunter2hunter2"`
	DefPin  int                      `secret:"true" default:"918273645"`
	Users   []struct {
		Token config.Secret
		Name  string
	} `default:"[{\"token\": \"hunter2hunter2\", \"name\": \"n\"}]"`
	Node recursiveRules
}

// sharedRules is the type of a secret section, and of one that is not.
type sharedRules struct {
	Text string `validate:"omitempty,eq=hunter2hunter2"`
}

type secretChain struct {
	Text string `validate:"omitempty,eq=hunter2hunter2" default:"hunter2hunter2"`
	Next *secretChain
}

type recursiveRules struct {
	Token config.Secret `validate:"omitempty,eq=hunter2hunter2" default:"hunter2hunter2"`
	Kept  struct {
		Text string `validate:"omitempty,eq=hunter2hunter2" default:"hunter2hunter2"`
	} `secret:"true"`
	Child *recursiveRules
}

func rulesValidator(t *testing.T) config.Option {
	t.Helper()
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterAlias("pinalias", "eq=hunter2hunter2")
	v.RegisterAlias("pinaliases", "eq=hunter2hunter2|eq=b0x7Chunter2hunter2")
	if err := v.RegisterValidation("custom", func(fl validator.FieldLevel) bool { return fmt.Sprint(fl.Field()) == fl.Param() }); err != nil {
		t.Fatal(err)
	}
	return config.WithValidator(v)
}

// add wants no marker and no pin.
func addAll(o *outputs, what, text string) {
	o.t.Helper()
	o.add(what, text)
	if strings.Contains(text, pin) || strings.Contains(text, marker[:7]) {
		o.t.Errorf("%s shows a secret:\n%s", what, text)
	}
}

func TestDescriptionsOmitRulesThatRevealSecrets(t *testing.T) {
	o := &outputs{t: t}
	opts := []config.Option{rulesValidator(t), config.WithEnv("R")}
	schema, err := config.JSONSchema[ruledSecrets](opts...)
	if err != nil {
		t.Fatal(err)
	}
	addAll(o, "the JSON Schema", string(schema))
	for _, format := range []string{"yaml", "toml"} {
		sample, err := config.Sample[ruledSecrets](format, opts...)
		if err != nil {
			t.Fatal(err)
		}
		addAll(o, "the sample in "+format, string(sample))
	}
	variables, err := config.EnvVars[ruledSecrets](opts...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(variables)
	addAll(o, "the variables", fmt.Sprintf("%s %+v %v", text, variables, err))
	for _, want := range []string{"must satisfy the rule eq", `must satisfy one of its rules`, "must have at least 1 item", "each key must satisfy the rule ne", "must be one of plain, tls"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no variable's rules say %q", want)
		}
	}
}

func TestRulesForLengthsOfSecretsAreShown(t *testing.T) {
	type lengths struct {
		Token config.Secret `validate:"min=16,max=64"`
		Pin   string        `secret:"true" validate:"len=6"`
	}
	schema, err := config.JSONSchema[lengths]()
	if err != nil || !strings.Contains(string(schema), `"minLength": 16`) || !strings.Contains(string(schema), `"maxLength": 6`) {
		t.Errorf("the schema has no lengths: %s, %v", schema, err)
	}
	sample, err := config.Sample[lengths]("yaml")
	if err != nil || config.Check[lengths](config.WithFile(yamlFile(t, string(sample)))) != nil {
		t.Errorf("the sample is not accepted: %s, %v", sample, err)
	}
}

func TestProblemsOmitRulesThatRevealSecrets(t *testing.T) {
	o := &outputs{t: t}
	path := yamlFile(t, `mode: x
eq: a
one_of: z
none_of: c
starts: a
or: a
alias: a
aliases: a
custom: a
custom_n: 1
number: 1
low: 1
unless: x
section:
  inner: a
  deeper: {list: [a], map: {a: b}}
list: [a]
map: {a: b}
node: {token: a, kept: {text: a}}
closed: {text: a}
shared: {text: a}
`)
	err := config.Check[ruledSecrets](rulesValidator(t), config.WithFile(path))
	addAll(o, "the error", problems(t, err))
	o.error("the error", err)
	// Values that are not set, and values that equal the parameter of a rule.
	for _, content := range []string{"eq: " + marker, "ne: " + marker, "none_of: " + marker, "low: 918273646", "section: {again: {token: a}}"} {
		err := config.Check[ruledSecrets](rulesValidator(t), config.WithFile(yamlFile(t, content+"\n")))
		addAll(o, content[:3], problems(t, err))
	}
	if got := strings.Count(o.text.String(), "must satisfy"); got < 20 {
		t.Errorf("only %d rules failed:\n%s", got, o.text.String())
	}
	wantProblems(t, config.Check[ruledSecrets](rulesValidator(t), config.WithFile(yamlFile(t, "or: a\nalias: a\nnumber: 1\nunless: x\n"))),
		"c.yaml:1:5: or: must satisfy one of its rules [eq]",
		"c.yaml:2:8: alias: must satisfy the rule eq [pinalias]",
		"c.yaml:3:9: number: must satisfy the rule eq [eq]",
		`c.yaml:4:9: unless: must not be set unless number is a certain one, got "x"; number is set (c.yaml:3:9) [excluded_unless]`)
}

func TestFaultsOfATypeOmitTagsThatRevealSecrets(t *testing.T) {
	o := &outputs{t: t}
	addFault := func(what string, err error) {
		t.Helper()
		o.error(what, err)
		addAll(o, what, problems(t, err))
		if !strings.Contains(fmt.Sprint(err), "[schema]") {
			t.Errorf("%s: %v", what, err)
		}
	}
	addFault("an unknown rule", check[struct {
		A config.Secret `validate:"omitempty,oneoff=hunter2hunter2"`
	}]())
	addFault("a rule without =", check[struct {
		A config.Secret `validate:"omitempty,oneof hunter2hunter2"`
	}]())
	addFault("an unknown rule beside others", check[struct {
		A config.Secret `validate:"eq=hunter2hunter2|hunter2hunter2=eq"`
	}]())
	addFault("a parameter that is no number", check[struct {
		A config.Secret `validate:"min=hunter2hunter2"`
		B int           `secret:"true" validate:"eq=hunter2hunter2"`
	}]())
	addFault("a field that there is not", check[struct {
		A config.Secret `validate:"eqfield=hunter2hunter2"`
		B config.Secret `validate:"required_if=hunter2hunter2 x"`
	}]())
	addFault("a pair that is half", check[struct {
		A config.Secret `validate:"required_if=hunter2hunter2"`
	}]())
	addFault("dive into a text", check[struct {
		A config.Secret `validate:"dive,eq=hunter2hunter2"`
	}]())
	addFault("a default that does not suit", check[struct {
		A int `secret:"true" default:"hunter2hunter2"`
	}]())
	addFault("a default in a secret section", check[struct {
		S struct {
			A int    `default:"hunter2hunter2"`
			B string `validate:"min=hunter2hunter2"`
		} `secret:"true"`
	}]())
	addFault("a default with a secret in it", check[struct {
		L []struct {
			A config.Secret
			B int
		} `default:"[{\"a\": \"hunter2hunter2\", \"b\": \"x\"}]"`
	}]())
}

func check[T any](opts ...config.Option) error {
	return config.Check[T](append(opts, config.WithoutFile())...)
}
