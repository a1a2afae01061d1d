//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// churnBar is what ours may use, in what a bare fsnotify does.
const churnBar = 1.1

// churnEvery is how often an unrelated file is written.
const churnEvery = time.Millisecond

// churn measures processes that follow a file beside which others are written all the
// time.
func churn(s *settings) ([]*table, error) {
	names := slices.Concat([]string{follow.Ours, follow.Viper, follow.Koanf}, follow.Watchers)
	dir, err := s.newChurn()
	if err != nil {
		return nil, err
	}
	used, read := make([][]float64, len(names)), make([]int64, len(names))
	for round := range min(s.Rounds, 5) {
		for k := range names {
			i := (round + k) % len(names)
			cpu, n, err := dir.disturb(names[i], s.churn)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", names[i], err)
			}
			used[i], read[i] = append(used[i], cpu), max(read[i], n)
		}
	}
	bare := used[slices.Index(names, follow.Fsnotify)]
	t := newTable("1,000 unrelated writes a second in the directory",
		fmt.Sprintf("CPU of the whole process. The followers of a configuration have one of %s. In batches means a pause of 10 ms after each read; no writes means that the directory is watched for names alone.", bytesOf(float64(dir.size))),
		"watcher", "CPU per s", "of bare fsnotify", "reads of the file", "bar", "result")
	for i, name := range names {
		ratio := meter.Ratio(used[i], bare)
		row := []string{name, millis(meter.Median(used[i])), times(ratio), ""}
		if i < 3 {
			row[3] = fmt.Sprint(read[i])
		}
		if name == follow.Ours {
			row = append(row, fmt.Sprintf("no read, ≤ %v", churnBar), verdict(max(ratio, float64(2*read[i])), churnBar))
		}
		t.add(row...)
	}
	return []*table{t}, nil
}

// churnDir is a directory with a configuration and files beside it.
type churnDir struct {
	path  string // of the configuration
	size  int
	files []string
}

// churnSize is large enough for a read of it to show among those of events.
var churnSize = size{"10,000 keys", 10_000}

func (s *settings) newChurn() (*churnDir, error) {
	text := sample.YAML(churnSize.value(1))
	path, err := s.write("config.yaml", text)
	if err != nil {
		return nil, err
	}
	d := &churnDir{path: path, size: len(text)}
	for i := range 10 {
		d.files = append(d.files, filepath.Join(filepath.Dir(path), fmt.Sprintf("unrelated-%d.log", i)))
	}
	return d, nil
}

// disturb has a process follow the file for as long as others are written, and returns
// its CPU time in a second, and how often it read the file meanwhile.
func (d *churnDir) disturb(name string, duration time.Duration) (cpu float64, reads int64, err error) {
	c, err := startChild() // a new one, since Viper cannot be stopped
	if err != nil {
		return 0, 0, err
	}
	defer c.end()
	if err := c.start(name, churnSize, d.path); err != nil {
		return 0, 0, err
	}
	before, err := c.stats()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	ticker := time.NewTicker(churnEvery)
	defer ticker.Stop()
	for i := 0; time.Since(start) < duration; i++ {
		<-ticker.C
		if err := os.WriteFile(d.files[i%len(d.files)], []byte("line\n"), 0o644); err != nil {
			return 0, 0, err
		}
	}
	took := time.Since(start).Seconds()
	after, err := c.stats()
	return float64(after.CPU-before.CPU) / took, (after.Read - before.Read) / int64(d.size), err
}
