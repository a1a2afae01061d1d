package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/redact"
)

type summed struct {
	Addr  string `validate:"required"`
	Port  int    `validate:"max=65535"`
	Names map[string]int
}

// rejection returns the error of a configuration with this content.
func rejection(t *testing.T, content string, opts ...config.Option) *config.Error {
	t.Helper()
	err := config.Check[summed](append(opts, config.WithFile(yamlFile(t, content)))...)
	var all *config.Error
	if !errors.As(err, &all) {
		t.Fatalf("got %v", err)
	}
	return all
}

func TestASummaryHasTheMostImportantProblemsFirst(t *testing.T) {
	t.Setenv("SUM_PROT", "1")
	t.Setenv("SUM_NAMES_A", "x")
	err := rejection(t, "prot: 80\nport: 99999\n", config.WithEnv("SUM"), config.WithStrictEnv())
	var got []string
	for line := range strings.Lines(err.Summary(4096)) {
		got = append(got, line[strings.LastIndex(line, "[")+1:strings.LastIndex(line, "]")+1])
		if len(got) == 1 && line != "config: load failed, 5 problems\n" {
			t.Errorf("the headline is %q", line)
		}
	}
	if want := " required] max] type] unknown_key] env]"; strings.Join(got, " ") != want {
		t.Errorf("the problems are%s, want%s:\n%s", strings.Join(got, " "), want, err.Summary(4096))
	}
}

func TestASummaryBeginsWithWhatConcernsAWholeFile(t *testing.T) {
	err := &config.Error{Problems: []config.Problem{
		{Code: "max", Key: "port", Message: "too large", Origin: config.Origin{Kind: config.OriginFile, Name: "/a", Line: 1}, Warning: true},
		{Code: "max", Key: "port", Message: "too large", Origin: config.Origin{Kind: config.OriginFile, Name: "/a", Line: 2}},
		{Code: config.CodeSyntax, Message: "cannot be parsed", Origin: config.Origin{Kind: config.OriginFile, Name: "/b"}},
	}}
	want := "config: load failed, 2 problems and 1 warning\n/b: cannot be parsed [syntax]\n/a:2: port: too large [max]\n/a:1: port: warning: too large [max]"
	if got := err.Summary(4096); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestASummaryCountsTheProblemsThatItOmits(t *testing.T) {
	var content strings.Builder
	content.WriteString("addr: x\n")
	for i := range 100 {
		fmt.Fprintf(&content, "unknown%d: 1\n", i)
	}
	got := rejection(t, content.String()).Summary(1000)
	lines := strings.Split(got, "\n")
	if want := fmt.Sprintf("... and %d problems more", 100-(len(lines)-2)); lines[len(lines)-1] != want || len(lines) < 6 || len(got) > 1000 {
		t.Errorf("%d bytes, the last line of %d is %q, want %q", len(got), len(lines), lines[len(lines)-1], want)
	}
}

func TestALongProblemLeavesRoomForOthers(t *testing.T) {
	err := &config.Error{}
	for range 3 {
		err.Problems = append(err.Problems, config.Problem{Code: config.CodeCheck, Key: "a", Message: strings.Repeat("long ", 10_000)})
	}
	got := err.Summary(4096)
	if strings.Count(got, "\na: long") != 3 || strings.Count(got, "…") != 3 || strings.Contains(got, "more") {
		t.Errorf("got %s", got)
	}
}

func TestASummaryOfFewBytesIsCut(t *testing.T) {
	err := &config.Error{Problems: []config.Problem{{Code: config.CodeCheck, Key: "a", Message: "größer than\n\u202ethat, and this goes on for so long that it has to be cut somewhere"}, {Code: "max", Key: "b", Message: "much too large"}}}
	const headline = "config: load failed, 2 problems"
	for size, want := range map[int]string{
		-1:                      "",
		0:                       "",
		2:                       "",
		10:                      "config:…",
		len(headline):           headline,
		len(headline) + 23:      headline,
		len(headline) + 24:      headline + "\n... and 2 problems more",
		len(headline) + 24 + 65: headline + "\na: größer than\\n\\u202ethat, and this goes on for so long tha…\n... and 1 problem more",
	} {
		if got := err.Summary(size); got != want {
			t.Errorf("%d bytes: got %q, want %q", size, got, want)
		}
	}
}

func FuzzSummary(f *testing.F) {
	f.Add("a\nb", "\x1b[31m", 300, 5)
	f.Add("größer", `C:\new\x41`, 100, 40)
	f.Fuzz(func(t *testing.T, key, message string, size, n int) {
		err := &config.Error{}
		for range n % 50 {
			err.Problems = append(err.Problems, config.Problem{Code: config.CodeCheck, Key: key, Message: message, Hint: message})
		}
		got := err.Summary(size)
		if len(got) > max(size, 0) || !utf8.ValidString(got) {
			t.Fatalf("%d bytes are asked for, and %q has %d", size, got, len(got))
		}
		lines := strings.Split(got, "\n")
		for _, line := range lines {
			if redact.Escape(line) != line {
				t.Fatalf("%q has what must be escaped", line)
			}
		}
		if size > 100 && len(lines)-1 < len(err.Problems) && !strings.HasSuffix(got, " more") {
			t.Fatalf("what is left out is not counted: %q", got)
		}
	})
}
