// Command bench measures package config beside the libraries that do the same, and
// prints tables of ratios:
//
//	cd internal/bench && go run .
//
// It takes at most eight minutes on two cores, and ends with the bars that were missed.
// -only names the parts to run: the benchmarks Read, Readers, Load, Grow, Unchanged, Hooks
// and Register, and latency, missed, stores, idle, churn, swaps and programs, which measure
// whole processes.
//
// The benchmarks are ordinary ones, for benchstat, too:
//
//	go test -run - -bench Load -cpu 1 -count 10 | tee new.txt
//	benchstat -col /by new.txt
//
// # Method
//
// Other programs run on the machine, so the reliable figure is CPU time, with that of the
// garbage collector: the column cpu-ns/op. The command runs all benchmarks in rounds, and
// its ratios are the medians of the ratios within each round: a slow minute is slow for
// all rows of a round. Only latencies are wall time. Compare the ratios, not the times.
//
// Benchmarks run on one processor, except those with several readers, so that idle work of the
// runtime on other processors is not counted. Followers, and the needs of a whole process, are
// measured in child processes.
//
// All libraries read the same generated files, decode them into the same Go types and
// validate the result with the same validator; a test compares their results.
//
// It is a separate module, so that the libraries are not in the go.mod of others. It needs Linux.
package main
