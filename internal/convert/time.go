package convert

import (
	"strings"
	"time"
)

func parseDuration(text string) (time.Duration, *Mismatch) {
	d, err := time.ParseDuration(text)
	if err == nil {
		return d, nil
	}
	return 0, &Mismatch{Want: aDuration, Hint: durationHint(text)}
}

func isNumber(text string) bool {
	_, miss := parseFloat(text, 64)
	return miss == nil && text != ""
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// timeLayouts are the layouts of YAML timestamps and TOML dates. A time without a zone is
// in UTC.
var timeLayouts = []string{
	"2006-1-2T15:4:5Z07:00", "2006-1-2T15:4:5", "2006-1-2T15:4Z07:00", "2006-1-2T15:4",
	"2006-1-2 15:4:5Z07:00", "2006-1-2 15:4:5", "2006-1-2 15:4Z07:00", "2006-1-2 15:4",
	"2006-1-2 15:4:5 Z07:00", "2006-1-2",
}

func parseTime(text string) (time.Time, *Mismatch) {
	text = strings.ToUpper(text) // "t" and "z" are allowed by RFC 3339 and by TOML
	for _, layout := range timeLayouts {
		if v, err := time.Parse(layout, text); err == nil {
			return v, nil
		}
	}
	return time.Time{}, want(aTime)
}
