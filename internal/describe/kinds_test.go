package describe_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/load"
)

// size is a number of bytes, as several packages have one.
type size uint64

func (s *size) UnmarshalText(text []byte) error {
	number := strings.TrimRight(string(text), "KMGiB ")
	unit, ok := map[string]float64{"": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "MB": 1e6}[strings.TrimSpace(string(text)[len(number):])]
	n, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil {
		return errors.New("not a size")
	}
	*s = size(n * unit)
	return nil
}

// level is a word, though a number in Go.
type level int

func (l *level) UnmarshalText(text []byte) error {
	if string(text) != "high" && string(text) != "low" {
		return errors.New("not a level")
	}
	return nil
}

// scalars are values as JSON, and YAML behind it, have them.
var scalars = []string{`null`, `true`, `false`, `0`, `1`, `-1`, `1.5`, `1e3`, `300`, `18446744073709551615`, `2026`,
	`""`, `"true"`, `"T"`, `"yes"`, `"0"`, `"+5"`, `"-0"`, `"0x1F"`, `"0o17"`, `"0b101"`, `"1_000"`, `"010"`, `"1.10"`, `"5.0"`, `"1e3"`, `".5"`, `"5."`,
	`".inf"`, `"-.INF"`, `".nan"`, `"inf"`, `"Infinity"`, `"nan"`, `"1,5"`, `"five"`, `"-"`, `"1 2"`,
	`"5s"`, `"1h30m"`, `"1.5h"`, `"-3ms"`, `"+.5s"`, `"1.s"`, `"1us"`, `"1µs"`, `"1μs"`, `"1d"`, `"5 s"`, `"s"`, `"5ss"`,
	`"2026-01-02"`, `"2026-1-2"`, `"2026-01-02T15:04:05Z"`, `"2026-01-02t15:04:05.123+01:00"`, `"2026-01-02 15:04:05 Z"`, `"2026-01-02 15:04"`, `"2026-13-02"`, `"15:04"`,
	`"64MiB"`, `"1.5 GiB"`, `"10 MB"`, `"10B"`, `"MiB"`, `"high"`,
	`"INFO"`, `"debug"`, `"Warn+2"`, `"error-1"`, `"loud"`, `"192.0.2.1"`, `"2001:db8::1"`, `"fe80::1%eth0"`, `"::ffff:1.2.3.4"`, `"192.0.2.1:80"`, `"[::1]:80"`,
	`"10.0.0.0/8"`, `"fd00::/8"`, `"10.0.0.0"`, `"https://example.com/a b?c"`, `"%zz"`, `"a+(b|c)"`, `"a("`, `[]`, `{}`}

func TestTheSchemaOfAScalarTakesWhatTheLoaderTakes(t *testing.T) {
	for _, test := range []struct {
		typ reflect.Type
		bad string // one that it keeps out
	}{
		{reflect.TypeFor[string](), `[]`},
		{reflect.TypeFor[[]byte](), `{}`},
		{reflect.TypeFor[bool](), `"yes"`},
		{reflect.TypeFor[int](), `1.5`},
		{reflect.TypeFor[int64](), `"five"`},
		{reflect.TypeFor[uint8](), `300`},
		{reflect.TypeFor[float32](), `"1,5"`},
		{reflect.TypeFor[float64](), `true`},
		{reflect.TypeFor[time.Duration](), `300`},
		{reflect.TypeFor[time.Duration](), `"1d"`},
		{reflect.TypeFor[time.Time](), `"15:04"`},
		{reflect.TypeFor[url.URL](), `[]`},
		{reflect.TypeFor[netip.Addr](), `"10.0.0.0/8"`},
		{reflect.TypeFor[netip.AddrPort](), `"192.0.2.1"`},
		{reflect.TypeFor[netip.Prefix](), `"10.0.0.0"`},
		{reflect.TypeFor[net.IP](), `"10.0.0.0/8"`},
		{reflect.TypeFor[slog.Level](), `"loud"`},
		{reflect.TypeFor[regexp.Regexp](), `{}`},
		{reflect.TypeFor[size](), `[]`},
		{reflect.TypeFor[*size](), `{}`},
		{reflect.TypeFor[level](), `[]`},
	} {
		t.Run(fmt.Sprint(test.typ), func(t *testing.T) {
			s := newSubject(t, one(test.typ, ""), load.Options{})
			schema := compile(t, s.JSONSchema())
			accepted := 0
			for _, value := range scalars {
				doc := `{"v":` + value + `}`
				if len(loaded(t, s, "c.json", doc)) > 0 {
					continue
				}
				accepted++
				if err := verdict(t, schema, doc); err != nil {
					t.Errorf("%s is accepted, but not by the schema: %v", doc, err)
				}
			}
			if accepted < 2 { // null is always one
				t.Error("nothing is accepted")
			}
			if doc := `{"v":` + test.bad + `}`; verdict(t, schema, doc) == nil {
				t.Errorf("the schema accepts %s", doc)
			}
		})
	}
}
