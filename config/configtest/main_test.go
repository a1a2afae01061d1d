package configtest_test

import (
	"fmt"
	"runtime"
	"testing"

	"go.uber.org/goleak"

	"example.com/lastgood/internal/leak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

// failing is a test whose failure does not fail the test around it.
type failing struct {
	testing.TB
	failure string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure runs body and returns the message with which it fails its test, or "".
func failure(t *testing.T, body func(testing.TB)) string {
	t.Helper()
	f := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		body(f)
	}()
	<-done
	return f.failure
}
