package schema_test

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

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/schema"
)

// scalar returns the schema of the scalar type T, and of pointers to it.
func scalar[T any](t testing.TB) *schema.Type {
	t.Helper()
	s, faults := schema.Of(reflect.TypeFor[struct{ V T }](), schema.Options{KeyTag: "mapstructure"})
	if len(faults) > 0 {
		t.Fatalf("faults: %v", faults)
	}
	return s.Fields[0].Type
}

// convert converts text as T. The kind is what a format says of the text.
func convert[T any](t testing.TB, kind document.Kind, text string) (T, *schema.Mismatch) {
	t.Helper()
	var zero T
	v, miss := scalar[T](t).Convert(&document.Node{Kind: kind, Text: text})
	if miss != nil {
		if v != nil {
			t.Errorf("%q gives %v beside a mismatch", text, v)
		}
		return zero, miss
	}
	return reflect.ValueOf(v).Convert(reflect.TypeFor[T]()).Interface().(T), nil
}

func good[T any](t *testing.T, kind document.Kind, text string, want T) {
	t.Helper()
	got, miss := convert[T](t, kind, text)
	if miss != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%T from %v %q is %v, want %v; mismatch %v", got, kind, text, got, want, miss)
	}
}

// bad wants a mismatch that says all of parts, and not the text.
func bad[T any](t *testing.T, kind document.Kind, text string, parts ...string) {
	t.Helper()
	got, miss := convert[T](t, kind, text)
	if miss == nil {
		t.Errorf("%T from %v %q is %v, want a mismatch", got, kind, text, got)
		return
	}
	said := miss.Want + "; " + miss.Hint
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("%T from %q: %q does not say %q", got, text, said, part)
		}
	}
}

const (
	aBool   = document.Bool
	anInt   = document.Int
	aFloat  = document.Float
	aString = document.String
	aTime   = document.Time
)

// Viper's trap 9: weak typing turns int8 300 into 44, uint -1 into
// 18446744073709551615 and 1.9 into 1, without an error.
func TestIntegersAreExactOrAMismatch(t *testing.T) {
	good[int8](t, anInt, "-128", -128)
	good[int8](t, anInt, "127", 127)
	bad[int8](t, anInt, "300", "an integer from -128 to 127")
	bad[int8](t, anInt, "-129", "an integer from -128 to 127")
	good[uint8](t, anInt, "255", 255)
	bad[uint8](t, anInt, "256", "an integer from 0 to 255")
	good[uint](t, anInt, "0", 0)
	bad[uint](t, anInt, "-1", "an integer from 0 to 18446744073709551615")
	bad[uint16](t, anInt, "-99999999999999999999", "an integer from 0 to 65535")
	good[int64](t, anInt, "-9223372036854775808", math.MinInt64)
	bad[int64](t, anInt, "9223372036854775808", "9223372036854775807")
	good[uint64](t, anInt, "18446744073709551615", math.MaxUint64)
	good[uint64](t, anInt, "-0", 0)
	good[int](t, anInt, "+5", 5)
	good[uint](t, anInt, "+5", 5)

	bad[int](t, aFloat, "1.9", "without a fraction")
	bad[int](t, aFloat, "1.5e0", "without a fraction")
	bad[int](t, aFloat, "15e-1", "without a fraction")
	bad[int](t, aFloat, "1e-1000000000000", "without a fraction")
	bad[int](t, aFloat, "1."+strings.Repeat("0", 400)+"1", "without a fraction")
	good[int](t, aFloat, "5.0", 5)
	good[int](t, aFloat, "5.", 5)
	good[int](t, aFloat, "1e3", 1000)
	good[int](t, aFloat, "1.5e+3", 1500)
	good[int](t, aFloat, "-2500E-2", -25)
	good[int](t, aFloat, "5."+strings.Repeat("0", 400), 5)
	good[int](t, aFloat, "0.0e99999999999999999999", 0)
	good[uint](t, aFloat, "-0.0", 0)
	good[uint64](t, aFloat, "18446744073709551615.0", math.MaxUint64)
	bad[int8](t, aFloat, "1e3", "an integer from -128 to 127")
	bad[int](t, aFloat, "1e1000000000000", "an integer from")
	bad[uint](t, aFloat, "-1e300", "an integer from 0")
	for _, text := range []string{".inf", "-.inf", ".nan", "inf", "nan", ".", "e", "1e", "1.2.3", "--1", "+-1", "1e1e1", "١"} {
		bad[int](t, aFloat, text, "an integer")
		bad[uint](t, aFloat, text, "an integer")
	}
}

