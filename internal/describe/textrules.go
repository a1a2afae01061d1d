package describe

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/lastgood/internal/schema"
)

// textRule returns what a rule asks of a text. One that is not quoted, and looks
// like a number, gets by.
func textRule(r schema.Alternative) (object, bool) {
	if o := plainTextRule(r.Name); o != nil {
		return o, true
	}
	quoted := regexp.QuoteMeta(r.Param)
	switch r.Name {
	case "oneof":
		return enum(r.Words()), true
	case "oneofci":
		var all []string
		for _, word := range r.Words() {
			all = append(all, anyCase(word))
		}
		return pattern("^(" + strings.Join(all, "|") + ")$"), true
	case "noneof":
		return not(object{{"enum", list(r.Words()...)}}), true
	case "eq":
		return enum([]string{r.Param}), true
	case "ne":
		return not(object{{"const", r.Param}}), true
	case "eq_ignore_case":
		return pattern("^" + anyCase(r.Param) + "$"), true
	case "startswith":
		return pattern("^" + quoted), true
	case "endswith":
		return pattern(quoted + "$"), true
	case "contains", "containsrune":
		return pattern(quoted), true
	case "containsany":
		return pattern(oneOfChars(r.Param)), true
	case "startsnotwith":
		return notPattern("^" + quoted), true
	case "endsnotwith":
		return notPattern(quoted + "$"), true
	case "excludes", "excludesrune":
		return notPattern(quoted), true
	case "excludesall":
		return notPattern(oneOfChars(r.Param)), true
	}
	return countRule(r, "minLength", "maxLength")
}

func pattern(p string) object { return object{{"pattern", p}} }

func not(o object) object { return object{{"not", o}} }

// notPattern rules texts out. "pattern" alone holds for whatever is no text, which
// must not be ruled out.
func notPattern(p string) object {
	return not(object{{"type", "string"}, {"pattern", p}})
}

