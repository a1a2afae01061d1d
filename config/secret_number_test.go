package config_test

import (
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// The hint for an invalid value contains no part of the value.
func TestTheHintOfASecretNumberDoesNotQuoteIt(t *testing.T) {
	type pins struct {
		Pin   int     `secret:"true"`
		Rate  float64 `secret:"true"`
		Count int8    `secret:"true"`
	}
	for _, value := range []string{"0755417", "-0755417", "+0755417", "00.755417", "0755419", "755417", "755417s", "0x755417g"} {
		path := yamlFile(t, "pin: '"+value+"'\nrate: '"+value+"'\ncount: '"+value+"'\n")
		if err := config.Check[pins](config.WithFile(path)); err == nil || strings.Contains(err.Error(), "75541") {
			t.Errorf("%s: %v", value, err)
		}
	}
}
