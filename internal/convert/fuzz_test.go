package convert_test

import (
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/convert"
)

// number returns the exact value of a text, by an implementation of its own.
func number(text string) (*big.Rat, bool) {
	if i := strings.IndexAny(text, "eE"); i >= 0 && len(text)-i > 6 && !strings.HasPrefix(strings.TrimLeft(text, "+-"), "0x") {
		return nil, false // too many digits
	}
	r, ok := new(big.Rat).SetString(strings.ReplaceAll(text, "_", ""))
	return r, ok
}

func FuzzConvert(f *testing.F) {
	for _, text := range []string{"", "0", "-0", "300", "-129", "1.9", "5.0", "1e3", "1e300", "1e-400", "9007199254740993", "0x1F", "0o17", "0b11",
		"1_000", "0755", "08", ".inf", "-.nan", "5s", "5", "7d", "2001-12-14 21:59:43.10 -05:00", "10.0.0.1", "true", "INFO", "http://[::1",
		"18446744073709551615", "1.0000000000000000000000000000000001", "0x1p4", "1e1000000000", "٣", "\xff", "1e", "._1", "1_000.5_0e+0_1", "1e-_1"} {
		f.Add(text)
	}
	integers := []convert.Type{scalar[int8](f), scalar[int16](f), scalar[int64](f), scalar[int](f), scalar[uint8](f), scalar[uint32](f), scalar[uint64](f)}
	floats := []convert.Type{scalar[float32](f), scalar[float64](f)}
	others := []convert.Type{scalar[bool](f), scalar[string](f), scalar[time.Duration](f), scalar[time.Time](f), scalar[panicking](f), scalar[upper](f), scalar[[]byte](f)}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range integers {
			got := reflect.New(s.Go).Elem()
			if s.Set(nil, got, text) != nil {
				continue
			}
			exact := new(big.Rat)
			if got.CanInt() {
				exact.SetInt64(got.Int())
			} else {
				exact.SetUint64(got.Uint())
			}
			if want, ok := number(text); ok && want.Cmp(exact) != 0 {
				t.Errorf("%v from %q is %v", s.Go, text, got)
			}
		}
		for _, s := range floats {
			v := reflect.New(s.Go).Elem()
			if s.Set(nil, v, text) != nil {
				continue
			}
			got := v.Float()
			want, ok := number(text)
			switch {
			case !ok:
			case math.IsInf(got, 0) || got == 0 && want.Sign() != 0:
				t.Errorf("%v from %q is %v", s.Go, text, got)
			case !strings.ContainsAny(text, ".eEpP") && want.Cmp(new(big.Rat).SetFloat64(got)) != 0:
				t.Errorf("%v from %q is %v", s.Go, text, got)
			}
		}
		for _, s := range others {
			if v := reflect.New(s.Go).Elem(); s.Set(nil, v, text) != nil && !v.IsZero() {
				t.Errorf("%v from %q is %v beside a mismatch", s.Go, text, v)
			}
		}
		for _, read := range []func(string) (any, *convert.Mismatch){convert.Int, convert.Float} {
			if v, miss := read(text); (miss == nil) != (v != nil) {
				t.Errorf("%q is %v beside %v", text, v, miss)
			}
		}
	})
}
