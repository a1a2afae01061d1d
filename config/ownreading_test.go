package config_test

import (
	"encoding"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"example.com/lastgood/config"
)

// read reads a file as a T, which must be accepted.
func read[T any](t testing.TB, name, content string, opts ...config.Option) *T {
	t.Helper()
	return open[T](t, append(opts, config.WithFile(files(t, name, content)+"/"+name))...).Current()
}

// refuses reads a file as a T, which must be refused with exactly these problems.
func refuses[T any](t testing.TB, name, content string, want ...string) {
	t.Helper()
	wantProblems(t, config.Check[T](config.WithFile(files(t, name, content)+"/"+name)), want...)
}

// noted records the method that decoded it and its argument.
type noted struct{ By, Got string }

func (n *noted) note(by string, got any) error {
	*n = noted{by, fmt.Sprint(got)}
	return nil
}

type (
	byMap  struct{ noted }
	byText struct{ noted }
	byYAML struct{ noted }
	byNode struct{ noted }
	byData struct{ noted }
	byJSON struct{ noted }
	bySet  struct{ noted }
)

func (b *byMap) UnmarshalMapstructure(v any) error { return b.note("mapstructure", v) }
func (b *byText) UnmarshalText(text []byte) error  { return b.note("text", string(text)) }
func (b *byJSON) UnmarshalJSON(text []byte) error  { return b.note("json", string(text)) }
func (b *byData) UnmarshalYAML(text []byte) error  { return b.note("yaml", string(text)) }
func (b *bySet) Set(text string) error             { return b.note("set", text) }
func (b *bySet) String() string                    { return b.Got }
func (b *byYAML) UnmarshalYAML(unmarshal func(any) error) error {
	var v any
	return errors.Join(unmarshal(&v), b.note("yaml", v))
}
func (b *byNode) UnmarshalYAML(n *yaml.Node) error {
	var v any
	return errors.Join(n.Decode(&v), b.note("yaml", fmt.Sprint(n.Tag, n.Line, ":", n.Column, " ", v)))
}

type (
	everyWay struct {
		byText
		byNode
		byJSON
		noted
	}
	withMap struct {
		byText
		byMap
		noted
	}
)

func (e *everyWay) UnmarshalText(text []byte) error  { return e.note("text", string(text)) }
func (e *everyWay) UnmarshalJSON(text []byte) error  { return e.note("json", string(text)) }
func (e *everyWay) UnmarshalYAML(n *yaml.Node) error { return e.note("yaml", n.Tag) }
func (e *everyWay) Set(string) error                 { return errors.New("not asked") }
func (e *everyWay) String() string                   { return "" }
func (e *everyWay) note(by string, got any) error    { return e.noted.note(by, got) }

func (e *withMap) UnmarshalText([]byte) error        { return errors.New("not asked") }
func (e *withMap) UnmarshalMapstructure(v any) error { return e.noted.note("mapstructure", v) }

