// Package leak checks for leaked goroutines after the tests of a package, and gives goroutines
// the time to end that they need on a busy machine. goleak itself waits for half a second.
package leak

import (
	"time"

	"go.uber.org/goleak"
)

// maxWait bounds how long goroutines may run after the tests.
const maxWait = 20 * time.Second

// Tests are all tests of a package, for [goleak.VerifyTestMain].
type Tests struct {
	M      goleak.TestingM
	Ignore []goleak.Option // as given to VerifyTestMain
}

// Run runs the tests, waits until their goroutines have ended or maxWait has passed, and
// returns the exit code of the tests.
func (t Tests) Run() int {
	code := t.M.Run()
	for end := time.Now().Add(maxWait); code == 0 && time.Now().Before(end); {
		if goleak.Find(t.Ignore...) == nil {
			break
		}
	}
	return code
}
