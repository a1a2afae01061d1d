package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/internal/redact"
)

var sizes = []int{1000, 4000, 16_000, 64_000}

// BenchmarkRedact takes n secrets out of a text that quotes each of them; the time by
// secret must not grow with n.
func BenchmarkRedact(b *testing.B) {
	for _, kind := range []struct {
		name   string
		secret func(i int) string
	}{
		{"texts", func(i int) string { return fmt.Sprintf("secret-%d-hunter2", i) }},
		{"numbers", func(i int) string { return fmt.Sprint(1_000_003 * i) }},
		{"quoted", func(i int) string { return fmt.Sprintf("\"%d\"", i) }},
		{"nested", func(i int) string { return strings.Repeat("a", i%4096+4) }},
	} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/%d", kind.name, n), func(b *testing.B) {
				var text strings.Builder
				secrets := make([]string, n)
				for i := range secrets {
					secrets[i] = kind.secret(i)
					if text.Len() < 64*n {
						fmt.Fprintf(&text, "%q and 12, ", secrets[i])
					}
				}
				for b.Loop() {
					of(secrets...).Redact(text.String())
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/secret")
			})
		}
	}
}

// BenchmarkShape makes the shape of one line with n keys.
func BenchmarkShape(b *testing.B) {
	for name, item := range map[string]string{"JSON": `"name":"hunter2",`, "dots": "name.", "quotes": `"`, "blanks": ": ", "colons": ":", "triple": `"""a" `} {
		for _, n := range sizes {
			line := strings.Repeat(item, n)
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					redact.Shape(line, isOpen)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/item")
			})
		}
	}
}
