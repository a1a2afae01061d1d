package explain_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/schema/schematest"
)

type nestedMaps struct {
	Maps  map[string]map[string]int          `mapstructure:"maps"`
	Items []struct{ A, B int }               `mapstructure:"items"`
	Codes map[int]map[string]struct{ A int } `mapstructure:"codes"`
	Any   map[string]any                     `mapstructure:"any"`
	Last  int                                `mapstructure:"last"`
}

func randomMaps(r *rand.Rand) *nestedMaps {
	n := &nestedMaps{Maps: map[string]map[string]int{}, Codes: map[int]map[string]struct{ A int }{}, Any: map[string]any{}, Last: r.IntN(2)}
	for range r.IntN(12) {
		inner := map[string]int{}
		for range r.IntN(6) {
			inner[fmt.Sprint("k", r.IntN(6))] = r.IntN(2)
		}
		n.Maps[fmt.Sprint("m", r.IntN(12))] = inner
		n.Items = append(n.Items, struct{ A, B int }{r.IntN(2), r.IntN(2)})
		n.Codes[r.IntN(12)] = map[string]struct{ A int }{fmt.Sprint("k", r.IntN(3)): {r.IntN(2)}}
		n.Any[fmt.Sprint("k", r.IntN(12))] = map[string]any{"k": r.IntN(2), "l": []any{r.IntN(2)}}
	}
	return n
}

func TestABriefDiffIsTheStartOfAWholeOne(t *testing.T) {
	l := schematest.Of[nestedMaps](t)
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		a, b := randomMaps(r), randomMaps(r)
		all := explain.Diff(t.Context(), l, explain.Side{Value: a}, explain.Side{Value: b})
		for most := range len(all) + 2 {
			first, rest := explain.DiffBriefly(t.Context(), l, explain.Side{Value: a}, explain.Side{Value: b}, most)
			want := all[:min(most, len(all))]
			if len(first) != len(want) || len(want) > 0 && !reflect.DeepEqual(first, want) || len(first)+rest != len(all) {
				t.Fatalf("seed %d: the first %d are\n%v and %d more, want\n%v of\n%v", seed, most, first, rest, want, all)
			}
		}
	}
}
