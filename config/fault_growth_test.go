//go:build unix

package config_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// appendTo opens the file at path to add to it.
func appendTo(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestAFileThatGrowsIsReadWhenItRests(t *testing.T) {
	t.Parallel()
	path := yamlFile(t, halvesFile(1))
	const settle = time.Second
	o := observe(t, config.WithFile(path), noPoll(), config.WithSettle(settle))
	last, rest := time.Now(), time.Duration(0) // when it was written, and the longest time that it was not
	put(t, path, "left: 2\n")
	f := appendTo(t, path)
	add := func(text string) error {
		_, err := f.WriteString(text)
		rest, last = max(rest, time.Since(last)), time.Now()
		return err
	}
	stop := meanwhile(t, func(int) error {
		<-time.After(time.Millisecond)
		return add("# more to come\n")
	})
	defer stop()
	<-time.After(2 * settle)
	stop()
	version := o.Status().Version
	must(t, add("right: 2\n"))
	if rest >= settle {
		t.Skipf("the machine is too busy: the file did not grow for %v", rest)
	}
	if version != 1 {
		t.Error("a file was taken while it grew")
	}
	o.serves(t, 2)
	o.wantReports(t, 0)
}

// As a log does that is written to the wrong path. The poll finds a different size each time.
func TestAFileThatGrowsForEverIsReportedOnce(t *testing.T) {
	t.Parallel()
	path := yamlFile(t, halvesFile(1))
	o := observe(t, config.WithFile(path), config.WithPollInterval(time.Millisecond), config.WithMaxSize(1<<16))
	f := appendTo(t, path)
	stop := meanwhile(t, func(int) error {
		_, err := fmt.Fprintf(f, "# %01000d\n", 0)
		return err
	})
	defer stop()
	err := within(t, o.rejected, "the rejection")
	if got := err.Problems[0].Code; got != config.CodeTooLarge {
		t.Errorf("rejected as %s, want too_large", got)
	}
	<-time.After(200 * time.Millisecond)
	o.wantReports(t, 1)
	stop()
	repair(t, path, 2)
	o.serves(t, 2)
	o.wantHealed(t)
}