// oneOfChars matches one of some characters.
func oneOfChars(chars string) string {
	var b strings.Builder
	for _, r := range chars {
		if strings.ContainsRune(`\]^-[`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return "[" + b.String() + "]"
}

// anyCase matches a word in any mixture of upper and lower case.
func anyCase(word string) string {
	var b strings.Builder
	for _, r := range word {
		lower, upper := unicode.ToLower(r), unicode.ToUpper(r)
		if lower == upper {
			b.WriteString(regexp.QuoteMeta(string(r)))
		} else {
			b.WriteString("[" + string([]rune{upper, lower}) + "]")
		}
	}
	return b.String()
}

// enum lists texts, and what YAML takes each for where it is not quoted.
func enum(words []string) object {
	var all []any
	add := func(value any) {
		if !slices.Contains(all, value) {
			all = append(all, value)
		}
	}
	for _, word := range words {
		add(word)
	}
	for _, word := range words {
		if n, ok := number(word); ok {
			add(n)
		}
		if f, err := strconv.ParseFloat(word, 64); err == nil && f != float64(int64(f)) {
			add(f)
		}
		switch strings.ToLower(word) {
		case "true", "yes", "on":
			add(true)
		case "false", "no", "off":
			add(false)
		}
	}
	return object{{"enum", append(all, nil)}}
}

// plainTextRule returns what a rule without a parameter asks of a text, or nil. A
// format is a hint to tools, not enforced by most: there is one where no pattern
// would say the same.
func plainTextRule(name string) object {
	switch name {
	case "alpha":
		return pattern(`^[a-zA-Z]+$`)
	case "alphaspace":
		return pattern(`^[a-zA-Z ]+$`)
	case "alphanum":
		return pattern(`^[a-zA-Z0-9]+$`)
	case "alphanumspace":
		return pattern(`^[a-zA-Z0-9 ]+$`)
	case "alphaunicode":
		return pattern(`^\p{L}+$`)
	case "alphanumunicode":
		return pattern(`^[\p{L}\p{N}]+$`)
	case "ascii":
		return pattern(`^[\x00-\x7F]*$`)
	case "printascii":
		return pattern(`^[\x20-\x7E]*$`)
	case "lowercase":
		return pattern(`^[^A-Z]+$`)
	case "uppercase":
		return pattern(`^[^a-z]+$`)
	case "numeric":
		return pattern(`^[-+]?[0-9]+(\.[0-9]+)?$`)
	case "number":
		return pattern(`^[0-9]+$`)
	case "boolean":
		return pattern(`^(1|0|t|T|f|F|true|True|TRUE|false|False|FALSE)$`)
	case "hexadecimal":
		return pattern(`^(0[xX])?[0-9a-fA-F]+$`)
	case "hexcolor":
		return pattern(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`)
	case "email":
		return object{{"format", "email"}}
	case "url":
		return object{{"format", "uri"}}
	case "uri":
		return object{{"format", "uri-reference"}}
	case "http_url":
		return object{{"format", "uri"}, {"pattern", `^[hH][tT][tT][pP][sS]?://`}}
	case "https_url":
		return object{{"format", "uri"}, {"pattern", `^[hH][tT][tT][pP][sS]://`}}
	case "ip", "ip_addr":
		return object{{"anyOf", list(object{{"format", "ipv4"}}, object{{"format", "ipv6"}})}}
	case "ipv4", "ip4_addr":
		return object{{"format", "ipv4"}}
	case "ipv6", "ip6_addr":
		return object{{"format", "ipv6"}}
	case "cidr":
		return pattern(`^(` + ipv4 + `|` + ipv6 + `)/[0-9]{1,3}$`)
	case "cidrv4":
		return pattern(`^` + ipv4 + `/[0-9]{1,2}$`)
	case "cidrv6":
		return pattern(`^` + ipv6 + `/[0-9]{1,3}$`)
	case "mac":
		return pattern(`^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2})+$`)
	case "hostname", "hostname_rfc1123":
		return pattern(`^[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?$`)
	case "hostname_port":
		return pattern(`^\[?([a-zA-Z0-9][-.a-zA-Z0-9]*)?\]?:\+?[0-9]+$`)
	case "dns_rfc1035_label":
		return pattern(`^[a-z]([-a-z0-9]*[a-z0-9])?$`)
	case "fqdn":
		return pattern(`^[a-zA-Z0-9][-a-zA-Z0-9]*(\.[a-zA-Z0-9][-a-zA-Z0-9]*)+\.?$`)
	case "base64":
		return object{{"contentEncoding", "base64"}, {"pattern", `^[A-Za-z0-9+/]+={0,2}$`}}
	case "base64url":
		return pattern(`^[A-Za-z0-9_-]+={0,2}$`)
	case "base64rawurl":
		return pattern(`^[A-Za-z0-9_-]+$`)
	case "json":
		return object{{"contentMediaType", "application/json"}}
	case "jwt":
		return pattern(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`)
	case "semver":
		return pattern(`^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	case "e164":
		return pattern(`^\+?[1-9][0-9]{7,14}$`)
	case "md5":
		return pattern(`^[0-9a-f]{32}$`)
	case "sha256":
		return pattern(`^[0-9a-f]{64}$`)
	case "sha384":
		return pattern(`^[0-9a-f]{96}$`)
	case "sha512":
		return pattern(`^[0-9a-f]{128}$`)
	case "ulid":
		return pattern(`^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$`)
	case "duration":
		return pattern(durationPattern)
	case "uuid", "uuid_rfc4122":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("[0-9a-fA-F]", "[0-9a-fA-F]")}}
	case "uuid3":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("3", "[0-9a-f]")}}
	case "uuid3_rfc4122":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("3", "[0-9a-fA-F]")}}
	case "uuid4":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("4", "[0-9a-f]")}}
	case "uuid4_rfc4122":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("4", "[0-9a-fA-F]")}}
	case "uuid5":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("5", "[0-9a-f]")}}
	case "uuid5_rfc4122":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("5", "[0-9a-fA-F]")}}
	case "uuid7":
		return object{{"format", "uuid"}, {"pattern", uuidPattern("7", "[0-9a-f]")}}
	case "iso3166_1_alpha2":
		return pattern(`^[A-Z]{2}$`)
	case "iso3166_1_alpha3", "iso4217":
		return pattern(`^[A-Z]{3}$`)
	}
	return nil
}

// uuidPattern matches UUIDs of a version.
func uuidPattern(version, digit string) string {
	return "^" + digit + "{8}-" + digit + "{4}-" + version + digit + "{3}-" + digit + "{4}-" + digit + "{12}$"
}
