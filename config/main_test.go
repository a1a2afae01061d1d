package config_test

import (
	"flag"
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
	// Most tests that run beside others wait for the file system or for a process.
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("16") // it is a number
	}
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
