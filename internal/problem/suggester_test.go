package problem_test

import (
	"fmt"
	"testing"

	"example.com/lastgood/internal/problem"
)

func TestSuggestionsEndWhenMoreWouldTakeLong(t *testing.T) {
	asked := 0
	candidates := make([]string, 1000)
	for i := range candidates {
		candidates[i] = fmt.Sprintf("candidate%d", i)
	}
	var s problem.Suggester
	for i := range 10_000 {
		got := s.Suggest("candidat1", func() []string { asked++; return candidates })
		if want := "candidate1"; i < 100 && got != want || i >= 100 && got != "" {
			t.Fatalf("the suggestion for name %d is %q", i, got)
		}
	}
	if asked != 100 {
		t.Errorf("the candidates were asked for %d times, want 100", asked)
	}
}

func TestTheFirstNameIsComparedWithHoweverMany(t *testing.T) {
	candidates := make([]string, 1_000_000)
	candidates[len(candidates)-1] = "port"
	var s problem.Suggester
	if got := s.Suggest("prot", func() []string { return candidates }); got != "port" {
		t.Errorf("got %q", got)
	}
}
