package redact_test

import (
	"fmt"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/redact"
)

type revealed struct{ hidden *string }

func (r revealed) Reveal() string { return *r.hidden }
func (revealed) String() string   { return redact.Mask }

// login reveals a part of what it has.
type login struct{ name, password string }

func (l login) Reveal() string { return l.password }

type marshals struct{ n int }

func (m *marshals) MarshalText() ([]byte, error) { return []byte(fmt.Sprint("text-of-", m.n)), nil }

type misbehaves struct{ Name string }

func (m misbehaves) String() string {
	if m.Name == "hunter-exits" {
		runtime.Goexit()
	}
	panic(m.Name)
}

// loop leads back to itself in every way.
type loop struct {
	Name string
	Next *loop
	List []*loop
	Map  map[string]any
	Any  any
	raw  []byte
}

func TestAllThatIsInAValueIsSecret(t *testing.T) {
	text := "hunter2"
	pointer := &text
	u, err := url.Parse("https://me:hunt%40er@example.com/x")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	for name, tt := range map[string]struct {
		value any
		texts []string
	}{
		"a text":               {text, []string{"hunter2"}},
		"a pointer":            {&pointer, []string{"hunter2"}},
		"a named text":         {time.Month(11), []string{"November"}},
		"bytes":                {[]byte("hunter2"), []string{"hunter2", "[104 117 110 116 101 114 50]"}},
		"an array of bytes":    {[7]byte([]byte("hunter2")), []string{"hunter2"}},
		"an integer":           {int16(-12345), []string{"12345", "0x3039"}},
		"a great integer":      {uint64(1<<64 - 1), []string{"18446744073709551615"}},
		"a float":              {1234.5, []string{"1234.5", "1.2345e+03"}},
		"a list":               {[]any{"hunter2", 70000}, []string{"hunter2", "70000"}},
		"a map":                {map[string]any{"hunter2": []string{"hunter3"}}, []string{"hunter2", "hunter3"}},
		"a struct":             {struct{ open, Shown string }{"hunter2", "hunter3"}, []string{"hunter2", "hunter3"}},
		"what can be revealed": {struct{ S revealed }{revealed{&text}}, []string{"hunter2"}},
		"what reveals a part":  {login{"hunter2", "hunter3"}, []string{"hunter2", "hunter3"}},
		"what writes itself":   {marshals{7}, []string{"text-of-7"}},
		"a duration":           {90 * time.Minute, []string{"1h30m0s", "1h30m", "90m", "5400s", "5400000000000", "5.4e+12", "5400"}},
		"a time":               {at, []string{"2031-02-03T04:05:06Z", "2031-02-03 04:05:06 +0000 UTC", "2031-02-03", "1927857906"}},
		"a URL":                {*u, []string{"https://me:hunt%40er@example.com/x", "hunt@er"}},
		"an address":           {netip.MustParseAddr("192.0.2.77"), []string{"192.0.2.77"}},
		"an expression":        {regexp.MustCompile("hunter[0-9]"), []string{"hunter[0-9]"}},
		"a great number":       {big.NewInt(1234567890123), []string{"1234567890123"}},
		"one that panics":      {misbehaves{"hunter2"}, []string{"hunter2"}},
		"one that exits":       {misbehaves{"hunter-exits"}, []string{"hunter-exits"}},
	} {
		var s redact.Secrets
		s.AddValue(reflect.ValueOf(tt.value))
		for _, text := range tt.texts {
			if got := s.Redact("got " + text + " here"); strings.Trim(got, "[]") != "got [redacted] here" && got != "got [[redacted]] here" {
				t.Errorf("%s: %q became %q", name, text, got)
			}
		}
	}
}

func TestWhatSaysNothingIsNoSecret(t *testing.T) {
	var s redact.Secrets
	for _, v := range []any{"", 0, 7, true, false, nil, (*string)(nil), []string{}, map[string]int{}, time.Time{}, time.Duration(0), netip.Addr{}, struct{ A, B int }{}, "x",
		redact.Mask, func() {}, make(chan int), 1i} {
		s.AddValue(reflect.ValueOf(v))
	}
	const text = "0 of 7 are true or false, 0s or x; invalid IP, 0001-01-01"
	if got := s.Redact(text); got != text {
		t.Errorf("it became %q", got)
	}
}

type stuck struct {
	Name    string
	release chan struct{}
}

func (s stuck) String() string { <-s.release; return s.Name }

func TestAMethodThatDoesNotReturnIsLeftBehind(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	var s redact.Secrets
	s.AddValue(reflect.ValueOf([]stuck{{"hunter2", release}, {"hunter3", release}}))
	if got := s.Redact("hunter2 hunter3"); got != "[redacted] [redacted]" {
		t.Errorf("it became %q", got)
	}
}

func TestAValueThatLeadsBackToItselfEnds(t *testing.T) {
	l := &loop{Name: "hunter2", raw: []byte("hunter3")}
	l.Next, l.List, l.Any = l, []*loop{l, l}, &l.Any
	l.Map = map[string]any{"hunter4": l}
	l.Map["self"] = l.Map
	var s redact.Secrets
	s.AddValue(reflect.ValueOf(l))
	if got := s.Redact("hunter2 hunter3 hunter4"); got != "[redacted] [redacted] [redacted]" {
		t.Errorf("it became %q", got)
	}
}
