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
	o := observe(t, config.WithFile(path), noPoll(), config.WithSettle(time.Second)) // long, for a busy machine
	put(t, path, "left: 2\n")
	f := appendTo(t, path)
	stop := meanwhile(t, func(int) error {
		<-time.After(time.Millisecond)
		_, err := f.WriteString("# more to come\n")
		return err
	})
	defer stop()
	<-time.After(2 * time.Second)
	stop()
	o.wantReports(t, 0)
	if o.Status().Version != 1 {
		t.Error("a file was taken while it grew")
	}
	if _, err := f.WriteString("right: 2\n"); err != nil {
		t.Fatal(err)
	}
	o.serves(t, 2)
	o.wantReports(t, 0)
}

// As a log does that somebody writes to the wrong place. The poll finds another
// size each time.
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
