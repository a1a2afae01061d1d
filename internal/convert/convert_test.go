package convert_test

import (
	"encoding"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/convert"
)

// scalar returns the Type for T, and checks that it is the same for pointers to T.
func scalar[T any](t testing.TB) convert.Type {
	t.Helper()
	at := reflect.TypeFor[T]()
	if at.Kind() == reflect.Pointer {
		at = at.Elem()
	}
	c, ok := convert.For(at)
	if !ok {
		t.Fatalf("%v is not written as one text", at)
	}
	return c
}

// read converts text to a T.
func read[T any](t testing.TB, text string) (T, *convert.Mismatch) {
	t.Helper()
	v := reflect.New(scalar[T](t).Go).Elem()
	miss := scalar[T](t).Set(nil, v, text)
	var zero T
	if miss != nil {
		if !v.IsZero() {
			t.Errorf("%q gives %v beside a mismatch", text, v)
		}
		return zero, miss
	}
	return v.Interface().(T), nil
}

func good[T any](t *testing.T, text string, want T) {
	t.Helper()
	got, miss := read[T](t, text)
	if miss != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%T from %q is %v, want %v; mismatch %v", got, text, got, want, miss)
	}
}

// bad expects a mismatch that contains all of parts, and not the text.
func bad[T any](t *testing.T, text string, parts ...string) {
	t.Helper()
	got, miss := read[T](t, text)
	if miss == nil {
		t.Errorf("%T from %q is %v, want a mismatch", got, text, got)
		return
	}
	said := miss.Want + "; " + miss.Hint
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("%T from %q: %q does not say %q", got, text, said, part)
		}
	}
}

// Viper's weak typing turns int8 300 into 44, uint -1 into 18446744073709551615 and 1.9
// into 1, without an error.
func TestIntegersAreExactOrAMismatch(t *testing.T) {
	good[int8](t, "-128", -128)
	good[int8](t, "127", 127)
	bad[int8](t, "300", "an integer from -128 to 127")
	bad[int8](t, "-129", "an integer from -128 to 127")
	good[uint8](t, "255", 255)
	bad[uint8](t, "256", "an integer from 0 to 255")
	good[uint](t, "0", 0)
	bad[uint](t, "-1", "an integer from 0 to 18446744073709551615")
	bad[uint16](t, "-99999999999999999999", "an integer from 0 to 65535")
	good[int64](t, "-9223372036854775808", math.MinInt64)
	bad[int64](t, "9223372036854775808", "9223372036854775807")
	good[uint64](t, "18446744073709551615", math.MaxUint64)
	good[uint64](t, "-0", 0)
	good[int](t, "+5", 5)
	good[uint](t, "+5", 5)

	bad[int](t, "1.9", "without a fraction")
	bad[int](t, "1.5e0", "without a fraction")
	bad[int](t, "15e-1", "without a fraction")
	bad[int](t, "1e-1000000000000", "without a fraction")
	bad[int](t, "1."+strings.Repeat("0", 400)+"1", "without a fraction")
	good[int](t, "5.0", 5)
	good[int](t, "5.", 5)
	good[int](t, "1e3", 1000)
	good[int](t, "1.5e+3", 1500)
	good[int](t, "-2500E-2", -25)
	good[int](t, "5."+strings.Repeat("0", 400), 5)
	good[int](t, "0.0e99999999999999999999", 0)
	good[uint](t, "-0.0", 0)
	good[uint64](t, "18446744073709551615.0", math.MaxUint64)
	bad[int8](t, "1e3", "an integer from -128 to 127")
	bad[int](t, "1e1000000000000", "an integer from")
	bad[uint](t, "-1e300", "an integer from 0")
	for _, text := range []string{".inf", "-.inf", ".nan", "inf", "nan", ".", "e", "1e", "1.2.3", "--1", "+-1", "1e1e1", "١"} {
		bad[int](t, text, "an integer")
		bad[uint](t, text, "an integer")
	}
}

