package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// benchmarks are the parts that are Go benchmarks.
var benchmarks = []string{"Read", "Readers", "Load", "Grow", "Unchanged", "Hooks", "Register"}

// comparison compares benchmarks with others.
type comparison struct {
	rows        string  // a regular expression
	of          string  // the benchmark to compare with; $1 is from rows
	time, bytes float64 // the bars of the ratios; 0 for none
}

// comparisons are the tables of benchmarks. In each table, the first comparison that matches a benchmark
// applies.
var comparisons = []struct {
	title string
	list  []comparison
}{
	{"Reading a setting, and one atomic load", []comparison{
		{`Read/by=cfg\.Current`, "Read/by=atomic.Pointer", 1.6, 0},
		{`Read/by=config\.Current`, "Read/by=atomic.Pointer", 8, 0},
		{`Read/by=.*`, "Read/by=atomic.Pointer", 0, 0},
	}},
	{"Reading by two goroutines, and by one, while it is swapped 200 times a second", []comparison{
		{`Readers/by=config\.Current/readers=2`, "Readers/by=config.Current/readers=1", 1.15, 0},
		{`Readers/by=(.*)/readers=2`, "Readers/by=$1/readers=1", 0, 0},
	}},
	{"Load and validate, and Viper's ReadInConfig, Unmarshal and the validator", []comparison{
		{`Load/(format=yaml)/size=2_times_40_lines/by=.*`, "Load/$1/size=40_lines/by=Viper", 1.15, 0},
		{`Load/(format=.*/size=40_lines)/by=reload`, "Load/$1/by=Viper", 0.9, 0.8},
		{`Load/(format=yaml/size=.*)/by=reload`, "Load/$1/by=Viper", 0.6, 0.8},
		{`Load/(format=toml/size=1000_keys)/by=reload`, "Load/$1/by=Viper", 0.45, 0.8},
		{`Load/(format=toml/size=10000_keys)/by=reload`, "Load/$1/by=Viper", 0.3, 0.8},
		{`Load/(.*)/by=(?:ours|reload_all_layers)`, "Load/$1/by=Viper", 0.8, 0.8},
		{`Load/(.*)/by=.*`, "Load/$1/by=Viper", 0, 0},
	}},
	{"With more, and without", []comparison{
		{`Load/(format=yaml)/size=10000_keys/by=(ours|reload)`, "Load/$1/size=1000_keys/by=$2", 12, 0},
		{`Load/(format=yaml)/size=10000_keys/by=(Viper|koanf)`, "Load/$1/size=1000_keys/by=$2", 0, 0},
		{`Grow/of=variables/n=200/by=ours`, "Grow/of=variables/n=0/by=ours", 1.2, 0},
		{`Grow/of=variables/n=200/by=Viper`, "Grow/of=variables/n=0/by=Viper", 0, 0},
		{`Grow/of=flags/n=1000.*/by=ours`, "Grow/of=flags/n=0/by=ours", 1.5, 0},
		{`Grow/of=flags/n=1000.*/by=Viper`, "Grow/of=flags/n=0/by=Viper", 0, 0},
		{`Grow/of=levels/n=64/by=ours`, "Grow/of=levels/n=64/by=parse", 3, 0},
		{`Grow/of=levels/n=64/by=Viper`, "Grow/of=levels/n=64/by=parse", 0, 0},
	}},
	{"How cost grows, by the number before", []comparison{
		{`Grow/of=(?:keys/n=200|levels/n=1|files/n=1|variables/n=0)/by=ours`, "", 0, 0},
		{`Grow/of=variables/n=20/by=ours`, "Grow/of=variables/n=0/by=ours", 0, 0},
		{`Grow/of=keys/n=1000/by=ours`, "Grow/of=keys/n=200/by=ours", 0, 0},
		{`Grow/of=keys/n=10000/by=ours`, "Grow/of=keys/n=1000/by=ours", 0, 0},
		{`Grow/of=levels/n=4/by=ours`, "Grow/of=levels/n=1/by=ours", 0, 0},
		{`Grow/of=levels/n=16/by=ours`, "Grow/of=levels/n=4/by=ours", 0, 0},
		{`Grow/of=levels/n=64/by=ours`, "Grow/of=levels/n=16/by=ours", 0, 0},
		{`Grow/of=(files|variables)/n=(\d*)0/by=ours`, "Grow/of=$1/n=$2/by=ours", 0, 0},
		{`Hooks/n=(10000)/by=dispatch`, "Hooks/n=200/by=dispatch", 0, 0},
	}},
	{"Content that has not changed, and a reload", []comparison{
		{`Unchanged/(size=40_lines)/look=[^,]*(?:poll|others|bytes)`, "Unchanged/$1/look=reload", 0.15, 0},
		{`Unchanged/(size=10000_keys)/look=[^,]*(?:poll|others|bytes)`, "Unchanged/$1/look=reload", 0.02, 0},
		{`Unchanged/(size=.*)/look=.*`, "Unchanged/$1/look=reload", 0, 0},
	}},
	{"Hooks on one change, and plain calls, each guarded by a recover", []comparison{
		{`Hooks/n=10000/by=dispatch`, "Hooks/n=10000/by=plain_calls", 1.5, 0},
		{`Hooks/(n=.*)/by=dispatch`, "Hooks/$1/by=plain_calls", 0, 0},
		{`Register/among=10000`, "Register/among=0", 1.5, 0},
	}},
}

