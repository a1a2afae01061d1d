package describe_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/load"
)

// someTexts are texts of many kinds: for most rules some that satisfy them, some that
// nearly do, and many that do not.
var someTexts = []string{
	"", "a", "A", "abc", "ABC", "aBc", "Example", "two words", " a ", "ä", "äöü", "日本", "a1", "1a", "Abc 12", "a-b", "a_b", "-a", "a-",
	"0", "1", "-1", "+1", "1.5", "-1.5", "1.", ".5", "1e3", "12345678", "0x1F", "0xg", "ff", "FF", "#fff", "#ffff", "#ff00ff", "#12345", "#ff00ff00",
	"true", "TRUE", "True", "tRUE", "t", "f", "yes", "on",
	"debug", "info", "DEBUG", "warn", "red", "dark blue", "dark", "prod-eu", "prod-", "eu-prod", "x.yaml", "a/b", "a@b", "a\\b", "a]b", "a^b",
	"user@example.com", "user@", "@example.com", "User.Name+tag@example.co.uk", "user@localhost",
	"https://example.com", "http://example.com:80/a?b=c#d", "HTTPS://EXAMPLE.COM", "ftp://example.com", "//example.com/x", "/a/b", "example.com", "http://", "mailto:a@b.c", "urn:x:y",
	"localhost", "localhost:80", ":80", ":0", ":65535", ":65536", "host:http", "[::1]:80", "[host]:80", "a.b.c:+80", "a..b:80", "-a:80", "a-:80", "1.2.3.4:80", "host:", "host.example.com.", "_dmarc.example.com", "1.example.com", "example.1",
	"192.0.2.1", "192.0.2.256", "2001:db8::1", "::1", "::ffff:192.0.2.1", "fe80::1%eth0", "10.0.0.0/8", "10.0.0.0/33", "fd00::/8", "10.0.0.0", "00:00:5e:00:53:01", "00-00-5e-00-53-01", "0000.5e00.5301", "00:00:5e:00:53",
	"6ba7b810-9dad-11d1-80b4-00c04fd430c8", "6BA7B810-9DAD-41D1-80B4-00C04FD430C8", "00000000-0000-3000-8000-000000000000", "00000000-0000-4000-8000-000000000000",
	"00000000-0000-5000-8000-000000000000", "00000000-0000-7000-8000-000000000000", "00000000-0000-0000-0000-000000000000", "6ba7b8109dad11d180b400c04fd430c8",
	"01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
	"1.2.3", "1.2.3-rc.1+build.5", "v1.2.3", "1.2", "01.2.3", "+15550100123", "15550100123", "+1", "5s", "1h30m", "-1.5h", ".5s", "1.s", "5", "1d", "300ms", "1us", "1µs", "0",
	"ZXhhbXBsZQ==", "ZXhhbXBsZQ", "ZXhhbXBs", "Zm9v_-8=", "{}", "[1,2]", "{", "eyJhbGciOiJIUzI1NiJ9.e30.abc", "a.b", "a.b.c",
	strings.Repeat("0a", 16), strings.Repeat("0a", 32), strings.Repeat("0A", 32), strings.Repeat("0a", 48), strings.Repeat("0a", 64), strings.Repeat("x", 70),
	"DE", "DEU", "DE-BE", "EUR", "USD", "ZZ", "de", "line\nbreak", "tab\tand\x7f", "a,b", "a|b",
}

// textRules are those that have an equivalent in the schema.
var textRules = strings.Fields(`alpha alphaspace alphanum alphanumspace alphaunicode alphanumunicode ascii printascii lowercase uppercase
	numeric number boolean hexadecimal hexcolor http_url https_url cidr cidrv4 cidrv6 mac hostname hostname_rfc1123 hostname_port
	dns_rfc1035_label fqdn base64 base64url base64rawurl jwt semver e164 md5 sha256 sha384 sha512 ulid duration
	uuid uuid_rfc4122 uuid3 uuid3_rfc4122 uuid4 uuid4_rfc4122 uuid5 uuid5_rfc4122 uuid7 iso3166_1_alpha2 iso3166_1_alpha3 iso3166_2 iso4217
	required min=3 max=3 len=3 gt=3 gte=3 lt=3 lte=3 eq=abc startswith=prod- endswith=.yaml contains=@ containsrune=@
	omitempty,min=3 required,max=3 min=2,max=3 alpha|numeric omitempty,uuid startswith=a,endswith=c`)

// formatted have an equivalent that most tools do not enforce.
var formatted = strings.Fields(`email url uri ipv4 ip4_addr ipv6 ip6_addr`)

