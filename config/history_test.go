//go:build unix

package config_test

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

type historic struct {
	Texts map[string]string `mapstructure:"texts"`
	List  []string          `mapstructure:"list"`
	Text  string            `mapstructure:"text"`
	Any   any               `mapstructure:"any"`
}

// reloads writes each content to the file and reloads it.
func reloads[T any](t *testing.T, s *config.Store[T], path string, contents ...string) {
	t.Helper()
	for _, content := range contents {
		put(t, path, content)
		must(t, s.Reload(context.Background()))
	}
}

func TestHistoryKeepsNoMoreThanItShows(t *testing.T) {
	content := func(i int) string {
		return each("texts:\n", 4_000, "\n", func(j int) string { return fmt.Sprintf("  key-%d-%d: a text of some length, of version %d", i, j, i) }, "\n") +
			"text: " + strings.Repeat(fmt.Sprint(i%10), 300_000) + "\nlist: [" + strings.Repeat(fmt.Sprintf("item-%d, ", i), 3_000) + "z]\n"
	}
	path := yamlFile(t, content(0))
	s := open[historic](t, config.WithFile(path), config.WithoutWatch())
	inUse := func() int64 {
		runtime.GC()
		runtime.GC() // objects freed by finalizers
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	reloads(t, s, path, content(1))
	before := inUse()
	for i := range 20 {
		reloads(t, s, path, content(i+2))
	}
	grown := inUse() - before
	if most := int64(4 << 20); grown > most { // for 20 times 100 changes, of values up to 256 bytes
		t.Errorf("20 reloads of a file of %d KiB keep %d KiB", len(content(0))>>10, grown>>10)
	}
	runtime.KeepAlive(s)
}

func TestHistoryCountsTheChangesThatItDoesNotList(t *testing.T) {
	path := yamlFile(t, many("texts:\n", "  k%d: a")(1234))
	s := open[historic](t, config.WithFile(path), config.WithoutWatch())
	reloads(t, s, path, "text: b\n"+many("texts:\n", "  k%d: b")(1234))
	last := s.History()[1]
	if len(last.Changes) != 100 || last.More != 1135 {
		t.Fatalf("%d changes and %d more, want 100 and 1135", len(last.Changes), last.More)
	}
	if all := s.Diff(&historic{}, s.Current()); len(all) != 1235 {
		t.Errorf("a diff has %d changes, want 1235", len(all))
	}
	if first := last.Changes[0].Key; first != "texts.k0" {
		t.Errorf("the first is %s", first)
	}
}

func TestHistoryCutsLongValues(t *testing.T) {
	path := yamlFile(t, "text: a\n")
	s := open[historic](t, config.WithFile(path), config.WithoutWatch())
	long := strings.Repeat("ä", 1000)
	reloads(t, s, path, "text: "+long+"\nlist: ["+strings.Repeat("x, ", 1000)+"y]\nany: {"+
		each("", 1000, ", ", of("k%d: 1"), "")+"}\ntexts: {a: short}\n")
	got := map[string]any{}
	for _, c := range s.History()[1].Changes {
		got[c.Key] = c.New
	}
	text, _ := got["text"].(string)
	if cut := strings.TrimSuffix(text, "…"); cut == text || !strings.HasPrefix(long, cut) || len(cut) < 200 || len(cut) > 256 {
		t.Errorf("the text has %d bytes: %.60q", len(text), text)
	}
	list, _ := got["list"].([]any)
	if n := len(list); n == 0 || n > 257 || list[0] != "x" || list[n-1] != "…" {
		t.Errorf("the list has %d items", len(list))
	}
	if got["texts.a"] != "short" {
		t.Errorf("a short text is %v", got["texts.a"])
	}
	for _, c := range s.Diff(&historic{}, s.Current()) {
		if c.Key == "text" && c.New != long {
			t.Errorf("a diff that somebody asks for is cut, too")
		}
	}
}

func TestTheChangesOfAVersionAreThoseOfADiff(t *testing.T) {
	one := "text: a\nany: [1, {b: 2}, null]\ntexts: {k: v, l: w}\nlist: [a]\n"
	other := "text: b\nany: [1, {b: 3}]\ntexts: {k: w, m: w}\n"
	path := yamlFile(t, one)
	s := open[historic](t, config.WithFile(path), config.WithoutWatch())
	old := s.Current()
	reloads(t, s, path, other)
	if got, want := s.History()[1].Changes, s.Diff(old, s.Current()); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
