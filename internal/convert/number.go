package convert

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// hasLeadingZero reports whether an integer is octal in YAML 1.1 and in Go, but
// decimal in YAML 1.2 and in the environment, and hence must not be guessed.
func hasLeadingZero(text string) bool {
	text = withoutSign(text)
	return len(text) > 1 && text[0] == '0' && strings.Trim(text, "0123456789_") == ""
}

func withoutSign(text string) string {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		return text[1:]
	}
	return text
}

// unzeroed is the mismatch of a text with leading zeros. Its hint does not quote the
// text, which may be a secret.
func unzeroed(what string) *Mismatch {
	return &Mismatch{Want: what + " without leading zeros",
		Hint: "leave them out if it is decimal, or write 0o in their place if it is octal"}
}

func toInt(text string, bits int) (int64, *Mismatch) {
	text, miss := integer(text)
	if miss != nil {
		return 0, miss
	}
	v, err := strconv.ParseInt(text, 0, bits)
	if err == nil {
		return v, nil
	}
	if errors.Is(err, strconv.ErrRange) && numberHint(text) == "" { // it is out of range before it ends
		high := uint64(1)<<(bits-1) - 1
		return 0, want(fmt.Sprintf("an integer from -%d to %d", high+1, high))
	}
	return 0, wantNumber("an integer", text)
}

func toUint(text string, bits int) (uint64, *Mismatch) {
	text, miss := integer(text)
	if miss != nil {
		return 0, miss
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, bits)
	if err == nil {
		return v, nil
	}
	signed, signedErr := strconv.ParseInt(text, 0, 64)
	switch {
	case numberHint(text) != "":
	case signedErr == nil && signed == 0: // "-0"
		return 0, nil
	case errors.Is(err, strconv.ErrRange), signedErr == nil, errors.Is(signedErr, strconv.ErrRange):
		return 0, want(fmt.Sprintf("an integer from 0 to %d", uint64(math.MaxUint64)>>(64-bits)))
	}
	return 0, wantNumber("an integer", text)
}

// integer returns the text of an integer in the form strconv reads with base 0.
// A number with a fraction or exponent counts if its value is whole.
func integer(text string) (string, *Mismatch) {
	switch {
	case hasLeadingZero(text):
		return "", unzeroed("an integer")
	case isPrefixed(text) || !strings.ContainsAny(text, ".eE"):
		return text, nil
	}
	whole, fraction := wholeDecimal(text)
	if fraction {
		return "", want("an integer, without a fraction")
	}
	return whole, nil
}

// isPrefixed reports whether text is written in another base than ten.
func isPrefixed(text string) bool {
	text = strings.TrimLeft(text, "+-")
	return len(text) > 1 && text[0] == '0' && strings.ContainsRune("xXoObB", rune(text[1]))
}

// decimal is a number written with a point or exponent.
type decimal struct {
	sign     string // "+", "-" or ""
	digits   string // without the point, at least one
	point    int    // how many digits are before it
	exponent string // with its sign; "" if there is none
}

// splitDecimal takes a number apart, or returns false for what is none.
func splitDecimal(text string) (decimal, bool) {
	unsigned := withoutSign(text)
	d := decimal{sign: text[:len(text)-len(unsigned)]}
	digits := mantissa(unsigned)
	if len(digits) < len(unsigned) {
		d.exponent = unsigned[len(digits)+1:]
		if !isDigits(withoutSign(d.exponent)) {
			return decimal{}, false
		}
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	d.digits, d.point = whole+fraction, len(whole)
	return d, isDigits(d.digits)
}

// wholeDecimal returns the digits of a number without point and exponent, or
// that it has a fraction. It works on the text, since any arithmetic would round
// somewhere. What is no number is returned as it is, for strconv to say so.
func wholeDecimal(text string) (whole string, fraction bool) {
	d, ok := splitDecimal(withoutUnderscores(text))
	if !ok {
		return text, false
	}
	digits, point := d.digits, d.point
	if strings.Trim(digits, "0") == "" {
		return "0", false
	}
	const huge = 1 << 30
	if d.exponent != "" {
		exponent, err := strconv.Atoi(d.exponent)
		if err != nil || max(exponent, -exponent) > huge {
			exponent = huge
			if d.exponent[0] == '-' {
				exponent = -huge
			}
		}
		point += exponent
	}
	if len(strings.TrimRight(digits, "0")) > point {
		return "", true
	}
	const tooLong = 30 // digits, for any integer
	zeros := len(digits) - len(strings.TrimLeft(digits, "0"))
	if point-zeros > tooLong {
		return d.sign + strings.Repeat("9", tooLong), false
	}
	digits += strings.Repeat("0", max(point-len(digits), 0))
	return d.sign + digits[zeros:point], false
}

// withoutUnderscores returns a number without the underscores that group its
// digits. Where one is elsewhere, text is returned as it is, which is then
// no number.
func withoutUnderscores(text string) string {
	if !isGrouped(text) {
		return text
	}
	return strings.ReplaceAll(text, "_", "")
}

// isGrouped reports whether the underscores in a number, if any, are between
// digits.
func isGrouped(text string) bool {
	for {
		before, after, found := strings.Cut(text, "_")
		if !found {
			return true
		}
		if before == "" || after == "" || !isDigits(before[len(before)-1:]) || !isDigits(after[:1]) {
			return false
		}
		text = after
	}
}
