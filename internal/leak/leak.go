// Package leak gives the goroutines of tests the time to end that they need on a busy
// machine, before goleak looks for those that never will. goleak itself waits for half a
// second.
package leak

import (
	"time"

	"go.uber.org/goleak"
)

// patience is for how long goroutines may go on after the tests that started them.
const patience = 20 * time.Second

// Tests are all tests of a package, to be given to [goleak.VerifyTestMain].
type Tests struct {
	M      goleak.TestingM
	Ignore []goleak.Option // as given to VerifyTestMain
}

// Run runs the tests, and returns their exit code when nothing of them runs any more, or
// has not ended in time.
func (t Tests) Run() int {
	code := t.M.Run()
	for end := time.Now().Add(patience); code == 0 && time.Now().Before(end); {
		if goleak.Find(t.Ignore...) == nil {
			break
		}
	}
	return code
}
