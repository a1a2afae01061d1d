package describe

import "strings"

// usual are texts that some rule or type may be content with.
var usual = []string{"example.com", "user@example.com", "localhost:8080", "/example", "1", "0", "a", "abc", "abcdefgh",
	"12345678", "Example-1", "2026-01-01", "1.0.0", "5s", "true", "{}", ".", "1048576", ""}

// examples returns texts that satisfy rules, by the names of those.
func examples() map[string][]string {
	return map[string][]string{
		"hostname_port": {"localhost:8080"}, "hostname": {"localhost"}, "hostname_rfc1123": {"localhost"},
		"hostname_label": {"localhost"}, "dns_rfc1035_label": {"localhost"}, "fqdn": {"host.example.com"},
		"ip": {"192.0.2.1"}, "ip_addr": {"192.0.2.1"}, "ipv4": {"192.0.2.1"}, "ip4_addr": {"192.0.2.1"},
		"ipv6": {"2001:db8::1"}, "ip6_addr": {"2001:db8::1"},
		"cidr": {"192.0.2.0/24"}, "cidrv4": {"192.0.2.0/24"}, "cidrv6": {"2001:db8::/32"},
		"tcp_addr": {"127.0.0.1:80"}, "tcp4_addr": {"127.0.0.1:80"}, "tcp6_addr": {"[::1]:80"},
		"udp_addr": {"127.0.0.1:53"}, "udp4_addr": {"127.0.0.1:53"}, "udp6_addr": {"[::1]:53"},
		"unix_addr": {"/run/example.sock"}, "mac": {"00:00:5e:00:53:01"},
		"url": {"https://example.com"}, "uri": {"https://example.com"}, "origin": {"https://example.com"},
		"http_url": {"https://example.com"}, "https_url": {"https://example.com"},
		"filepath": {"example.txt"}, "dir": {"."}, "dirpath": {"/var/lib/example/"},
		"email": {"user@example.com"}, "e164": {"+15550100123"}, "semver": {"1.0.0"}, "timezone": {"UTC"},
		"cron": {"0 3 * * *"}, "duration": {"5s"}, "boolean": {"true"}, "json": {"{}"}, "numeric": {"1"}, "number": {"1"},
		"hexadecimal": {"0a"}, "hexcolor": {"#0a0b0c"}, "rgb": {"rgb(10,11,12)"}, "rgba": {"rgba(10,11,12,1)"},
		"hsl": {"hsl(10,11%,12%)"}, "hsla": {"hsla(10,11%,12%,1)"}, "cmyk": {"cmyk(1%,2%,3%,4%)"},
		"base32": {"MFRGGZA="}, "base64": {"ZXhhbXBsZQ=="}, "base64url": {"ZXhhbXBsZQ=="}, "base64rawurl": {"ZXhhbXBsZQ"},
		"datauri": {"data:text/plain;base64,ZXhhbXBsZQ=="}, "jwt": {"e30.e30.e30"}, "mimetype": {"text/plain"},
		"alpha": {"example"}, "alphanum": {"example1"}, "lowercase": {"example"}, "uppercase": {"EXAMPLE"},
		"latitude": {"52.5"}, "longitude": {"13.4"}, "iso3166_1_alpha2": {"DE"}, "iso3166_1_alpha3": {"DEU"},
		"iso4217": {"EUR"}, "bcp47_language_tag": {"en"}, "bcp47_strict_language_tag": {"en"},
		"md5": {strings.Repeat("0a", 16)}, "sha256": {strings.Repeat("0a", 32)},
		"sha384": {strings.Repeat("0a", 48)}, "sha512": {strings.Repeat("0a", 64)},
		"ulid": {"01ARZ3NDEKTSV4RRFFQ69G5FAV"},
		"uuid": {uuid('4')}, "uuid_rfc4122": {uuid('4')}, "uuid3": {uuid('3')}, "uuid3_rfc4122": {uuid('3')},
		"uuid4": {uuid('4')}, "uuid4_rfc4122": {uuid('4')}, "uuid5": {uuid('5')}, "uuid5_rfc4122": {uuid('5')}, "uuid7": {uuid('7')},
		"mongodb_connection_string": {"mongodb://db.example.com/example"},
	}
}

func uuid(version rune) string { return "00000000-0000-" + string(version) + "000-8000-000000000000" }