func TestATypeDecodesItself(t *testing.T) {
	type all struct {
		Map  byMap
		Text byText
		YAML byYAML
		Node byNode
		Data byData
		JSON byJSON
		Set  bySet
	}
	got := read[all](t, "c.yaml", "map: {a: 1}\ntext: 1.10\nyaml: {a: [1, x]}\nnode: [a]\ndata: {a: 1}\njson: {a: 1.10, b: 0x1F, c: \"7\", d: yes}\nset: 1.10\n")
	want := all{
		byMap{noted{"mapstructure", "map[a:1]"}}, byText{noted{"text", "1.10"}},
		byYAML{noted{"yaml", "map[a:[1 x]]"}}, byNode{noted{"yaml", "!!seq4:7 [a]"}},
		byData{noted{"yaml", "a: 1\n"}}, byJSON{noted{"json", `{"a":1.10,"b":31,"c":"7","d":"yes"}`}},
		bySet{noted{"set", "1.10"}},
	}
	if *got != want {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
}

func TestTheOrderInWhichMethodsAreCalled(t *testing.T) {
	type config struct {
		V *everyWay
		M withMap
	}
	for name, content := range map[string]struct{ text, by, got string }{
		"a.yaml": {"v: x", "text", "x"},
		"b.yaml": {"v: [x]", "yaml", "!!seq"},
		"c.json": {`{"v": "x"}`, "text", "x"},
		"d.json": {`{"v": ["x"]}`, "json", `["x"]`},
		"e.toml": {`v = ["x"]`, "yaml", "!!seq"},
		"f.toml": {`v = 1`, "text", "1"},
	} {
		if got := read[config](t, name, content.text).V.noted; got != (noted{content.by, content.got}) {
			t.Errorf("%s: read by %s as %s, want %s, %s", content.text, got.By, got.Got, content.by, content.got)
		}
	}
	if got := read[config](t, "m.yaml", "m: x").M.noted; got != (noted{"mapstructure", "x"}) {
		t.Errorf("read as %+v", got)
	}
}

// other is what another module's YAML package calls these.
type otherKind uint32
type otherStyle uint32

// Node is the node of a YAML package that this module does not have.
type Node struct {
	Kind                                  otherKind
	Style                                 otherStyle
	Tag, Value, Anchor                    string
	Alias                                 *Node
	Content                               []*Node
	HeadComment, LineComment, FootComment string
	Line, Column                          int
}

type byOther struct{ Got string }

func (b *byOther) UnmarshalYAML(n *Node) error {
	b.Got = n.spell()
	return nil
}

func (n *Node) spell() string {
	out := fmt.Sprintf("%d%s %s", n.Kind, n.Tag, n.Value)
	for _, c := range n.Content {
		out += fmt.Sprintf(" (%s@%d:%d)", c.spell(), c.Line, c.Column)
	}
	return out
}

func TestANodeIsBuiltForAnyYAMLModule(t *testing.T) {
	type config struct {
		X    any `mapstructure:"x"`
		V    byOther
		Own  yaml.Node
		Else *Node
	}
	got := read[config](t, "c.yaml", "x: &a [1, 2.5]\nv: {k: *a, 80: \"80\", s: ~}\nown: {a: b}\nelse: no\n")
	const want = "4!!map  (8!!str k@2:5) (2!!seq  (8!!int 1@1:8) (8!!float 2.5@1:11)@1:4) (8!!int 80@2:12) (8!!str 80@2:16) (8!!str s@2:22) (8!!null ~@2:25)"
	if got.V.Got != want {
		t.Errorf("got  %s\nwant %s", got.V.Got, want)
	}
	var own map[string]string
	if err := got.Own.Decode(&own); err != nil || own["a"] != "b" {
		t.Errorf("own is %v, %v", own, err)
	}
	if got.Else == nil || got.Else.spell() != "8!!str no" {
		t.Errorf("else is %v", got.Else)
	}
}

func TestBelowATypeThatReadsItselfNothingIsOurs(t *testing.T) {
	type config struct {
		V     byJSON
		List  []byJSON
		ByKey map[string]byJSON
	}
	low, high := files(t, "a.yaml", "v: {b: 2, dup: 1}\nlist: [{x: 1}, y]\nbykey: {a: {b: 1}, c: 3}\n"), files(t, "b.yaml", "v: 1\nbykey: {a: [1]}\n")
	s := open[config](t, both(low+"/a.yaml", high+"/b.yaml"))
	if got := s.Current(); got.V.Got != "1" || got.List[0].Got != `{"x":1}` || got.ByKey["a"].Got != "[1]" || got.ByKey["c"].Got != "3" {
		t.Errorf("got %+v", got)
	}
	var keys []string
	for _, setting := range s.Settings() {
		keys = append(keys, setting.Key)
	}
	if got := strings.Join(keys, " "); got != "v list by_key.a by_key.c" {
		t.Errorf("the settings are %s", got)
	}
	if v := settingOf(s, "v"); len(v.Overrides) != 1 || v.Origin.Line != 1 {
		t.Errorf("v is %+v", v)
	}
}

func both(paths ...string) config.Option { return config.WithFile(paths...) }

func TestTheHighestOriginDeterminesTheFormat(t *testing.T) {
	type config struct{ V everyWay }
	dir := files(t, "a.yaml", "v: [x]", "b.json", `{"v": ["y"]}`)
	if got := open[config](t, both(dir+"/a.yaml", dir+"/b.json")).Current().V.noted; got != (noted{"json", `["y"]`}) {
		t.Errorf("got %+v", got)
	}
	if got := open[config](t, both(dir+"/b.json", dir+"/a.yaml")).Current().V.noted; got != (noted{"yaml", "!!seq"}) {
		t.Errorf("got %+v", got)
	}
}

func TestAKeptValueIsReadAsBefore(t *testing.T) {
	type settings struct {
		V everyWay `reload:"restart"`
		N int
	}
	dir := files(t, "a.json", `{"v": ["x"], "n": 1}`)
	s := open[settings](t, config.WithFile(dir+"/a.json"))
	if got := accepts(t, s, dir+"/a.json", `{"v": ["y"], "n": 2}`); got.N != 2 || got.V.noted != (noted{"json", `["x"]`}) {
		t.Errorf("got %+v", got)
	}
}

func TestAVariableIsOneTextForATypeThatReadsItself(t *testing.T) {
	type settings struct {
		Text byText
		JSON byJSON
		YAML byYAML
		Word byJSON `default:"auto"`
	}
	t.Setenv("OWN_TEXT", "1.10")
	t.Setenv("OWN_JSON", "5")
	t.Setenv("OWN_YAML", "true")
	got := open[settings](t, config.WithoutFile(), config.WithEnv("OWN")).Current()
	if got.Text.Got != "1.10" || got.JSON.Got != "5" || got.YAML.Got != "true" || got.Word.Got != `"auto"` {
		t.Errorf("got %+v", got)
	}
}

func TestWhatCannotBeJSONIsAProblem(t *testing.T) {
	type config struct{ V byJSON }
	refuses[config](t, "c.yaml", "v: [1, .nan]", "c.yaml:1:4: v: want what has a form in JSON, which the type reads, got a list; it has no numbers with leading zeros, infinite ones or NaN [type]")
	refuses[config](t, "c.toml", "v = inf", "c.toml:1:5: v: want what has a form in JSON, which the type reads, got inf; it has no numbers with leading zeros, infinite ones or NaN [type]")
	refuses[config](t, "c.yaml", "v: {80: a}", "c.yaml:1:4: v: want what has a form in JSON, which the type reads, got a map; quote the keys that are numbers or the like [type]")
	if got := read[config](t, "c.yaml", "v: {\"80\": a, 'true': ~}").V.Got; got != `{"80":"a","true":null}` {
		t.Errorf("got %s", got)
	}
}

func TestRawJSONIsAlwaysJSON(t *testing.T) {
	type config struct {
		V json.RawMessage
		L []json.RawMessage
	}
	for _, content := range []string{"v: text", "v: {a: [1, 0x10, 1_000, .5, +2, 1.]}", "v: 2026-01-02", "v: yes\nl: [a, 1.10, {b: ~}]"} {
		got := read[config](t, "c.yaml", content)
		for _, raw := range append(got.L, got.V) {
			if !json.Valid(raw) {
				t.Errorf("%s gives %s", content, raw)
			}
		}
	}
}

type textOrList []string

func (l *textOrList) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*l = textOrList{one}
		return nil
	}
	return unmarshal((*[]string)(l))
}