func TestIntegersInOtherBases(t *testing.T) {
	good[int](t, anInt, "0x1F", 31)
	good[int](t, anInt, "-0x1f", -31)
	good[int](t, anInt, "0o17", 15)
	good[uint8](t, anInt, "0b1010_1010", 0xAA)
	good[int](t, anInt, "1_000", 1000)
	good[int](t, aFloat, "1_000.0", 1000)
	bad[int](t, anInt, "1__000")
	bad[int](t, aFloat, "1_.0")
	bad[int](t, aFloat, "_1.0")
	bad[int](t, anInt, "0x", "an integer")
	bad[int](t, aString, "0x1g", "an integer")
	bad[uint8](t, anInt, "0x100", "from 0 to 255")
	bad[int](t, aString, "0x1p4", "an integer")
	good[int](t, anInt, "0xE", 14)
}

func TestPointsAndExponentsNeedDigits(t *testing.T) {
	good[int](t, aFloat, ".5e1", 5)
	good[int](t, aFloat, "-.5E+01", -5)
	good[int](t, aFloat, "+50.e-1", 5)
	good[int](t, aFloat, "1.0e00", 1)
	for _, text := range []string{"+", "-.", ".e1", "e1", "+e1", "1e+", "1e-", "1e+-1", "1e1.", "1e1.0", "1..0", "1.-0", "-+1.0", "1.0 ", " 1.0", "1.0\n", "1.0\xff", "1.٣", "1e٣"} {
		bad[int](t, aFloat, text, "an integer")
	}
}

func TestUnderscoresStandBetweenDigits(t *testing.T) {
	good[int](t, aFloat, "12_345_600e-0_2", 123456)
	good[int](t, aFloat, "1.5_0e1_0", 15_000_000_000)
	good[float64](t, aFloat, "-1_000.2_5", -1000.25)
	good[float64](t, aString, "1_0e1", 100)
	good[int](t, aFloat, "1_2_3.0", 123)
	good[float64](t, aFloat, "1_2_3.5", 123.5)
	for _, text := range []string{"_1.0", "1.0_", "1_.0", "1._0", "-_1.0", "1__0.0", "1_e1", "1e_1", "1e-_1", "1_000.0_", "_", "_.0"} {
		bad[int](t, aFloat, text, "an integer")
		bad[float64](t, aFloat, text, "a number")
	}
}

// Package load has types of its own for what documents hold without a schema.
func TestATypeThatWasNotBuiltIsReadByItsKind(t *testing.T) {
	s := &schema.Type{Kind: schema.Scalar, Go: reflect.TypeFor[string]()}
	v, miss := s.Convert(&document.Node{Kind: aString, Text: "5s"})
	if v != "5s" || miss != nil || !s.Plain() || s.Name() != "a string" {
		t.Errorf("got %v, %v; plain %v, named %q", v, miss, s.Plain(), s.Name())
	}
}

func TestLeadingZerosAreNotGuessed(t *testing.T) {
	bad[int](t, anInt, "0755", "without leading zeros", "write 0o755 if it is octal, 755 if it is decimal")
	bad[int](t, anInt, "-010", "write -0o10 if it is octal, -10 if it is decimal")
	bad[int](t, anInt, "+010", "write 0o10 if")
	bad[uint16](t, aString, "0080", "write 80")
	bad[int](t, anInt, "00", "write 0")
	bad[int](t, anInt, "0_7", "leading zeros")
	bad[float64](t, anInt, "0755", "a number without leading zeros")
	good[int](t, anInt, "0", 0)
	good[string](t, anInt, "0755", "0755")
	good[float64](t, aFloat, "0.5", 0.5)
}

func TestQuotedNumbersAreNumbers(t *testing.T) {
	good[int](t, aString, "80", 80)
	good[float64](t, aString, "1.5", 1.5)
	good[bool](t, aString, "true", true)
	bad[int](t, aString, "", "an integer")
	bad[int](t, aString, " 80", "an integer")
	bad[int](t, aString, "80 ", "an integer")
	bad[int](t, aBool, "true", "an integer")
}

