package schema

import (
	"errors"
	"fmt"
	"math"
	"math/big"
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

func convertFloat(n *document.Node, bits int) (any, *Mismatch) {
	text := n.Text
	if hasLeadingZero(text) {
		return nil, unzeroed("a number", text)
	}
	if isPrefixed(text) {
		i, ok := new(big.Int).SetString(text, 0)
		if !ok || len(text) > 70 {
			return nil, want("a number")
		}
		text = i.String()
	}
	text = withoutUnderscores(text)
	v, err := strconv.ParseFloat(yamlSpecial(text), bits)
	most := strconv.FormatFloat(largest(bits), 'g', 3, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return nil, want("a number from -" + most + " to " + most)
	case err != nil:
		return nil, want("a number")
	case v == 0 && strings.ContainsAny(mantissa(text), "123456789"):
		return nil, want("0, or a number that is not too small for " + strconv.Itoa(bits) + " bits")
	case strings.Trim(text, "+-0123456789") == "" && !exact(text, v):
		return nil, &Mismatch{Want: "a number that " + strconv.Itoa(bits) + " bits hold exactly",
			Hint: "write it with a decimal point if rounding is meant"}
	}
	return v, nil
}

func mantissa(text string) string {
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		return text[:i]
	}
	return text
}

// yamlSpecial turns YAML's ".inf" and ".nan" into what strconv reads.
func yamlSpecial(text string) string {
	switch strings.ToLower(strings.TrimLeft(text, "+-")) {
	case ".inf", ".nan":
		return strings.Replace(text, ".", "", 1)
	}
	return text
}

func largest(bits int) float64 {
	if bits == 32 {
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

// exact reports whether the float v is the integer that text spells.
func exact(text string, v float64) bool {
	if len(text) < 8 { // less than 2^24, which float32 holds exactly
		return true
	}
	whole, ok := new(big.Int).SetString(text, 10)
	if !ok || math.IsInf(v, 0) {
		return false
	}
	back, accuracy := big.NewFloat(v).Int(nil)
	return accuracy == big.Exact && back.Cmp(whole) == 0
}
