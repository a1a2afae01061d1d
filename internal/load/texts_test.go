package load_test

import (
	"reflect"
	"strings"
	"testing"

	"example.com/lastgood/internal/load"
)

// failWith returns the message for a string field with one rule.
func failWith(t *testing.T, rule, value string) string {
	t.Helper()
	typ := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeFor[string](),
		Tag: reflect.StructTag(`mapstructure:"a" validate:"` + rule + `"`)}})
	l, problems := load.New(typ, load.Options{})
	if problems != nil {
		t.Fatalf("%s: %s", rule, formatAll(problems))
	}
	_, problems = once(l, yaml("a: \""+value+"\""))
	if len(problems) != 1 || problems[0].Code != rule && !strings.HasPrefix(rule, problems[0].Code+"=") {
		t.Errorf("%s with %q: %s", rule, value, formatAll(problems))
		return ""
	}
	return problems[0].Message
}

func TestMessagesForTheRulesThatConfigurationsUse(t *testing.T) {
	for rule, want := range map[string]string{
		"hostname_port":    "must be host:port, such as :8080",
		"hostname":         "must be a host name",
		"hostname_rfc1123": "must be a host name",
		"fqdn":             "must be a full domain name, such as db.example.com",
		"ip":               "must be an IP address",
		"ipv4":             "must be an IPv4 address",
		"ipv6":             "must be an IPv6 address",
		"cidr":             "must be a network, such as 10.0.0.0/8",
		"cidrv4":           "must be an IPv4 network, such as 10.0.0.0/8",
		"mac":              "must be a MAC address, such as 00:00:5e:00:53:01",
		"url":              "must be a URL, such as https://example.com/path",
		"uri":              "must be a URI, such as https://example.com/path",
		"http_url":         "must be a URL that starts with http:// or https://",
		"https_url":        "must be a URL that starts with https://",
		"file":             "must be an existing file",
		"dir":              "must be an existing directory",
		"dirpath":          "must be the path of a directory, such as /var/lib/",
		"timezone":         "must be a time zone, such as Europe/Berlin",
		"cron":             `must be a cron expression, such as "0 3 * * *"`,
		"semver":           "must be a semantic version, such as 1.2.3",
		"uuid":             "must be a UUID",
		"uuid4":            "must be a version 4 UUID",
		"uuid_rfc4122":     "must be a UUID",
		"email":            "must be an e-mail address",
		"json":             "must be JSON",
		"base64":           "must be base64",
		"hexadecimal":      "must be hexadecimal",
		"numeric":          "must be a number",
		"boolean":          "must be true or false",
		"alphanum":         "must be letters and digits only",
		"duration":         "must be a duration such as 300ms, 5s or 1h30m",
		"oneof=a b":        "must be one of a, b",
		"oneof='a b' c":    "must be one of a b, c",
		"oneofci=a b":      "must be one of a, b, in upper or lower case",
		"startswith=/":     `must start with "/"`,
		"endswith=a0x2Cb":  `must end with "a,b"`,
		"contains=x y":     `must contain "x y"`,
		"startsnotwith=a":  `must not start with "a"`,
		"excludes=_":       `must not contain "_"`,
		"excludesall=_-":   `must not contain any of the characters "_-"`,
		"containsany=xyz":  `must contain one of the characters "xyz"`,
		"datetime=15:04":   `must be a date or time written like "15:04"`,
		"len=2":            "must be exactly 2 characters long",
		"min=5":            "must be at least 5 characters long",
		"max=1":            "must be at most 1 character long",
		"gt=4":             "must be longer than 4 characters",
		"lt=3":             "must be shorter than 3 characters",
		"eq=x":             `must be "x"`,
		"ne=a_ü":           `must not be "a_ü"`,
		"uppercase":        "must be in upper case",
		"ascii":            "must be ASCII characters only",
		"isdefault":        "must not be set",
		"mongodb":          "must satisfy the rule mongodb",
	} {
		if got := failWith(t, rule, "a_ü"); got != want+`, got "a_ü"` {
			t.Errorf("%s: %s", rule, got)
		}
	}
	if got := failWith(t, "lowercase", "A"); got != `must be in lower case, got "A"` {
		t.Error(got)
	}
}

func TestMessagesForNumbersAndLists(t *testing.T) {
	type config struct {
		Len    int               `validate:"len=5"`
		Min    int               `validate:"min=5000"`
		Gt     float64           `validate:"gt=1.5"`
		Lt     uint              `validate:"lt=5"`
		Ne     int               `validate:"ne=1"`
		Items  []int             `validate:"min=2"`
		Most   []int             `validate:"max=1"`
		Exact  map[string]string `validate:"len=1"`
		Unique []string          `validate:"unique"`
		By     []element         `validate:"unique=N"`
		Ptr    *int              `validate:"max=5"`
		Port   int               `validate:"omitempty,port"`
	}
	bad[config](t, yaml("len: 1\nmin: 4999\ngt: 1.5\nlt: 1_000\nne: 0x1\nitems: [1]\nmost: [1, 2]\nexact: {}\nunique: [a, a]\nby: [{n: 1}, {n: 1}]\nptr: 6\nport: 70000\n"),
		`c.yaml:1:6 len: must be 5, got 1 [len]`,
		`c.yaml:2:6 min: must be 5000 or greater, got 4999 [min]`,
		`c.yaml:3:5 gt: must be greater than 1.5, got 1.5 [gt]`,
		`c.yaml:4:5 lt: must be less than 5, got 1_000 [lt]`,
		`c.yaml:5:5 ne: must not be 1, got 0x1 [ne]`,
		`c.yaml:6:8 items: must have at least 2 items, got 1 [min]`,
		`c.yaml:7:7 most: must have at most 1 item, got 2 [max]`,
		`c.yaml:8:8 exact: must have exactly 1 item, got 0 [len]`,
		`c.yaml:9:9 unique: must not have the same item twice [unique]`,
		`c.yaml:10:5 by: must not have the same n twice [unique]`,
		`c.yaml:11:6 ptr: must be 5 or less, got 6 [max]`,
		`c.yaml:12:7 port: must be a port, from 1 to 65535, got 70000 [port]`)
}
