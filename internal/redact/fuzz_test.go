package redact_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/lastgood/internal/redact"
)

func FuzzRedact(f *testing.F) {
	f.Add("hunter2", "cannot use ", " here")
	f.Add("hun\nter2\"", "[104 117 110", "0x2a 1,000 7e4 aGVsbG8=")
	f.Add("12345", "x12345e", "45")
	f.Add("postgres://a:b%40c@d", "\"", "\"runtime error: index [7]")
	f.Add("\U000805ae", "q/eG5\xe4\xd6", "after")
	f.Add("p@1", "x", "\u00e9")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		var s redact.Secrets
		s.Add(secret)
		s.Add(after)
		text := before + secret + after
		got := s.Redact(text)
		if len(secret) >= 4 && !isPlainNumber(secret) && !isBool(secret) {
			if !strings.Contains(got, redact.Mask) {
				t.Errorf("%q was not found in %q", secret, text)
			}
			for part := range strings.SplitSeq(got, redact.Mask) {
				if strings.Contains(part, secret) {
					t.Errorf("%q is still in %q", secret, got)
				}
			}
		}
		if len(secret) > 1 && !isPlainNumber(secret) && hasLetter(secret) && !isBool(secret) && strings.TrimSpace(secret) == secret {
			if got := s.Redact("got " + secret + " alone"); !strings.Contains(got, redact.Mask) || strings.Contains(got, " "+secret+" ") {
				t.Errorf("%q alone became %q", secret, got)
			}
		}
		if once := s.Redact(text); once != got {
			t.Errorf("%q became %q, and %q the second time", text, got, once)
		}
	})
}

func isPlainNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

func isBool(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }

func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || 'a' <= r|0x20 && r|0x20 <= 'z' })
}

func FuzzShape(f *testing.F) {
	f.Add("name: \"hun'ter2\" # x", 9)
	f.Add("[server.tls] = {name:p@ss, \t- ? & *a !b |2- >x %", 3)
	f.Add("größe\xff\x00: '''名前''' \"\"\"", 12)
	f.Fuzz(func(t *testing.T, line string, column int) {
		shape := redact.Shape(line, func(string) bool { return false })
		// 2 is from "|2", the header of a block.
		if rest := strings.Trim(shape.Text, "…{}[],:=#-?.\"'&*!|>%@`<+/0123456789 \t\r"); rest != "" {
			t.Errorf("%q shows %q", line, shape.Text)
		}
		if strings.Contains(shape.Text, "…………") {
			t.Errorf("%q shows lengths: %q", line, shape.Text)
		}
		if got, size := shape.Column(column), utf8.RuneCountInString(shape.Text); got < 1 || got > max(size, column)+1 {
			t.Errorf("column %d of %q is %d of %q", column, line, got, shape.Text)
		}
		named := redact.Shape(line, isOpen)
		for _, word := range strings.FieldsFunc(named.Text, func(r rune) bool { return !('a' <= r|0x20 && r|0x20 <= 'z') }) {
			if !isOpen(word) {
				t.Errorf("%q shows %q", line, named.Text)
			}
		}
	})
}
