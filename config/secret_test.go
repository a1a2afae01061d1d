package config_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	toml "github.com/pelletier/go-toml/v2"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// marker is in every secret, and must be in no output.
const marker = "hunter2hunter2"

// secrets has secrets in every form.
type secrets struct {
	Plain   config.Secret            `validate:"omitempty,max=40"`
	Tagged  string                   `secret:"true" validate:"omitempty,max=40"`
	Pointer *config.Secret           `validate:"omitempty,max=40"`
	List    []config.Secret          `validate:"dive,max=40"`
	Map     map[string]config.Secret `validate:"dive,max=40"`
	Number  int                      `secret:"true" validate:"max=40"`
	Section struct {
		Name string `validate:"max=40"`
		Deep struct{ Keys map[string]string }
	} `secret:"true"`
	Items []struct {
		Token config.Secret
		Name  string
	}
	Kept config.Secret `reload:"restart"`
	Open string
	Fail bool
}

func (s secrets) Validate() error {
	if s.Fail {
		return fmt.Errorf("cannot use %s, %q, %s", s.Plain.Reveal(), s.Tagged, s.Section.Name)
	}
	return nil
}

const secretYAML = `plain: ` + marker + `1
tagged: ` + marker + `2
pointer: ` + marker + `3
list: [` + marker + `4, x]
map: {a: ` + marker + `5}
number: 7
section:
  name: ` + marker + `6
  deep: {keys: {` + marker + `7: ` + marker + `8}}
kept: ` + marker + `9
open: public
`

// outputs collects the output of the package.
type outputs struct {
	t    *testing.T
	text strings.Builder
	n    int
}

// add notes an output. None may be empty: it would prove nothing.
func (o *outputs) add(what, text string) {
	o.t.Helper()
	if text == "" {
		o.t.Errorf("%s: there is no output", what)
	}
	o.n++
	fmt.Fprintf(&o.text, "%s: %s\n", what, text)
	if strings.Contains(text, marker) {
		o.t.Errorf("%s shows a secret:\n%s", what, text)
	}
}

func (o *outputs) json(what string, v any) {
	o.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		o.t.Error(err)
	}
	o.add(what+" as JSON", string(b))
}

// value adds every way of printing and marshalling a value.
func (o *outputs) value(what string, v any) {
	o.t.Helper()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10v", "%T %[1]v"} {
		o.add(what+" as "+verb, fmt.Sprintf(verb, v))
	}
	o.json(what, v)
	for name, marshal := range map[string]func(any) ([]byte, error){"YAML": yaml.Marshal, "TOML": toml.Marshal} {
		b, err := marshal(struct{ V any }{v})
		if err != nil {
			o.t.Errorf("%s as %s: %v", what, name, err)
		}
		o.add(what+" as "+name, string(b))
	}
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
	o.add(what+" in slog", b.String())
}

func (o *outputs) error(what string, err error) {
	o.t.Helper()
	if err == nil {
		o.t.Errorf("%s: no error", what)
		return
	}
	o.add(what, err.Error())
	o.add(what+" as %+v", fmt.Sprintf("%+v", err))
	o.json(what, err)
	if all := (*config.Error)(nil); errors.As(err, &all) {
		o.add(what+" in short", all.Summary(1<<20))
	}
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "err", err)
	o.add(what+" in slog", b.String())
}

