package convert

import (
	"regexp"
	"strings"
)

// numberHints do not quote the text, which may be a secret.
var numberHints = []struct {
	pattern *regexp.Regexp
	hint    string
}{
	{regexp.MustCompile(`^[-+]?\d[\d_.]*[,;]$`), "remove what follows the digits"},
	{regexp.MustCompile(`^[-+]?\d{1,3}(?:[, '’\x{a0}\x{2009}\x{202f}]\d{3})+(?:\.\d+)?$`), `write it without what separates its thousands, or with "_"`},
	{regexp.MustCompile(`^[-+]?\d{1,3}(?:\.\d{3}){2,}$`), `write it without what separates its thousands, or with "_"`},
	{regexp.MustCompile(`^[-+]?\d*,\d+$`), `write "." for the decimal comma`},
	{regexp.MustCompile(`^[-+]?\d[\d_.]* *%$`), "write it without the percent sign"},
	{regexp.MustCompile(`^[-+]?\d[\d_.]* *[A-Za-zµ]+$`), "write it without a unit"},
	{regexp.MustCompile(`^[-+] +\d[\d_.]*$`), "write it without the space"},
}

// numberHint returns a hint for a text that is not a number, or "".
func numberHint(text string) string {
	if len(text) > 64 || isPrefixed(text) {
		return ""
	}
	for _, known := range numberHints {
		if known.pattern.MatchString(text) {
			return known.hint
		}
	}
	return ""
}

// wantNumber returns the mismatch of a text that is not a number.
func wantNumber(what, text string) *Mismatch { return &Mismatch{Want: what, Hint: numberHint(text)} }

var (
	spacedDuration = regexp.MustCompile(`^[-+]?(?:\d*\.?\d+ *(?:ns|us|µs|μs|ms|s|m|h) *)+$`)
	wordDuration   = regexp.MustCompile(`^[-+]?(?:\d*\.?\d+ *[A-Za-zµμ]+[ ,]*(?:and +)?)+$`)
	clockDuration  = regexp.MustCompile(`^\d+:\d\d(?::\d\d)?(?:\.\d+)?$`)
	isoDuration    = regexp.MustCompile(`^(?i:P(?:\d+[YMWD])*(?:T(?:\d*\.?\d+[HMS])+)?)$`)
)

// durationHint returns a hint for a text that is not a duration, or "".
func durationHint(text string) string {
	if len(text) > 64 {
		return ""
	}
	const units = "the units are ns, us, ms, s, m and h, right behind the number, as in 5m"
	switch number := withoutSign(text); {
	case isNumber(text):
		return "a duration needs a unit"
	case strings.HasSuffix(number, "d") && isDigits(strings.TrimRight(number[:len(number)-1], " ")):
		return "hours are the longest unit, a day is 24h"
	case spacedDuration.MatchString(text):
		return "write it without spaces"
	case wordDuration.MatchString(text), clockDuration.MatchString(text), len(text) > 1 && isoDuration.MatchString(text):
		return units
	case strings.ContainsAny(text, ",;"):
		return numberHint(strings.TrimRight(text, "nuµmsh"))
	}
	return ""
}

// boolHint returns a hint for a text that is neither true nor false, or "".
func boolHint(text string) string {
	switch strings.ToLower(text) {
	case "yes", "y", "on", "no", "n", "off", "enabled", "disabled":
		return "yes, no, on, off and the like are only texts"
	}
	return ""
}
