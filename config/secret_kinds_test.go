package config_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

func TestSecretsAreComparedByTheirTexts(t *testing.T) {
	a, b, other := config.NewSecret("a"), config.NewSecret(strings.Repeat("a", 1)), config.NewSecret("b")
	if a != b || a == other || !reflect.DeepEqual(a, b) || reflect.DeepEqual(a, other) || a.Reveal() != "a" {
		t.Error("equal texts are not equal, or others are")
	}
	if m := map[config.Secret]int{a: 1}; m[b] != 1 {
		t.Error("a map does not find it")
	}
}

func TestTheZeroSecretIsTheEmptyText(t *testing.T) {
	var zero config.Secret
	if zero != config.NewSecret("") || zero.Reveal() != "" || !zero.IsZero() || config.NewSecret("x").IsZero() || zero.String() != "[redacted]" {
		t.Errorf("zero reveals %q", zero.Reveal())
	}
	var read config.Secret
	if err := read.UnmarshalText(nil); err != nil || read != zero {
		t.Errorf("an empty text is read as %q, %v", read.Reveal(), err)
	}
	type optional struct {
		A config.Secret  `json:",omitzero" yaml:",omitempty"`
		B *config.Secret `json:",omitempty" yaml:",omitempty"`
	}
	for name, marshal := range map[string]func(any) ([]byte, error){"JSON": json.Marshal, "YAML": yaml.Marshal} {
		empty, err := marshal(optional{})
		if err != nil || strings.TrimSpace(string(empty)) != "{}" {
			t.Errorf("%s: an empty one is written: %s, %v", name, empty, err)
		}
		full, err := marshal(optional{A: config.NewSecret("x")})
		if err != nil || !strings.Contains(string(full), "[redacted]") {
			t.Errorf("%s: one is left out: %s, %v", name, full, err)
		}
	}
}

func TestDecodersReadASecret(t *testing.T) {
	var back struct{ A, B config.Secret }
	if err := json.Unmarshal([]byte(`{"A": "x"}`), &back); err != nil || back.A != config.NewSecret("x") {
		t.Errorf("JSON: %q, %v", back.A.Reveal(), err)
	}
	if err := yaml.Unmarshal([]byte("b: 5"), &back); err != nil || back.B.Reveal() != "5" {
		t.Errorf("YAML: %q, %v", back.B.Reveal(), err)
	}
	if err := json.Unmarshal([]byte(`{"A": "[redacted]"}`), &back); err == nil || back.A.Reveal() != "x" {
		t.Errorf("a mask is read as %q", back.A.Reveal())
	}
}

type sectionOfSecret struct {
	config.Secret `mapstructure:"token" validate:"omitempty,min=3"`
	Name          string `validate:"max=5"`
}

type baseOfSecret struct {
	Inherited config.Secret `validate:"omitempty,min=3"`
}

type kindsOfSecret struct {
	baseOfSecret `mapstructure:",squash"`
	Plain        config.Secret
	Pointer      *config.Secret
	List         []config.Secret
	Pointers     []*config.Secret
	Array        [2]config.Secret
	Map          map[string]config.Secret
	Deep         map[string][]map[string]*config.Secret
	Items        []struct {
		Token config.Secret
		Name  string
	}
	Generic  generic[config.Secret]
	Section  sectionOfSecret
	Optional *sectionOfSecret
	Sections []sectionOfSecret
	Default  config.Secret   `default:"from-a-tag"`
	Tags     []config.Secret `default:"a, b"`
	Free     any
	Rest     map[string]config.Secret `mapstructure:",remain"`
}

const kindsYAML = `plain: s1
pointer: s2
list: [s4, s5]
pointers: [s6]
array: [s7, s8]
map: {A.b: s9}
deep: {a: [{b: s10}]}
items: [{token: s11, name: n}]
generic: {v: s12}
section: {token: s13, name: n}
optional: {token: s14}
sections: [{token: s15}]
inherited: s16
other: s17
`

func secretsOf(texts ...string) []config.Secret {
	all := make([]config.Secret, len(texts))
	for i, text := range texts {
		all[i] = config.NewSecret(text)
	}
	return all
}