func TestNoOutputShowsASecret(t *testing.T) {
	o := &outputs{t: t}
	var log journal
	path := yamlFile(t, secretYAML)
	s := open[secrets](t, config.WithFile(path), logTo(&log))
	old := s.Current()
	if old.Plain.Reveal() != marker+"1" || old.Pointer.Reveal() != marker+"3" || old.Section.Deep.Keys[marker+"7"] != marker+"8" {
		t.Fatalf("the secrets were not read: %+v", old)
	}

	o.value("a Secret", old.Plain)
	attr, err := xml.Marshal(struct {
		XMLName xml.Name      `xml:"x"`
		A       config.Secret `xml:"a,attr"`
		E       config.Secret
	}{A: old.Plain, E: old.Plain})
	o.add("XML", fmt.Sprint(string(attr), err))
	text, err := old.Pointer.MarshalText()
	o.add("text", fmt.Sprint(string(text), err))
	o.value("a *Secret", old.Pointer)
	o.value("a list", old.List)
	o.value("a map", old.Map)
	o.value("a struct", struct{ S config.Secret }{old.Plain})

	// A change of all, hooks that panic with them, and all output of a store.
	done := make(chan struct{}, 2)
	s.OnChange(func(_, new *secrets) {
		done <- struct{}{}
		panic("cannot use " + new.Plain.Reveal() + " and " + new.Section.Name)
	})
	s.OnChange(func(old, _ *secrets) { done <- struct{}{}; panic(errors.New("no more " + old.Tagged)) })
	last := make(chan struct{})
	s.OnChange(func(_, _ *secrets) { close(last) })
	next := accepts(t, s, path, strings.ReplaceAll(secretYAML, marker, marker+"-new-"))
	within(t, done, "the first hook")
	within(t, done, "the second hook")
	within(t, last, "the last hook")
	o.json("the settings", s.Settings())
	o.add("the settings", fmt.Sprintf("%+v", s.Settings()))
	o.json("a diff", s.Diff(old, next))
	o.add("a diff", fmt.Sprintf("%+v %v", s.Diff(old, next), s.Diff(old, next)))
	o.json("the status", s.Status())
	o.json("the history", s.History())
	o.add("pending", fmt.Sprintf("%+v %v", s.Snapshot().Pending, s.Snapshot().Pending))
	o.json("pending", s.Snapshot().Pending)

	// Every way of being rejected.
	for what, content := range badSecrets {
		put(t, path, content)
		o.error(what, s.Reload(t.Context()))
		o.error(what+", health", s.CheckHealth())
	}
	o.json("the status after", s.Status())
	o.add("the log", log.String())
	for _, layer := range secretLayers(t) {
		o.error(layer.what, config.Check[secrets](layer.opt, config.WithoutFile()))
	}
	for what, check := range map[string]func(*secrets) error{
		"a check's error":       func(c *secrets) error { return errors.New("refused " + c.Plain.Reveal()) },
		"a check's quoted text": func(c *secrets) error { return fmt.Errorf("refused %q for %s", c.Plain.Reveal(), c.Section.Name) },
		"a check's key":         func(c *secrets) error { return config.KeyError("plain", errors.New(c.Plain.Reveal())) },
		"a check's secret key":  func(*secrets) error { return config.KeyError("section.deep.keys."+marker+"7", errors.New("bad")) },
		"a check's panic":       func(c *secrets) error { panic(c.Plain.Reveal()) },
		"a check's panic error": func(c *secrets) error { panic(errors.New(c.Plain.Reveal())) },
	} {
		put(t, path, secretYAML)
		o.error(what, config.Check[secrets](config.WithFile(path), config.WithCheck(func(_ context.Context, _, c *secrets) error { return check(c) })))
	}
	if o.n < 250 {
		t.Errorf("only %d outputs were looked at", o.n)
	}
	if !strings.Contains(log.String(), "a hook panicked") || !strings.Contains(o.text.String(), "public") {
		t.Error("what should be said was not")
	}
}

// badSecrets are contents that are rejected, by their fault.
var badSecrets = map[string]string{
	"a rule":               "plain: " + marker + strings.Repeat("x", 40) + "\n",
	"a rule of a tagged":   "tagged: " + marker + strings.Repeat("x", 40) + "\n",
	"a rule in a list":     "list: [a, " + marker + strings.Repeat("x", 40) + "]\n",
	"a rule in a map":      "map: {a: " + marker + strings.Repeat("x", 40) + "}\n",
	"a rule in a section":  "section: {name: " + marker + strings.Repeat("x", 40) + "}\n",
	"a type":               "number: " + marker + "\n",
	"a list for a text":    "plain: [" + marker + "]\n",
	"a map for a text":     "plain: {a: " + marker + "}\n",
	"a text for a section": "section: " + marker + "\n",
	"a text for a list":    "list: " + marker + "\n",
	"an unknown key":       "plian: " + marker + "\n",
	"unknown in a section": "section: {" + marker + ": x}\n",
	"twice":                "plain: " + marker + "\nplain: " + marker + "\n",
	"two spellings":        "plain: " + marker + "\nPLAIN: " + marker + "\n",
	"syntax":               "open: x\nplain: \"" + marker + "\n",
	"syntax after":         "plain: " + marker + "\n  x: y\n",
	"a method":             strings.Replace(secretYAML, "open: public", "fail: true", 1),
	"a neighbour":          "{plain: " + marker + ", number: x}\n",
	"a block":              "plain: |\n  " + marker + "\nnope: 1\n",
}

type secretLayer struct {
	what string
	opt  config.Option
}

// secretLayers returns layers with a bad secret.
func secretLayers(t *testing.T) []secretLayer {
	t.Setenv("SECRET_NUMBER", marker)
	t.Setenv("SECRET_MAP", marker)
	t.Setenv("SECRET_LIST", "["+marker)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "number"), marker)
	put(t, filepath.Join(dir, "list"), "["+marker)
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.String("number", "", "")
	if err := fs.Parse([]string{"--number", marker}); err != nil {
		t.Fatal(err)
	}
	v := viper.New()
	v.Set("number", marker)
	v.Set("list", "["+marker)
	docs := t.TempDir()
	put(t, filepath.Join(docs, "a.yaml"), "number: "+marker+"\nplain: {"+marker+": 1}\n")
	if err := os.WriteFile(filepath.Join(docs, "b.toml"), []byte("plain = \""+marker), 0o600); err != nil {
		t.Fatal(err)
	}
	return []secretLayer{
		{"variables", config.WithEnv("SECRET")},
		{"key files", config.WithKeyDir(dir)},
		{"flags", config.WithFlags(fs)},
		{"a Viper", config.WithViper(v)},
		{"a directory", config.WithDir(docs)},
	}
}

func TestRevealIsTheOnlyWayToASecret(t *testing.T) {
	s := config.NewSecret(marker)
	if s.Reveal() != marker || s.String() != "[redacted]" {
		t.Errorf("Reveal gives %q, String %q", s.Reveal(), s.String())
	}
	var back config.Secret
	if err := json.Unmarshal([]byte(`"x"`), &back); err != nil || back.Reveal() != "x" {
		t.Errorf("read as %q, %v", back.Reveal(), err)
	}
}