func TestIntegersInOtherBases(t *testing.T) {
	good[int](t, "0x1F", 31)
	good[int](t, "-0x1f", -31)
	good[int](t, "0o17", 15)
	good[uint8](t, "0b1010_1010", 0xAA)
	good[int](t, "1_000", 1000)
	good[int](t, "1_000.0", 1000)
	bad[int](t, "1__000")
	bad[int](t, "1_.0")
	bad[int](t, "_1.0")
	bad[int](t, "0x", "an integer")
	bad[int](t, "0x1g", "an integer")
	bad[uint8](t, "0x100", "from 0 to 255")
	bad[int](t, "0x1p4", "an integer")
	good[int](t, "0xE", 14)
}

func TestPointsAndExponentsNeedDigits(t *testing.T) {
	good[int](t, ".5e1", 5)
	good[int](t, "-.5E+01", -5)
	good[int](t, "+50.e-1", 5)
	good[int](t, "1.0e00", 1)
	for _, text := range []string{"+", "-.", ".e1", "e1", "+e1", "1e+", "1e-", "1e+-1", "1e1.", "1e1.0", "1..0", "1.-0", "-+1.0", "1.0 ", " 1.0", "1.0\n", "1.0\xff", "1.٣", "1e٣"} {
		bad[int](t, text, "an integer")
	}
}

func TestUnderscoresStandBetweenDigits(t *testing.T) {
	good[int](t, "12_345_600e-0_2", 123456)
	good[int](t, "1.5_0e1_0", 15_000_000_000)
	good[float64](t, "-1_000.2_5", -1000.25)
	good[float64](t, "1_0e1", 100)
	good[int](t, "1_2_3.0", 123)
	good[float64](t, "1_2_3.5", 123.5)
	for _, text := range []string{"_1.0", "1.0_", "1_.0", "1._0", "-_1.0", "1__0.0", "1_e1", "1e_1", "1e-_1", "1_000.0_", "_", "_.0"} {
		bad[int](t, text, "an integer")
		bad[float64](t, text, "a number")
	}
}

func TestTheZeroTypeParsesByKind(t *testing.T) {
	s := convert.Type{Go: reflect.TypeFor[string]()}
	v := reflect.New(s.Go).Elem()
	if miss := s.Set(nil, v, "5s"); v.String() != "5s" || miss != nil || !s.Plain() || s.Name() != "a string" {
		t.Errorf("got %v, %v; plain %v, named %q", v, miss, s.Plain(), s.Name())
	}
}

func TestForReportsTypesThatAreNotWrittenAsText(t *testing.T) {
	for _, typ := range []reflect.Type{reflect.TypeFor[struct{ A int }](), reflect.TypeFor[[]int](), reflect.TypeFor[map[string]int](),
		reflect.TypeFor[chan int](), reflect.TypeFor[uintptr](), reflect.TypeFor[any](), reflect.TypeFor[func()]()} {
		if _, ok := convert.For(typ); ok {
			t.Errorf("%v is written as a text", typ)
		}
	}
}

func TestLeadingZerosAreAMismatch(t *testing.T) {
	bad[int](t, "0755", "without leading zeros", "leave them out if it is decimal, or write 0o in their place if it is octal")
	bad[int](t, "-010", "leave them out if it is decimal, or write 0o in their place if it is octal")
	bad[int](t, "+010", "write 0o in their place")
	bad[uint16](t, "0080", "leave them out")
	bad[int](t, "00", "leave them out")
	bad[int](t, "0_7", "leading zeros")
	bad[float64](t, "0755", "a number without leading zeros")
	good[int](t, "0", 0)
	good[string](t, "0755", "0755")
	good[float64](t, "0.5", 0.5)
}

func TestQuotedNumbersAreNumbers(t *testing.T) {
	good[int](t, "80", 80)
	good[float64](t, "1.5", 1.5)
	good[bool](t, "true", true)
	bad[int](t, "", "an integer")
	bad[int](t, " 80", "an integer")
	bad[int](t, "80 ", "an integer")
	bad[int](t, "true", "an integer")
}