// wantKinds returns the value of kindsYAML.
func wantKinds() kindsOfSecret {
	s := secretsOf("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "s16", "s17")
	want := kindsOfSecret{
		baseOfSecret: baseOfSecret{s[16]}, Plain: s[1], Pointer: &s[2], List: s[4:6], Pointers: []*config.Secret{&s[6]},
		Array: [2]config.Secret{s[7], s[8]}, Map: map[string]config.Secret{"A.b": s[9]},
		Deep:    map[string][]map[string]*config.Secret{"a": {{"b": &s[10]}}},
		Generic: generic[config.Secret]{s[12]}, Section: sectionOfSecret{s[13], "n"}, Optional: &sectionOfSecret{Secret: s[14]},
		Sections: []sectionOfSecret{{Secret: s[15]}}, Rest: map[string]config.Secret{"other": s[17]},
		Default: config.NewSecret("from-a-tag"), Tags: secretsOf("a", "b"),
	}
	want.Items = append(want.Items, struct {
		Token config.Secret
		Name  string
	}{s[11], "n"})
	return want
}

func TestSecretsOfEveryKindAreReadFromAFile(t *testing.T) {
	s := open[kindsOfSecret](t, config.WithFile(yamlFile(t, kindsYAML)))
	if want := wantKinds(); !reflect.DeepEqual(*s.Current(), want) {
		t.Error("a secret is not as the file has it")
	}
	for _, setting := range s.Settings() {
		if strings.HasSuffix(setting.Key, "name") || setting.Key == "free" {
			continue
		}
		if setting.Value != "[redacted]" && setting.Value != nil || !setting.Secret {
			t.Errorf("%s is shown: %v", setting.Key, setting.Value)
		}
	}
}

func TestSecretsOfEveryKindAreTakenFromAValueOfDefaults(t *testing.T) {
	want := wantKinds()
	want.Free = config.NewSecret(marker)
	o := &outputs{t: t}
	s := open[kindsOfSecret](t, config.WithDefaults(want), config.WithoutFile())
	if !reflect.DeepEqual(*s.Current(), want) {
		t.Error("a secret is not as the value has it")
	}
	for _, setting := range s.Settings() {
		if setting.Key == "free" && !setting.Secret {
			t.Error("a secret where any value may be is none")
		}
		o.add(setting.Key, setting.String())
	}
	changed := want
	changed.Free = config.NewSecret(marker + "2")
	for _, c := range s.Diff(&want, &changed) {
		o.add("a change", c.String())
		if !c.Secret {
			t.Errorf("%s is not said to be a secret", c.Key)
		}
	}
}

func TestSecretsAreReadFromEveryLayer(t *testing.T) {
	type layered struct {
		Token  config.Secret   `validate:"required,len=3"`
		Others []config.Secret `validate:"dive,len=2"`
		Named  map[string]config.Secret
	}
	t.Setenv("L_TOKEN", "abc")
	t.Setenv("L_OTHERS", "xy, zz")
	t.Setenv("L_NAMED", "a=b")
	dir := t.TempDir()
	put(t, filepath.Join(dir, "token"), "abc\n")
	put(t, filepath.Join(dir, "others"), "xy, zz\n")
	put(t, filepath.Join(dir, "named"), "a=b\n")
	for _, name := range []string{"TOKEN", "OTHERS", "NAMED"} {
		t.Setenv("F_"+name+"_FILE", filepath.Join(dir, strings.ToLower(name)))
	}
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.String("token", "", "")
	fs.StringSlice("others", nil, "")
	fs.StringToString("named", nil, "")
	if err := fs.Parse([]string{"--token", "abc", "--others", "xy,zz", "--named", "a=b"}); err != nil {
		t.Fatal(err)
	}
	plain, typed := viper.New(), viper.New()
	plain.Set("token", "abc")
	plain.Set("others", []string{"xy", "zz"})
	plain.Set("named", map[string]string{"a": "b"})
	zz := config.NewSecret("zz")
	typed.Set("token", config.NewSecret("abc"))
	typed.Set("others", []any{config.NewSecret("xy"), &zz})
	typed.Set("named", map[string]config.Secret{"a": config.NewSecret("b")})
	for what, opt := range map[string]config.Option{
		"variables": config.WithEnv("L"), "files of variables": config.WithEnv("F"), "key files": config.WithKeyDir(dir), "flags": config.WithFlags(fs),
		"a Viper's texts": config.WithViper(plain), "a Viper's secrets": config.WithViper(typed),
	} {
		s, err := config.Open[layered](opt, config.WithoutFile())
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		want := layered{config.NewSecret("abc"), secretsOf("xy", "zz"), map[string]config.Secret{"a": config.NewSecret("b")}}
		if got := s.Current(); !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: a secret is not as it was given", what)
		}
		s.Close()
	}
}

// A flag whose value is a Secret shows none, so that it cannot be read back from it.
func TestAFlagThatIsASecretIsRead(t *testing.T) {
	fs := pflag.NewFlagSet("x", pflag.ContinueOnError)
	fs.Var(&secretFlag{}, "plain", "")
	var text config.Secret
	fs.TextVar(&text, "pointer", config.Secret{}, "")
	if err := fs.Parse([]string{"--plain", "abc"}); err != nil {
		t.Fatal(err)
	}
	s := open[kindsOfSecret](t, config.WithFlags(fs), config.WithoutFile())
	if got := s.Current().Plain.Reveal(); got != "abc" {
		t.Errorf("got %q", got)
	}
	if err := fs.Parse([]string{"--pointer", "def"}); err != nil || text.Reveal() != "def" {
		t.Fatalf("the flag is %q, %v", text.Reveal(), err)
	}
	wantProblems(t, config.Check[kindsOfSecret](config.WithFlags(fs), config.WithoutFile()),
		"--pointer: pointer: [redacted] is shown in the place of a secret, and is not the secret itself; put the secret itself there [type]")
}

