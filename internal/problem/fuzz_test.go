package problem_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/problem"
)

func FuzzExcerpt(f *testing.F) {
	f.Add([]byte(yaml), 2, 3)
	f.Add([]byte("a: \"\\\"\x1b[31m\xff\u202e"), 1, 4)
	f.Add([]byte(strings.Repeat("名[{'\"", 100)), 1, 250)
	f.Add([]byte("\ufeff\r\n\t\n"), 2, 0)
	f.Fuzz(func(t *testing.T, data []byte, line, column int) {
		e, ok := problem.NewText(data).Excerpt(line, column, "")
		if !ok {
			if e != (problem.Excerpt{}) {
				t.Errorf("%+v, but not ok", e)
			}
			return
		}
		size := utf8.RuneCountInString(e.Text)
		if size > 120 || e.Column < 1 || e.Column > size+1 || e.Width < 1 || e.Column-1+e.Width > max(size, e.Column) {
			t.Errorf("the mark is not within the text, or that is too long: %+v", e)
		}
		checkRendering(t, e.String())
	})
}

// checkRendering checks what holds for every excerpt, whatever the file.
func checkRendering(t *testing.T, s string) {
	lines := strings.Split(s, "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want 2: %q", len(lines), s)
	}
	for _, line := range lines {
		if strings.TrimRight(line, " ") != line {
			t.Errorf("spaces at the end of %q", line)
		}
		if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q must not be printed", line)
		}
	}
	number, _, found := strings.Cut(lines[0], " |")
	gutter, mark, _ := strings.Cut(lines[1], " | ")
	if !found || len(number) != len(gutter) || strings.Trim(gutter, " ") != "" {
		t.Errorf("the gutters differ:\n%s", s)
	}
	if mark = strings.TrimLeft(mark, " "); mark == "" || strings.Trim(mark, "^") != "" {
		t.Errorf("the mark is %q", mark)
	}
}

func FuzzSuggest(f *testing.F) {
	f.Add("prot", "port,host")
	f.Add("tls_cert_fle", "tls-cert-file,TLS_KEY_FILE")
	f.Add(strings.Repeat("ö", 64), strings.Repeat("o", 85))
	f.Add("_", ",\xff")
	f.Fuzz(func(t *testing.T, name, list string) {
		candidates := strings.Split(list, ",")
		got := problem.Suggest(name, candidates)
		want, nearest := "", len(fold(name))/3+1
		if utf8.RuneCountInString(name) <= 64 {
			for _, candidate := range candidates {
				if d := alignment(fold(name), fold(candidate)); d < nearest {
					want, nearest = candidate, d
				}
			}
		}
		if got != want {
			t.Errorf("Suggest(%q, %q) = %q, want %q", name, candidates, got, want)
		}
	})
}

func fold(name string) []rune {
	return slices.DeleteFunc([]rune(strings.ToLower(name)), func(r rune) bool { return r == '_' || r == '-' })
}

// alignment is the textbook's optimal string alignment, with nothing left out.
func alignment(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j], d[i][j-1], d[i-1][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
