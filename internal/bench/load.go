//go:build linux

package main

import (
	"fmt"

	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// loadBar is what a first load and a reload may cost, in what Viper's ReadInConfig
// and Unmarshal, and the validator, do: in time and in bytes.
const loadBar = 0.8

// twoBar is the same for two files against one.
const twoBar = 1.15

// growBar is what ten times the keys may cost.
const growBar = 12

// loads compares loaders by format and size.
func loads(s *settings) ([]*table, error) {
	var tables []*table
	for _, format := range []string{"yaml", "toml"} {
		t := newTable("Load and validate, "+format,
			"A first load looks at the type, reads, judges, starts a store and ends it. A reload reads and judges changed content, notes and logs what has changed; all layers are WithEnv, WithFlags, WithDefaults and WithCheck besides. Viper is ReadInConfig and Unmarshal with a fresh Viper, and a validator that knows the type; a fresh validator is what a process has at its start.",
			"load", "CPU", "of Viper", "bytes", "of Viper", "bar", "result")
		for _, z := range s.sizes() {
			results, err := s.load(z, format)
			if err != nil {
				return nil, err
			}
			addLoads(t, z, results)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func addLoads(t *table, z size, results []meter.Result) {
	viper := meter.Find(results, loaders.Viper)
	for _, r := range results {
		row := []string{z.name + ": " + r.Name, millis(r.CPU()), times(r.Over(viper)),
			bytesOf(meter.Median(r.Bytes)), times(r.BytesOver(viper))}
		switch r.Name {
		case loaders.Ours, loaders.Reload, loaders.Layers:
			row = append(row, "≤ "+number(loadBar), both(verdict(r.Over(viper), loadBar), verdict(r.BytesOver(viper), loadBar)))
		case loaders.Two:
			row = append(row, "≤ "+number(twoBar), verdict(r.Over(viper), twoBar))
		}
		t.add(row...)
	}
}

// both joins the verdicts on time and bytes.
func both(time, bytes string) string {
	if time == bytes {
		return time
	}
	return "time " + time + ", bytes " + bytes
}

// load measures every loader of a format on a configuration of a size.
func (s *settings) load(z size, format string) ([]meter.Result, error) {
	all := loaders.For[sample.Small, sample.SmallOf[sample.Text]](format)
	if z.keys > 0 {
		all = loaders.For[sample.Large, sample.LargeOf[sample.Text]](format)
	}
	var cases []meter.Case
	for _, l := range all {
		c, release, err := s.loading(l, z, format)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.Name, err)
		}
		defer release()
		cases = append(cases, c)
	}
	return meter.Measure(s.Plan, cases...)
}

// loading returns a case that loads a file which has just changed.
func (s *settings) loading(l loaders.Loader, z size, format string) (meter.Case, func(), error) {
	f, err := s.newSample(z, format)
	if err != nil {
		return meter.Case{}, nil, err
	}
	load, release, err := l.Open(f.path)
	if err != nil {
		return meter.Case{}, nil, err
	}
	run := func(n int) error {
		for range n {
			if _, err := load(); err != nil {
				return err
			}
		}
		return nil
	}
	return meter.Case{Name: l.Name, Before: f.change, Run: run}, release, nil
}
