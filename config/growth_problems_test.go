//go:build unix

package config_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/validate"
)

// ruled is a type with rules, of which many can fail.
type ruled struct {
	Numbers map[string]int            `mapstructure:"numbers" validate:"dive,lt=0"`
	Keyed   map[string]string         `mapstructure:"keyed" validate:"dive,keys,uppercase,endkeys,required"`
	ByCode  map[code]int              `mapstructure:"by_code" validate:"dive,lt=0"`
	List    []int                     `mapstructure:"list" validate:"dive,lt=0"`
	Unique  []string                  `mapstructure:"unique" validate:"unique"`
	Entries map[string]ruledOne       `mapstructure:"entries" validate:"dive"`
	Items   []ruledOne                `mapstructure:"items" validate:"dive"`
	Plain   map[string]ruledOne       `mapstructure:"plain"`
	Deep    map[string][]ruledOne     `mapstructure:"deep" validate:"dive,dive"`
	Self    map[string]ruledTree      `mapstructure:"self" validate:"dive"`
	Any     map[string]any            `mapstructure:"any"`
	Rest    map[string]map[string]int `mapstructure:",remain" validate:"dive,dive,lt=0"`
}

// code prints itself otherwise than documents spell it.
type code int

func (c code) String() string { return fmt.Sprintf("code <%d>", int(c)) }

type ruledOne struct {
	Name string `mapstructure:"name" validate:"required"`
	Port int    `mapstructure:"port" validate:"gtfield=Low"`
	Low  int    `mapstructure:"low"`
}

type ruledTree struct {
	Port int                  `mapstructure:"port" validate:"lt=0"`
	Self map[string]ruledTree `mapstructure:"self" validate:"dive"`
}

// withValidate is a type with Validate methods of which many can fail.
type withValidate struct {
	Entries map[string]judgedOne `mapstructure:"entries"`
	Items   []judgedOne          `mapstructure:"items"`
	Numbers map[string]int       `mapstructure:"numbers"`
	Joined  joined               `mapstructure:"joined"`
	Nested  nested               `mapstructure:"nested"`
}

type judgedOne struct {
	Port int `mapstructure:"port"`
}

func (j judgedOne) Validate() error {
	if j.Port > 0 {
		return config.KeyError("port", errors.New("it is positive"))
	}
	return nil
}

// joined joins an error for each key, all at once.
type joined map[string]int

func (j joined) Validate() error {
	var all []error
	for key := range j {
		all = append(all, config.KeyError(fmt.Sprintf("[%q]", key), errors.New("no good")))
	}
	return errors.Join(all...)
}

// nested joins one error after the other.
type nested map[string]int

func (j nested) Validate() error {
	var all error
	for key := range j {
		all = errors.Join(all, config.KeyError(fmt.Sprintf("[%q]", key), errors.New("no good")))
	}
	return all
}

