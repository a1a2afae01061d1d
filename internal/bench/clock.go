package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// processCPU returns the CPU time of the process, with all threads and so with the garbage collector.
func processCPU() time.Duration { return clock(unix.CLOCK_PROCESS_CPUTIME_ID) }

// threadCPU returns the CPU time of the calling thread. The goroutine must be locked to it.
func threadCPU() time.Duration { return clock(unix.CLOCK_THREAD_CPUTIME_ID) }

// monotonic returns the time on a clock that all processes share.
func monotonic() time.Duration { return clock(unix.CLOCK_MONOTONIC) }

// cpuOf returns the CPU time of another process, without using any of it: see clock_getcpuclockid(3).
func cpuOf(pid int) time.Duration { return clock(int32(^pid<<3 | 2)) }

func clock(id int32) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(id, &t); err != nil {
		panic(err) // every Linux has these clocks
	}
	return time.Duration(t.Nano())
}
