package confighttp

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/internal/redact"
)

// shown is a value as the page shows it.
type shown struct {
	Text  string
	Class string // "quiet" if the text is not the value itself
}

// mostShown is how many characters of a value the page shows.
const mostShown = 300

// newShown renders a value as [config.Setting] has it. Texts are shown as they are
// where that is plain, and in quotes where it would deceive.
func newShown(v any) shown {
	switch v := v.(type) {
	case nil:
		return shown{"not set", "quiet"}
	case string:
		if v == "[redacted]" {
			return shown{v, "quiet"}
		}
		return shown{Text: plain(shorten(v))}
	case []any, map[string]any:
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			return shown{Text: redact.Escape(fmt.Sprint(v))}
		}
		return shown{Text: redact.Escape(shorten(strings.TrimSpace(b.String())))}
	}
	return shown{Text: redact.Escape(fmt.Sprint(v))}
}

// plain quotes a text that is empty, has space at an end, or has what does not
// print: a tab, or a mark that turns the direction of writing.
func plain(s string) string {
	if s == "" || strings.TrimSpace(s) != s || redact.Escape(s) != s {
		return redact.Escape(strconv.Quote(s))
	}
	return s
}

// shorten cuts a text to what the page shows.
func shorten(s string) string {
	n := 0
	for i := range s {
		if n == mostShown {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// took renders a duration to three digits or so.
func took(d time.Duration) string {
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

// newMoment renders a time, and how long before now that was unless now is zero.
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

// ago renders how long something has been, roughly, or will take.
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
