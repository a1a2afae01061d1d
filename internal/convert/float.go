package convert

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// parseFloat parses a number. A value that is out of range, too small, or an integer that
// would be rounded is a mismatch.
func parseFloat(text string, bits int) (float64, *Mismatch) {
	if hasLeadingZero(text) {
		return 0, leadingZero("a number")
	}
	if isPrefixed(text) {
		if len(text) > 70 { // a long one would take long to parse
			return 0, want("a number")
		}
		i, ok := new(big.Int).SetString(text, 0)
		if !ok {
			return 0, want("a number")
		}
		text = i.String()
	}
	text = withoutUnderscores(text)
	v, err := strconv.ParseFloat(yamlSpecial(text), bits)
	switch {
	case errors.Is(err, strconv.ErrRange):
		most := strconv.FormatFloat(largest(bits), 'g', 3, 64)
		return 0, want("a number from -" + most + " to " + most)
	case err != nil:
		return 0, wantNumber("a number", text)
	case v == 0 && strings.ContainsAny(mantissa(text), "123456789"):
		return 0, want("0, or a number that is not too small for " + strconv.Itoa(bits) + " bits")
	case strings.Trim(text, "+-0123456789") == "" && !isExact(text, v):
		return 0, &Mismatch{Want: "a number that " + strconv.Itoa(bits) + " bits hold exactly",
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

// yamlSpecial converts YAML's ".inf" and ".nan", and TOML's "nan" with a sign, to the
// spelling of strconv.
func yamlSpecial(text string) string {
	switch strings.ToLower(strings.TrimLeft(text, "+-")) {
	case ".inf", ".nan":
		return strings.Replace(text, ".", "", 1)
	case "nan":
		return "nan"
	}
	return text
}

func largest(bits int) float64 {
	if bits == 32 {
		return math.MaxFloat32
	}
	return math.MaxFloat64
}

// isExact reports whether the float v is the integer that text has.
func isExact(text string, v float64) bool {
	if len(text) < 8 { // less than 2^24, which float32 holds exactly
		return true
	}
	return strconv.FormatFloat(v, 'f', 0, 64) == strings.TrimPrefix(text, "+")
}
