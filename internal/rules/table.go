package rules

import (
	"strings"
	"sync"
)

// Entry describes one of the validator's rules. In its texts, %s is the rule's parameter.
type Entry struct {
	names string // separated by blanks

	// Words is what it asks for: of any value, or of a number if Length and Count are
	// set, which are for texts and for lists and maps. %q is the quoted parameter. The
	// validator's own English texts lack about a third of the rules, and its errors
	// quote the value.
	Words, Length, Count string
	TimeWords            string // for a time, instead of Words, if the rule has no parameter

	Pattern string // matches all texts that satisfy the rule, and maybe others
	Format  string // the JSON Schema format of such texts, which most tools do not enforce
	Example string // such a text; "…" in it stands for any text

	Least, Most, Above, Below string // bounds of a number, or of a length or count if there are words for that

	Choice bool // the value is one of the words of the parameter

	Fields  fields // how the parameter names other fields
	Omits   string // the values for which it skips the rules after it: "zero", or only "nil"
	Absent  bool   // a value that is not set satisfies it
	Neutral bool   // the validator handles it itself, or it can be applied to any type
	Local   bool   // it depends on the machine, for example on an existing file
}

// fields is how a rule's parameter names fields.
type fields uint8

const (
	none   fields = iota
	single        // one, whose value is compared
	pairs         // each followed by a value
	listed        // a list of fields that are set or not
)

// Lookup returns the entry for a rule, or nil.
func Lookup(name string) *Entry { return table()[name] }

var table = sync.OnceValue(func() map[string]*Entry {
	all := map[string]*Entry{}
	for _, e := range entries() {
		for name := range strings.FieldsSeq(e.names) {
			all[name] = &e
		}
	}
	return all
})

// The patterns match all addresses, and maybe other texts, and the durations of Go.
const (
	IPv4Pattern     = `([0-9]{1,3}\.){3}[0-9]{1,3}`
	IPv6Pattern     = `[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*`
	DurationPattern = `^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`

	hex = `[0-9a-fA-F]`
)

