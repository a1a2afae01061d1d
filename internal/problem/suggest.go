package problem

import (
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name, in characters, that gets a suggestion. Longer ones are not
// misspelled keys, and a comparison costs the product of the lengths.
const maxName = 64

// maxCompared bounds the comparisons of one [Suggester]. It is enough for a hundred names
// among a thousand candidates.
const maxCompared = 100_000

// Suggester makes suggestions for the names of one document. The zero value is ready for use.
// It is not safe for concurrent use.
type Suggester struct{ compared int }

// Suggest is the function [Suggest] with a bound on the total number of comparisons, after
// which it returns "". candidates is called only if needed.
func (s *Suggester) Suggest(name string, candidates func() []string) string {
	if s.compared >= maxCompared {
		return ""
	}
	all := candidates()
	s.compared += len(all)
	return Suggest(name, all)
}

// Suggest returns the candidate nearest to name, or "" if none is near enough to have been
// meant. Case, "_" and "-" are ignored. A third of the characters may be wrong, missing,
// superfluous or swapped with their neighbor, but none in a name of one or two. Of several
// nearest candidates it returns the first.
func Suggest(name string, candidates []string) string {
	if utf8.RuneCountInString(name) > maxName {
		return ""
	}
	folded := fold(name)
	nearest, limit := "", len(folded)/3
	for _, candidate := range candidates {
		d, ok := distance(folded, fold(candidate), limit)
		if !ok {
			continue
		}
		if d == 0 {
			return candidate
		}
		nearest, limit = candidate, d-1
	}
	return nearest
}

// fold returns the characters of a name that are compared.
func fold(name string) []rune {
	folded := make([]rune, 0, len(name))
	for _, r := range name {
		if r != '_' && r != '-' {
			folded = append(folded, unicode.ToLower(r))
		}
	}
	return folded
}

// distance returns the number of edits from a to b (optimal string alignment); ok is false if
// there are more than limit. a must not be longer than maxName, and limit at most a third of
// that.
func distance(a, b []rune, limit int) (edits int, ok bool) {
	if max(len(a)-len(b), len(b)-len(a)) > limit {
		return 0, false
	}
	// rows[i%3][j] is the distance of a[:i] and b[:j]. Three rows are enough: a
	// swap refers to two rows above.
	var rows [3][maxName + maxName/3 + 1]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, above, twoAbove := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			d := above[j-1]
			if a[i-1] != b[j-1] {
				d = 1 + min(above[j], row[j-1], d)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, twoAbove[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return 0, false // later rows can only be greater
		}
	}
	edits = rows[len(a)%3][len(b)]
	return edits, edits <= limit
}
