// Command etcd is a demo of a service that keeps its configuration in etcd, whose server it
// starts in a directory that is removed in the end.
//
//	go run -C example/etcd .
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "etcd: the demo failed:", err)
		os.Exit(1)
	}
}

// run plays the demo. It returns what went wrong, and in which step.
func run(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "lastgood-etcd-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary directory; nothing depends on it
	d := &demo{out: out, dir: dir, begin: time.Now()}
	defer d.end()
	d.say("A service reads its configuration from etcd. It changes, breaks, and cannot be read, and the\n" +
		"service goes on with the last good version.")
	for i, step := range script {
		d.say("\n%d. %s", i+1, step.title)
		if err := step.play(d, ctx); err != nil {
			return fmt.Errorf("step %d, %q: %w", i+1, step.title, err)
		}
	}
	d.say("\nAll %d steps went as they should, in %.1f s.", len(script), time.Since(d.begin).Seconds())
	return nil
}