// inWords are rules that are rare, or negations, and their words.
var inWords = map[string]string{
	"ne=abc": `Must not be "abc".`, "containsany=@/": `Must contain one of the characters "@/".`, "startsnotwith=prod-": `Must not start with "prod-".`,
	"endsnotwith=.yaml": `Must not end with ".yaml".`, "excludes=@": `Must not contain "@".`, "excludesall=@/": `Must not contain any of the characters "@/".`,
	"excludesrune=@": `Must not contain the character "@".`, "eq_ignore_case=abc": `Must be "abc", in upper or lower case.`, "json": "Must be JSON.",
	"noneof=debug info": "Must be none of debug, info.", "oneofci=debug info": "Must be one of debug, info, in upper or lower case.",
	"required|min=5": "Must not be empty or at least 5 characters long.", "ours": "Must satisfy the rule ours.",
}

func TestARareRuleIsInTheDescription(t *testing.T) {
	v := validator.New()
	if err := v.RegisterValidation("ours", func(validator.FieldLevel) bool { return true }); err != nil {
		t.Fatal(err)
	}
	for rule, want := range inWords {
		schema := newSubject(t, one(reflect.TypeFor[string](), rule), load.Options{Validator: v}).JSONSchema()
		if !strings.Contains(string(schema), `"description": `+string(quoted(want))) {
			t.Errorf("%s: no %s in\n%s", rule, want, schema)
		}
	}
}

// It never rejects what the loader accepts, and rejects something.
func TestTheSchemaOfATextAsksForNoMoreThanItsRules(t *testing.T) {
	rules := slices.Concat(textRules, []string{"ip", "ip_addr"}, formatted, []string{"oneof=debug info 'dark blue'", "oneof=1 1.5 true", "contains=0x2C", "eq=a0x7Cb"})
	for _, rule := range rules {
		t.Run(rule, func(t *testing.T) {
			s := newSubject(t, one(reflect.TypeFor[string](), rule), load.Options{})
			schema := compile(t, s.JSONSchema())
			accepted, rejected := 0, 0
			for _, text := range someTexts {
				// As it is, and as YAML would have it without quotes.
				for _, value := range []string{string(quoted(text)), text} {
					if value == text && !isJSONScalar(text) {
						continue
					}
					doc := `{"v":` + value + `}`
					err := verdict(t, schema, doc)
					if err != nil {
						rejected++
					}
					if len(loaded(t, s, "c.json", doc)) == 0 {
						accepted++
						if err != nil {
							t.Errorf("%s is accepted, but not by the schema: %v", doc, err)
						}
					}
				}
			}
			if accepted == 0 {
				t.Error("no text satisfies the rule, so that nothing is tested")
			}
			if enforced := !strings.Contains(strings.Join(formatted, " "), rule); enforced && rejected == 0 {
				t.Error("the schema rejects nothing")
			}
		})
	}
}

// isJSONScalar reports whether text is a number or word of JSON.
func isJSONScalar(text string) bool {
	switch text {
	case "true", "0", "1", "-1", "1.5", "-1.5", "1e3", "12345678", "5":
		return true
	}
	return false
}

// pair is a rule with one value that only it keeps out.
type pair struct{ rule, bad string }

