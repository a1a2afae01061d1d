package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/redact"
)

// of returns a set of secrets.
func of(texts ...string) *redact.Secrets {
	var s redact.Secrets
	for _, text := range texts {
		s.Add(text)
	}
	return &s
}

func TestASecretIsFoundInEveryForm(t *testing.T) {
	const secret = "p@ss wörd<\"é'\\&\t/+hunter2"
	_, quotedASCII, _ := strings.Cut(fmt.Sprintf("%+q", secret), `"`)
	for name, form := range map[string]string{
		"raw":            secret,
		"Go":             strconv.Quote(secret),
		"Go in ASCII":    quotedASCII,
		"JSON":           jsonOf(secret),
		"URL query":      url.QueryEscape(secret),
		"URL path":       url.PathEscape(secret),
		"URL user":       url.UserPassword("u", secret).String(),
		"HTML":           html.EscapeString(secret),
		"YAML quotes":    "'" + strings.ReplaceAll(secret, "'", "''") + "'",
		"upper case":     strings.ToUpper("/+hunter2"),
		"hexadecimal":    hex.EncodeToString([]byte(secret)),
		"%X":             fmt.Sprintf("%X", secret),
		"% x":            fmt.Sprintf("% x", secret),
		"%#x":            fmt.Sprintf("%#x", secret),
		"base64":         base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 URL":     base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"basic auth":     "Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+secret)),
		"bytes":          fmt.Sprint([]byte(secret)),
		"bytes, %#v":     fmt.Sprintf("%#v", []byte(secret)),
		"bytes, JSON":    jsonOf([]byte(secret)),
		"list of texts":  fmt.Sprintf("%q", []string{"a", secret}),
		"struct, %+v":    fmt.Sprintf("%+v", struct{ S string }{secret}),
		"between others": "a" + secret + "b",
	} {
		text := "cannot use " + form + " here"
		got := of(secret, "/+hunter2").Redact(text)
		if got == text || strings.Contains(got, "hunter2") || !strings.Contains(got, redact.Mask) || !strings.HasSuffix(got, " here") {
			t.Errorf("%s: %q became %q", name, text, got)
		}
	}
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestATextOfSeveralLinesIsFoundLineByLine(t *testing.T) {
	s := of("  first line\nsecond line\r\n\nab\n")
	for text, want := range map[string]string{
		"got first line":                      "got [redacted]",
		"got second line!":                    "got [redacted]!",
		"got   first line\nsecond line":       "got   [redacted]\n[redacted]",
		"got \"  first line\\nsecond line\"":  "got \"  [redacted]\\n[redacted]\"",
		"got ab, about ab":                    "got [redacted], about [redacted]",
		"first line\nsecond line\r\n\nab (4)": "[redacted] (4)",
	} {
		if got := s.Redact(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := of("a block\n").Redact("got a block"); got != "got [redacted]" {
		t.Errorf("without its last newline: %q", got)
	}
}

func TestANumberIsFoundInEveryNotation(t *testing.T) {
	for _, spelled := range []string{"70000", "0x11170", "7e4", "70_000", "70000.0", "0o210560"} {
		for _, text := range []string{"70000", "070000", "0x11170", "0X11170", "11170", "0o210560", "0b10001000101110000", "10001000101110000", "70_000", "70,000",
			"7e4", "7e+04", "7.000000e+04", "7E4", "70000.0", "70000.000000", "-70000", "+70000", "[70000]", "1,70000,2", "pin70000x"} {
			if got := of(spelled).Redact("got " + text + " here"); strings.ContainsAny(strings.TrimSuffix(strings.TrimPrefix(got, "got "), " here"), "07") {
				t.Errorf("%s spelled %s gives %q", spelled, text, got)
			}
		}
	}
	for _, text := range []string{"70001", "170000", "700000", "70000.5", "7e5", "0x70000", "1.70000"} {
		if got := of("70000").Redact("got " + text); got != "got "+text {
			t.Errorf("%s became %q", text, got)
		}
	}
	var s redact.Secrets
	s.AddValue(reflect.ValueOf(float32(0.1)))
	if got := s.Redact("got 0.10000000149011612 and 0.1 and 1e-1"); got != "got [redacted] and [redacted] and [redacted]" {
		t.Errorf("a float32 became %q", got)
	}
}

func TestANumberIsFoundAsFloatingPointNumbersRoundIt(t *testing.T) {
	for number, texts := range map[string][]string{
		"918273645":               {"9.182736e+08", "9.182736E+08", "918273600"},
		"918273645.25":            {"9.182736e+08", "918273645.250000", "9.182736452500000e+08"},
		"0.123456789":             {"0.123457", "1.234568e-01", "0.12345679"},
		"12345678901234567890123": {"1.2345678901234568e+22", "1.234568e+22"},
	} {
		for _, text := range texts {
			if got := of(number).Redact("got " + text); got != "got [redacted]" {
				t.Errorf("%s as %s gives %q", number, text, got)
			}
		}
	}
	if got := of("918273645").Redact("918 and 9.18 and 9e8"); got != "918 and 9.18 and 9e8" {
		t.Errorf("what is another number became %q", got)
	}
}

func TestWhatIsShortIsFoundWhereItStandsAlone(t *testing.T) {
	s := of("abc", "42", "x", "true", "false", "日本", "12345", "123456", "--", "0", "<", "🔑", "ü", "üb", "é", "密", "p@1", "#z")
	for text, want := range map[string]string{
		"abc, (ABC) and \"abc\"":       "[redacted], ([redacted]) and \"[redacted]\"",
		"abcd and xabc":                "abcd and xabc",
		"got 42, not 142 or 421":       "got [redacted], not 142 or 421",
		"got 4.2e1 or 0x2a":            "got [redacted] or [redacted]",
		"an x is true or false":        "an x is true or false",
		"日本語":                          "[redacted]語",
		"12345 is not 0123450":         "[redacted] is not 0123450",
		"123456 is in 91234567":        "[redacted] is in 9[redacted]7",
		"-- is nothing, and 0 is not":  "-- is nothing, and 0 is not",
		"< as &lt; is \\u003c":         "< as &lt; is \\u003c",
		"a🔑b":                          "a[redacted]b",
		`"ü", Ü or \u00fc, not für`:    `"[redacted]", [redacted] or [redacted], not für`,
		"üb, ÜB and 日üb, not trüb":     "[redacted], [redacted] and 日üb, not trüb",
		"é or café":                    "[redacted] or café",
		"密, 4密4, not 秘密":               "[redacted], 4密4, not 秘密",
		"p@1, (P@1), not tp@1 or p@12": "[redacted], ([redacted]), not tp@1 or p@12",
		"a#z is not a#zz":              "a[redacted] is not a#zz",
		"価格abc":                        "価格[redacted]",
	} {
		if got := s.Redact(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestASecretIsFoundInUpperAndLowerCaseOfAnyScript(t *testing.T) {
	s := of("Größe", "ПаРоль", "Éb")
	for _, text := range []string{"Größe", "GRÖßE", "größe", "ПаРоль", "ПАРОЛЬ", "пароль", `\u043f\u0430\u0440\u043e\u043b\u044c`, "ÉB", "éb"} {
		if got := s.Redact("got " + text); got != "got [redacted]" {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestSecretsThatOverlapGoTogether(t *testing.T) {
	s := of("secret-one", "one-and-two", "and", "secret", "two-three")
	for text, want := range map[string]string{
		"a secret-one-and-two-three!":       "a [redacted]!",
		"secret-onesecret-one":              "[redacted]",
		"secret and secret-on":              "[redacted] [redacted] [redacted]-on",
		"handy":                             "handy",
		strings.Repeat("secret-one ", 3):    "[redacted] [redacted] [redacted] ",
		"the SECRET-ONE, the Secret-One":    "the [redacted], the [redacted]",
		"one-and-tw":                        "one-[redacted]-tw",
		"secret-one-and-twosecret-one-and-": "[redacted]-[redacted]-",
	} {
		if got := s.Redact(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestThePasswordInAURLIsASecretOfItsOwn(t *testing.T) {
	s := of("postgres://app:hunter%402@db.example.com/orders")
	for text, want := range map[string]string{
		"password hunter@2 refused":                    "password [redacted] refused",
		"cannot reach db.example.com":                  "cannot reach db.example.com",
		"postgres://app:hunter%402@db.example.com:5/o": "postgres://app:[redacted]@db.example.com:5/o",
	} {
		if got := s.Redact(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Libraries quote what they were given, and where they stopped in it.
func TestPartsOfASecretThatIsQuotedGoWithIt(t *testing.T) {
	const secret = "1.2.3.hunter2"
	_, addrErr := netip.ParseAddr(secret)
	_, timeErr := time.Parse(time.DateOnly, "2001-hunter2")
	_, portErr := url.Parse("http://host:" + secret[len("1.2.3."):])
	_, durationErr := time.ParseDuration("5hunters")
	for _, err := range []error{addrErr, timeErr, portErr, durationErr} {
		got := of(secret, "2001-hunter2", "http://host:hunter2", "5hunters").Redact(err.Error())
		if strings.Contains(got, "hunter") || !strings.Contains(got, redact.Mask) {
			t.Errorf("%q became %q", err, got)
		}
	}
	if got := of(secret).Redact(`want "hunter2", not "1.2"`); got != `want "hunter2", not "1.2"` {
		t.Errorf("where it is not quoted itself, parts of it became %q", got)
	}
}

func TestARuntimeErrorTellsNoLengths(t *testing.T) {
	for _, f := range []func(s string, n int){
		func(s string, n int) { _ = s[n] },
		func(s string, n int) { _ = s[n:] },
		func(s string, n int) { _ = s[2 : 1+n-n] },
		func(s string, n int) { _ = [4]byte([]byte(s)[:n-4]) },
	} {
		err := panicOf(func() { f("abc", 7) })
		got := of("secret").Redact("it panicked: " + err.Error() + "\n7 of 3")
		if strings.ContainsAny(strings.TrimSuffix(got, "7 of 3"), "0123456789") || !strings.Contains(got, "…") || !strings.HasSuffix(got, "7 of 3") {
			t.Errorf("%v became %q", err, got)
		}
	}
	err := panicOf(func() { _ = any(uint8(1)).(int64) }) //nolint:forcetypeassert // that is what panics
	if got := of("secret").Redact(err.Error()); got != err.Error() {
		t.Errorf("%v became %q", err, got)
	}
	if text := "runtime error: index out of range [7]"; of().Redact(text) != text {
		t.Error("where there are no secrets, there is nothing to hide")
	}
}

func panicOf(f func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	f()
	return errors.New("it did not panic")
}
