//go:build linux

package main

import (
	"os"
	"reflect"
	"strconv"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/meter"
	"example.com/lastgood/internal/bench/sample"
)

// scale measures how cost grows, in relation to the same without what grows.
func scale(s *settings) ([]*table, error) {
	t := newTable("How loads scale", "Variables and flags are on top of a file that sets every key.",
		"with", "CPU", "without", "ratio", "bar", "result")
	for _, add := range []func(*settings, *table) error{scaleKeys, scaleVariables, scaleFlags, scaleDepth} {
		if err := add(s, t); err != nil {
			return nil, err
		}
	}
	return []*table{t}, nil
}

// addScaled appends a row. A bar of 0 is none.
func addScaled(t *table, name string, with, without meter.Result, bar float64) {
	ratio := with.Over(without)
	row := []string{name, millis(with.CPU()), millis(without.CPU()), times(ratio)}
	if bar > 0 {
		text, result := atMost(ratio, bar)
		row = append(row, text, result)
	}
	t.add(row...)
}

// scaleKeys compares sizes that differ by ten.
func scaleKeys(s *settings, t *table) error {
	few, many := size{"few", s.most / 10}, size{"many", s.most}
	for _, l := range loaders.For[sample.Large, sample.LargeOf[sample.Text]]("yaml") {
		bar := 0.0
		switch l.Name {
		case loaders.Ours, loaders.Reload:
			bar = growBar
		case loaders.Viper, loaders.Koanf:
		default:
			continue
		}
		var cases []meter.Case
		for _, z := range []size{few, many} {
			c, release, err := s.loading(l, z, "yaml")
			if err != nil {
				return err
			}
			defer release()
			c.Name = z.name
			cases = append(cases, c)
		}
		results, err := meter.Measure(s.Plan, cases...)
		if err != nil {
			return err
		}
		addScaled(t, strconv.Itoa(many.keys)+" keys, not "+strconv.Itoa(few.keys)+": "+l.Name, results[1], results[0], bar)
	}
	return nil
}

// The bars of variables, flags and depth.
const (
	variablesBar = 1.2
	flagsBar     = 1.5
	depthBar     = 3
)

// variables is how many are set.
const variables = 200

func scaleVariables(s *settings, t *table) error {
	path, err := s.write("wide.yaml", sample.YAML(sample.NewTwoThousand(1)))
	if err != nil {
		return err
	}
	keys := sample.Leaves(reflect.TypeFor[sample.TwoThousand]())
	for i := range variables {
		name := sample.Variable("BENCH", keys[i*len(keys)/variables])
		if err := os.Setenv(name, "2"); err != nil {
			return err
		}
		defer func() { _ = os.Unsetenv(name) }()
	}
	results, err := meter.Measure(s.Plan,
		once("ours", func() error { return open[sample.TwoThousand](path, config.WithEnv("BENCH")) }),
		once("ours without", func() error { return open[sample.TwoThousand](path) }),
		once("Viper", func() error { return viperVariables[sample.TwoThousand](path, "BENCH") }),
		once("Viper without", func() error { _, err := loaders.WithViper[sample.TwoThousand](path); return err }))
	if err != nil {
		return err
	}
	addScaled(t, "200 variables set of 2,000 keys: ours", results[0], results[1], variablesBar)
	addScaled(t, "200 variables set of 2,000 keys: Viper", results[2], results[3], 0)
	return nil
}

func scaleFlags(s *settings, t *table) error {
	path, err := s.write("thousand.yaml", sample.YAML(sample.NewThousand(1)))
	if err != nil {
		return err
	}
	set, unset := pflag.NewFlagSet("set", pflag.ContinueOnError), pflag.NewFlagSet("unset", pflag.ContinueOnError)
	for _, key := range sample.Leaves(reflect.TypeFor[sample.Thousand]()) {
		set.Int(key, 0, "")
		unset.Int(key, 0, "")
		if err := set.Set(key, "2"); err != nil {
			return err
		}
	}
	ours, viper := "ours", "Viper"
	results, err := meter.Measure(s.Plan,
		once(ours, func() error { return open[sample.Thousand](path) }),
		once(ours, func() error { return open[sample.Thousand](path, config.WithFlags(unset)) }),
		once(ours, func() error { return open[sample.Thousand](path, config.WithFlags(set)) }),
		once(viper, func() error { _, err := loaders.WithViper[sample.Thousand](path); return err }),
		once(viper, func() error { return viperFlags[sample.Thousand](path, unset) }),
		once(viper, func() error { return viperFlags[sample.Thousand](path, set) }))
	if err != nil {
		return err
	}
	addScaled(t, "1,000 flags, none set, on 1,000 keys: ours", results[1], results[0], flagsBar)
	addScaled(t, "1,000 flags, none set, on 1,000 keys: Viper", results[4], results[3], 0)
	addScaled(t, "1,000 flags, all set, on 1,000 keys: ours", results[2], results[0], flagsBar)
	addScaled(t, "1,000 flags, all set, on 1,000 keys: Viper", results[5], results[3], 0)
	return nil
}

// depth is how many sections are nested, of ten leaves each.
const depth = 64

func scaleDepth(s *settings, t *table) error {
	text := sample.NewDeep(depth).YAML()
	path, err := s.write("deep.yaml", text)
	if err != nil {
		return err
	}
	results, err := meter.Measure(s.Plan,
		once("ours", func() error { return open[sample.Deep](path) }),
		once("Viper", func() error { _, err := loaders.WithViper[sample.Deep](path); return err }),
		once("parse", func() error { var node yaml.Node; return yaml.Unmarshal(text, &node) }))
	if err != nil {
		return err
	}
	addScaled(t, "depth 64, not the parse alone: ours", results[0], results[2], depthBar)
	addScaled(t, "depth 64, not the parse alone: Viper", results[1], results[2], 0)
	return nil
}
