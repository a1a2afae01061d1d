// Command bench measures package config beside the libraries that do the same, and
// prints tables of ratios:
//
//	cd internal/bench && go run .
//
// It says of each bar whether it is met. -only names the parts to run: read, load,
// scale, unchanged, latency, idle, churn, footprint, hooks, growth. With -rounds 5 the
// loads take a minute; all of it, as it is, takes about thirteen.
//
// # How to read it
//
// The machine is never quiet. So the figure to trust is CPU time, that of the garbage
// collector included; rows are measured in turn, round by round; and ratios are the
// medians of the ratios within each round. Only latencies are wall time. Read the
// ratios, not the times.
//
// What is not said to be several goroutines runs on one processor, so that what the
// runtime does to keep others busy is not counted.
//
// All libraries read the same generated files, decode them into the same Go types and
// have the same validator judge the result; a test in package loaders holds their
// results against each other. (go-toml cannot read "5s" into a time.Duration, and gets
// a duration of its own.)
//
// What waits for events, and what a process needs as a whole, is measured in processes
// of their own.
//
// For benchstat, there are the same rows as ordinary benchmarks:
//
//	go test -run - -bench Load -cpu 1 -count 10 | tee new.txt
//	benchstat -col /by new.txt
//
// There, cpu-ns/op is the column to trust, except with -cpuprofile, under which the
// kernel counts a process's CPU time by ticks.
//
// This is a module of its own, so that the peers are in nobody else's go.mod.
package main