// entries returns the table. It is a function, so that it is built on first use only.
func entries() []Entry {
	return []Entry{
		// Presence.
		{names: "required", Words: "must not be empty", Neutral: true},
		{names: "isdefault", Words: "must not be set"},
		{names: "omitempty omitzero", Neutral: true, Omits: "zero"},
		{names: "omitnil", Neutral: true, Omits: "nil"},
		{names: "structonly nostructlevel validateFn -", Neutral: true},
		{names: "required_if", Words: "required when %s", Fields: pairs},
		{names: "required_unless", Words: "required unless %s", Fields: pairs},
		{names: "required_with required_with_all", Words: "required when %s is set", Fields: listed},
		{names: "required_without required_without_all", Words: "required when %s is not set", Fields: listed},
		{names: "excluded_if", Words: "must not be set when %s", Fields: pairs, Absent: true},
		{names: "excluded_unless", Words: "must not be set unless %s", Fields: pairs, Absent: true},
		{names: "excluded_with excluded_with_all", Words: "must not be set when %s is set", Fields: listed, Absent: true},
		{names: "excluded_without excluded_without_all", Words: "must not be set when %s is not set", Fields: listed, Absent: true},
		{names: "skip_unless", Fields: pairs, Absent: true},

		// Other fields.
		{names: "eqfield eqcsfield", Words: "must equal %s", Fields: single},
		{names: "nefield necsfield", Words: "must differ from %s", Fields: single},
		{names: "gtfield gtcsfield", Words: "must be greater than %s", Fields: single},
		{names: "gtefield gtecsfield", Words: "must be at least %s", Fields: single},
		{names: "ltfield ltcsfield", Words: "must be less than %s", Fields: single},
		{names: "ltefield ltecsfield", Words: "must be at most %s", Fields: single},
		{names: "fieldcontains", Words: "must contain the value of %s", Fields: single},
		{names: "fieldexcludes", Words: "must not contain the value of %s", Fields: single},

		// Numbers, lengths and counts.
		{names: "len", Words: "must be %s", Length: "must be exactly %s long", Count: "must have exactly %s", Least: "%s", Most: "%s"},
		{names: "eq", Words: "must be %s", Length: "must be %q", Count: "must have exactly %s", Least: "%s", Most: "%s", Pattern: "^%s$", Example: "%s"},
		{names: "ne", Words: "must not be %s", Length: "must not be %q", Count: "must not have exactly %s"},
		{names: "min gte", Words: "must be %s or greater", Length: "must be at least %s long", Count: "must have at least %s", TimeWords: "must be in the future", Least: "%s"},
		{names: "max lte", Words: "must be %s or less", Length: "must be at most %s long", Count: "must have at most %s", TimeWords: "must be in the past", Most: "%s"},
		{names: "gt", Words: "must be greater than %s", Length: "must be longer than %s", Count: "must have more than %s", TimeWords: "must be in the future", Above: "%s"},
		{names: "lt", Words: "must be less than %s", Length: "must be shorter than %s", Count: "must have less than %s", TimeWords: "must be in the past", Below: "%s"},
		{names: "unique", Words: "must not have the same item twice"},
		{names: "port", Words: "must be a port, from 1 to 65535", Least: "1", Most: "65535", Example: "8080"},

		// Choices and parts of texts.
		{names: "oneof", Words: "must be one of %s", Choice: true},
		{names: "oneofci", Words: "must be one of %s, in upper or lower case", Choice: true},
		{names: "noneof", Words: "must be none of %s"},
		{names: "noneofci", Words: "must be none of %s, in upper or lower case"},
		{names: "eq_ignore_case", Words: "must be %q, in upper or lower case", Example: "%s"},
		{names: "ne_ignore_case", Words: "must not be %q, in upper or lower case"},
		{names: "startswith", Words: "must start with %q", Pattern: "^%s", Example: "%s…"},
		{names: "startsnotwith", Words: "must not start with %q"},
		{names: "endswith", Words: "must end with %q", Pattern: "%s$", Example: "…%s"},
		{names: "endsnotwith", Words: "must not end with %q"},
		{names: "contains", Words: "must contain %q", Pattern: "%s", Example: "%s…"},
		{names: "containsany", Words: "must contain one of the characters %q", Example: "%s…"},
		{names: "containsrune", Words: "must contain the character %q", Pattern: "%s", Example: "%s…"},
		{names: "excludes", Words: "must not contain %q"},
		{names: "excludesall", Words: "must not contain any of the characters %q"},
		{names: "excludesrune", Words: "must not contain the character %q"},

		// Places.
		{names: "hostname_port", Words: "must be host:port, such as :8080", Pattern: `^\[?([a-zA-Z0-9][-.a-zA-Z0-9]*)?\]?:\+?[0-9]+$`, Example: "localhost:8080"},
		{names: "hostname hostname_rfc1123", Words: "must be a host name", Pattern: `^[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?$`, Example: "localhost"},
		{names: "hostname_label", Words: "must be one label of a host name", Example: "localhost"},
		{names: "dns_rfc1035_label", Words: "must be one label of a host name", Pattern: `^[a-z]([-a-z0-9]*[a-z0-9])?$`, Example: "localhost"},
		{names: "fqdn", Words: "must be a full domain name, such as db.example.com", Pattern: `^[a-zA-Z0-9][-a-zA-Z0-9]*(\.[a-zA-Z0-9][-a-zA-Z0-9]*)+\.?$`, Example: "host.example.com"},
		{names: "ip ip_addr", Words: "must be an IP address", Pattern: `^(` + IPv4Pattern + `|` + IPv6Pattern + `)$`, Example: "192.0.2.1"},
		{names: "ipv4 ip4_addr", Words: "must be an IPv4 address", Format: "ipv4", Example: "192.0.2.1"},
		{names: "ipv6 ip6_addr", Words: "must be an IPv6 address", Format: "ipv6", Example: "2001:db8::1"},
		{names: "cidr", Words: "must be a network, such as 10.0.0.0/8", Pattern: `^(` + IPv4Pattern + `|` + IPv6Pattern + `)/[0-9]{1,3}$`, Example: "192.0.2.0/24"},
		{names: "cidrv4", Words: "must be an IPv4 network, such as 10.0.0.0/8", Pattern: `^` + IPv4Pattern + `/[0-9]{1,2}$`, Example: "192.0.2.0/24"},
		{names: "cidrv6", Words: "must be an IPv6 network, such as fd00::/8", Pattern: `^` + IPv6Pattern + `/[0-9]{1,3}$`, Example: "2001:db8::/32"},
		{names: "tcp_addr tcp4_addr", Words: "must be a TCP address, such as 127.0.0.1:80", Example: "127.0.0.1:80"},
		{names: "tcp6_addr", Words: "must be a TCP address, such as [::1]:80", Example: "[::1]:80"},
		{names: "udp_addr udp4_addr", Words: "must be a UDP address, such as 127.0.0.1:53", Example: "127.0.0.1:53"},
		{names: "udp6_addr", Words: "must be a UDP address, such as [::1]:53", Example: "[::1]:53"},
		{names: "unix_addr", Words: "must be the path of a Unix socket", Example: "/run/example.sock"},
		{names: "uds_exists", Words: "must be an existing Unix socket", Local: true},
		{names: "mac", Words: "must be a MAC address, such as 00:00:5e:00:53:01", Pattern: `^` + hex + `{2}([:.-]?` + hex + `{2})+$`, Example: "00:00:5e:00:53:01"},
		{names: "url", Words: "must be a URL, such as https://example.com/path", Format: "uri", Example: "https://example.com"},
		{names: "uri", Words: "must be a URI, such as https://example.com/path", Format: "uri-reference", Example: "https://example.com"},
		{names: "http_url", Words: "must be a URL that starts with http:// or https://", Pattern: `^[hH][tT][tT][pP][sS]?://`, Format: "uri", Example: "https://example.com"},
		{names: "https_url", Words: "must be a URL that starts with https://", Pattern: `^[hH][tT][tT][pP][sS]://`, Format: "uri", Example: "https://example.com"},
		{names: "origin", Words: "must be an origin, such as https://example.com", Example: "https://example.com"},
		{names: "file", Words: "must be an existing file", Local: true},
		{names: "filepath", Words: "must be the path of a file", Example: "example.txt"},
		{names: "dir", Words: "must be an existing directory", Local: true},
		{names: "dirpath", Words: "must be the path of a directory, such as /var/lib/", Example: "/var/lib/example/"},
		{names: "image", Words: "must be an existing image file", Local: true},
		{names: "mongodb_connection_string", Words: "must be a MongoDB connection string", Example: "mongodb://db.example.com/example"},

		// Kinds of texts.
		{names: "alpha", Words: "must be letters only", Pattern: `^[a-zA-Z]+$`, Example: "example"},
		{names: "alphaunicode", Words: "must be letters only", Pattern: `^\p{L}+$`, Example: "example"},
		{names: "alphaspace", Words: "must be letters and blanks only", Pattern: `^[a-zA-Z ]+$`, Example: "example"},
		{names: "alphanum", Words: "must be letters and digits only", Pattern: `^[a-zA-Z0-9]+$`, Example: "example1"},
		{names: "alphanumunicode", Words: "must be letters and digits only", Pattern: `^[\p{L}\p{N}]+$`, Example: "example1"},
		{names: "alphanumspace", Words: "must be letters, digits and blanks only", Pattern: `^[a-zA-Z0-9 ]+$`, Example: "example1"},
		{names: "ascii", Words: "must be ASCII characters only", Pattern: `^[\x00-\x7F]*$`, Example: "example"},
		{names: "printascii", Words: "must be printable ASCII characters only", Pattern: `^[\x20-\x7E]*$`, Example: "example"},
		{names: "lowercase", Words: "must be in lower case", Pattern: `^[^A-Z]+$`, Example: "example"},
		{names: "uppercase", Words: "must be in upper case", Pattern: `^[^a-z]+$`, Example: "EXAMPLE"},
		{names: "numeric", Words: "must be a number", Pattern: `^[-+]?[0-9]+(\.[0-9]+)?$`, Example: "1"},
		{names: "number", Words: "must be digits only", Pattern: `^[0-9]+$`, Example: "1"},
		{names: "boolean", Words: "must be true or false", Pattern: `^(1|0|t|T|f|F|true|True|TRUE|false|False|FALSE)$`, Example: "true"},
		{names: "hexadecimal", Words: "must be hexadecimal", Pattern: `^(0[xX])?` + hex + `+$`, Example: "0a"},
		{names: "hexcolor", Words: "must be a color such as #0a0b0c", Pattern: `^#(` + hex + `{3,4}|` + hex + `{6}|` + hex + `{8})$`, Example: "#0a0b0c"},
		{names: "iscolor", Words: "must be a color such as #0a0b0c", Example: "#0a0b0c"},
		{names: "rgb", Words: "must be an RGB color", Example: "rgb(10,11,12)"},
		{names: "rgba", Words: "must be an RGBA color", Example: "rgba(10,11,12,1)"},
		{names: "hsl", Words: "must be an HSL color", Example: "hsl(10,11%,12%)"},
		{names: "hsla", Words: "must be an HSLA color", Example: "hsla(10,11%,12%,1)"},
		{names: "cmyk", Words: "must be a CMYK color", Example: "cmyk(1%,2%,3%,4%)"},
		{names: "base32", Words: "must be base32", Example: "MFRGGZA="},
		{names: "base64", Words: "must be base64", Pattern: `^[A-Za-z0-9+/]+={0,2}$`, Example: "ZXhhbXBsZQ=="},
		{names: "base64url", Words: "must be base64 for URLs", Pattern: `^[A-Za-z0-9_-]+={0,2}$`, Example: "ZXhhbXBsZQ=="},
		{names: "base64rawurl", Words: "must be base64 for URLs, without padding", Pattern: `^[A-Za-z0-9_-]+$`, Example: "ZXhhbXBsZQ"},
		{names: "json", Words: "must be JSON", Example: "{}"},
		{names: "jwt", Words: "must be a JWT", Pattern: `^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`, Example: "e30.e30.e30"},
		{names: "email", Words: "must be an e-mail address", Format: "email", Example: "user@example.com"},
		{names: "e164", Words: "must be a phone number, such as +15550100", Pattern: `^\+?[1-9][0-9]{7,14}$`, Example: "+15550100123"},
		{names: "datauri", Words: "must be a data URI", Example: "data:text/plain;base64,ZXhhbXBsZQ=="},
		{names: "mimetype", Words: "must be a media type, such as text/plain", Example: "text/plain"},
		{names: "semver", Words: "must be a semantic version, such as 1.2.3", Pattern: `^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`, Example: "1.0.0"},
		{names: "md5", Words: "must be an MD5 sum in hexadecimal", Pattern: `^[0-9a-f]{32}$`, Example: strings.Repeat("0a", 16)},
		{names: "sha256", Words: "must be a SHA-256 sum in hexadecimal", Pattern: `^[0-9a-f]{64}$`, Example: strings.Repeat("0a", 32)},
		{names: "sha384", Words: "must be a SHA-384 sum in hexadecimal", Pattern: `^[0-9a-f]{96}$`, Example: strings.Repeat("0a", 48)},
		{names: "sha512", Words: "must be a SHA-512 sum in hexadecimal", Pattern: `^[0-9a-f]{128}$`, Example: strings.Repeat("0a", 64)},
		{names: "ulid", Words: "must be a ULID", Pattern: `^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$`, Example: "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
		{names: "uuid uuid_rfc4122", Words: "must be a UUID", Pattern: uuid(hex), Format: "uuid", Example: "00000000-0000-4000-8000-000000000000"},
		{names: "uuid3 uuid3_rfc4122", Words: "must be a version 3 UUID", Pattern: uuid("3"), Format: "uuid", Example: "00000000-0000-3000-8000-000000000000"},
		{names: "uuid4 uuid4_rfc4122", Words: "must be a version 4 UUID", Pattern: uuid("4"), Format: "uuid", Example: "00000000-0000-4000-8000-000000000000"},
		{names: "uuid5 uuid5_rfc4122", Words: "must be a version 5 UUID", Pattern: uuid("5"), Format: "uuid", Example: "00000000-0000-5000-8000-000000000000"},
		{names: "uuid7", Words: "must be a version 7 UUID", Pattern: uuid("7"), Format: "uuid", Example: "00000000-0000-7000-8000-000000000000"},

		// Times and regions.
		{names: "datetime", Words: "must be a date or time written like %q", Example: "%s"},
		{names: "duration", Words: "must be a duration such as 300ms, 5s or 1h30m", Pattern: DurationPattern, Example: "5s"},
		{names: "timezone", Words: "must be a time zone, such as Europe/Berlin", Example: "UTC"},
		{names: "cron", Words: `must be a cron expression, such as "0 3 * * *"`, Example: "0 3 * * *"},
		{names: "latitude", Words: "must be a latitude", Example: "52.5"},
		{names: "longitude", Words: "must be a longitude", Example: "13.4"},
		{names: "iso3166_1_alpha2", Words: "must be a country code of two letters", Pattern: `^[A-Z]{2}$`, Example: "DE"},
		{names: "iso3166_1_alpha3", Words: "must be a country code of three letters", Pattern: `^[A-Z]{3}$`, Example: "DEU"},
		{names: "iso3166_2", Words: "must be the code of a region, such as DE-BE", Pattern: `^[A-Z]{2}-[A-Z0-9]{1,3}$`, Example: "DE-BE"},
		{names: "country_code", Words: "must be a country code, such as DE", Example: "DE"},
		{names: "iso4217", Words: "must be a currency code, such as EUR", Pattern: `^[A-Z]{3}$`, Example: "EUR"},
		{names: "bcp47_language_tag bcp47_strict_language_tag", Words: "must be a language tag, such as en-US", Example: "en"},
	}
}

// uuid returns the pattern of UUIDs of a version.
func uuid(version string) string {
	return "^" + hex + "{8}-" + hex + "{4}-" + version + hex + "{3}-" + hex + "{4}-" + hex + "{12}$"
}
