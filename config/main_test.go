package config_test

import (
	"log/slog"
	"os"
	"testing"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/leak"
)

// temp holds the files of the examples, and quiet keeps their logs out of their
// output.
var (
	temp  string
	quiet = slog.New(slog.DiscardHandler)
)

func TestMain(m *testing.M) {
	var err error
	if temp, err = os.MkdirTemp("", "lastgood-"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(leak.Tests{M: m}, goleak.Cleanup(func(code int) {
		if err := os.RemoveAll(temp); err != nil {
			code = 1
		}
		os.Exit(code)
	}))
}