// In Viper, 1e300 for a float32 is +Inf.
func TestFloatsDoNotOverflowOrVanish(t *testing.T) {
	good[float32](t, "1.5", 1.5)
	good[float64](t, "3", 3)
	good[float64](t, "0.1", 0.1)
	good[float32](t, "0.1", 0.1)
	good[float64](t, "1_000.5", 1000.5)
	good[float64](t, "0x10", 16)
	good[float64](t, ".inf", math.Inf(1))
	good[float64](t, "-.Inf", math.Inf(-1))
	good[float64](t, "-inf", math.Inf(-1))
	if v, miss := read[float64](t, ".NaN"); miss != nil || !math.IsNaN(v) {
		t.Errorf(".NaN is %v, %v", v, miss)
	}
	good[float64](t, "0.000", 0)
	good[float64](t, "0e5", 0)
	bad[float32](t, "1e300", "a number from -3.4e+38 to 3.4e+38")
	bad[float32](t, "-1e300", "a number from -3.4e+38")
	bad[float64](t, "1e400", "1.8e+308")
	bad[float64](t, "1e-400", "too small for 64 bits")
	bad[float32](t, "1e-60", "too small for 32 bits")
	bad[float64](t, "abc", "a number")
	bad[float64](t, "", "a number")
	bad[float64](t, "1__0", "a number")
	bad[float64](t, "_1", "a number")
	bad[float64](t, "0x", "a number")
	bad[float64](t, "0x"+strings.Repeat("f", 100), "a number")
}

func TestIntegersThatAFloatWouldRoundAreAMismatch(t *testing.T) {
	good[float64](t, "9007199254740992", 1<<53)
	bad[float64](t, "9007199254740993", "64 bits hold exactly", "decimal point")
	good[float64](t, "9007199254740993.0", 9007199254740992)
	good[float32](t, "16777216", 1<<24)
	bad[float32](t, "16777217", "32 bits hold exactly")
	good[float64](t, "-100000000000000000000", -1e20)
	bad[float64](t, "0xFFFFFFFFFFFFFFFF", "64 bits hold exactly")
}

func TestBools(t *testing.T) {
	good[bool](t, "true", true)
	good[bool](t, "False", false)
	good[bool](t, "1", true)
	for _, text := range []string{"yes", "on", "", "tRUE", "2", "no"} {
		bad[bool](t, text, "true or false")
	}
}

// An unquoted YAML 1.10 in a string is "1.10".
func TestStringsKeepTheirSpelling(t *testing.T) {
	for _, text := range []string{"1.10", "0x1F", "True", "2001-01-01", " a\n"} {
		good[string](t, text, text)
		good[[]byte](t, text, []byte(text))
	}
	good[named](t, "x", "x")
	good[rawBytes](t, "x", rawBytes("x"))
}

type named string
type rawBytes []byte

// In Viper, a duration of 5 is 5ns.
func TestDurationsNeedAUnit(t *testing.T) {
	good[time.Duration](t, "5s", 5*time.Second)
	good[time.Duration](t, "-1h30m", -90*time.Minute)
	good[time.Duration](t, "0", 0)
	bad[time.Duration](t, "5", "a duration such as", "needs a unit")
	bad[time.Duration](t, "1.5", "needs a unit")
	bad[time.Duration](t, "5", "needs a unit")
	bad[time.Duration](t, "-5", "needs a unit")
	bad[time.Duration](t, "7d", "a day is 24h")
	bad[time.Duration](t, "9999999h", "a duration such as")
	for _, text := range []string{"", "s", "d", "five", "1.5.5s"} {
		if _, miss := read[time.Duration](t, text); miss == nil || miss.Hint != "" {
			t.Errorf("%q: %v", text, miss)
		}
	}
}

