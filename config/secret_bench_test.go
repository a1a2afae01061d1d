package config_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

func BenchmarkReveal(b *testing.B) {
	s := config.NewSecret(marker)
	for b.Loop() {
		if s.Reveal() == "" {
			b.Fatal("it is empty")
		}
	}
}

// BenchmarkLoadSecrets compares loading many secrets with loading as many plain texts.
func BenchmarkLoadSecrets(b *testing.B) {
	type secrets struct{ Keys map[string]config.Secret }
	type texts struct{ Keys map[string]string }
	for _, n := range []int{100, 1000, 10000} {
		var content strings.Builder
		content.WriteString("keys:\n")
		for i := range n {
			fmt.Fprintf(&content, "  key%d: Secret-number-%d\n", i, i)
		}
		path := yamlFile(b, content.String())
		b.Run(fmt.Sprintf("secrets=%d", n), func(b *testing.B) { benchmarkCheck[secrets](b, path) })
		b.Run(fmt.Sprintf("texts=%d", n), func(b *testing.B) { benchmarkCheck[texts](b, path) })
	}
}

func benchmarkCheck[T any](b *testing.B, path string) {
	b.ReportAllocs()
	for b.Loop() {
		if err := config.Check[T](config.WithFile(path)); err != nil {
			b.Fatal(err)
		}
	}
}
