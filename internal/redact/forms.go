package redact

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// forms returns the spellings in which a text is to be looked for, itself among them.
func forms(text string) []string {
	all := []string{text}
	if trimmed := strings.TrimSpace(text); trimmed != text {
		all = append(all, trimmed)
	}
	if strings.Contains(text, "\n") {
		for line := range strings.SplitSeq(text, "\n") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) { // of ASCII, upper and lower case do not count
		for _, plain := range all {
			all = append(all, strings.ToUpper(plain), strings.ToLower(plain))
		}
	}
	for _, plain := range all {
		if len(plain) > 1 && needsEscapes(plain) {
			all = append(all, escapes(plain)...)
		}
	}
	return all
}

// needsEscapes reports whether a text may look different where it is quoted.
func needsEscapes(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return r > 0x7f || !isAlphanumeric(byte(r)) && r != '-' && r != '_' && r != '.'
	})
}

// escapes returns a text as it is written between quotes, without these, in URLs, and by
// this package.
func escapes(text string) []string {
	return []string{
		Escape(text),
		Printable(text),
		unquote(strconv.Quote(text)),
		unquote(strconv.QuoteToASCII(text)),
		jsonText(text, false),
		jsonText(text, true),
		strings.ReplaceAll(text, "'", "''"),
		html.EscapeString(text),
		url.QueryEscape(text),
		url.PathEscape(text),
		strings.TrimPrefix(url.UserPassword("", text).String(), ":"),
	}
}

func unquote(quoted string) string { return quoted[1 : len(quoted)-1] }

func jsonText(text string, escapeHTML bool) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	if err := e.Encode(text); err != nil {
		return text // a string always has a JSON form
	}
	return unquote(strings.TrimSpace(b.String()))
}

// urlPassword returns the password in a URL.
func urlPassword(text string) (password string, ok bool) {
	if !strings.Contains(text, "://") {
		return "", false
	}
	u, err := url.Parse(text)
	if err != nil || u.User == nil {
		return "", false
	}
	return u.User.Password()
}
