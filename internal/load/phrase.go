package load

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/go-playground/locales/en"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	english "github.com/go-playground/validator/v10/translations/en"
)

// phrasebook is a validator with the library's English texts. It is not the one
// that judges values: that may be a caller's, and registering texts with it
// while it is in use would be a race.
type phrasebook struct {
	validate *validator.Validate
	language ut.Translator
}

var phrases = sync.OnceValue(func() phrasebook {
	locale := en.New()
	language, _ := ut.New(locale, locale).GetTranslator(locale.Locale()) // the fallback is the same
	b := phrasebook{validate: validator.New(), language: language}
	if err := english.RegisterDefaultTranslations(b.validate, language); err != nil {
		return phrasebook{} // texts are then made from the rules themselves
	}
	return b
})

// describe says in English what a rule asks for. names maps the Go names of
// fields, which rules use, to keys.
func describe(fe validator.FieldError, names map[string]string) string {
	if text := describeRelation(fe, names); text != "" {
		return text
	}
	if text := phrases().look(fe); text != "" {
		return text
	}
	if fe.Param() != "" {
		return fmt.Sprintf("must satisfy the rule %s=%s", fe.Tag(), fe.Param())
	}
	return fmt.Sprintf("must satisfy the rule %q", fe.Tag())
}

// look returns the library's text for a failed rule, without the field's name,
// or "". It gets at the text by failing the same rule once more.
func (b phrasebook) look(fe validator.FieldError) string {
	if b.validate == nil {
		return ""
	}
	value := fe.Value()
	if v := reflect.ValueOf(value); v.Kind() == reflect.Struct && fe.Tag() != "required" {
		return "" // the rules for single values do not apply to structs
	}
	var failures validator.ValidationErrors
	err := guard(func() error { return b.validate.Var(value, ruleText(fe)) })
	failures, ok := err.(validator.ValidationErrors)
	if !ok || len(failures) == 0 || failures[0].Tag() != fe.Tag() {
		return ""
	}
	raw := failures[0].Error()
	text := failures[0].Translate(b.language)
	if text == raw { // there is no translation
		return ""
	}
	return ungroup(strings.TrimSpace(text), fe.Param())
}

// ungroup writes the rule's parameter without thousands separators, as the file
// spells numbers.
func ungroup(text, param string) string {
	var grouped strings.Builder
	for i, r := range param {
		if left := len(param) - i; i > 0 && left%3 == 0 && r >= '0' && r <= '9' && strings.Trim(param[:i], "0123456789") == "" {
			grouped.WriteByte(',')
		}
		grouped.WriteRune(r)
	}
	if grouped.String() == param {
		return text
	}
	return strings.ReplaceAll(text, grouped.String(), param)
}

// relations are rules about another field; %s stands for its key. The library's
// texts name it as Go does.
var relations = map[string]string{
	"eqfield": "must equal %s", "eqcsfield": "must equal %s",
	"nefield": "must differ from %s", "necsfield": "must differ from %s",
	"gtfield": "must be greater than %s", "gtcsfield": "must be greater than %s",
	"gtefield": "must be at least %s", "gtecsfield": "must be at least %s",
	"ltfield": "must be less than %s", "ltcsfield": "must be less than %s",
	"ltefield": "must be at most %s", "ltecsfield": "must be at most %s",
	"fieldcontains": "must contain the value of %s", "fieldexcludes": "must not contain the value of %s",
}

// describeRelation says what a rule about other fields asks for, or "".
func describeRelation(fe validator.FieldError, names map[string]string) string {
	key := func(field string) string {
		if key := names[field]; key != "" {
			return key
		}
		return field
	}
	if text := relations[fe.Tag()]; text != "" {
		return fmt.Sprintf(text, key(fe.Param()))
	}
	verb, condition, _ := strings.Cut(fe.Tag(), "_")
	switch verb {
	case "required":
	case "excluded":
		verb = "must not be set"
	default:
		return ""
	}
	words := strings.Fields(fe.Param())
	switch condition {
	case "if", "unless":
		var parts []string
		for i := 0; i+1 < len(words); i += 2 {
			parts = append(parts, key(words[i])+" is "+words[i+1])
		}
		return verb + map[string]string{"if": " when ", "unless": " unless "}[condition] + strings.Join(parts, " and ")
	case "with", "with_all", "without", "without_all":
		for i, w := range words {
			words[i] = key(w)
		}
		joint, set := " or ", " is set"
		if strings.HasSuffix(condition, "_all") {
			joint = " and "
		}
		if strings.HasPrefix(condition, "without") {
			set = " is not set"
		}
		if joint == " and " && len(words) > 1 {
			set = strings.Replace(set, "is", "are", 1)
		}
		return verb + " when " + strings.Join(words, joint) + set
	}
	return ""
}
