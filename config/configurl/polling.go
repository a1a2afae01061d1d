package configurl

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxFresh bounds the time for which an answer is fresh.
const maxFresh = time.Minute

// freshFor returns the time for which an answer is fresh by its Cache-Control.
func freshFor(h http.Header) time.Duration {
	fresh := time.Duration(0)
	for directive := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch name {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			fresh = seconds(strings.Trim(value, `"`))
		}
	}
	return max(0, min(fresh-seconds(h.Get("Age")), maxFresh))
}

// retryAfter returns the duration of the header Retry-After.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if at, err := http.ParseTime(value); err == nil {
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			now = date // by the same clock
		}
		return max(0, at.Sub(now).Truncate(time.Second))
	}
	return seconds(value)
}

// seconds returns the duration of a number of seconds; 0 for anything else.
func seconds(text string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second //nolint:gosec // 31 bits
}
