package value_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"example.com/lastgood/internal/value"
)

type tree struct {
	left, right *tree
	list        []*tree
	byName      map[string]*tree
	value       any
	call        func()
	channel     chan int
}

// circle returns a cyclic tree.
func circle(value any) *tree {
	t := &tree{value: value}
	t.left, t.right, t.list, t.byName = t, &tree{left: t}, []*tree{t}, map[string]*tree{"itself": t}
	m := map[string]any{"v": value}
	m["itself"] = m
	t.value = m
	return t
}

func TestEqualIsDeepEqualButForNaN(t *testing.T) {
	nan, other := math.NaN(), math.Float64frombits(math.Float64bits(math.NaN())^1)
	type key struct{ a, b float64 }
	for i, test := range []struct {
		a, b any
		want bool
	}{
		{nan, other, true}, {nan, 1.0, false}, {float32(nan), float32(nan), true}, {complex(nan, 1), complex(other, 1), true},
		{complex(nan, 1), complex(nan, 2), false}, {[]any{nan}, []any{other}, true}, {[2]float64{nan, 1}, [2]float64{nan, 2}, false},
		{map[string]float64{"a": nan}, map[string]float64{"a": nan}, true}, {map[string]float64{"a": nan}, map[string]float64{"b": nan}, false},
		{map[float64]int{nan: 1, other: 2}, map[float64]int{other: 2, nan: 1}, true},
		{map[float64]int{nan: 1, other: 2}, map[float64]int{other: 1, nan: 1}, false},
		{map[float64]int{nan: 1}, map[float64]int{1: 1}, false}, {map[float64]int{nan: 1, 1: 1}, map[float64]int{nan: 1, 2: 1}, false},
		{map[any]any{key{nan, 1}: nan}, map[any]any{key{nan, 1}: nan}, true}, {map[key]int{{nan, 1}: 1}, map[key]int{{nan, 2}: 1}, false},
		{circle(nan), circle(nan), true}, {circle(nan), circle(1.0), false}, {circle(1), circle(1), true},
		{nil, nil, true}, {nil, 1, false}, {1, int64(1), false}, {[]int{}, []int(nil), false}, {map[int]int{}, map[int]int(nil), false},
		{&tree{call: func() {}}, &tree{call: func() {}}, false}, {&tree{}, &tree{}, true}, {&tree{channel: make(chan int)}, &tree{channel: make(chan int)}, false},
		{time.Unix(1, 0), time.Unix(1, 0), true}, {[]byte("a"), []byte("b"), false}, {struct{ v []byte }{[]byte("a")}, struct{ v []byte }{[]byte("a")}, true},
		{[]any{[]int{1}, nan}, []any{[]int{1, 2}, nan}, false},
	} {
		if got := value.Equal(test.a, test.b); got != test.want {
			t.Errorf("%d: Equal is %v", i, got)
		}
		if got := value.Equal(test.b, test.a); got != test.want {
			t.Errorf("%d: Equal the other way round is %v", i, got)
		}
		if reflect.DeepEqual(test.a, test.b) && !test.want {
			t.Errorf("%d: they are deeply equal", i)
		}
	}
}

// A slice of another slice may have the same address.
func TestEqualComparesSlicesWithTheSameStart(t *testing.T) {
	a, b := []float64{math.NaN(), 1, 2}, []float64{math.NaN(), 1, 3}
	if value.Equal([][]float64{a[:1], a}, [][]float64{b[:1], b}) {
		t.Error("only the first items were compared")
	}
}
