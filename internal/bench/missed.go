//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/sample"
)

// missed makes changes of every kind, and counts those that do not arrive, and the
// loads.
func missed(s *settings) (*table, error) {
	t := newTable("No change missed, one load for each",
		"A write in place is taken after 250 ms without another (WithSettle).",
		"change", "made", "missed", "loads", "bar", "result")
	texts := [2][]byte{sample.YAML(sample.NewSmall(1)), sample.YAML(sample.NewSmall(2))}
	v, err := s.newVolume(map[string][]byte{"config.yaml": texts[0]})
	if err != nil {
		return nil, err
	}
	renamed, err := s.write("config.yaml", texts[0])
	if err != nil {
		return nil, err
	}
	written, err := s.write("config.yaml", texts[0])
	if err != nil {
		return nil, err
	}
	kinds := []struct {
		name, path string
		change     func(text []byte) error
	}{
		{"swap", v.Path("config.yaml"), func(text []byte) error {
			_, err := v.Swap(map[string][]byte{"config.yaml": text})
			return err
		}},
		{"rename", renamed, func(text []byte) error {
			if err := os.WriteFile(renamed+".new", text, 0o644); err != nil {
				return err
			}
			return os.Rename(renamed+".new", renamed)
		}},
		{"write in place", written, func(text []byte) error { return os.WriteFile(written, text, 0o644) }},
	}
	rows, errs := make([][]string, len(kinds)), make([]error, len(kinds))
	var group sync.WaitGroup
	for i, k := range kinds { // all at once, since most of the time is waiting
		group.Go(func() {
			lost, loads, err := lose(s, k.path, func(n int) error { return k.change(texts[n%2]) })
			rows[i], errs[i] = []string{k.name, fmt.Sprint(s.swaps), fmt.Sprint(lost), fmt.Sprint(loads),
				fmt.Sprintf("0, %d", s.swaps), met(lost == 0 && loads == s.swaps)}, err
		})
	}
	group.Wait()
	t.rows = rows
	return t, errors.Join(errs...)
}

// lose follows the file at path through changes, and returns how many it lost and how
// often it was loaded again.
func lose(s *settings, path string, change func(i int) error) (lost, loads int, err error) {
	cfg, err := config.Open[sample.Small](config.WithFile(path), loaders.Quiet())
	if err != nil {
		return 0, 0, err
	}
	defer cfg.Close()
	changed := make(chan int, 1)
	defer cfg.OnChange(func(_, new *sample.Small) { changed <- new.Revision })()
	for i := 1; i <= s.swaps; i++ {
		if err := change(i); err != nil {
			return 0, 0, err
		}
		select {
		case revision := <-changed:
			if revision != i%2+1 {
				lost++
			}
		case <-time.After(patience):
			lost++
		}
	}
	for _, n := range cfg.Status().Attempts {
		loads += int(n)
	}
	return lost, loads - 1, nil // without the first
}
