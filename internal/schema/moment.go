package schema

import (
	"strings"
	"time"

	"example.com/lastgood/internal/document"
)

func convertDuration(n *document.Node) (any, *Mismatch) {
	d, err := time.ParseDuration(n.Text)
	if err == nil {
		return d, nil
	}
	miss := want(aDuration)
	switch number := strings.TrimLeft(n.Text, "+-"); {
	case n.Kind == document.Int || n.Kind == document.Float || isDigits(number):
		miss.Hint = "a duration needs a unit"
	case strings.HasSuffix(number, "d") && isDigits(number[:len(number)-1]):
		miss.Hint = "hours are the longest unit, a day is 24h"
	}
	return nil, miss
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// timeLayouts are those of YAML timestamps and TOML dates. Without a zone, a
// time is UTC.
var timeLayouts = []string{
	"2006-1-2T15:4:5Z07:00", "2006-1-2T15:4:5", "2006-1-2T15:4Z07:00", "2006-1-2T15:4",
	"2006-1-2 15:4:5Z07:00", "2006-1-2 15:4:5", "2006-1-2 15:4Z07:00", "2006-1-2 15:4",
	"2006-1-2 15:4:5 Z07:00", "2006-1-2",
}

func convertTime(n *document.Node) (any, *Mismatch) {
	text := strings.ToUpper(n.Text) // "t" and "z" are allowed by RFC 3339 and by TOML
	for _, layout := range timeLayouts {
		if v, err := time.Parse(layout, text); err == nil {
			return v, nil
		}
	}
	return nil, want(aTime)
}
