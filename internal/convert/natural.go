package convert

import (
	"strconv"
	"strings"
	"time"
)

// Int returns the value of an integer where the type asks for none: an int, or an
// uint64 where that is too small.
func Int(text string) (any, *Mismatch) {
	text, miss := integer(text)
	if miss != nil {
		return nil, orQuoted(miss)
	}
	if v, err := strconv.ParseInt(text, 0, strconv.IntSize); err == nil {
		return int(v), nil
	}
	if v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, 64); err == nil {
		return v, nil
	}
	return nil, orQuoted(want("an integer of at most 64 bits"))
}

// Float returns the value of a number where the type asks for none.
func Float(text string) (any, *Mismatch) {
	v, miss := toFloat(text, 64)
	if miss != nil {
		return nil, orQuoted(miss)
	}
	return v, nil
}

// Time returns the value of a date or time.
func Time(text string) (time.Time, *Mismatch) { return toTime(text) }

// orQuoted adds the advice that helps where any type of value will do.
func orQuoted(m *Mismatch) *Mismatch {
	const advice = "quote it if it is a text"
	if m.Hint != "" {
		return &Mismatch{Want: m.Want, Hint: m.Hint + "; " + advice}
	}
	return &Mismatch{Want: m.Want, Hint: advice}
}