// compare runs benchmarks and prints the tables of their ratios.
func (b *bench) compare(names []string) error {
	r, err := b.runBenchmarks(`^Benchmark(` + strings.Join(names, "|") + `)$`)
	if err != nil {
		return err
	}
	for _, c := range comparisons {
		rows, err := r.rows(c.list)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			continue
		}
		end := b.begin(c.title, "", "benchmark", "CPU", "bytes", "of", "CPU", "bytes", "bars: CPU, bytes")
		for _, row := range rows {
			cells := []string{row.name, nanos(median(r.cpu[row.name])), bytesOf(median(r.bytes[row.name])), "", "", "", ""}
			if r.cpu[row.of] != nil {
				cpu, bytes := ratio(r.cpu[row.name], r.cpu[row.of]), ratio(r.bytes[row.name], r.bytes[row.of])
				cells[3], cells[4], cells[5] = differing(row.of, row.name), times(cpu), times(bytes)
				cells[6] = b.atMost(row.name, cpu, row.time)
				if row.bytes > 0 {
					cells[6] += "; " + b.atMost(row.name+", bytes", bytes, row.bytes)
				}
			}
			b.row(cells...)
		}
		end()
	}
	return nil
}

// differing returns the parts of a name that are not the same in another.
func differing(name, other string) string {
	var parts []string
	for _, part := range strings.Split(name, "/") {
		if !strings.Contains("/"+other+"/", "/"+part+"/") {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

// results are the costs of benchmarks by their names without "Benchmark", one value for each round.
type results struct {
	names      []string // in order
	cpu, bytes map[string][]float64
}

// row is a benchmark and what it is compared with.
type row struct {
	name string
	comparison
}

// rows returns the rows of a table. It is an error if the part of a comparison was run, and its benchmarks
// do not exist.
func (r *results) rows(list []comparison) (rows []row, err error) {
	used := map[string]bool{}
	for _, name := range r.names {
		for _, c := range list {
			rx := regexp.MustCompile("^" + c.rows + "$")
			if !rx.MatchString(name) {
				continue
			}
			used[c.rows] = true
			if c.of = rx.ReplaceAllString(name, c.of); c.of != "" && r.cpu[c.of] == nil && r.ran(c.of) {
				return nil, fmt.Errorf("there is no benchmark %s to compare %s with", c.of, name)
			}
			rows = append(rows, row{name, c})
			break
		}
	}
	for _, c := range list {
		if !used[c.rows] && r.ran(c.rows) {
			return nil, fmt.Errorf("no benchmark matches %s", c.rows)
		}
	}
	return rows, nil
}

// ran reports whether the part of a benchmark was run.
func (r *results) ran(benchmark string) bool {
	part, _, _ := strings.Cut(benchmark, "/")
	return slices.ContainsFunc(r.names, func(name string) bool { return strings.HasPrefix(name, part+"/") })
}

// runBenchmarks builds the benchmarks of this module and runs all of them in each round, so that compared
// benchmarks run at about the same time.
func (b *bench) runBenchmarks(pattern string) (*results, error) {
	binary := filepath.Join(b.dir, "bench.test")
	if out, err := exec.CommandContext(context.Background(), "go", "test", "-c", "-o", binary, modulePath).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go test: %w\n%s", err, out)
	}
	r := &results{cpu: map[string][]float64{}, bytes: map[string][]float64{}}
	for range b.rounds {
		var out, stderr bytes.Buffer
		cmd := exec.CommandContext(context.Background(), binary, "-test.run=^$", "-test.cpu=1", "-test.bench="+pattern, "-test.benchtime="+b.benchtime.String())
		cmd.Stdout, cmd.Stderr, cmd.Env = &out, &stderr, append(os.Environ(), "TMPDIR="+b.dir)
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%w\n%s%s", err, out.String(), stderr.String())
		}
		if err := r.add(out.String()); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// add adds the results of a round.
func (r *results) add(output string) error {
	for line := range strings.Lines(output) {
		name, ok := strings.CutPrefix(line, "Benchmark")
		fields := strings.Fields(name)
		if !ok || len(fields) < 2 {
			continue
		}
		name = fields[0]
		if r.cpu[name] == nil {
			r.names = append(r.names, name)
		}
		for i := 2; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			switch fields[i+1] {
			case "cpu-ns/op":
				r.cpu[name] = append(r.cpu[name], v)
			case "B/op":
				r.bytes[name] = append(r.bytes[name], v)
			}
		}
	}
	return nil
}
