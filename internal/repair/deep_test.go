package repair_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/repair"
)

// BenchmarkTooDeep diagnoses documents that are nested too deep, for which nothing is tried.
func BenchmarkTooDeep(b *testing.B) {
	for _, f := range []document.Format{document.JSON, document.YAML} {
		b.Run(f.String(), func(b *testing.B) {
			text := []byte(strings.Repeat(`{"a": `, 20_000) + "1" + strings.Repeat("}", 20_000))
			_, problems := document.Parse(f, text)
			for b.Loop() {
				if got := repair.Diagnose(b.Context(), f, text, 0, problems, nil); len(got) != 1 || got[0].Code != "too_large" {
					b.Fatalf("got %v", got)
				}
			}
		})
	}
}
