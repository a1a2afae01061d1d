// Command bench measures package config beside the libraries that do the same, and
// prints tables of ratios:
//
//	cd internal/bench && go run .
//
// It takes at most eight minutes on two cores, and ends with the bars that were missed.
// -only names the parts to run: the benchmarks Read, Readers, Load, Grow, Unchanged, Hooks
// and Register, and latency, missed, stores, idle, churn, swaps and programs, which are
// what a benchmark cannot show.
//
// The benchmarks are ordinary ones, for benchstat, too:
//
//	go test -run - -bench Load -cpu 1 -count 10 | tee new.txt
//	benchstat -col /by new.txt
//
// # How to read it
//
// The machine is never quiet. The figure to trust is therefore CPU time, that of the
// garbage collector included: the column cpu-ns/op. The command runs all benchmarks in
// rounds, and its ratios are the medians of the ratios within each round: a slow minute
// is slow for all rows of a round. Only latencies are wall time. Read the ratios, not
// the times.
//
// Benchmarks run on one processor, unless they count readers, so that what the runtime
// does to keep others busy is not counted. What waits for events, and what a process
// needs as a whole, is measured in processes of their own.
//
// All libraries read the same generated files, decode them into the same Go types and
// have the same validator judge the result; a test compares their results.
//
// This is a module of its own, so that the peers are in nobody else's go.mod. It needs
// Linux.
package main
