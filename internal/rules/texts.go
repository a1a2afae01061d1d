package rules

// textFor returns what one of the validator's rules asks for; %s and %q are for the
// parameter. It is "" for a rule that is not known. The validator's own English texts
// lack about a third of the rules, among them most of those that configurations
// need, and its errors quote the value.
func textFor(rule string) string {
	switch rule {
	case "required":
		return "must not be empty"
	case "isdefault":
		return "must not be set"
	case "unique":
		return "must not have the same item twice"

	// Places.
	case "hostname_port":
		return "must be host:port, such as :8080"
	case "port":
		return "must be a port, from 1 to 65535"
	case "hostname", "hostname_rfc1123":
		return "must be a host name"
	case "hostname_label", "dns_rfc1035_label":
		return "must be one label of a host name"
	case "fqdn":
		return "must be a full domain name, such as db.example.com"
	case "ip", "ip_addr":
		return "must be an IP address"
	case "ipv4", "ip4_addr":
		return "must be an IPv4 address"
	case "ipv6", "ip6_addr":
		return "must be an IPv6 address"
	case "cidr":
		return "must be a network, such as 10.0.0.0/8"
	case "cidrv4":
		return "must be an IPv4 network, such as 10.0.0.0/8"
	case "cidrv6":
		return "must be an IPv6 network, such as fd00::/8"
	case "tcp_addr", "tcp4_addr":
		return "must be a TCP address, such as 127.0.0.1:80"
	case "tcp6_addr":
		return "must be a TCP address, such as [::1]:80"
	case "udp_addr", "udp4_addr":
		return "must be a UDP address, such as 127.0.0.1:53"
	case "udp6_addr":
		return "must be a UDP address, such as [::1]:53"
	case "unix_addr":
		return "must be the path of a Unix socket"
	case "uds_exists":
		return "must be an existing Unix socket"
	case "mac":
		return "must be a MAC address, such as 00:00:5e:00:53:01"
	case "url":
		return "must be a URL, such as https://example.com/path"
	case "uri":
		return "must be a URI, such as https://example.com/path"
	case "http_url":
		return "must be a URL that starts with http:// or https://"
	case "https_url":
		return "must be a URL that starts with https://"
	case "origin":
		return "must be an origin, such as https://example.com"
	case "file":
		return "must be an existing file"
	case "filepath":
		return "must be the path of a file"
	case "dir":
		return "must be an existing directory"
	case "dirpath":
		return "must be the path of a directory, such as /var/lib/"
	case "image":
		return "must be an existing image file"
	case "mongodb_connection_string":
		return "must be a MongoDB connection string"

	// Choices and parts of texts.
	case "oneof":
		return "must be one of %s"
	case "oneofci":
		return "must be one of %s, in upper or lower case"
	case "noneof":
		return "must be none of %s"
	case "noneofci":
		return "must be none of %s, in upper or lower case"
	case "eq_ignore_case":
		return "must be %q, in upper or lower case"
	case "ne_ignore_case":
		return "must not be %q, in upper or lower case"
	case "startswith":
		return "must start with %q"
	case "startsnotwith":
		return "must not start with %q"
	case "endswith":
		return "must end with %q"
	case "endsnotwith":
		return "must not end with %q"
	case "contains":
		return "must contain %q"
	case "containsany":
		return "must contain one of the characters %q"
	case "containsrune":
		return "must contain the character %q"
	case "excludes":
		return "must not contain %q"
	case "excludesall":
		return "must not contain any of the characters %q"
	case "excludesrune":
		return "must not contain the character %q"

	// Kinds of texts.
	case "alpha", "alphaunicode":
		return "must be letters only"
	case "alphaspace":
		return "must be letters and blanks only"
	case "alphanum", "alphanumunicode":
		return "must be letters and digits only"
	case "alphanumspace":
		return "must be letters, digits and blanks only"
	case "ascii":
		return "must be ASCII characters only"
	case "printascii":
		return "must be printable ASCII characters only"
	case "lowercase":
		return "must be in lower case"
	case "uppercase":
		return "must be in upper case"
	case "numeric":
		return "must be a number"
	case "number":
		return "must be digits only"
	case "boolean":
		return "must be true or false"
	case "hexadecimal":
		return "must be hexadecimal"
	case "hexcolor":
		return "must be a color such as #0a0b0c"
	case "rgb":
		return "must be an RGB color"
	case "rgba":
		return "must be an RGBA color"
	case "hsl":
		return "must be an HSL color"
	case "hsla":
		return "must be an HSLA color"
	case "cmyk":
		return "must be a CMYK color"
	case "base32":
		return "must be base32"
	case "base64":
		return "must be base64"
	case "base64url":
		return "must be base64 for URLs"
	case "base64rawurl":
		return "must be base64 for URLs, without padding"
	case "json":
		return "must be JSON"
	case "jwt":
		return "must be a JWT"
	case "email":
		return "must be an e-mail address"
	case "e164":
		return "must be a phone number, such as +15550100"
	case "datauri":
		return "must be a data URI"
	case "mimetype":
		return "must be a media type, such as text/plain"
	case "semver":
		return "must be a semantic version, such as 1.2.3"
	case "md5":
		return "must be an MD5 sum in hexadecimal"
	case "sha256":
		return "must be a SHA-256 sum in hexadecimal"
	case "sha384":
		return "must be a SHA-384 sum in hexadecimal"
	case "sha512":
		return "must be a SHA-512 sum in hexadecimal"
	case "ulid":
		return "must be a ULID"
	case "uuid", "uuid_rfc4122":
		return "must be a UUID"
	case "uuid3", "uuid3_rfc4122":
		return "must be a version 3 UUID"
	case "uuid4", "uuid4_rfc4122":
		return "must be a version 4 UUID"
	case "uuid5", "uuid5_rfc4122":
		return "must be a version 5 UUID"
	case "uuid7":
		return "must be a version 7 UUID"

	// Times and regions.
	case "datetime":
		return "must be a date or time written like %q"
	case "duration":
		return "must be a duration such as 300ms, 5s or 1h30m"
	case "timezone":
		return "must be a time zone, such as Europe/Berlin"
	case "cron":
		return `must be a cron expression, such as "0 3 * * *"`
	case "latitude":
		return "must be a latitude"
	case "longitude":
		return "must be a longitude"
	case "iso3166_1_alpha2":
		return "must be a country code of two letters"
	case "iso3166_1_alpha3":
		return "must be a country code of three letters"
	case "iso4217":
		return "must be a currency code, such as EUR"
	case "bcp47_language_tag", "bcp47_strict_language_tag":
		return "must be a language tag, such as en-US"
	}
	return ""
}
