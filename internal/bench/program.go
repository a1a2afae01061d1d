package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const modulePath = "example.com/lastgood/internal/bench"

// The bars of a program with package config, compared with one with Viper, the validator and fsnotify.
const (
	sizeBar  = 1.05
	startBar = 1.1
)

// programs builds and measures the two programs.
func (b *bench) programs() error {
	var paths [2]string
	var bytes [2]float64
	for i, name := range []string{"lastgood", "viper"} {
		paths[i] = filepath.Join(b.dir, name)
		out, err := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-o", paths[i], modulePath+"/programs/"+name).CombinedOutput()
		if err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
		info, err := os.Stat(paths[i])
		if err != nil {
			return err
		}
		bytes[i] = float64(info.Size())
	}
	defer b.begin("A program with config, and one with Viper, validator and fsnotify",
		"Built with -trimpath. CPU of processes that end at once, and of ones that load and follow 40 lines first.",
		"", "config", "Viper", "ratio", "bar")()
	ratio := bytes[0] / bytes[1]
	b.row("size", bytesOf(bytes[0]), bytesOf(bytes[1]), times(ratio), b.atMost("size of a program", ratio, sizeBar))
	file, err := b.write(small.text("yaml", 1))
	if err != nil {
		return err
	}
	if err := b.startBoth("start", paths, startBar); err != nil {
		return err
	}
	if err := b.startBoth("start, load, follow", paths, 0, file); err != nil {
		return err
	}
	work, err := initWork(paths[0])
	if err != nil {
		return err
	}
	b.row("packages of ours with work at init", strings.Join(work, " "), "", "", b.bar("work at init", "none", len(work) == 0, ""))
	return nil
}

// startBoth runs two programs in turn, and prints a row with the CPU times of their processes.
func (b *bench) startBoth(name string, programs [2]string, bar float64, args ...string) error {
	var used [2][]float64
	for range 5 * b.rounds {
		for i, program := range programs {
			cmd := exec.CommandContext(context.Background(), program, args...)
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w\n%s", program, err, out)
			}
			used[i] = append(used[i], float64(cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()))
		}
	}
	ratio := ratio(used[0], used[1])
	b.row(name, nanos(median(used[0])), nanos(median(used[1])), times(ratio), b.atMost(name+" of a program", ratio, bar))
	return nil
}

// initWork returns the packages of this module that do work at the initialization of a program.
func initWork(program string) (work []string, err error) {
	cmd := exec.CommandContext(context.Background(), program)
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	for line := range strings.Lines(string(out)) {
		if _, rest, ok := strings.Cut(line, "init example.com/lastgood/"); ok {
			work = append(work, strings.Fields(rest)[0])
		}
	}
	return work, nil
}
