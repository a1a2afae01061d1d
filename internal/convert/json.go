package convert

import (
	"encoding/json"
	"math/big"
	"strings"
)

// writeString writes a text as JSON.
func writeString(b *strings.Builder, text string) {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // every text can be written as JSON
	}
	b.Write(quoted)
}

// jsonNumber returns a number in JSON's syntax, with all its digits.
func jsonNumber(text string) (string, *Mismatch) {
	if text != "" && (isDigit(text[0]) || text[0] == '-') && json.Valid([]byte(text)) {
		return text, nil
	}
	switch {
	case hasLeadingZero(text):
		return "", leadingZero("a number")
	case isPrefixed(text):
		if len(text) > maxBig {
			return "", want("a number")
		}
		i, ok := new(big.Int).SetString(text, 0)
		if !ok {
			return "", want("a number")
		}
		return i.String(), nil
	}
	d, ok := splitDecimal(withoutUnderscores(text))
	if !ok {
		return "", wantNumber("a number", text)
	}
	whole, fraction := strings.TrimLeft(d.digits[:d.point], "0"), d.digits[d.point:]
	if whole == "" {
		whole = "0"
	}
	number := strings.TrimPrefix(d.sign, "+") + whole
	if fraction != "" {
		number += "." + fraction
	}
	if d.exponent != "" {
		number += "e" + d.exponent
	}
	return number, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
