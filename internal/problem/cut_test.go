package problem_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/lastgood/internal/problem"
)

func TestALongLineIsCutAroundTheColumn(t *testing.T) {
	const size = 1000
	line := strings.Repeat("ä", size)
	for _, tt := range []struct {
		name          string
		column        int
		before, after bool
	}{
		{"begin", 1, false, true},
		{"unknown", 0, false, true},
		{"middle", 500, true, true},
		{"end", size, true, false},
		{"past the end", size + 1, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// Another character stands where the mark should be.
			data := []byte(line)
			if 1 <= tt.column && tt.column <= size {
				data = []byte(strings.Repeat("ä", tt.column-1) + "X" + strings.Repeat("ä", size-tt.column))
			}
			e, ok := problem.NewText(data).Excerpt(1, tt.column, "")
			if !ok {
				t.Fatal("there is no excerpt")
			}
			text := []rune(e.Text)
			if len(text) > 120 || len(text) < 110 {
				t.Errorf("the text has %d characters, want about 120", len(text))
			}
			if got := text[0] == '…'; got != tt.before {
				t.Errorf("ellipsis before: %v, want %v", got, tt.before)
			}
			if got := text[len(text)-1] == '…'; got != tt.after {
				t.Errorf("ellipsis after: %v, want %v", got, tt.after)
			}
			if marked := e.Column - 1; marked < len(text) && text[marked] != 'X' && tt.column > 0 {
				t.Errorf("column %d is %q, want X", e.Column, text[marked])
			}
			if end := e.Column - 1 + e.Width; end > len(text)+1 || end <= len(text) && tt.after && text[end-1] == '…' {
				t.Errorf("the mark ends at %d, in the ellipsis or past the text", end)
			}
		})
	}
}

func TestALineOfTheGreatestWidthIsNotCut(t *testing.T) {
	for size, want := range map[int]int{119: 119, 120: 120, 121: 119} {
		e, _ := problem.NewText([]byte(strings.Repeat("x", size))).Excerpt(1, 1, "")
		if got := utf8.RuneCountInString(e.Text); got != want {
			t.Errorf("a line of %d characters gave %d, want %d", size, got, want)
		}
	}
}