type secretFlag struct{ config.Secret }

func (f *secretFlag) Set(text string) error { return f.UnmarshalText([]byte(text)) }
func (f *secretFlag) Type() string          { return "secret" }

func TestAViperSecretForAFieldThatIsShownIsAProblem(t *testing.T) {
	type open struct {
		Name string
		Free any
		Tags struct{ List []string } `secret:"true"`
	}
	v := viper.New()
	v.Set("name", config.NewSecret(marker))
	v.Set("free", map[string]any{"a": []any{config.NewSecret(marker)}})
	v.Set("tags.list", []config.Secret{config.NewSecret(marker)})
	wantProblems(t, config.Check[open](config.WithViper(v), config.WithoutFile()),
		`viper: override or flag: free.a[0]: the value is a secret, but the field would show it; give the field the tag secret:"true" [type]`,
		`viper: override or flag: name: the value is a secret, but the field would show it; give the field the tag secret:"true" [type]`)
}

func TestASecretWhereAnyValueMayBeIsNotQuoted(t *testing.T) {
	type free struct {
		Value any `validate:"eq=a"`
	}
	wantProblems(t, config.Check[free](config.WithDefaults(free{config.NewSecret(marker)}), config.WithoutFile()),
		"WithDefaults: value: must satisfy the rule eq [eq]")
}

func TestAnEmbeddedSecretIsAKeyAmongOthers(t *testing.T) {
	path := yamlFile(t, "token: abc\nname: toolong\n")
	wantProblems(t, config.Check[sectionOfSecret](config.WithFile(path)), "c.yaml:2:7: name: must be at most 5 characters long, got \"toolong\" [max]")
	put(t, path, "token: ab\nname: n\n")
	wantProblems(t, config.Check[sectionOfSecret](config.WithFile(path)), "c.yaml:1:8: token: must be at least 3 characters long [min]")

	// In a section, it hands the validator a text in the place of all of it.
	path = yamlFile(t, "section: {token: ab, name: toolong}\nsections: [{token: abc}, {name: toolong}]\noptional: {name: toolong}\ninherited: x\n")
	wantProblems(t, config.Check[kindsOfSecret](config.WithFile(path)),
		"c.yaml:1:18: section.token: must be at least 3 characters long [min]",
		"c.yaml:1:28: section.name: must be at most 5 characters long [max]",
		"c.yaml:2:33: sections[1].name: must be at most 5 characters long [max]",
		"c.yaml:3:18: optional.name: must be at most 5 characters long [max]",
		"c.yaml:4:12: inherited: must be at least 3 characters long [min]")
}

// trimmedSecret reads a text in a way of its own.
type trimmedSecret struct {
	config.Secret
	Host string
}

func (s *trimmedSecret) UnmarshalText(text []byte) error {
	_, s.Host, _ = strings.Cut(string(text), "@")
	return s.Secret.UnmarshalText(text)
}

func TestAStructThatReadsItselfIntoAnEmbeddedSecretIsOneText(t *testing.T) {
	type dsn struct {
		DSN trimmedSecret `validate:"min=5"`
	}
	s := open[dsn](t, config.WithFile(yamlFile(t, "dsn: user:pw@host\n")))
	if c := s.Current(); c.DSN.Reveal() != "user:pw@host" || c.DSN.Host != "host" {
		t.Errorf("got %q, %q", c.DSN.Reveal(), c.DSN.Host)
	}
	wantProblems(t, config.Check[dsn](config.WithFile(yamlFile(t, "dsn: u@h\n"))), "c.yaml:1:6: dsn: must be at least 5 characters long [min]")
}

func TestASecretCannotBeInlined(t *testing.T) {
	type squashed struct {
		Token config.Secret `mapstructure:",squash"`
	}
	wantProblems(t, config.Check[squashed](config.WithoutFile()),
		`config_test.squashed.Token: it cannot be inlined by mapstructure:",squash", as it is read by its own method; give it a key [schema]`)
}

func TestATypeMadeOfASecretIsRefused(t *testing.T) {
	type apiKey config.Secret
	type made struct{ Keys []apiKey }
	wantProblems(t, config.Check[made](config.WithoutFile()),
		`config_test.made.Keys[]: config_test.apiKey lacks the methods of the secret it is made of; declare it with "=", as another name [schema]`)
	type other = config.Secret
	type alias struct{ Key other }
	if s := open[alias](t, config.WithFile(yamlFile(t, "key: x\n"))); s.Current().Key.Reveal() != "x" {
		t.Error("an alias is not read")
	}
}

func TestASecretAsAMapsKeyIsRefused(t *testing.T) {
	type inList struct{ List []map[config.Secret]string }
	wantProblems(t, config.Check[inList](config.WithoutFile()),
		"config_test.inList.List[]: a map's key is shown in messages, so it cannot be a secret as config.Secret is [schema]")
}
