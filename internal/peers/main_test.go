//go:build linux

package peers

import (
	"os"
	"testing"

	"example.com/lastgood/internal/scenario"
)

func TestMain(m *testing.M) {
	if code, done := scenario.Isolate(); done {
		os.Exit(code)
	}
	if runsOne() {
		return
	}
	os.Exit(m.Run())
}
