//go:build linux

package scenario_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/leak"
	"example.com/lastgood/internal/scenario"
)

func TestMain(m *testing.M) {
	if code, done := scenario.Isolate(); done {
		os.Exit(code)
	}
	goleak.VerifyTestMain(leak.Tests{M: m})
}
