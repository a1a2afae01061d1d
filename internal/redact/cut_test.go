package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/lastgood/internal/redact"
)

func TestATextIsCutBetweenCharactersAndEscapes(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"", 0, ""},
		{"short", 5, "short"},
		{"longer", 5, "lo…"},
		{"longer", 3, "…"},
		{"longer", 2, ""},
		{"longer", -1, ""},
		{"größer", 6, "gr…"}, // of two bytes, one would fit
		{`a\x1b[31m`, 7, "a…"},
		{`a\x1b[31m`, 8, `a\x1b…`},
		{`a\u202eb..`, 9, "a…"},
		{`a\U000e0041b...`, 13, "a…"},
		{`"a\"b"....`, 6, `"a…`},
		{`\\\\....`, 6, `\\…`},
		{`C:\users\x`, 9, `C:\use…`},
		{"e\u0301e\u0301e\u0301", 7, "e\u0301…"},
		{"👩‍💻👩‍💻", 20, "👩‍💻…"},
	} {
		if got := redact.Cut(c.text, c.limit); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func FuzzCut(f *testing.F) {
	for _, s := range []string{"plain", "größer", "a\nb", "\x1b[31m", "\u202e", "👩‍💻", "1️⃣", "\xff", `\\n`, "\u2028\u200d", `\`, `\ö`, `\\\\`} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		escaped := redact.Escape(s)
		got := redact.Cut(escaped, limit)
		if len(got) > max(limit, 0) || !utf8.ValidString(got) {
			t.Fatalf("%q is too long, or not UTF-8, for a limit of %d", got, limit)
		}
		if again := redact.Escape(got); again != got {
			t.Fatalf("%q has what must be escaped: %q", got, again)
		}
		if got != escaped && !strings.HasPrefix(escaped, strings.TrimSuffix(got, "…")) {
			t.Fatalf("%q is no beginning of %q", got, escaped)
		}
	})
}
