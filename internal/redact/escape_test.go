package redact_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/redact"
)

func TestTextThatCanBeSeenIsLeft(t *testing.T) {
	for _, s := range []string{
		"",
		`server.addr: ":8080" (C:\app, 100%)`,
		"Grüße, ¿qué?, Ελληνικά, русский",
		"日本語、한국어",
		"العربية עברית हिन्दी ไทย",
		"e\u0301", // a letter and its accent, apart
		"❤️ 👍🏽 👩‍💻 🏳️‍🌈 👨‍👩‍👧 1️⃣ #️⃣ ☎︎",
		"€ – … → ✓ \ufffd",
	} {
		if got := redact.Escape(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestWhatCannotBeSeenIsEscaped(t *testing.T) {
	for s, want := range map[string]string{
		"a\nb":             `a\nb`,
		"a\r\n::error::b":  `a\r\n::error::b`,
		"a\tb":             `a\tb`,
		"\x1b[31mred":      `\x1b[31mred`,
		"\x00\a\b\v\f\x7f": `\x00\a\b\v\f\x7f`,
		"\u009b31m":        `\u009b31m`, // a C1 control that begins a sequence, too
		"\u0085":           `\u0085`,
		"\u2028\u2029":     `\u2028\u2029`,

		"\u202a\u202b\u202c\u202d\u202e":       `\u202a\u202b\u202c\u202d\u202e`,
		"\u2066\u2067\u2068\u2069":             `\u2066\u2067\u2068\u2069`,
		"\u200e\u200f\u061c":                   `\u200e\u200f\u061c`,
		"a\u200bb\u200cc\u200dd\u2060e\ufefff": `a\u200bb\u200cc\u200dd\u2060e\ufefff`,
		"a\u00adb\u180eb":                      `a\u00adb\u180eb`,
		"a\u00a0b\u2003c\u3000d":               `a\u00a0b\u2003c\u3000d`,

		// Unicode counts these as letters, marks and symbols.
		"\u115f\u1160\u3164\uffa0": `\u115f\u1160\u3164\uffa0`,
		"a\u034fb\u2800":           `a\u034fb\u2800`,
		"a\ufe0fb\ufe01":           `a\ufe0fb\ufe01`,
		"a\U000e0100":              `a\U000e0100`,
		"\U000e0041":               `\U000e0041`, // a tag, in which text can be hidden
		"\ue000\U0010ffff":         `\ue000\U0010ffff`,

		// An emoji's joiner joins nothing here.
		"a\u200db":       `a\u200db`,
		"👩\u200d":        `👩\u200d`,
		"\u200d👩":        `\u200d👩`,
		"👩\u200d\u200d👩": `👩\u200d\u200d👩`,
		"👩\u200d\xff":    `👩\u200d\xff`,
		"a\ufe0f\u200d👩": `a\ufe0f\u200d👩`,
		"a\ufe0f\u20e3":  "a\\ufe0f\u20e3",

		"a\xffb\xc3":     `a\xffb\xc3`,
		"\xed\xa0\x80":   `\xed\xa0\x80`, // half of a pair of UTF-16
		"ö\xc3\xb6\xc3(": `öö\xc3(`,
	} {
		if got := redact.Escape(s); got != want {
			t.Errorf("%q became %s, want %s", s, got, want)
		}
	}
}

func TestTextThatCanBeSeenIsNotCopied(t *testing.T) {
	s := strings.Repeat("server.addr: größer ", 10)
	if n := testing.AllocsPerRun(10, func() { redact.Escape(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"plain", "größer", "a\nb", "\x1b[31m", "\u202e", "👩‍💻", "1️⃣", "\xff", `\n`, "\u2028\u200d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := redact.Escape(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for i, r := range got {
			joins := r == '\u200d' || r == '\ufe0e' || r == '\ufe0f'
			if !unicode.IsPrint(r) && !joins || joins && i == 0 {
				t.Fatalf("%q has %U", got, r)
			}
		}
		if again := redact.Escape(got); again != got {
			t.Fatalf("%q became %q when it was escaped again", got, again)
		}
	})
}

func BenchmarkEscape(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":  strings.Repeat("server.read_timeout: 5s ", 40),
		"umlaut": strings.Repeat("größer ", 140),
		"escape": strings.Repeat("\x1b[31m\u202e", 120),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				redact.Escape(s)
			}
		})
	}
}
