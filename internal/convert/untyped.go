package convert

import (
	"strconv"
	"strings"
	"time"
)

// Int returns the value of an integer where the Go type is any: an int, or a uint64 if that
// is too small.
func Int(text string) (any, *Mismatch) {
	text, miss := integer(text)
	if miss != nil {
		return nil, withQuoteHint(miss)
	}
	if v, err := strconv.ParseInt(text, 0, strconv.IntSize); err == nil {
		return int(v), nil
	}
	if v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, 64); err == nil {
		return v, nil
	}
	return nil, withQuoteHint(want("an integer of at most 64 bits"))
}

// Float returns the value of a number where the Go type is any.
func Float(text string) (any, *Mismatch) {
	v, miss := parseFloat(text, 64)
	if miss != nil {
		return nil, withQuoteHint(miss)
	}
	return v, nil
}

// Time returns the value of a date or time.
func Time(text string) (time.Time, *Mismatch) { return parseTime(text) }

// withQuoteHint adds the hint to quote the value, which makes it a valid text where the Go
// type is any.
func withQuoteHint(m *Mismatch) *Mismatch {
	const advice = "quote it if it is a text"
	if m.Hint != "" {
		return &Mismatch{Want: m.Want, Hint: m.Hint + "; " + advice}
	}
	return &Mismatch{Want: m.Want, Hint: advice}
}
