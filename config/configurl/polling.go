package configurl

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxFresh bounds for how long an answer is taken as current.
const maxFresh = time.Minute

// freshFor returns for how long an answer is current by its Cache-Control.
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

// retryAfter returns for how long an answer asks to be left alone.
func retryAfter(h http.Header, now time.Time) time.Duration {
	asked := h.Get("Retry-After")
	if at, err := http.ParseTime(asked); err == nil {
		if answered, err := http.ParseTime(h.Get("Date")); err == nil {
			now = answered // by the same clock
		}
		return max(0, at.Sub(now).Truncate(time.Second))
	}
	return seconds(asked)
}

// seconds returns the duration of a number of seconds; 0 for anything else.
func seconds(text string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second //nolint:gosec // 31 bits
}
