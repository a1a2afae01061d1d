package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"example.com/lastgood/internal/redact"
)

// FuzzFormsOfASecret puts a secret, as others write it, into a text.
func FuzzFormsOfASecret(f *testing.F) {
	f.Add("p@ss wörd", "a", "b")
	f.Add("\U000805ae\xff", "q/eG5\xe4\xd6", "=")
	f.Add("\x1600\"", "0", "0")
	f.Add("a\tb\x00", "", "")
	f.Add("000\"", "2000", "0")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) < 4 || isPlainNumber(secret) || isBool(secret) || strings.TrimSpace(secret) != secret {
			return
		}
		var s redact.Secrets
		s.Add(secret)
		for name, form := range map[string]string{
			"Go":          unquote(strconv.Quote(secret)),
			"Go in ASCII": unquote(strconv.QuoteToASCII(secret)),
			"JSON":        unquote(jsonOf(secret)),
			"URL query":   url.QueryEscape(secret),
			"URL path":    url.PathEscape(secret),
			"HTML":        html.EscapeString(secret),
			"Escape":      redact.Escape(secret),
			"Printable":   redact.Printable(secret),
			"YAML":        strings.ReplaceAll(secret, "'", "''"),
			"hexadecimal": hex.EncodeToString([]byte(secret)),
			"% x":         fmt.Sprintf("% x", secret),
			"base64":      base64.StdEncoding.EncodeToString([]byte(secret)),
			"base64 URL":  base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"bytes":       fmt.Sprint([]byte(secret)),
		} {
			text := before + " " + form + " " + after
			if got := s.Redact(text); !strings.Contains(got, redact.Mask) || strings.Contains(strings.ReplaceAll(got, redact.Mask, "\x00"), form) {
				t.Errorf("%s: %q, %q became %q", name, secret, text, got)
			}
		}
	})
}

func unquote(quoted string) string { return quoted[1 : len(quoted)-1] }
