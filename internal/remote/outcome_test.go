package remote

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/lastgood/internal/source"
)

// reading returns n documents of a source.
func reading(n int) (r Reading) {
	for i := range n {
		r.Items = append(r.Items, Item{Name: fmt.Sprintf("%06d.yaml", (i*7919)%n), Data: fmt.Appendf(nil, "key: %d\n", i)})
	}
	return r
}

// The cost of a reading is at most n log n in the number of its documents, changed or not.
func BenchmarkReading(b *testing.B) {
	limits := source.Limits{Size: 1 << 20, Files: 1 << 20}
	for _, n := range []int{1_000, 10_000, 100_000} {
		r := reading(n)
		src := Source{Name: "played", Read: func(context.Context) (Reading, *Failure) { return r, nil }}
		before := src.readOutcome(b.Context(), limits, nil).docs
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if docs := src.readOutcome(b.Context(), limits, before).docs; len(docs) != n {
					b.Fatal(len(docs))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/document")
		})
	}
}

// Every reading of a source becomes a sorted list of documents with distinct printable names, or
// one document with an error.
func FuzzReading(f *testing.F) {
	f.Add("a.yaml", "b.yaml", "yaml", "text", true, false)
	f.Add("", "a", "", "", false, false)
	f.Add("a", "a", "x", "text", false, true)
	f.Add("a\n", "\xff", "json", strings.Repeat("x", 100), true, true)
	f.Fuzz(func(t *testing.T, a, b, format, text string, value, secret bool) {
		r := Reading{Items: []Item{{Name: a, Data: []byte(text), Format: format, Secret: secret}, {Name: b, Data: []byte(text), Value: value}}}
		src := Source{Name: "played", Read: func(context.Context) (Reading, *Failure) { return r, nil }}
		limits := source.Limits{Size: 64, Files: 2}
		docs := src.readOutcome(t.Context(), limits, nil).docs
		if len(docs) == 1 && docs[0].Err != nil && docs[0].Path == "played" {
			return
		}
		if len(docs) != 2 || !slices.IsSortedFunc(docs, func(a, b source.Document) int { return a.Compare(&b) }) || docs[0].Path == docs[1].Path {
			t.Errorf("got %+v", docs)
		}
		for _, d := range docs {
			if !utf8.ValidString(d.Path) || strings.ContainsAny(d.Path, "\n\x00\x7f\u0085") || !d.Remote || int64(len(d.Data)) > limits.Size || d.Err == nil && string(d.Data) != text {
				t.Errorf("got %+v", d)
			}
		}
		again := src.readOutcome(t.Context(), limits, docs).docs
		if !sameContent(docs, again) {
			t.Errorf("the same reading is %+v, and then %+v", docs, again)
		}
	})
}