// Viper's trap 9: 1e300 into a float32 is +Inf.
func TestFloatsDoNotOverflowOrVanish(t *testing.T) {
	good[float32](t, aFloat, "1.5", 1.5)
	good[float64](t, anInt, "3", 3)
	good[float64](t, aFloat, "0.1", 0.1)
	good[float32](t, aFloat, "0.1", 0.1)
	good[float64](t, aFloat, "1_000.5", 1000.5)
	good[float64](t, anInt, "0x10", 16)
	good[float64](t, aFloat, ".inf", math.Inf(1))
	good[float64](t, aFloat, "-.Inf", math.Inf(-1))
	good[float64](t, aFloat, "-inf", math.Inf(-1))
	if v, miss := convert[float64](t, aFloat, ".NaN"); miss != nil || !math.IsNaN(v) {
		t.Errorf(".NaN is %v, %v", v, miss)
	}
	good[float64](t, aFloat, "0.000", 0)
	good[float64](t, aFloat, "0e5", 0)
	bad[float32](t, aFloat, "1e300", "a number from -3.4e+38 to 3.4e+38")
	bad[float32](t, aFloat, "-1e300", "a number from -3.4e+38")
	bad[float64](t, aFloat, "1e400", "1.8e+308")
	bad[float64](t, aFloat, "1e-400", "too small for 64 bits")
	bad[float32](t, aFloat, "1e-60", "too small for 32 bits")
	bad[float64](t, aString, "abc", "a number")
	bad[float64](t, aString, "", "a number")
	bad[float64](t, aString, "1__0", "a number")
	bad[float64](t, aString, "_1", "a number")
	bad[float64](t, aString, "0x", "a number")
	bad[float64](t, anInt, "0x"+strings.Repeat("f", 100), "a number")
}

func TestIntegersThatAFloatWouldRoundAreAMismatch(t *testing.T) {
	good[float64](t, anInt, "9007199254740992", 1<<53)
	bad[float64](t, anInt, "9007199254740993", "64 bits hold exactly", "decimal point")
	good[float64](t, aFloat, "9007199254740993.0", 9007199254740992)
	good[float32](t, anInt, "16777216", 1<<24)
	bad[float32](t, anInt, "16777217", "32 bits hold exactly")
	good[float64](t, anInt, "-100000000000000000000", -1e20)
	bad[float64](t, anInt, "0xFFFFFFFFFFFFFFFF", "64 bits hold exactly")
}

func TestBools(t *testing.T) {
	good[bool](t, aBool, "true", true)
	good[bool](t, aBool, "False", false)
	good[bool](t, aString, "1", true)
	for _, text := range []string{"yes", "on", "", "tRUE", "2", "no"} {
		bad[bool](t, aString, text, "true or false")
	}
}

// An unquoted YAML 1.10 in a string is "1.10".
func TestStringsAreWhatIsWritten(t *testing.T) {
	for kind, text := range map[document.Kind]string{aFloat: "1.10", anInt: "0x1F", aBool: "True", aTime: "2001-01-01", aString: " a\n"} {
		good[string](t, kind, text, text)
		good[[]byte](t, kind, text, []byte(text))
	}
	good[named](t, aString, "x", "x")
	good[rawBytes](t, aString, "x", rawBytes("x"))
}

type named string
type rawBytes []byte

// Viper's trap 9: a duration of 5 is 5ns.
func TestDurationsNeedAUnit(t *testing.T) {
	good[time.Duration](t, aString, "5s", 5*time.Second)
	good[time.Duration](t, aString, "-1h30m", -90*time.Minute)
	good[time.Duration](t, anInt, "0", 0)
	bad[time.Duration](t, anInt, "5", "a duration such as", "needs a unit")
	bad[time.Duration](t, aFloat, "1.5", "needs a unit")
	bad[time.Duration](t, aString, "5", "needs a unit")
	bad[time.Duration](t, aString, "-5", "needs a unit")
	bad[time.Duration](t, aString, "7d", "a day is 24h")
	bad[time.Duration](t, aString, "9999999h", "a duration such as")
	for _, text := range []string{"", "s", "5 s", "d", "five", "1.5.5s"} {
		if _, miss := convert[time.Duration](t, aString, text); miss == nil || miss.Hint != "" {
			t.Errorf("%q: %v", text, miss)
		}
	}
}