func TestFrequentMistakesHaveAHint(t *testing.T) {
	for hint, texts := range map[string][]string{
		"without spaces":   {"5 s", "1h 30m", "300 ms", "-5 m"},
		"the units are":    {"5 min", "5min", "30 seconds", "1 hour", "2 hours, 5 minutes", "1 hour and 5 min", "00:05:00", "5:30", "PT5M", "p1dt2h", "5M", "5sec"},
		"a day is 24h":     {"7d", "7 d"},
		"decimal comma":    {"1,5s", "0,5m"},
		"needs a unit":     {"10", "1.5"},
		"what follows the": {"5;"},
	} {
		for _, text := range texts {
			if _, miss := read[time.Duration](t, text); miss == nil || !strings.Contains(miss.Hint, hint) {
				t.Errorf("duration %q: %+v, want %q", text, miss, hint)
			}
		}
	}
	for hint, texts := range map[string][]string{
		"separates its thousands": {"1,000", "1,000,000", "-1,000", "1 000", "1'000", "1’000", "1\u00a0000", "1.000.000"},
		"what follows the digits": {"1000,", "1000;"},
		"without a unit":          {"10k", "5 MB", "100ms", "8080tcp"},
		"percent sign":            {"50%", "50 %"},
		"without the space":       {"- 5"},
	} {
		for _, text := range texts {
			if _, miss := read[int](t, text); miss == nil || !strings.Contains(miss.Hint, hint) {
				t.Errorf("int %q: %+v, want %q", text, miss, hint)
			}
			if _, miss := read[uint8](t, text); miss == nil || !strings.Contains(miss.Hint, hint) {
				t.Errorf("uint8 %q: %+v, want %q", text, miss, hint)
			}
			if _, miss := read[float64](t, text); miss == nil || !strings.Contains(miss.Hint, hint) {
				t.Errorf("float64 %q: %+v, want %q", text, miss, hint)
			}
		}
	}
	if _, miss := read[float64](t, "1,5"); miss == nil || !strings.Contains(miss.Hint, "decimal comma") {
		t.Errorf("float64 1,5: %+v", miss)
	}
	for _, text := range []string{"yes", "No", "ON", "off"} {
		if _, miss := read[bool](t, text); miss == nil || !strings.Contains(miss.Hint, "only texts") {
			t.Errorf("bool %q: %+v", text, miss)
		}
	}
}

// In Viper, TOML's local dates and times become the zero time, without an error.
func TestTimes(t *testing.T) {
	day := time.Date(2001, 12, 14, 0, 0, 0, 0, time.UTC)
	second := time.Date(2001, 12, 14, 21, 59, 43, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2001-12-14":                 day,
		"2001-12-14T21:59:43Z":       second,
		"2001-12-14t21:59:43z":       second,
		"2001-12-14 21:59:43Z":       second,
		"2001-12-14 21:59:43 Z":      second,
		"2001-12-14T21:59:43":        second,
		"2001-12-14 21:59:43":        second,
		"2001-12-14T22:59:43+01:00":  second,
		"2001-12-14 16:59:43 -05:00": second,
		"2001-12-14T21:59:43.10Z":    second.Add(100 * time.Millisecond),
		"2001-12-14T21:59":           second.Truncate(time.Minute),
		"2001-1-2 3:4:5":             time.Date(2001, 1, 2, 3, 4, 5, 0, time.UTC),
	} {
		got, miss := read[time.Time](t, text)
		if miss != nil || !got.Equal(want) {
			t.Errorf("%q is %v, want %v; %v", text, got, want, miss)
		}
	}
	for _, text := range []string{"07:32:00", "", "2001-13-01", "2001-02-30", "yesterday", "1700000000"} {
		bad[time.Time](t, text, "a date or time such as")
	}
}

