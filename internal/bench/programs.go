//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// The bars of a program with package config, in one with Viper, the validator and
// fsnotify.
const (
	sizeBar  = 1.05
	startBar = 1.1
)

const programsPath = "example.com/lastgood/internal/bench/programs/"

// programFootprint builds and starts the two programs.
func programFootprint(s *settings) (*table, error) {
	ours, err := s.build("lastgood")
	if err != nil {
		return nil, err
	}
	theirs, err := s.build("viper")
	if err != nil {
		return nil, err
	}
	t := newTable("A program with config, and one with Viper, validator and fsnotify",
		"Built with -trimpath. CPU of processes that end at once, and of ones that load and follow 40 lines first.",
		"", "config", "Viper", "ratio", "bar", "result")
	a, b, err := sizes(ours, theirs)
	if err != nil {
		return nil, err
	}
	bar, result := atMost(a/b, sizeBar)
	t.add("size", bytesOf(a), bytesOf(b), number3(a/b), bar, result)
	path, err := s.write("config.yaml", sample.YAML(sample.NewSmall(1)))
	if err != nil {
		return nil, err
	}
	for _, row := range []struct {
		name string
		args []string
		bar  bool
	}{{"start", nil, true}, {"start, load, follow", []string{path}, false}} {
		a, b, err := startBoth(s, ours, theirs, row.args)
		if err != nil {
			return nil, err
		}
		ratio := meter.Ratio(a, b)
		bar, result := "", ""
		if row.bar {
			bar, result = atMost(ratio, startBar)
		}
		t.add(row.name, millis(meter.Median(a)), millis(meter.Median(b)), number3(ratio)+"x", bar, result)
	}
	work, err := initWork(ours)
	if err != nil {
		return nil, err
	}
	t.add("packages of ours with work at init", fmt.Sprint(len(work)), "", "", "0", strings.Join(append([]string{met(len(work) == 0)}, work...), " "))
	return t, nil
}

// number3 is for ratios near 1.
func number3(v float64) string { return fmt.Sprintf("%.3f", v) }

func (s *settings) build(name string) (string, error) {
	path := filepath.Join(s.dir, name)
	out, err := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-o", path, programsPath+name).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

func sizes(a, b string) (float64, float64, error) {
	first, err := os.Stat(a)
	if err != nil {
		return 0, 0, err
	}
	second, err := os.Stat(b)
	if err != nil {
		return 0, 0, err
	}
	return float64(first.Size()), float64(second.Size()), nil
}

// startBoth runs two programs in turn, and returns the CPU times of their processes.
func startBoth(s *settings, first, second string, args []string) (a, b []float64, err error) {
	for range s.Rounds * 4 {
		x, err := cpuOf(first, args)
		if err != nil {
			return nil, nil, err
		}
		y, err := cpuOf(second, args)
		if err != nil {
			return nil, nil, err
		}
		a, b = append(a, x), append(b, y)
	}
	return a, b, nil
}

func cpuOf(program string, args []string) (float64, error) {
	cmd := exec.CommandContext(context.Background(), program, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return float64(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()), nil
}

// initWork returns the packages of this module that have something to initialise when
// a program starts.
func initWork(program string) ([]string, error) {
	cmd := exec.CommandContext(context.Background(), program)
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	var work []string
	for line := range strings.Lines(string(out)) {
		if _, rest, ok := strings.Cut(line, "init example.com/lastgood/"); ok {
			work = append(work, strings.Fields(rest)[0])
		}
	}
	return work, nil
}
