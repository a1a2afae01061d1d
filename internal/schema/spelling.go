package schema

import (
	"slices"
	"strings"
	"unicode"
)

// Fold returns the folded form of a struct key, which is the same for all its spellings.
func Fold(key string) string {
	if isFolded(key) {
		return key
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, key)
}

// isFolded reports whether folding a key would not change it.
func isFolded(key string) bool {
	for i := range len(key) {
		if c := key[i]; c == '_' || c == '-' || 'A' <= c && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return true
}

// Snake returns the key of a field without a tag: its Go name in snake_case. A word starts
// at a capital after anything else, and at the last of several capitals if a small letter
// follows: HTTPPort is http_port. Digits belong to the word before them. After several
// capitals, the "s" of a plural and a version, "v" and a digit, belong to the word: UserIDs
// is user_ids, MinTLSv12 is min_tlsv12. Names that have capitals inside, such as GitHub and
// OAuth2, are one word each: see mixedWords.
func Snake(name string) string {
	if isSnake(name) {
		return name
	}
	runes := []rune(name)
	var b strings.Builder
	for i := 0; i < len(runes); {
		if i > 0 && !separates(runes[i]) && !separates(runes[i-1]) {
			b.WriteByte('_')
		}
		for end := i + wordLength(runes[i:]); i < end; i++ {
			b.WriteRune(unicode.ToLower(runes[i]))
		}
	}
	return b.String()
}

// isSnake reports whether Snake returns a name unchanged. It may be false for such a name,
// but not for most keys.
func isSnake(name string) bool {
	for i := range len(name) {
		if c := name[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// mixedWords are words with a capital inside that starts no word, the longer ones first. A
// digit may follow them.
var mixedWords = [][]rune{
	[]rune("CockroachDB"), []rune("PostgreSQL"), []rune("ClickHouse"), []rune("JavaScript"), []rune("TypeScript"),
	[]rune("PagerDuty"), []rune("BigQuery"), []rune("DynamoDB"), []rune("InfluxDB"), []rune("RabbitMQ"), []rune("MongoDB"), []rune("MariaDB"),
	[]rune("GraphQL"), []rune("LinkedIn"), []rune("YouTube"), []rune("GitHub"), []rune("GitLab"), []rune("PubSub"), []rune("SQLite"), []rune("MySQL"),
	[]rune("NoSQL"), []rune("OAuth"), []rune("macOS"), []rune("WiFi"), []rune("VoIP"), []rune("SaaS"), []rune("PaaS"), []rune("IaaS"),
	[]rune("DDoS"), []rune("mTLS"), []rune("gRPC"), []rune("eBPF"), []rune("QoS"), []rune("IoT"), []rune("iOS"), []rune("UInt"),
}

// wordLength returns the number of runes of the first word in runes, which is not empty.
func wordLength(runes []rune) int {
	for _, word := range mixedWords {
		n := len(word)
		if len(runes) < n || unicode.ToUpper(runes[0]) != unicode.ToUpper(word[0]) || !slices.Equal(runes[1:n], word[1:]) {
			continue
		}
		if n == len(runes) || !unicode.IsLower(runes[n]) {
			return n + digits(runes[n:])
		}
	}
	capitals := 0
	for capitals < len(runes) && hasLowerCase(runes[capitals]) {
		capitals++
	}
	n := capitals
	switch after := runes[capitals:]; {
	case capitals < 2 || len(after) == 0 || !unicode.IsLower(after[0]):
	case after[0] == 's' && (len(after) == 1 || !unicode.IsLower(after[1])): // a plural
		return n + 1 + digits(after[1:])
	case after[0] == 'v' && digits(after[1:]) > 0: // a version
		return n + 1 + digits(after[1:])
	default: // the last capital begins the next word
		return n - 1
	}
	for n = max(n, 1); n < len(runes) && !hasLowerCase(runes[n]) && separates(runes[n]) == separates(runes[n-1]); n++ {
	}
	return n
}

// hasLowerCase reports whether a character has a lower case. Some characters that Unicode
// calls upper case have none, and would start a word again each time that a name is split.
func hasLowerCase(r rune) bool { return unicode.ToLower(r) != r }

// separates reports whether a character separates words.
func separates(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// digits returns the number of digits at the start of runes.
func digits(runes []rune) int {
	n := 0
	for n < len(runes) && unicode.IsDigit(runes[n]) {
		n++
	}
	return n
}

// foldKey folds a key section by section.
func foldKey(key string) string {
	if isFolded(key) {
		return key
	}
	parts := strings.Split(key, ".")
	for i, part := range parts {
		parts[i] = Fold(part)
	}
	return strings.Join(parts, ".")
}

// foldName folds a key as one word, without its dots.
func foldName(key string) string { return Fold(strings.ReplaceAll(key, ".", "")) }