// problemShapes are documents with as many problems as there is of anything.
func problemShapes() []shape {
	line := func(before, format, after string) func(int) string {
		return func(n int) string { return each(before, n, ",", of(format), after) }
	}
	both := func(a, b func(int) string) func(int) string {
		return func(n int) string { return a(n) + b(n) }
	}
	few := func(text func(int) string) func(int) string {
		return func(n int) string { return text(min(n, 1000)) }
	}
	long := func(n int) string { return strings.Repeat("0123456789abcdef", 2*n) }
	return []shape{
		pass[grown]("problems/unknown-keys", "c.yaml", "unknown_key", many("", "u%d: 1")),
		pass[grown]("problems/unknown-keys-on-a-line", "c.json", "unknown_key", line("{", `"u%d": 1`, "}")),
		pass[grown]("problems/unknown-keys-in-sections", "c.yaml", "unknown_key", many("entries:\n", "  k%d: {nam: a}")),
		pass[grown]("problems/keys-of-another-section", "c.yaml", "unknown_key", many("entries:\n", "  k%d: {list: 1}")),
		pass[grown]("problems/keys-that-are-listed", "c.yaml", "unknown_key", many("entries:\n", "  k%d: {zone: 1}")),
		pass[grown]("problems/keys-with-dots", "c.yaml", "unknown_key", many("", "texts.k%d: 1")),
		pass[ruled]("problems/empty-keys", "c.yaml", "required", many("items:\n", "  - {name: , port: %d}")),
		pass[ruled]("problems/empty-sections", "c.yaml", "required", many("plain:\n", "  k%d:")),
		pass[withSecrets]("problems/secrets/unknown-keys", "c.yaml", "unknown_key", many("", "u%d: 1")),
		pass[withSecrets]("problems/secrets/unknown-keys-on-a-line", "c.json", "unknown_key", line("{", `"u%d": 1`, "}")),
		pass[withSecrets]("problems/secrets/unknown-nulls-on-a-line", "c.yaml", "unknown_key", line("{", "u%d", "}")),
		pass[withSecrets]("problems/secrets/one-wrong-type-on-a-line", "c.json", "type", line(`{"port": "x", "tokens": {`, `"k%d": "v%d secret"`, "}}")),
		pass[withSecrets]("problems/secrets/one-wrong-type", "c.yaml", "type", many("port: x\ntokens:\n", "  k%d: v%d secret")),
		pass[withSecrets]("problems/secrets/wrong-types", "c.yaml", "type",
			both(many("tokens:\n", "  k%d: v%d secret"), many("numbers:\n", "  k%d: nothing"))),
		pass[withSecrets]("problems/secrets/duplicates-at-the-end-yaml", "c.yaml", "duplicate_key",
			both(many("texts:\n", "  k%d: v"), few(many("port: 1\n", "port: %d")))),
		pass[withSecrets]("problems/secrets/duplicates-at-the-end-toml", "c.toml", "duplicate_key",
			both(many("[texts]\n", `k%d = "v"`), few(many("[one]\nport = 1\n", "port = %d")))),
		pass[withSecrets]("problems/secrets/unclosed", "c.yaml", "syntax", both(many("texts:\n", "  k%d: v"), func(int) string { return "list: [\n" })),
		pass[grown]("problems/duplicates-yaml", "c.yaml", "duplicate_key", many("port: 1\n", "port: %d")),
		pass[grown]("problems/duplicates-toml", "c.toml", "duplicate_key", many("port = 1\n", "port = %d")),
		pass[grown]("problems/duplicates-json", "c.json", "duplicate_key", line(`{"port": 1,`, `"port": %d`, "}")),
		pass[grown]("problems/duplicate-tables", "c.toml", "duplicate_key", many("[one]\n", "[one]\nport = %d")),
		pass[grown]("problems/two-spellings", "c.yaml", "duplicate_key", func(n int) string {
			return each("Port: 1\n", n, "\n", func(i int) string { return "p" + strings.Repeat("_", i%16) + strings.Repeat("-", i/16%16) + "ort: 1" }, "")
		}),
		pass[grown]("problems/same-codes", "c.yaml", "duplicate_key", many("by_code:\n", "  %d: a\n  +%d: b")),
		pass[grown]("problems/bad-codes", "c.yaml", "type", many("by_code:\n", "  k%d: a")),
		pass[grown]("problems/wrong-types-map", "c.yaml", "type", many("numbers:\n", "  k%d: nothing")),
		pass[grown]("problems/wrong-types-list", "c.yaml", "type", many("items:\n", "  - port: nothing")),
		pass[grown]("problems/sections-for-values", "c.yaml", "type", many("texts:\n", "  k%d: {}")),
		pass[grown]("problems/bad-tags", "c.yaml", "syntax", many("list:\n", "  - !x v%d")),
		pass[grown]("problems/bad-times", "c.toml", "syntax", func(n int) string { return each("list = [", n, ", ", of("2020-99-99"), "]") }),
		pass[grown]("problems/control-characters", "c.yaml", "syntax", func(n int) string { return many("texts:\n", "  k%d: v")(n) + "  x: \x01\n" }),
		pass[grown]("problems/bytes", "c.yaml", "syntax", func(n int) string { return many("texts:\n", "  k%d: v")(n) + "  x: \xff\n" }),

		pass[ruled]("rules/map", "c.yaml", "lt", many("numbers:\n", "  k%d: 1")),
		pass[ruled]("rules/one-in-a-map", "c.yaml", "lt", func(n int) string { return many("numbers:\n", "  k%d: -1")(n) + "  x: 1\n" }),
		pass[ruled]("rules/keys", "c.yaml", "uppercase", many("keyed:\n", "  k%d: a")),
		pass[ruled]("rules/keys-that-print-otherwise", "c.yaml", "lt", many("by_code:\n", "  %d: 1")),
		pass[ruled]("rules/list", "c.yaml", "lt", many("list:\n", "  - %d")),
		pass[ruled]("rules/unique", "c.yaml", "unique", many("unique: [a, a]\nany:\n", "  k%d: 1")),
		pass[ruled]("rules/sections", "c.yaml", "gtfield", many("entries:\n", "  k%d: {name: a, port: 0}")),
		pass[ruled]("rules/required-in-sections", "c.yaml", "required", many("entries:\n", "  k%d: {port: 1}")),
		pass[ruled]("rules/items", "c.yaml", "gtfield", many("items:\n", "  - {name: a, port: 0}")),
		pass[ruled]("rules/empty-items", "c.yaml", "required", many("items:\n", "  - {}")),
		pass[ruled]("rules/without-dive", "c.yaml", "gtfield", many("plain:\n", "  k%d: {name: a, port: 0}")),
		pass[ruled]("rules/lists-in-a-map", "c.yaml", "gtfield", many("deep:\n", "  k%d: [{name: a, port: 0}]")),
		pass[ruled]("rules/items-under-a-long-key", "c.yaml", "too_large", func(n int) string {
			return "deep:\n  ? " + long(n) + "\n  :\n" + strings.Repeat("    - {name: a}\n", n/8)
		}),
		pass[ruled]("rules/a-key-of-brackets", "c.json", "too_large", func(n int) string {
			return `{"numbers": {"` + strings.Repeat("].[", 16*n) + `": 1}}`
		}),
		pass[ruled]("rules/keys-of-brackets", "c.json", "lt", line(`{"numbers": {`, `"[%d].[].[].[].[].[]": 1`, "}}")),
		pass[ruled]("rules/deep", "c.yaml", "lt", func(n int) string {
			const levels = 40
			var b strings.Builder
			for i := range levels {
				fmt.Fprintf(&b, "%*sself:\n%*sk:\n%*sport: -1\n", 2*i, "", 2*i+1, "", 2*i+2, "")
			}
			return b.String() + each(strings.Repeat(" ", 2*levels)+"self: {", n, ", ", of("k%d: {port: 1}"), "}\n")
		}),
		pass[ruled]("rules/unknown-keys", "c.yaml", "lt", many("", "u%d: {a: 1}")),
		pass[ruled]("rules/rules-and-wrong-types", "c.yaml", "type",
			both(many("numbers:\n", "  k%d: x"), many("entries:\n", "  k%d: {name: a, port: 0}"))),

		pass[withValidate]("validate/good", "c.yaml", "", many("entries:\n", "  k%d: {port: -1}")),
		pass[withValidate]("validate/map", "c.yaml", "check", many("entries:\n", "  k%d: {port: 1}")),
		pass[withValidate]("validate/list", "c.yaml", "check", many("items:\n", "  - {port: 1}")),
		pass[withValidate]("validate/beside-wrong-types", "c.yaml", "type",
			both(many("numbers:\n", "  k%d: x"), many("entries:\n", "  k%d: {port: 1}"))),
		pass[withValidate]("validate/joined", "c.yaml", "check", many("joined:\n", "  k%d: 1")),
		pass[withValidate]("validate/joined-one-by-one", "c.yaml", "check", many("nested:\n", "  k%d: 1")),
		passWith[grown]("check/joined", load.Options{CheckTimeout: config.DefaultCheckTimeout, Checks: []validate.Check{refuseTexts}}, "check", oneFile(many("texts:\n", "  k%d: v"))),
	}
}

func oneFile(text func(n int) string) func(n int) []source.Document {
	return func(n int) []source.Document {
		return []source.Document{{Path: "/etc/app/c.yaml", Data: []byte(text(n))}}
	}
}

// refuseTexts refuses each text.
func refuseTexts(_ context.Context, _, value any) error {
	var all []error
	for key := range value.(*grown).Texts {
		all = append(all, config.KeyError(fmt.Sprintf("texts[%q]", key), errors.New("no good")))
	}
	return errors.Join(all...)
}