func TestATextOrAList(t *testing.T) {
	type config struct{ A, B textOrList }
	if got := read[config](t, "c.yaml", "a: x\nb: [y, z]"); !reflect.DeepEqual(*got, config{textOrList{"x"}, textOrList{"y", "z"}}) {
		t.Errorf("got %+v", got)
	}
}

// several is a flag that can be repeated.
type several []string

func (m *several) String() string { return strings.Join(*m, ",") }
func (m *several) Set(text string) error {
	*m = append(*m, "set "+text)
	return nil
}

var _ flag.Value = (*several)(nil)

func TestAListThatIsAFlagTooIsAListOrOneText(t *testing.T) {
	type config struct{ A, B several }
	if got := read[config](t, "c.yaml", "a: x\nb: [y, z]"); !reflect.DeepEqual(*got, config{several{"set x"}, several{"y", "z"}}) {
		t.Errorf("got %+v", got)
	}
}

type level int

func (l *level) UnmarshalText(text []byte) error {
	switch string(text) {
	case "low":
		*l = 1
	case "high":
		*l = 2
	case "empty":
		return errors.New("")
	case "7": // for a panic with an integer
		panic("boom")
	default:
		return fmt.Errorf("unknown level %q: use low or high", text)
	}
	return nil
}

var _ encoding.TextUnmarshaler = (*level)(nil)

func TestTheErrorOfAMethodIsShown(t *testing.T) {
	type config struct {
		Level level
		ByKey map[level]int
		Ints  []ints
		Plain plainly
	}
	refuses[config](t, "c.yaml", "level: hihg", `c.yaml:1:8: level: unknown level "hihg": use low or high [type]`)
	refuses[config](t, "c.yaml", "level: 7", `c.yaml:1:8: level: the UnmarshalText method of *config_test.level panicked with a string [type]`)
	refuses[config](t, "c.yaml", "level: empty", `c.yaml:1:8: level: want a config_test.level, got "empty" [type]`)
	refuses[config](t, "c.yaml", "bykey: {x: 1}", `c.yaml:1:9: by_key.x: the key is not valid: unknown level "x": use low or high [type]`)
	refuses[config](t, "c.yaml", "ints:\n- {a: x, b: y}", "c.yaml:2:3: ints[0]: line 2: cannot unmarshal !!str `x` into int; line 2: cannot unmarshal !!str `y` into int [type]")
	refuses[config](t, "c.yaml", "plain: {}", `c.yaml:1:8: plain: want a config_test.plainly, got a map [type]`)
}

type ints struct{ A, B int }

func (i *ints) UnmarshalYAML(unmarshal func(any) error) error {
	type plain ints
	return unmarshal((*plain)(i))
}

type plainly struct{ text string }

func (p *plainly) UnmarshalText(text []byte) error {
	p.text = string(text)
	return nil
}

