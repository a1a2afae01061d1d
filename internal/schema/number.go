package schema

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"example.com/lastgood/internal/document"
)

// leadingZero matches what is octal in YAML 1.1 and in Go, decimal in YAML 1.2
// and in the environment, and hence must not be guessed.
var leadingZero = regexp.MustCompile(`^[+-]?0[0-9_]+$`)

// integer returns the text of an integer in the form strconv reads with base 0.
// A number with a fraction or exponent counts if its value is whole.
func integer(n *document.Node) (string, *Mismatch) {
	text := n.Text
	if leadingZero.MatchString(text) {
		plain := strings.TrimLeft(strings.TrimLeft(text, "+-"), "0_")
		return "", &Mismatch{Want: "an integer without leading zeros",
			Hint: "write 0o" + plain + " if it is octal, " + plain + " if it is decimal"}
	}
	if n.Kind != document.Float && !strings.ContainsAny(text, ".eE") || isPrefixed(text) {
		return text, nil
	}
	f, _, err := big.ParseFloat(strings.ReplaceAll(text, "_", ""), 10, 512, big.ToZero)
	if err != nil {
		return text, nil // strconv says that it is not a number
	}
	if !f.IsInt() {
		return "", &Mismatch{Want: "an integer, without a fraction"}
	}
	if f.MantExp(nil) > 64 {
		return "", &Mismatch{Want: "an integer of at most 64 bits"}
	}
	return f.Text('f', 0), nil
}

// isPrefixed reports whether text is written in another base than ten.
func isPrefixed(text string) bool {
	text = strings.TrimLeft(text, "+-")
	return len(text) > 1 && text[0] == '0' && strings.ContainsRune("xXoObB", rune(text[1]))
}

func convertFloat(n *document.Node, bits int) (any, *Mismatch) {
	text := n.Text
	if leadingZero.MatchString(text) || isPrefixed(text) {
		whole, miss := integer(n)
		if miss != nil {
			return nil, miss
		}
		i, err := strconv.ParseInt(whole, 0, 64)
		if err != nil {
			return nil, want("a number")
		}
		text = strconv.FormatInt(i, 10)
	}
	text = strings.ReplaceAll(text, "_", "")
	v, err := strconv.ParseFloat(yamlSpecial(text), bits)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return nil, want("a number of at most " + strconv.FormatFloat(largest(bits), 'g', 3, 64))
	case err != nil:
		return nil, want("a number")
	case strings.Trim(text, "+-0123456789") == "" && !exact(text, v):
		return nil, &Mismatch{Want: "a number that " + strconv.Itoa(bits) + " bits hold exactly",
			Hint: "write it with a decimal point if rounding is meant"}
	}
	return v, nil
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

// Natural returns the value of a scalar where the type asks for none: the Go
// value that its kind suggests.
func Natural(n *document.Node) (any, *Mismatch) {
	switch n.Kind {
	case document.Null:
		return nil, nil
	case document.Bool:
		return strings.EqualFold(n.Text, "true"), nil
	case document.Int:
		text, miss := integer(n)
		if miss != nil {
			return nil, miss
		}
		if v, err := strconv.ParseInt(text, 0, strconv.IntSize); err == nil {
			return int(v), nil
		}
		if v, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), 0, 64); err == nil {
			return v, nil
		}
		return nil, &Mismatch{Want: "an integer of at most 64 bits", Hint: "quote it if it is a text"}
	case document.Float:
		return convertFloat(n, 64)
	case document.Time:
		if v, miss := convertTime(n); miss == nil {
			return v.(time.Time), nil
		}
	}
	return n.Text, nil
}
