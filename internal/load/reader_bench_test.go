package load_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// wide returns a struct type of n sections of ten leaves each, and a document that
// sets them all.
func wide(leaves int) (reflect.Type, string) {
	var fields, inner []reflect.StructField
	for i := range 10 {
		inner = append(inner, reflect.StructField{Name: fmt.Sprintf("Key%d", i), Type: reflect.TypeFor[int]()})
	}
	var doc strings.Builder
	for i := range leaves / 10 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Section%d", i), Type: reflect.StructOf(inner)})
		fmt.Fprintf(&doc, "section%d:\n", i)
		for k := range 10 {
			fmt.Fprintf(&doc, "  key%d: %d\n", k, i)
		}
	}
	return reflect.StructOf(fields), doc.String()
}

// BenchmarkEnv loads with 200 variables set among 2,000 that are none of ours, from
// reading the environment on. The metric is the time in relation to a load without
// an environment; it, and the time per leaf, must not grow with the leaves.
func BenchmarkEnv(b *testing.B) {
	for _, leaves := range []int{500, 1000, 2000} {
		b.Run(fmt.Sprint(leaves), func(b *testing.B) {
			t, doc := wide(leaves)
			var environ []string
			for i := range 200 {
				environ = append(environ, fmt.Sprintf("APP_SECTION%d_KEY%d=%d", i%(leaves/10), i/(leaves/10), i))
			}
			for i := range 2000 {
				environ = append(environ, fmt.Sprintf("UNRELATED_%d=x", i))
			}
			relate(b, leaves,
				func() {
					newPass(b, t, doc, load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}, Environ: environ}})
				},
				func() { newPass(b, t, doc, load.Options{}) })
		})
	}
}

// BenchmarkFlags loads with a flag for every leaf.
func BenchmarkFlags(b *testing.B) {
	for _, leaves := range []int{500, 1000, 2000} {
		b.Run(fmt.Sprint(leaves), func(b *testing.B) {
			t, doc := wide(leaves)
			var flags []layers.Flag
			for i := range leaves {
				flags = append(flags, layers.Flag{Name: fmt.Sprintf("section%d-key%d", i/10, i%10), Text: "1"})
			}
			relate(b, leaves,
				func() { newPass(b, t, doc, load.Options{Flags: flags}) },
				func() { newPass(b, t, doc, load.Options{}) })
		})
	}
}

// BenchmarkSettings lists where every value comes from, which happens only when
// asked for, in relation to a load.
func BenchmarkSettings(b *testing.B) {
	t, doc := wide(2000)
	l, problems := load.New(t, load.Options{})
	if problems != nil {
		b.Fatal(problems)
	}
	relate(b, 2000,
		func() {
			r, _ := l.Load(b.Context(), []source.Document{yaml(doc)}, nil)
			n := 0
			if err := r.Settings(func(explain.Setting) { n++ }); err != nil || n != 2000 {
				b.Fatalf("%d settings, %v", n, err)
			}
		},
		func() { _, _ = l.Load(b.Context(), []source.Document{yaml(doc)}, nil) })
}

func newPass(b *testing.B, t reflect.Type, doc string, opts load.Options) {
	l, problems := load.New(t, opts)
	if problems == nil {
		_, problems = once(l, yaml(doc))
	}
	if problems != nil {
		b.Fatal(formatAll(problems))
	}
}

// relate measures one function and its ratio to another, run in turn.
func relate(b *testing.B, leaves int, with, without func()) {
	var times [2][]time.Duration
	for b.Loop() {
		for i, run := range []func(){with, without} {
			start := time.Now()
			run()
			times[i] = append(times[i], time.Since(start))
		}
	}
	for _, t := range times {
		slices.Sort(t)
	}
	middle := len(times[0]) / 2
	b.ReportMetric(float64(times[0][middle])/float64(times[1][middle]), "with/without")
	b.ReportMetric(float64(times[0][middle].Nanoseconds())/float64(leaves), "ns/leaf")
}