func TestTheErrorOfAMethodIsTheCause(t *testing.T) {
	type settings struct{ V failing }
	err := config.Check[settings](config.WithFile(yamlFile(t, "v: x")))
	if !errors.Is(err, errFailing) {
		t.Errorf("%v does not wrap it", err)
	}
}

var errFailing = errors.New("it always fails")

type failing struct{}

func (failing) UnmarshalJSON([]byte) error { return errFailing }

func TestIntegersAreOfferedToAnIntegerThatDoesNotReadThem(t *testing.T) {
	type config struct{ A, B level }
	if got := read[config](t, "c.yaml", "a: -1\nb: high"); *got != (config{-1, 2}) {
		t.Errorf("got %+v", got)
	}
	refuses[config](t, "c.yaml", "a: 1.5", `c.yaml:1:4: a: unknown level "1.5": use low or high [type]`)
}

// tokenFile is decoded by a method of its own and contains a secret.
type tokenFile struct {
	URL   string        `yaml:"url"`
	Token config.Secret `yaml:"token"`
}

func (f *tokenFile) UnmarshalYAML(unmarshal func(any) error) error {
	type plain tokenFile
	if err := unmarshal((*plain)(f)); err != nil {
		return err
	}
	if f.URL == "" {
		return fmt.Errorf("no url for the token %s", f.Token.Reveal())
	}
	return nil
}

func TestAValueThatReadsItselfWithASecretInItIsSecret(t *testing.T) {
	type settings struct {
		File  tokenFile
		Level level `secret:"true"`
	}
	s := open[settings](t, config.WithFile(yamlFile(t, "file: {url: u, token: hunter22}")))
	if v := settingOf(s, "file"); !v.Secret || fmt.Sprint(v.Value) != "[redacted]" {
		t.Errorf("the setting is %+v", v)
	}
	err := config.Check[settings](config.WithFile(yamlFile(t, "file: {token: hunter22}\nlevel: hunter33\n")))
	if got := fmt.Sprintf("%v %+v", err, err); strings.Contains(got, "hunter") || !strings.Contains(got, "no url for the token [redacted]") || !strings.Contains(got, `unknown level "[redacted]"`) {
		t.Errorf("got %s", got)
	}
}

type sized struct {
	Min, Max int
	Limit    int `validate:"max=5"`
}

func (s *sized) UnmarshalYAML(unmarshal func(any) error) error {
	type plain sized
	return unmarshal((*plain)(s))
}

func (s *sized) Validate() error {
	if s.Min > s.Max {
		return errors.New("min is more than max")
	}
	return nil
}

func TestAValueThatReadsItselfIsValidated(t *testing.T) {
	type config struct {
		One  sized
		Many []sized
	}
	refuses[config](t, "c.yaml", "one: {min: 2, max: 1}\nmany: [{limit: 6}]\n",
		"c.yaml:1:1: one: min is more than max [check]",
		"c.yaml:2:8: many[0]: must be 5 or less (in Go: Limit) [max]")
}

func TestAPromotedMethodThatWouldLoseFieldsIsAFault(t *testing.T) {
	type outer struct {
		*sized
		Name string
	}
	type settings struct{ Outer outer }
	wantProblems(t, config.Check[settings](config.WithoutFile()),
		"config_test.settings.Outer: it would be read by the UnmarshalYAML method of the embedded sized, which does not know its other fields; give sized a name, or config_test.outer a method of its own [schema]")
	wantProblems(t, config.Check[sized](config.WithoutFile()),
		"config_test.sized: a configuration must be a struct with keys, but this one is read by its own method; load a type without it, or make it the type of a field [schema]")
}

func settingOf[T any](s *config.Store[T], key string) config.Setting {
	for _, setting := range s.Settings() {
		if setting.Key == key {
			return setting
		}
	}
	return config.Setting{}
}

// The sample does not guess a text for a type's own method, which is not called.
func TestASampleMarksWhatReadsItself(t *testing.T) {
	type settings struct {
		Sizes *sized         `validate:"required"`
		Set   bySet          `validate:"required"`
		Zone  *time.Location `validate:"required"`
		Mac   net.HardwareAddr
		Level level `validate:"required"`
	}
	sample, err := config.Sample[settings]("yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(sample)
	for _, key := range []string{"sizes: example", "set: example", "level: example"} {
		if !regexp.MustCompile(`# CHANGE ME: must be a config_test\.\w+\.\n` + key + `\n`).MatchString(text) {
			t.Errorf("%s is not marked in\n%s", key, text)
		}
	}
	text = strings.NewReplacer("sizes: example", "sizes: {}", "level: example", "level: low").Replace(text)
	if got := read[settings](t, "c.yaml", text); strings.Count(text, "CHANGE ME") != 3 || got.Zone == nil || got.Sizes == nil {
		t.Errorf("%s gives %+v", text, got)
	}
}
