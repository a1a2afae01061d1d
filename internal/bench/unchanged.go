//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/watch"
)

// unchangedBars are what unchanged content may cost, in a reload.
var unchangedBars = map[string]float64{"40 lines": 0.15, "10,000 keys": 0.02}

// kinds is how many kinds of looks there are.
const kinds = 3

// unchanged measures looking at content that is what it was.
func unchanged(s *settings) ([]*table, error) {
	t := newTable("Content that has not changed",
		"What a poll does, and the look that a swap with the same bytes leads to, in reloads of ours; bare is os.ReadFile and a hash. With the events of such a swap it is all that a process uses which follows the volume, the system calls included; bare fsnotify only receives them, and Viper loads and reports a change.",
		"look", "CPU", "reload", "of a reload", "bar", "result")
	for _, z := range s.sizes() {
		add := lookAt[sample.Small]
		if z.keys > 0 {
			add = lookAt[sample.Large]
		}
		if err := add(s, t, z); err != nil {
			return nil, err
		}
	}
	return []*table{t}, nil
}

func lookAt[T any](s *settings, t *table, z size) error {
	poll, err := s.newSample(z, "yaml")
	if err != nil {
		return err
	}
	reload, err := s.newSample(z, "yaml")
	if err != nil {
		return err
	}
	elsewhere, err := s.newSample(z, "yaml")
	if err != nil {
		return err
	}
	v, err := s.newVolume(map[string][]byte{"config.yaml": sample.YAML(z.value(1)), "other": {}})
	if err != nil {
		return err
	}
	looks := []struct {
		name, path string
		before     func() error
		look       func(*watch.Files) error
	}{
		{"one poll after another", poll.path, nil, glance},
		{"a poll after something else", poll.path, elsewhere.change, glance},
		{"a swap, same bytes", v.Path("config.yaml"), v.again, lookAgain},
	}
	var cases []meter.Case
	for _, l := range looks {
		files := watch.NewFiles(nil, []source.Place{{Path: l.path}}, source.Limits{Size: config.DefaultMaxSize})
		files.Look(context.Background())
		c := once(l.name, func() error { return l.look(files) })
		c.Before = l.before
		cases = append(cases, c)
	}
	cfg, err := config.Open[T](config.WithFile(reload.path), config.WithoutWatch(), loaders.Quiet())
	if err != nil {
		return err
	}
	defer cfg.Close()
	c := once("reload", func() error { return cfg.Reload(context.Background()) })
	c.Before = reload.change
	cases = append(cases, c)
	for _, l := range looks {
		cases = append(cases, meter.Case{Name: l.name + ", bare", Before: l.before, Run: func(n int) error { return readAndHash(l.path, n) }})
	}
	results, err := meter.Measure(s.Plan, cases...)
	if err != nil {
		return err
	}
	reloaded := results[kinds]
	for i, r := range results {
		switch {
		case i < kinds:
			addLook(t, z.name+": "+r.Name, r.CPU(), reloaded.CPU(), r.Over(reloaded), unchangedBars[z.name])
		case i > kinds:
			addLook(t, z.name+": "+r.Name, r.CPU(), reloaded.CPU(), r.Over(reloaded), 0)
		}
	}
	for _, name := range []string{follow.Ours, follow.Fsnotify, follow.Viper} {
		watched, err := s.watchedSwap(name, z, v)
		if err != nil {
			return err
		}
		addLook(t, z.name+": the same with its events, "+name, watched, reloaded.CPU(), watched/reloaded.CPU(), 0)
	}
	return nil
}

// glance is what a poll does.
func glance(files *watch.Files) error {
	if !files.Unchanged(context.Background()) {
		return errors.New("what is unchanged is not found to be")
	}
	return nil
}

// lookAgain is what a hint leads to.
func lookAgain(files *watch.Files) error {
	if s := files.Look(context.Background()); len(s.Documents) != 1 || s.Documents[0].Err != nil {
		return errors.New("it cannot be read")
	}
	return nil
}

// readAndHash is the least that tells whether a file has changed.
func readAndHash(path string, n int) error {
	for range n {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		kept.Add(int64(sum[0]))
	}
	return nil
}

func addLook(t *table, name string, cpu, reload, ratio, bar float64) {
	row := []string{name, micros(cpu), micros(reload), times(ratio)}
	if bar > 0 {
		text, result := atMost(ratio, bar)
		row = append(row, text, result)
	}
	t.add(row...)
}

// volume is one whose configuration stays the same.
type volume struct {
	follow.Volume
	files map[string][]byte
}

func (s *settings) newVolume(files map[string][]byte) (*volume, error) {
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return nil, err
	}
	v := &volume{follow.Volume{Dir: dir}, files}
	return v, v.again()
}

// again publishes a new generation with the same bytes.
func (v *volume) again() error {
	_, err := v.Swap(v.files)
	return err
}

// pause lets a follower come to rest after a change that shows nowhere.
const pause = 20 * time.Millisecond

// watchedSwap returns the CPU time that a process which follows v, in the way that
// name tells, uses for a swap.
func (s *settings) watchedSwap(name string, z size, v *volume) (float64, error) {
	c, err := startChild()
	if err != nil {
		return 0, err
	}
	defer c.end()
	if err := c.start(name, z, v.Path("config.yaml")); err != nil {
		return 0, err
	}
	before, err := c.cpu()
	if err != nil {
		return 0, err
	}
	for range s.swaps {
		if err := v.again(); err != nil {
			return 0, err
		}
		time.Sleep(pause)
	}
	after, err := c.cpu()
	return (after - before) / float64(s.swaps), err
}
