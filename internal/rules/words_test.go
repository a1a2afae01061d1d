package rules_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/rules"
	"example.com/lastgood/internal/schema/schematest"
)

// words returns the words for some rules, joined by "; ".
func words(all []rules.Rule) string {
	var out []string
	for _, r := range all {
		out = append(out, r.Words)
	}
	return strings.Join(out, "; ")
}

// wantWords compares the words for the fields of T with those by key.
func wantWords[T any](t *testing.T, want map[string]string) {
	t.Helper()
	s := schematest.Of[T](t)
	for _, f := range s.Fields {
		if got := words(rules.For(s, f, 0)); got != want[f.Key] {
			t.Errorf("%s, validate:%q:\n\tgot  %q\n\twant %q", f.Key, f.Rules.Text, got, want[f.Key])
		}
	}
}

func TestABoundIsOfANumberACountOrALength(t *testing.T) {
	wantWords[struct {
		Min    int            `validate:"min=5"`
		Gt     float64        `validate:"gt=0"`
		Lt     uint8          `validate:"lt=9"`
		Eq     int            `validate:"eq=3"`
		Ne     int            `validate:"ne=0"`
		Wait   time.Duration  `validate:"max=5s"`
		Text   string         `validate:"min=1,max=8"`
		Exact  string         `validate:"len=2"`
		Equal  string         `validate:"eq=on"`
		Differ string         `validate:"ne=off"`
		List   []int          `validate:"gte=1,lte=3"`
		Map    map[string]int `validate:"len=2"`
		Array  [2]int         `validate:"gt=1"`
		Point  *int           `validate:"min=1"`
		From   time.Time      `validate:"lt"`
		To     time.Time      `validate:"gt"`
	}](t, map[string]string{
		"min": "must be 5 or greater", "gt": "must be greater than 0", "lt": "must be less than 9",
		"eq": "must be 3", "ne": "must not be 0", "wait": "must be 5s or less",
		"text":  "must be at least 1 character long; must be at most 8 characters long",
		"exact": "must be exactly 2 characters long", "equal": `must be "on"`, "differ": `must not be "off"`,
		"list":  "must have at least 1 item; must have at most 3 items",
		"map":   "must have exactly 2 items",
		"array": "must have more than 1 item",
		"point": "must be 1 or greater",
		"from":  "must be in the past", "to": "must be in the future",
	})
}

func TestRulesOfTextsAreInPlainWords(t *testing.T) {
	wantWords[struct {
		Level  string   `validate:"oneof=debug info 'very quiet'"`
		Not    string   `validate:"noneof=a b"`
		Start  string   `validate:"startswith=0x2C"`
		Any    string   `validate:"omitempty,ip|hostname"`
		Addr   string   `validate:"required,hostname_port"`
		List   []string `validate:"unique"`
		Flag   string   `validate:"boolean"`
		Link   url.URL  `validate:"url"`
		Single string   `validate:"-"`
		None   string
	}](t, map[string]string{
		"level": "must be one of debug, info, very quiet", "not": "must be none of a, b", "start": `must start with ","`,
		"any": "; must be an IP address or a host name", "addr": "must not be empty; must be host:port, such as :8080",
		"list": "must not have the same item twice", "flag": "must be true or false",
		"link": "must be a URL, such as https://example.com/path",
	})
}

func TestAnUnknownRuleIsShownByItsName(t *testing.T) {
	wantWords[struct {
		Named string `validate:"ourown"`
		Param string `validate:"ourown=5 6"`
	}](t, map[string]string{"named": "must satisfy the rule ourown", "param": "must satisfy the rule ourown=5 6"})
}

