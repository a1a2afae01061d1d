package load_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/validate"
)

// guarded has secrets, and rules to break.
type guarded struct {
	Port   int
	Name   string
	Open   map[string]string `validate:"dive,max=3"`
	Tokens map[string]string `secret:"true"`
	List   []secret
}

// BenchmarkRejected rejects documents with n things that redaction and excerpts have to
// deal with. "exponent" is how the time has grown since the size before: with n to that
// power, which must be about 1.
func BenchmarkRejected(b *testing.B) {
	repeat := func(n int, format string) string {
		var s strings.Builder
		for i := range n {
			fmt.Fprintf(&s, format, i)
		}
		return s.String()
	}
	duplicates := func(set string) string { return strings.Repeat(set, 1001) }
	for _, kind := range []struct {
		name     string
		document func(n int) source.Document
	}{
		{"unknown_keys_on_one_line", func(n int) source.Document {
			return file("c.json", "{"+repeat(n, `"u%d":1,`)+`"port":1}`)
		}},
		{"secrets_on_one_line", func(n int) source.Document {
			return file("c.json", `{"tokens":{`+repeat(n, `"k%d":"hunter2",`)+`"k":"x"},"port":"x"}`)
		}},
		{"secrets_in_a_list_on_one_line", func(n int) source.Document {
			return yaml("{list: [" + repeat(n, "hunter-%d, ") + "x], port: x}")
		}},
		{"lines_then_duplicates_in_YAML", func(n int) source.Document {
			return yaml("tokens:\n" + repeat(n, "  k%d: hunter2\n") + duplicates("name: x\n"))
		}},
		{"lines_then_duplicates_in_TOML", func(n int) source.Document {
			return file("c.toml", duplicates("name = 'x'\n")+"[tokens]\n"+repeat(n, "k%d = 'hunter2'\n"))
		}},
		{"duplicates_on_one_line", func(n int) source.Document {
			return file("c.json", `{"tokens":{`+repeat(n, `"k%d":"hunter2",`)+`"k":"x"}`+duplicates(`,"port":1`)+"}")
		}},
		{"a_long_line_that_is_no_YAML", func(n int) source.Document {
			return yaml("{tokens: {" + repeat(n, "k%d: hunter2, ") + "}, port: ]}")
		}},
		{"long_values_of_aliases", func(n int) source.Document {
			return yaml("x-a: &a " + strings.Repeat("a", n) + "\nopen: {" + repeat(1000, "k%d: *a, ") + "}\ntokens: {a: hunter2}\n")
		}},
		{"checks_that_quote_all_secrets", func(n int) source.Document {
			return yaml("name: tell\nlist: [" + repeat(n, "hunter-%d, ") + "x]")
		}},
	} {
		before := 0.0 // the time for the size before
		for _, n := range []int{1000, 4000, 16_000, 64_000} {
			b.Run(fmt.Sprintf("%s/%d", kind.name, n), func(b *testing.B) {
				l := newLoader[guarded](b, load.Options{CheckTimeout: 1 << 40, Checks: []validate.Check{func(_ context.Context, _, c any) error {
					if c.(*guarded).Name != "tell" {
						return nil
					}
					var errs []error
					for _, s := range c.(*guarded).List {
						errs = append(errs, errors.New(string(s)))
					}
					return errors.Join(errs[:1000]...)
				}}})
				doc := kind.document(n)
				for b.Loop() {
					if _, problems := once(l, doc); len(problems) == 0 {
						b.Fatal("it is accepted")
					}
				}
				took := b.Elapsed().Seconds() / float64(b.N)
				b.ReportMetric(took*1e9/float64(n), "ns/each")
				if before > 0 {
					b.ReportMetric(math.Log(took/before)/math.Log(4), "exponent")
				}
				before = took
			})
		}
	}
}
