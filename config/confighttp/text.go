package confighttp

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/internal/redact"
)

// shownValue is a value as the page shows it.
type shownValue struct {
	Text  string
	Class string // "quiet" if the text is not the value itself
}

// maxValueChars is how many characters of a value the page shows.
const maxValueChars = 300

// newShownValue renders a value of [config.Setting].
func newShownValue(v any) shownValue {
	switch v := v.(type) {
	case nil:
		return shownValue{"not set", "quiet"}
	case string:
		if v == "[redacted]" {
			return shownValue{v, "quiet"}
		}
		return shownValue{Text: quoteIfNeeded(truncate(v))}
	case []any, map[string]any:
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			return shownValue{Text: redact.Escape(fmt.Sprint(v))}
		}
		return shownValue{Text: redact.Escape(truncate(strings.TrimSpace(b.String())))}
	}
	return shownValue{Text: redact.Escape(fmt.Sprint(v))}
}

// quoteIfNeeded quotes a text that is empty, begins or ends with space, or has invisible
// characters such as a tab.
func quoteIfNeeded(s string) string {
	if s == "" || strings.TrimSpace(s) != s || redact.Escape(s) != s {
		return redact.Escape(strconv.Quote(s))
	}
	return s
}

// truncate cuts a text after maxValueChars.
func truncate(s string) string {
	n := 0
	for i := range s {
		if n == maxValueChars {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// round renders a duration with about three digits.
func round(d time.Duration) string {
	switch {
	case d >= time.Second:
		return d.Round(time.Second / 10).String()
	case d >= time.Millisecond:
		return d.Round(time.Millisecond / 10).String()
	}
	return d.Round(time.Microsecond).String()
}

// moment is a time as the page shows it.
type moment struct {
	time.Time
	ISO  string // for machines
	Text string
}

// newMoment renders a time, with its distance from now unless now is zero.
func newMoment(now, t time.Time) moment {
	if t.IsZero() {
		return moment{Text: "never"}
	}
	m := moment{t, t.UTC().Format(time.RFC3339Nano), t.UTC().Format("2006-01-02 15:04:05 UTC")}
	if !now.IsZero() {
		m.Text = ago(now.Sub(t)) + ", " + m.Text
	}
	return m
}

// ago renders a time in the past roughly; a negative d is in the future.
func ago(d time.Duration) string {
	switch {
	case d <= -2*time.Second:
		return "in " + strings.TrimSuffix(ago(-d), " ago")
	case d < 2*time.Second:
		return "just now"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s ago", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min ago", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", d/time.Hour)
	}
	return fmt.Sprintf("%d days ago", d/(24*time.Hour))
}