func TestOtherFieldsAreNamedByTheirKeys(t *testing.T) {
	type item struct {
		FullName string `mapstructure:"name"`
	}
	wantWords[struct {
		MinConns int `mapstructure:"least"`
		TLSMode  string
		Max      int    `validate:"gtfield=MinConns"`
		Deep     int    `validate:"ltecsfield=Inner.LowLimit"`
		If       string `validate:"required_if=TLSMode on MinConns 3"`
		Unless   string `validate:"excluded_unless=TLSMode on"`
		With     string `validate:"required_with=Max Deep"`
		All      string `validate:"required_with_all=Max Deep"`
		Without  string `validate:"required_without=Max"`
		Neither  string `validate:"excluded_without_all=Max Deep"`
		Items    []item `validate:"unique=FullName"`
		Inner    struct{ LowLimit int }
	}](t, map[string]string{
		"max": "must be greater than least", "deep": "must be at most inner.low_limit",
		"if": "required when tls_mode is on and least is 3", "unless": "must not be set unless tls_mode is on",
		"with": "required when max or deep is set", "all": "required when max and deep are set",
		"without": "required when max is not set", "neither": "must not be set when max and deep are not set",
		"items": "must not have the same name twice",
	})
}

func TestWordsForASecretLeaveOutParametersThatReveal(t *testing.T) {
	type config struct {
		Mode   string
		Secret string `secret:"true"`
		Eq     string `secret:"true" validate:"eq=marker"`
		OneOf  string `secret:"true" validate:"oneof=marker other"`
		Start  string `secret:"true" validate:"min=8,startswith=marker"`
		Number int    `secret:"true" validate:"min=12345"`
		Either string `secret:"true" validate:"eq=marker|eq=other"`
		When   string `validate:"required_if=Secret marker"`
		Field  string `secret:"true" validate:"required_if=Mode on"`
	}
	wantWords[config](t, map[string]string{
		"eq": "must satisfy the rule eq", "one_of": "must satisfy the rule oneof",
		"start":  "must be at least 8 characters long; must satisfy the rule startswith",
		"number": "must satisfy the rule min", "either": "must satisfy one of its rules",
		"when": "required when secret is a certain one", "field": "required when mode is on",
	})
	s := schematest.Of[config](t)
	for _, f := range s.Fields {
		for _, r := range rules.For(s, f, 0) {
			for _, a := range r.Any {
				if f.Secret && strings.Contains(a.Param, "marker") {
					t.Errorf("%s: %+v", f.Key, a)
				}
			}
		}
	}
}

func TestForReturnsTheRulesOfADepth(t *testing.T) {
	s := schematest.Of[struct {
		M map[string][]string `validate:"min=1,dive,keys,max=5,endkeys,max=2,dive,len=3"`
	}](t)
	f := s.Fields[0]
	for depth, want := range []string{"must have at least 1 item", "must have at most 2 items", "must be exactly 3 characters long"} {
		if got := words(rules.For(s, f, depth)); got != want {
			t.Errorf("at depth %d: %q, want %q", depth, got, want)
		}
	}
	if got := words(rules.ForKeys(s, f, 0)); got != "must be at most 5 characters long" {
		t.Errorf("keys: %q", got)
	}
}

// Every rule of the validator without a parameter should have words.
func TestFailuresOfTheValidatorHaveWords(t *testing.T) {
	for rule, value := range map[string]any{
		"required": "", "email": "x", "uuid": "x", "cidr": "x", "file": "/nowhere", "dir": "/nowhere", "cron": "x",
		"timezone": "x", "semver": "x", "json": "x", "base64": "?", "mac": "x", "hexcolor": "x", "isdefault": "x",
		"latitude": "x", "iso4217": "x", "iso3166_2": "DE", "bcp47_language_tag": "?", "lowercase": "A", "ascii": "ü", "number": "x",
	} {
		failures, ok := rules.DefaultValidator().Var(value, rule).(validator.ValidationErrors) //nolint:errorlint // it is never wrapped
		if !ok || len(failures) != 1 {
			t.Errorf("%s accepts %q: %v", rule, value, failures)
			continue
		}
		if got := (rules.Wording{}).Describe(failures[0]); strings.Contains(got, "the rule") || !strings.HasPrefix(got, "must ") {
			t.Errorf("%s: %q", rule, got)
		}
	}
}
