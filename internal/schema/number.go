package schema

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"example.com/lastgood/internal/document"
)

// hasLeadingZero reports whether an integer is octal in YAML 1.1 and in Go, but
// decimal in YAML 1.2 and in the environment, and hence must not be guessed.
func hasLeadingZero(text string) bool {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	return len(text) > 1 && text[0] == '0' && strings.Trim(text, "0123456789_") == ""
}

// unzeroed says that text must be written without leading zeros, and how.
func unzeroed(what, text string) *Mismatch {
	sign := ""
	if text[0] == '-' {
		sign = "-"
	}
	plain := strings.TrimLeft(text, "+-0_")
	m := &Mismatch{Want: what + " without leading zeros"}
	switch {
	case plain == "":
		m.Hint = "write 0"
	case strings.ContainsAny(plain, "89"):
		m.Hint = "write " + sign + plain
	default:
		m.Hint = fmt.Sprintf("write %s0o%s if it is octal, %s%s if it is decimal", sign, plain, sign, plain)
	}
	return m
}

func convertInt(n *document.Node, t reflect.Type) (any, *Mismatch) {
	text, miss := integer(n)
	if miss != nil {
		return nil, miss
	}
	v, err := strconv.ParseInt(text, 0, t.Bits())
	if err == nil {
		return v, nil
	}
	if errors.Is(err, strconv.ErrRange) {
		high := uint64(1)<<(t.Bits()-1) - 1
		return nil, want(fmt.Sprintf("an integer from -%d to %d", high+1, high))
	}
	return nil, want("an integer")
}

func convertUint(n *document.Node, t reflect.Type) (any, *Mismatch) {
	text, miss := integer(n)
	if miss != nil {
		return nil, miss
	}
	v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, t.Bits())
	if err == nil {
		return v, nil
	}
	signed, signedErr := strconv.ParseInt(text, 0, 64)
	switch {
	case signedErr == nil && signed == 0: // "-0"
		return uint64(0), nil
	case errors.Is(err, strconv.ErrRange), signedErr == nil, errors.Is(signedErr, strconv.ErrRange):
		return nil, want(fmt.Sprintf("an integer from 0 to %d", uint64(math.MaxUint64)>>(64-t.Bits())))
	}
	return nil, want("an integer")
}

// integer returns the text of an integer in the form strconv reads with base 0.
// A number with a fraction or exponent counts if its value is whole.
func integer(n *document.Node) (string, *Mismatch) {
	text := n.Text
	switch {
	case hasLeadingZero(text):
		return "", unzeroed("an integer", text)
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

// decimal matches a number written with a point or exponent.
var decimal = regexp.MustCompile(`^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$`)

// wholeDecimal returns the digits of a number without point and exponent, or
// that it has a fraction. It works on the text, since any arithmetic would round
// somewhere. What is no number is returned as it is, for strconv to say so.
func wholeDecimal(text string) (whole string, fraction bool) {
	m := decimal.FindStringSubmatch(withoutUnderscores(text))
	if m == nil || m[2]+m[3] == "" {
		return text, false
	}
	sign, digits, point := m[1], m[2]+m[3], len(m[2])
	if strings.Trim(digits, "0") == "" {
		return "0", false
	}
	const huge = 1 << 30
	if m[4] != "" {
		exponent, err := strconv.Atoi(m[4])
		if err != nil || max(exponent, -exponent) > huge {
			exponent = huge
			if m[4][0] == '-' {
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
		return sign + strings.Repeat("9", tooLong), false
	}
	digits += strings.Repeat("0", max(point-len(digits), 0))
	return sign + digits[zeros:point], false
}

// underscored matches a number whose underscores, if any, stand between digits.
var underscored = regexp.MustCompile(`^[^_]*(?:[0-9]_[0-9][^_]*)*$`)

// withoutUnderscores returns a number without the underscores that group its
// digits. Where one stands elsewhere, text is returned as it is, which is then
// no number.
func withoutUnderscores(text string) string {
	if !strings.Contains(text, "_") || !underscored.MatchString(text) {
		return text
	}
	return strings.ReplaceAll(text, "_", "")
}