func TestWellKnownTypes(t *testing.T) {
	good(t, "https://user@h/p?q#f", url.URL{Scheme: "https", User: url.User("user"), Host: "h", Path: "/p", RawQuery: "q", Fragment: "f"})
	bad[url.URL](t, "http://[::1", "a URL")
	bad[*url.URL](t, "%zz", "a URL")
	good(t, "10.0.0.1", netip.MustParseAddr("10.0.0.1"))
	bad[netip.Addr](t, "10.0.0", "an IP address")
	good(t, "[::1]:80", netip.MustParseAddrPort("[::1]:80"))
	bad[netip.AddrPort](t, ":80", "an IP address with a port")
	good(t, "10.0.0.0/8", netip.MustParsePrefix("10.0.0.0/8"))
	bad[netip.Prefix](t, "10.0.0.0", "a network")
	good(t, "::1", net.ParseIP("::1"))
	bad[net.IP](t, "::g", "an IP address")
	good(t, "warn", slog.LevelWarn)
	good(t, "INFO+2", slog.LevelInfo+2)
	bad[slog.Level](t, "verbose", "DEBUG, INFO, WARN or ERROR")
	if re, miss := read[regexp.Regexp](t, "^a+$"); miss != nil || re.String() != "^a+$" {
		t.Errorf("regexp: %v, %v", re.String(), miss)
	}
	bad[*regexp.Regexp](t, "(", "a regular expression")
}

type upper struct{ text string }

func (u *upper) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		return errSecret
	}
	u.text = strings.ToUpper(string(b))
	return nil
}

var errSecret = &net.ParseError{Type: "marker-from-library", Text: "marker"}

type byValue map[string]string

func (m byValue) UnmarshalText(b []byte) error { m["text"] = string(b); return nil }

type panicking int

func (*panicking) UnmarshalText([]byte) error { panic("marker") }

var (
	_ encoding.TextUnmarshaler = (*upper)(nil)
	_ encoding.TextUnmarshaler = byValue(nil)
)

func TestCustomTextTypes(t *testing.T) {
	good(t, "abc", upper{"ABC"})
	good(t, "0x1F", upper{"0X1F"})
	good(t, "abc", byValue{"text": "abc"})
	bad[upper](t, "", "a convert_test.upper")
	bad[panicking](t, "1", "a convert_test.panicking")
	if _, miss := read[upper](t, ""); strings.Contains(miss.Want+miss.Hint, "marker") {
		t.Errorf("the library's text is passed on: %v", miss)
	}
}

func TestMismatchesNeverHoldTheText(t *testing.T) {
	const marker = "hunter2-marker"
	for _, s := range []convert.Type{scalar[int](t), scalar[uint8](t), scalar[float32](t), scalar[bool](t), scalar[time.Duration](t),
		scalar[time.Time](t), scalar[netip.Addr](t), scalar[slog.Level](t), scalar[panicking](t)} {
		if miss := s.Set(nil, reflect.New(s.Go).Elem(), marker); miss == nil || strings.Contains(miss.Want+miss.Hint, "hunter2") {
			t.Errorf("%v: %v", s.Go, miss)
		}
	}
}

func TestNumbersWithoutAType(t *testing.T) {
	for text, want := range map[string]any{"0x10": 16, "-5": -5, "18446744073709551615": uint64(math.MaxUint64)} {
		if got, miss := convert.Int(text); miss != nil || got != want {
			t.Errorf("%q is %#v, want %#v; %v", text, got, want, miss)
		}
	}
	if got, miss := convert.Float("1e3"); miss != nil || got != 1000.0 {
		t.Errorf("1e3 is %v; %v", got, miss)
	}
	for _, text := range []string{"0123", "18446744073709551616", "x"} {
		if v, miss := convert.Int(text); miss == nil || v != nil || !strings.Contains(miss.Hint, "quote it") {
			t.Errorf("%q is %v, %v", text, v, miss)
		}
	}
	if v, miss := convert.Float("1e999"); miss == nil || v != nil || !strings.Contains(miss.Hint, "quote it") {
		t.Errorf("1e999 is %v, %v", v, miss)
	}
}
