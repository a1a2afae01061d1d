//go:build unix

package config_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// referrer has fields that documents set by references.
type referrer struct {
	Name  string
	Note  string `ref:"file"`
	Pin   config.Secret
	Items []struct{ A string }
	Any   any
	Sick  bool
	Rest  map[string]any `mapstructure:",remain" reload:"restart"`
}

// isSick is a check that takes part in no other's rules.
func isSick(_ context.Context, _, c *referrer) error {
	if c.Sick {
		return errors.New("sick")
	}
	return nil
}

// Two values with the same 16 bits give the same digests, wherever they are referred to.
func TestAReferenceReveals16Bits(t *testing.T) {
	a, b, other := alike()
	dir := files(t, "c.yaml", "", "ref", "")
	path := filepath.Join(dir, "c.yaml")
	digestsOf := func(value string) (all string) {
		t.Setenv("X", value)
		put(t, filepath.Join(dir, "ref"), value+"\n")
		for _, content := range []string{
			"name: ${X}\n", "name: a${X}b\npin: ${X}c\n", "pin: ${X}\n", "items: [{a: '${X}'}]\n", "any: [x, {y: '${X}'}]\n", "q: ${X}\n",
			"note_file: ref\n", "pin_file: ref\nname: x\n", "sick: ${S:-true}\npin: ${X}\nnote_file: ref\n", // the last is rejected
		} {
			put(t, path, "{}")
			s := open[referrer](t, config.WithOptionalFile(path), config.WithExpandEnv("X", "S"), config.WithoutWatch(), config.WithCheck(isSick))
			put(t, path, content)
			_ = s.Reload(t.Context()) // the digests contain the result
			d := s.Status().Digests
			all += fmt.Sprintln(content, d, s.Status().Err != nil)
			s.Close()
		}
		return all
	}
	one, two := digestsOf(a), digestsOf(b)
	if one != two {
		t.Errorf("%s and %s differ:\n%s\n%s", a, b, one, two)
	}
	if one == digestsOf(other) {
		t.Error("another value does not show")
	}
}

func TestASecretDocumentReveals16BitsOfEachValue(t *testing.T) {
	t.Parallel()
	a, b, other := alike()
	digestsOf := func(value string) (all string) {
		src := configtest.NewSource(t, "played")
		for _, content := range []string{"name: VALUE\n", "name: x # VALUE\nnote: 'VALUE'\n", "any: {a: [VALUE]}\n", "pin: VALUE\n", "name: [VALUE\n"} {
			src.Set(config.Reading{Documents: []config.Document{{Name: "a.yaml", Data: []byte("{}")}}})
			s := open[referrer](t, config.WithSource(src), config.WithoutWatch())
			src.Set(config.Reading{Documents: []config.Document{{Name: "a.yaml", Secret: true, Data: []byte(strings.ReplaceAll(content, "VALUE", value))}}})
			_ = s.Reload(t.Context()) // the last is rejected
			all += fmt.Sprintln(content, s.Status().Digests)
			s.Close()
		}
		return all
	}
	one, two := digestsOf(a), digestsOf(b)
	if one != two {
		t.Errorf("%s and %s differ:\n%s\n%s", a, b, one, two)
	}
	if one == digestsOf(other) {
		t.Error("another value does not show")
	}
}

// The sum of a file is that of its own content, whatever it refers to and whether or not it
// is served.
func TestTheSumOfAFileIsOfWhatIsWrittenInIt(t *testing.T) {
	dir := files(t, "c.yaml", "", "ref", "x")
	path := filepath.Join(dir, "c.yaml")
	for _, content := range []string{"pin: a\nname: ${X}\n", "pin: ${X}\n", "pin_file: ref\n", "pin: a\nnote_file: ref\nname: ${Y:-z}\n"} {
		var first string
		for _, x := range []string{"1", "2"} {
			t.Setenv("X", x)
			for _, sick := range []string{"false", "true"} {
				t.Setenv("SICK", sick)
				put(t, path, "{}")
				s := open[referrer](t, config.WithFile(path), config.WithExpandEnv("X", "Y", "SICK"), config.WithoutWatch(), config.WithCheck(isSick))
				put(t, path, content+"sick: ${SICK}\n")
				if err := s.Reload(t.Context()); (err != nil) != (sick == "true") {
					t.Fatal(err)
				}
				got := s.Status().Digests.Files[0].Sum
				if first == "" {
					first = got
				}
				if got != first {
					t.Errorf("the sum of %q is %s with X=%s and SICK=%s, and was %s", content, got, x, sick, first)
				}
				s.Close()
			}
		}
	}
}

// A pending change of a key without a field is shown as documents contain it, with its key.
func TestPendingChangesOfKeysWithoutAFieldAreShownAsWritten(t *testing.T) {
	t.Setenv("X", "hunter2")
	log := &journal{}
	path := yamlFile(t, "q: a\nr: ['${X}']\nsame: 1\n")
	s := open[referrer](t, config.WithFile(path), config.WithExpandEnv("X"), config.WithoutWatch(), logTo(log))
	accepts(t, s, path, "q: ${X}\nsame: 1\n")
	got := fmt.Sprint(s.Status().Pending, s.Settings(), s.History(), log)
	if strings.Contains(got, "hunter2") || strings.Contains(got, "waits for a restart: same") {
		t.Errorf("got %s", got)
	}
	var changes []string
	for _, p := range s.Status().Pending {
		changes = append(changes, fmt.Sprint(p.Key, ": ", p.Running, " -> ", p.Wanted, " at line ", p.Origin.Line))
	}
	if want := []string{"q: a -> ${X} at line 1", "r: [${X}] -> <nil> at line 0"}; !slices.Equal(changes, want) {
		t.Errorf("got %q, want %q", changes, want)
	}
}

// Keys of secret entries are not shown, so that all of them are one change.
func TestAChangeOfSecretKeysWithoutAFieldHasAKey(t *testing.T) {
	t.Parallel()
	type secretRest struct {
		Port int
		Rest map[string]config.Secret `mapstructure:",remain" reload:"restart"`
	}
	path := yamlFile(t, "port: 1\nq: hunter2\n")
	s := open[secretRest](t, config.WithFile(path), config.WithoutWatch())
	accepts(t, s, path, "port: 1\nq: hunter3\nr: x\n")
	pending := s.Status().Pending
	if len(pending) != 1 || pending[0].Key != `["…"]` || !pending[0].Secret {
		t.Errorf("pending: %+v", pending)
	}
	if changes := s.Diff(&secretRest{Rest: map[string]config.Secret{"q": config.NewSecret("hunter2")}}, &secretRest{}); len(changes) != 1 || changes[0].Key != `["…"]` {
		t.Errorf("changes: %+v", changes)
	}
}

// In one text, which of two variables has the value is part of the effective configuration.
func TestTheEffectiveDigestDependsOnWhichVariableIsSet(t *testing.T) {
	path := yamlFile(t, "name: ${FIRST:-1}${SECOND:-2}\n")
	digest := func(first, second string) config.Digest {
		t.Setenv("FIRST", first)
		t.Setenv("SECOND", second)
		return open[referrer](t, config.WithFile(path), config.WithExpandEnv("FIRST", "SECOND"), config.WithoutWatch()).Status().Digests.Effective
	}
	first, second, again := digest("x", ""), digest("", "x"), digest("x", "")
	if first == second {
		t.Error("x2 and 1x have the same digest")
	}
	if first != again {
		t.Error("the same value has two digests")
	}
}