// Viper's trap 8: TOML's local dates and times are silently the zero time.
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
		got, miss := convert[time.Time](t, aTime, text)
		if miss != nil || !got.Equal(want) {
			t.Errorf("%q is %v, want %v; %v", text, got, want, miss)
		}
	}
	for _, text := range []string{"07:32:00", "", "2001-13-01", "2001-02-30", "yesterday", "1700000000"} {
		bad[time.Time](t, aTime, text, "a date or time such as")
	}
}

func TestWellKnownTypes(t *testing.T) {
	good(t, aString, "https://user@h/p?q#f", url.URL{Scheme: "https", User: url.User("user"), Host: "h", Path: "/p", RawQuery: "q", Fragment: "f"})
	bad[url.URL](t, aString, "http://[::1", "a URL")
	bad[*url.URL](t, aString, "%zz", "a URL")
	good(t, aString, "10.0.0.1", netip.MustParseAddr("10.0.0.1"))
	bad[netip.Addr](t, aString, "10.0.0", "an IP address")
	good(t, aString, "[::1]:80", netip.MustParseAddrPort("[::1]:80"))
	bad[netip.AddrPort](t, aString, ":80", "an IP address with a port")
	good(t, aString, "10.0.0.0/8", netip.MustParsePrefix("10.0.0.0/8"))
	bad[netip.Prefix](t, aString, "10.0.0.0", "a network")
	good(t, aString, "::1", net.ParseIP("::1"))
	bad[net.IP](t, aString, "::g", "an IP address")
	good(t, aString, "warn", slog.LevelWarn)
	good(t, aString, "INFO+2", slog.LevelInfo+2)
	bad[slog.Level](t, aString, "verbose", "DEBUG, INFO, WARN or ERROR")
	if re, miss := convert[regexp.Regexp](t, aString, "^a+$"); miss != nil || re.String() != "^a+$" {
		t.Errorf("regexp: %v, %v", re.String(), miss)
	}
	bad[*regexp.Regexp](t, aString, "(", "a regular expression")
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
	good(t, aString, "abc", upper{"ABC"})
	good(t, anInt, "0x1F", upper{"0X1F"})
	good(t, aString, "abc", byValue{"text": "abc"})
	bad[upper](t, aString, "", "a schema_test.upper")
	bad[panicking](t, aString, "1", "a schema_test.panicking")
	if _, miss := convert[upper](t, aString, ""); strings.Contains(miss.Want+miss.Hint, "marker") {
		t.Errorf("the library's text is passed on: %v", miss)
	}
}

func TestMismatchesNeverHoldTheText(t *testing.T) {
	const marker = "hunter2-marker"
	for _, s := range []*schema.Type{scalar[int](t), scalar[uint8](t), scalar[float32](t), scalar[bool](t), scalar[time.Duration](t),
		scalar[time.Time](t), scalar[netip.Addr](t), scalar[slog.Level](t), scalar[panicking](t)} {
		for kind := document.Null; kind <= document.Map; kind++ {
			_, miss := s.Convert(&document.Node{Kind: kind, Text: marker})
			if miss == nil || strings.Contains(miss.Want+miss.Hint, "hunter2") {
				t.Errorf("%v: %v", s.Go, miss)
			}
		}
	}
}

func TestNatural(t *testing.T) {
	for _, test := range []struct {
		kind document.Kind
		text string
		want any
	}{
		{document.Null, "~", nil},
		{aBool, "True", true},
		{aBool, "false", false},
		{anInt, "0x10", 16},
		{anInt, "-5", -5},
		{anInt, "18446744073709551615", uint64(math.MaxUint64)},
		{aFloat, "1e3", 1000.0},
		{aString, "80", "80"},
		{aTime, "2001-12-14", time.Date(2001, 12, 14, 0, 0, 0, 0, time.UTC)},
		{aTime, "07:32:00", "07:32:00"},
	} {
		got, miss := schema.Natural(&document.Node{Kind: test.kind, Text: test.text})
		if miss != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q is %#v, want %#v; %v", test.text, got, test.want, miss)
		}
	}
	for kind, text := range map[document.Kind]string{anInt: "0123", aFloat: "1e999"} {
		v, miss := schema.Natural(&document.Node{Kind: kind, Text: text})
		if miss == nil || v != nil || !strings.Contains(miss.Hint, "quote it") {
			t.Errorf("%q is %v, %v", text, v, miss)
		}
	}
	if v, miss := schema.Natural(&document.Node{Kind: anInt, Text: "18446744073709551616"}); miss == nil {
		t.Errorf("2^64 is %v", v)
	}
}