func TestTheSchemaOfOtherTypesAsksForNoMoreThanTheirRules(t *testing.T) {
	numbers := []string{"-1000", "-129", "-128", "-1", "0", "0.5", "1", "2", "3", "5", "7", "80", "100", "127", "128", "255", "256", "65535", "65536", "1e3",
		`"5"`, `"0x10"`, `"-5"`, `"1_000"`, `"1.5"`, `"five"`, `""`, "true", "null", "[]", "{}"}
	lists := []string{`[]`, `["a"]`, `["a","b"]`, `["a","a"]`, `["a","b","c"]`, `["a","b","c","d"]`, `"a"`, `null`, `{}`, `[["a"]]`}
	maps := []string{`{}`, `{"a":1}`, `{"a":1,"b":2}`, `{"a":1,"b":2,"c":3}`, `{"a":"x"}`, `{"longer":1}`, `{"a":100}`, `[]`, `null`}
	for _, test := range []struct {
		typ    reflect.Type
		values []string
		pairs  []pair
	}{
		{reflect.TypeFor[int](), numbers, []pair{
			{"", "0.5"}, {"min=2", "1"}, {"max=2", "3"}, {"gt=2", "2"}, {"gte=2", "1"}, {"lt=2", "2"}, {"lte=2", "3"}, {"eq=2", "3"}, {"len=2", "3"},
			{"oneof=1 3 5", "2"}, {"port", "65536"}, {"omitempty,min=2", "1"}, {"min=1,max=5", "7"}, {"min=0x10", "7"}}},
		{reflect.TypeFor[*int](), numbers, []pair{{"omitempty,min=2", "-1"}, {"omitnil,max=2", "3"}, {"required", "[]"}}},
		{reflect.TypeFor[int8](), numbers, []pair{{"", "128"}, {"min=0", "-1"}}},
		{reflect.TypeFor[uint](), numbers, []pair{{"", "-1"}}},
		{reflect.TypeFor[uint16](), numbers, []pair{{"", "65536"}, {"max=100", "127"}}},
		{reflect.TypeFor[float64](), numbers, []pair{{"", "true"}, {"min=0.5", "0"}, {"gt=0,lt=2.5", "3"}}},
		{reflect.TypeFor[bool](), numbers, []pair{{"", "2"}, {"required", `"five"`}}},
		{reflect.TypeFor[[]string](), lists, []pair{
			{"", `"a"`}, {"min=2", `["a"]`}, {"max=2", `["a","b","c"]`}, {"len=2", `["a"]`}, {"gt=1", `["a"]`}, {"lt=2", `["a","b"]`}, {"unique", `["a","a"]`},
			{"dive,oneof=a b", `["a","b","c"]`}, {"omitempty,min=2", `["a"]`}, {"required,min=1,dive,len=1", `[]`}}},
		{reflect.TypeFor[[2]string](), lists, []pair{{"", `["a","b","c"]`}}},
		{reflect.TypeFor[map[string]int](), maps, []pair{
			{"", `[]`}, {"", `{"a":"x"}`}, {"min=2", `{"a":1}`}, {"max=2", `{"a":1,"b":2,"c":3}`}, {"dive,max=9", `{"a":100}`},
			{"dive,keys,len=1,endkeys,min=1", `{"longer":1}`}, {"omitempty,len=2", `{"a":1}`}}},
		{reflect.TypeFor[map[string]map[string]int](), []string{`{"a":{"bb":1}}`, `{"a":{"b":1}}`, `{"aa":{"bb":1}}`}, []pair{
			{"dive,keys,len=1,endkeys,dive,keys,len=2,endkeys", `{"aa":{"bb":1}}`}, {"dive,keys,len=1,endkeys,dive,keys,len=2,endkeys", `{"a":{"b":1}}`}}},
		{reflect.TypeFor[*string](), []string{`null`, `"a"`, `"b"`, `"c"`}, []pair{{"omitnil,oneof=a b", `"c"`}}},
		{reflect.TypeFor[string](), []string{`"axc"`, `"c"`, `"a"`}, []pair{
			{"startswith=a,endswith=c", `"a"`}, {"startswith=a,endswith=c", `"c"`}, {"startswith=a,contains=x,endswith=c", `"ac"`}}},
		{reflect.TypeFor[map[int]int](), []string{`{"1":1}`, `{"0x1":1}`, `{"a":1}`}, []pair{{"", `{"a":1}`}}},
		{reflect.TypeFor[map[string][]int](), []string{`{"a":[1]}`, `{"a":[9]}`, `{"a":1}`}, []pair{{"dive,dive,max=5", `{"a":[9]}`}}},
	} {
		for _, p := range test.pairs {
			t.Run(fmt.Sprint(test.typ, " ", p.rule), func(t *testing.T) {
				s := newSubject(t, one(test.typ, p.rule), load.Options{})
				schema := compile(t, s.JSONSchema())
				for _, value := range test.values {
					doc := `{"v":` + value + `}`
					if err := verdict(t, schema, doc); err != nil && len(loaded(t, s, "c.json", doc)) == 0 {
						t.Errorf("%s is accepted, but not by the schema: %v", doc, err)
					}
				}
				doc := `{"v":` + p.bad + `}`
				if len(loaded(t, s, "c.json", doc)) == 0 {
					t.Errorf("%s is accepted", doc)
				}
				if verdict(t, schema, doc) == nil {
					t.Errorf("%s is accepted by the schema", doc)
				}
			})
		}
	}
}

// What JSON Schema cannot say is said in words.
func TestRulesWithoutAnEquivalentAreInTheDescription(t *testing.T) {
	s := subject[struct {
		Timeout time.Duration `validate:"gt=0,lte=1m" desc:"how long"`
		Limit   time.Duration `validate:"gtefield=Timeout" reload:"restart"`
		Listed  []struct {
			Name string
		} `validate:"unique=Name"`
		Zone string `validate:"timezone"`
	}](t)
	got := string(s.JSONSchema())
	for _, want := range []string{
		`"description": "How long. Must be greater than 0; must be 1m or less."`,
		`"description": "Must be at least timeout. A change takes effect after a restart."`,
		`"description": "Must not have the same name twice."`,
		`"description": "Must be a time zone, such as Europe/Berlin."`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}
