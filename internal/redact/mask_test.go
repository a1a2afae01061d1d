package redact_test

import (
	"strings"
	"testing"

	"example.com/lastgood/internal/redact"
)

func TestIsMask(t *testing.T) {
	for _, text := range []string{
		"[redacted]", "[REDACTED]", "[Redacted]", " [redacted]\n", `"[redacted]"`, `'[redacted]'`, "`[redacted]`", `\"[redacted]\"`, `"'[redacted]'"`,
		"[[redacted] [redacted]]", `["[redacted]", "[redacted]"]`, "[redacted],[redacted]", "{[redacted]}", "&[redacted]", "[redacted];", "\ufeff[redacted]",
	} {
		if !redact.IsMask(text) {
			t.Errorf("%q is a mask", text)
		}
	}
	for _, text := range []string{"", "redacted", "[", "[]", "[redacted", "redacted]", "[redacted]x", "a[redacted]", "1 [redacted]", "[redacted]é", "[not redacted]", "hunter2"} {
		if redact.IsMask(text) {
			t.Errorf("%q is none", text)
		}
	}
}

func FuzzIsMask(f *testing.F) {
	f.Add("[redacted]", " ")
	f.Add("x", "İ[REDACTED]")
	f.Fuzz(func(t *testing.T, before, after string) {
		if text := before + after; redact.IsMask(text) && !strings.Contains(strings.ToLower(text), redact.Mask) {
			t.Errorf("%q has no mask in it", text)
		}
		if text := before + redact.Mask + after; redact.IsMask(text) && !redact.IsMask(" '"+text+"'\n") {
			t.Errorf("quotes make %q another text", text)
		}
	})
}
