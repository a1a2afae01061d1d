//go:build linux

package meter_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"example.com/lastgood/internal/bench/meter"
)

var plan = meter.Plan{Rounds: 15, Slice: 2 * time.Millisecond}

// spin returns an operation that computes for n steps.
func spin(n int) func(int) error {
	return func(ops int) error {
		x := uint64(n)
		for range ops * n {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
		sink = x
		return nil
	}
}

var sink uint64

func TestACaseThatDoesTwiceAsMuchCostsTwiceAsMuch(t *testing.T) {
	results, err := meter.Measure(plan,
		meter.Case{Name: "once", Run: spin(10_000)}, meter.Case{Name: "twice", Run: spin(20_000)})
	if err != nil {
		t.Fatal(err)
	}
	ratio := meter.Find(results, "twice").Over(meter.Find(results, "once"))
	if ratio < 1.4 || ratio > 3 {
		t.Errorf("ratio %.2f, want about 2", ratio)
	}
}

func TestWhatIsDoneBeforeIsNotCounted(t *testing.T) {
	results, err := meter.Measure(plan,
		meter.Case{Name: "plain", Run: spin(50_000)},
		meter.Case{Name: "prepared", Run: spin(50_000), Before: func() error { return spin(200_000)(1) }})
	if err != nil {
		t.Fatal(err)
	}
	if ratio := meter.Find(results, "prepared").Over(meter.Find(results, "plain")); ratio > 3 {
		t.Errorf("ratio %.2f, want about 1", ratio)
	}
}

var kept []byte

func TestAllocationsAreCounted(t *testing.T) {
	results, err := meter.Measure(plan, meter.Case{Name: "one", Run: func(n int) error {
		for range n {
			kept = make([]byte, 4096)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if b := meter.Median(results[0].Bytes); b < 4096 || b > 4500 {
		t.Errorf("%.0f bytes, want 4096", b)
	}
	if n := meter.Median(results[0].Times); n < 0.99 || n > 1.2 {
		t.Errorf("%.2f allocations, want 1", n)
	}
}

func TestAnErrorEndsTheMeasurement(t *testing.T) {
	want := errors.New("broken")
	_, err := meter.Measure(plan, meter.Case{Name: "a", Run: func(int) error { return want }})
	if !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

func TestTheMedianLeavesItsValuesAlone(t *testing.T) {
	values := []float64{3, 1, 2, 10}
	if got := meter.Median(values); got != 2.5 {
		t.Errorf("got %v, want 2.5", got)
	}
	if !slices.Equal(values, []float64{3, 1, 2, 10}) {
		t.Errorf("it changed them: %v", values)
	}
}

// One round in which the machine was busy for one of the two does not count.
func TestARatioIsTheMedianOfThoseOfTheRounds(t *testing.T) {
	if got := meter.Ratio([]float64{2, 4, 90}, []float64{1, 2, 3}); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}
