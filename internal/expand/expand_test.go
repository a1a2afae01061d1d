package expand_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/expand"
)

var environ = []string{"A=value", "B=${A}", "EMPTY=", "APP_X=x", "APP_Y=$", "BAD=\xff", "SECRET=hidden", "=C:=x", "APPS=no"}

func variables(t testing.TB) *expand.Variables {
	t.Helper()
	v, err := expand.New([]string{"A", "B", "EMPTY", "UNSET", "BAD", "APP_*"}, environ)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTextsAreExpanded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, want, left string }{
		{"plain", "plain", ""},
		{"${A}", "value", ""},
		{"x${A}y${APP_X}z", "xvalueyxz", ""},
		{"${UNSET:-default}", "default", ""},
		{"${EMPTY:-default}", "default", ""},
		{"${EMPTY}", "", ""},
		{"${A:-default}", "value", ""},
		{"${UNSET:-}", "", ""},
		{"${UNSET:-a:-b$c}", "a:-b$c", ""},
		{"$${A}", "${A}", ""},
		{"$$${A}", "$${A}", ""},
		{"$$$${A}", "$$${A}", ""},
		{"${B}", "${A}", ""}, // not expanded again
		{"${APP_Y}{A}", "${A}", ""},
		{"${SECRET}", "${SECRET}", "${SECRET}"},
		{"${SECRET:-x}", "${SECRET:-x}", "${SECRET}"},
		{"${SECRET:-${A}}", "${SECRET:-${A}}", "${SECRET}"},
		{"${APPS}", "${APPS}", "${APPS}"},
		{"$${SECRET}", "${SECRET}", ""},
		{"$A", "$A", ""},
		{"${", "${", ""},
		{"${}", "${}", ""},
		{"${A", "${A", ""},
		{"${A:-", "${A:-", ""},
		{"${A:-x", "${A:-x", ""},
		{"${A:?x}", "${A:?x}", ""},
		{"${A-x}", "${A-x}", ""},
		{"${1}", "${1}", ""},
		{"${A.b}", "${A.b}", ""},
		{"${{ A }}", "${{ A }}", ""},
		{"${${A}}", "${value}", ""}, // which is not expanded again either
	} {
		got, err := variables(t).Text(test.text, 100)
		if err != nil || got.Text != test.want || got.Left != test.left {
			t.Errorf("%q: %q, left %q, %v; want %q, left %q", test.text, got.Text, got.Left, err, test.want, test.left)
		}
		if none, err := (*expand.Variables)(nil).Text(test.text, 100); err != nil || none.Text != test.text || none.Found {
			t.Errorf("without variables, %q is %+v, %v", test.text, none, err)
		}
	}
}

func TestWhatCannotBeExpandedIsAnError(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"${UNSET}":                 "the variable UNSET is not set",
		"x${A}${UNSET}":            "the variable UNSET is not set",
		"${A:-${SECRET}}":          "the default of ${A:-…} has another reference in it",
		"${BAD}":                   "the variable BAD is not valid UTF-8",
		strings.Repeat("${A}", 21): expand.ErrTooLong.Error(),
	} {
		if got, err := variables(t).Text(text, 100); err == nil || err.Error() != want {
			t.Errorf("%q: %+v, %v; want %s", text, got, err, want)
		}
	}
}

func TestAResultHasTheVariablesWithTheirValues(t *testing.T) {
	t.Parallel()
	got, err := variables(t).Text("${A}-${APP_X}-${A}-${UNSET:-d}-${EMPTY}", 100)
	if err != nil || !slices.Equal(got.Names, []string{"A", "APP_X", "UNSET", "EMPTY"}) || !slices.Equal(got.Values, []string{"value", "x", "", ""}) || got.Plain {
		t.Errorf("%+v, %v", got, err)
	}
	for text, plain := range map[string]bool{"${A}": true, "${A}${APP_X}": true, "x${A}": false, "${A:-x}": false, "$${A}": false} {
		if got, err := variables(t).Text(text, 100); err != nil || got.Plain != plain {
			t.Errorf("%q: plain is %v, %v", text, got.Plain, err)
		}
	}
}

func TestWithoutValuesEveryVariableIsEmpty(t *testing.T) {
	t.Parallel()
	got, err := variables(t).WithoutValues().Text("${A}${UNSET}", 100)
	if err != nil || got.Text != "" || !slices.Equal(got.Values, []string{"", ""}) || !slices.Equal(got.Names, []string{"A", "UNSET"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestNamesAreChecked(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{nil, {""}, {"*"}, {"_*"}, {"A*"}, {"1A"}, {"A-B"}, {"A B"}, {"${A}"}, {"A", "**"}, {"A_**"}, {"PATH="}} {
		if _, err := expand.New(names, environ); err == nil {
			t.Errorf("%q are taken", names)
		}
	}
}

// A text is expanded by a machine that reads each byte once; this says again what it means.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"${A}", "$${A}", "${UNSET:-${A}}", "${A:-${", "$$$${B}${SECRET}", "${A}}${EMPTY:-}"} {
		f.Add(seed)
	}
	v := variables(f)
	f.Fuzz(func(t *testing.T, text string) {
		const room = 1 << 16
		got, err := v.Text(text, room)
		if strings.Contains(got.Text, "hidden") && !strings.Contains(text, "hidden") {
			t.Fatalf("%q: a variable that is not named is in %q", text, got.Text)
		}
		known := (*expand.Error)(nil)
		switch {
		case errors.As(err, &known) || errors.Is(err, expand.ErrTooLong):
			return
		case err != nil:
			t.Fatalf("%q: %v", text, err)
		case !strings.Contains(text, "${") && got.Text != text:
			t.Fatalf("%q became %q", text, got.Text)
		case !got.Found && got.Text != text:
			t.Fatalf("%q became %q, and nothing is said to be replaced", text, got.Text)
		}
		for _, name := range got.Names {
			if !strings.Contains(text, "${"+name) {
				t.Fatalf("%q does not refer to %s", text, name)
			}
		}
		// A literal is what it was: with each "$" of it doubled where "{" follows, the text
		// comes out as it went in.
		literal := strings.ReplaceAll(text, "${", "$${")
		if again, err := v.Text(literal, 2*room); err != nil || len(text) < room && strings.ReplaceAll(again.Text, "$${", "${") != strings.ReplaceAll(text, "$${", "${") {
			t.Fatalf("%q, written literally, is %q, %v", text, again.Text, err)
		}
	})
}

// The time for n references, or for what looks like one, must grow with n.
func BenchmarkText(b *testing.B) {
	v := variables(b)
	for name, part := range map[string]string{"references": "${A}", "names": "", "open": "${A:-", "left": "${SECRET:-", "dollars": "$", "literals": "$${"} {
		for _, n := range []int{1000, 10_000, 100_000} {
			text := strings.Repeat(part, n)
			if part == "" {
				var all strings.Builder
				for i := range n {
					fmt.Fprintf(&all, "${APP_%d:-x}", i)
				}
				text = all.String()
			}
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := v.Text(text, 1<<24); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
