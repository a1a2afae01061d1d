package convert

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// hasLeadingZero reports whether an integer is octal in YAML 1.1 and in Go but decimal in
// YAML 1.2 and in the environment, so that its meaning is not certain.
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

// leadingZero returns the mismatch of a text with leading zeros. Its hint does not quote
// the text, which may be a secret.
func leadingZero(what string) *Mismatch {
	return &Mismatch{Want: what + " without leading zeros",
		Hint: "leave them out if it is decimal, or write 0o in their place if it is octal"}
}

// parseInt parses a signed integer of some bits.
func parseInt(text string, bits int) (int64, *Mismatch) {
	text, miss := integer(text)
	if miss != nil {
		return 0, miss
	}
	v, err := strconv.ParseInt(text, 0, bits)
	if err == nil {
		return v, nil
	}
	if errors.Is(err, strconv.ErrRange) && numberHint(text) == "" { // strconv reports the range before it has read the whole text
		high := uint64(1)<<(bits-1) - 1
		return 0, want(fmt.Sprintf("an integer from -%d to %d", high+1, high))
	}
	return 0, wantNumber("an integer", text)
}

// parseUint parses an unsigned integer of some bits.
func parseUint(text string, bits int) (uint64, *Mismatch) {
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

// integer returns the text of an integer in the syntax of strconv with base 0. A number
// with a fraction or exponent is accepted if its value is whole.
func integer(text string) (string, *Mismatch) {
	switch {
	case hasLeadingZero(text):
		return "", leadingZero("an integer")
	case isPrefixed(text) || !strings.ContainsAny(text, ".eE"):
		return text, nil
	}
	whole, fraction := wholeDecimal(text)
	if fraction {
		return "", want("an integer, without a fraction")
	}
	return whole, nil
}

// isPrefixed reports whether a number has the prefix of another base than ten.
func isPrefixed(text string) bool {
	text = strings.TrimLeft(text, "+-")
	return len(text) > 1 && text[0] == '0' && strings.ContainsRune("xXoObB", rune(text[1]))
}

// decimal is a number written with a point or exponent.
type decimal struct {
	sign     string // "+", "-" or ""
	digits   string // without the point, at least one
	point    int    // number of digits before the point
	exponent string // with its sign; "" if there is none
}

// splitDecimal splits a number into its parts, or returns false if it is none.
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

// wholeDecimal returns the digits of a number without point and exponent, or that it has a
// fraction. It works on the text, since arithmetic could round. A text that is not a number
// is returned as it is, so that strconv reports it.
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

// withoutUnderscores returns a number without the underscores between its digits. If one is
// elsewhere, text is returned as it is, which is not a number then.
func withoutUnderscores(text string) string {
	if !isGrouped(text) {
		return text
	}
	return strings.ReplaceAll(text, "_", "")
}

// isGrouped reports whether all underscores in a number are between digits.
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
