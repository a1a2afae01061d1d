package redact_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"example.com/lastgood/internal/redact"
)

func TestColumnsOfAPrintableTextAreThoseOfTheText(t *testing.T) {
	for s, want := range map[string]string{
		"größe 👩‍💻 ❤️":             "größe 👩‍💻 ❤️",
		"a\tb\x1b[31m\r":           "a b�[31m�",
		"\u202e\u200b\u3164\u00a0": "����",
		"a\xff\xc3b":               "a��b",
		"\u200d\ufe0f\U000e0041":   "���",
	} {
		got := redact.Printable(s)
		if got != want || utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Errorf("%q became %q, want %q", s, got, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{"plain", "a\nb\t", "\x1b\x7f\u0085", "\u202e\u2028", "👩‍💻", `\`, "\\\u202e", "\U000e0041\U0010ffff", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		data, err := json.MarshalIndent(map[string]any{"k": s, "l": []string{s}}, "\r", "\t")
		if err != nil {
			t.Fatal(err)
		}
		escaped := redact.JSON(data)
		var want, got any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(escaped, &got); err != nil {
			t.Fatalf("%v in %q, which was %q", err, escaped, data)
		}
		a, _ := json.Marshal(want) // what was read can be written
		b, _ := json.Marshal(got)
		if string(a) != string(b) {
			t.Fatalf("%s became %s", a, b)
		}
		for i, c := range escaped {
			if c != '\n' && c != '\r' && c != '\t' && (c < ' ' || c == 0x7f) {
				t.Fatalf("%q has %#x at %d", escaped, c, i)
			}
		}
	})
}
