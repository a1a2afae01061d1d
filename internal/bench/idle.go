//go:build linux

package main

import (
	"fmt"
	"time"

	"example.com/lastgood/internal/bench/follow"
	"example.com/lastgood/internal/bench/sample"
)

// idleBar is the CPU time that a store may use in a minute in which nothing happens.
const idleBar = 5 * time.Millisecond

// idle measures processes that follow a configuration which does not change, all at
// the same time.
func idle(s *settings) ([]*table, error) {
	t := newTable(fmt.Sprintf("Idle for %v", s.idle),
		"CPU of the whole process. Ours looks at the content every 5 seconds (WithPollInterval), as the tickers do; the others do not.",
		"follower", "CPU", "bar", "result")
	names := []string{"nothing", follow.Ticker, follow.Reader, follow.Ours, follow.Fsnotify, follow.Viper, follow.Koanf}
	children := make([]*child, len(names))
	before := make([]float64, len(names))
	for i, name := range names {
		path, err := s.write("config.yaml", sample.YAML(sample.NewSmall(1)))
		if err != nil {
			return nil, err
		}
		c, err := startChild()
		if err != nil {
			return nil, err
		}
		defer c.end()
		if err := c.start(name, size{}, path); err != nil {
			return nil, err
		}
		children[i] = c
	}
	for i, c := range children {
		var err error
		if before[i], err = c.cpu(); err != nil {
			return nil, err
		}
	}
	time.Sleep(s.idle)
	for i, c := range children {
		after, err := c.cpu()
		if err != nil {
			return nil, err
		}
		used := after - before[i]
		row := []string{names[i], millis(used)}
		if names[i] == follow.Ours {
			row = append(row, "≤ "+idleBar.String(), verdict(used, float64(idleBar)))
		}
		t.add(row...)
	}
	return []*table{t}, nil
}

// start has the child follow the file, only watch it, or do nothing.
func (c *child) start(name string, z size, path string) error {
	switch name {
	case "nothing":
		return nil
	case follow.Ours, follow.Viper, follow.Koanf:
		return c.follow(name, z, path)
	}
	_, err := c.tell(order{Do: "watch", Name: name, Path: path})
	return err
}
