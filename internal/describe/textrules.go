package describe

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"example.com/lastgood/internal/load"
)

// textRule returns what a rule asks of a text. One that is not quoted, and looks
// like a number, gets by.
func textRule(r load.Alternative) (object, bool) {
	if o := textRules[r.Name]; o != nil {
		return slices.Clone(o), true
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

// textRules are the rules without a parameter. A format is a hint to tools, not
// enforced by most: there is one where no pattern would say the same.
var textRules = map[string]object{
	"alpha":           pattern(`^[a-zA-Z]+$`),
	"alphaspace":      pattern(`^[a-zA-Z ]+$`),
	"alphanum":        pattern(`^[a-zA-Z0-9]+$`),
	"alphanumspace":   pattern(`^[a-zA-Z0-9 ]+$`),
	"alphaunicode":    pattern(`^\p{L}+$`),
	"alphanumunicode": pattern(`^[\p{L}\p{N}]+$`),
	"ascii":           pattern(`^[\x00-\x7F]*$`),
	"printascii":      pattern(`^[\x20-\x7E]*$`),
	"lowercase":       pattern(`^[^A-Z]+$`),
	"uppercase":       pattern(`^[^a-z]+$`),
	"numeric":         pattern(`^[-+]?[0-9]+(\.[0-9]+)?$`),
	"number":          pattern(`^[0-9]+$`),
	"boolean":         pattern(`^(1|0|t|T|f|F|true|True|TRUE|false|False|FALSE)$`),
	"hexadecimal":     pattern(`^(0[xX])?[0-9a-fA-F]+$`),
	"hexcolor":        pattern(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`),

	"email":             {{"format", "email"}},
	"url":               {{"format", "uri"}},
	"uri":               {{"format", "uri-reference"}},
	"http_url":          {{"format", "uri"}, {"pattern", `^[hH][tT][tT][pP][sS]?://`}},
	"https_url":         {{"format", "uri"}, {"pattern", `^[hH][tT][tT][pP][sS]://`}},
	"ip":                {{"anyOf", list(object{{"format", "ipv4"}}, object{{"format", "ipv6"}})}},
	"ip_addr":           {{"anyOf", list(object{{"format", "ipv4"}}, object{{"format", "ipv6"}})}},
	"ipv4":              {{"format", "ipv4"}},
	"ip4_addr":          {{"format", "ipv4"}},
	"ipv6":              {{"format", "ipv6"}},
	"ip6_addr":          {{"format", "ipv6"}},
	"cidr":              pattern(`^(` + ipv4 + `|` + ipv6 + `)/[0-9]{1,3}$`),
	"cidrv4":            pattern(`^` + ipv4 + `/[0-9]{1,2}$`),
	"cidrv6":            pattern(`^` + ipv6 + `/[0-9]{1,3}$`),
	"mac":               pattern(`^[0-9A-Fa-f]{2}([:.-]?[0-9A-Fa-f]{2})+$`),
	"hostname":          pattern(`^[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?$`),
	"hostname_rfc1123":  pattern(`^[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?$`),
	"hostname_port":     pattern(`^\[?([a-zA-Z0-9][-.a-zA-Z0-9]*)?\]?:\+?[0-9]+$`),
	"dns_rfc1035_label": pattern(`^[a-z]([-a-z0-9]*[a-z0-9])?$`),
	"fqdn":              pattern(`^[a-zA-Z0-9][-a-zA-Z0-9]*(\.[a-zA-Z0-9][-a-zA-Z0-9]*)+\.?$`),

	"base64":       {{"contentEncoding", "base64"}, {"pattern", `^[A-Za-z0-9+/]+={0,2}$`}},
	"base64url":    pattern(`^[A-Za-z0-9_-]+={0,2}$`),
	"base64rawurl": pattern(`^[A-Za-z0-9_-]+$`),
	"json":         {{"contentMediaType", "application/json"}},
	"jwt":          pattern(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`),
	"semver":       pattern(`^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`),
	"e164":         pattern(`^\+?[1-9][0-9]{7,14}$`),
	"md5":          pattern(`^[0-9a-f]{32}$`),
	"sha256":       pattern(`^[0-9a-f]{64}$`),
	"sha384":       pattern(`^[0-9a-f]{96}$`),
	"sha512":       pattern(`^[0-9a-f]{128}$`),
	"ulid":         pattern(`^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$`),
	"duration":     pattern(durationPattern),

	"uuid":          {{"format", "uuid"}, {"pattern", uuidPattern("[0-9a-fA-F]", "[0-9a-fA-F]")}},
	"uuid_rfc4122":  {{"format", "uuid"}, {"pattern", uuidPattern("[0-9a-fA-F]", "[0-9a-fA-F]")}},
	"uuid3":         {{"format", "uuid"}, {"pattern", uuidPattern("3", "[0-9a-f]")}},
	"uuid3_rfc4122": {{"format", "uuid"}, {"pattern", uuidPattern("3", "[0-9a-fA-F]")}},
	"uuid4":         {{"format", "uuid"}, {"pattern", uuidPattern("4", "[0-9a-f]")}},
	"uuid4_rfc4122": {{"format", "uuid"}, {"pattern", uuidPattern("4", "[0-9a-fA-F]")}},
	"uuid5":         {{"format", "uuid"}, {"pattern", uuidPattern("5", "[0-9a-f]")}},
	"uuid5_rfc4122": {{"format", "uuid"}, {"pattern", uuidPattern("5", "[0-9a-fA-F]")}},
	"uuid7":         {{"format", "uuid"}, {"pattern", uuidPattern("7", "[0-9a-f]")}},

	"iso3166_1_alpha2": pattern(`^[A-Z]{2}$`),
	"iso3166_1_alpha3": pattern(`^[A-Z]{3}$`),
	"iso4217":          pattern(`^[A-Z]{3}$`),
}

// uuidPattern matches UUIDs of a version.
func uuidPattern(version, digit string) string {
	return "^" + digit + "{8}-" + digit + "{4}-" + version + digit + "{3}-" + digit + "{4}-" + digit + "{12}$"
}
