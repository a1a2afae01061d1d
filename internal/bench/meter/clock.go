//go:build linux

package meter

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// Process returns the CPU time that the process has used, all its threads and so
// the garbage collector included.
func Process() time.Duration { return clock(unix.CLOCK_PROCESS_CPUTIME_ID) }

// Thread returns the CPU time that the calling thread has used. The goroutine
// must be locked to it.
func Thread() time.Duration { return clock(unix.CLOCK_THREAD_CPUTIME_ID) }

// Now returns the time on a clock that all processes share.
func Now() time.Duration { return clock(unix.CLOCK_MONOTONIC) }

func clock(id int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		panic(fmt.Sprintf("meter: no such clock: %v", err)) // every Linux has it
	}
	return time.Duration(t.Nano())
}
