//go:build !linux

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "bench: it measures inotify and CPU clocks of Linux, and runs only there")
	os.Exit(1)
}
