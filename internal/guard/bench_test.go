package guard_test

import (
	"context"
	"testing"
	"time"

	"example.com/lastgood/internal/guard"
)

// What a pass pays for being abandonable, and each method of a caller's for its guard.
func BenchmarkRun(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if err := guard.Run(ctx, nil, time.Minute, func(context.Context) {}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	fn := &guard.Func{Name: "a function"}
	if err := guard.Run(b.Context(), nil, time.Minute, func(ctx context.Context) {
		running := guard.Under(ctx)
		b.ReportAllocs()
		for b.Loop() {
			_ = running.Call(fn, func() {})
		}
	}); err != nil {
		b.Fatal(err)
	}
}
