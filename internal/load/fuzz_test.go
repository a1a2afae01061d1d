package load_test

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"

	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

type fuzzed struct {
	Name    string        `default:"x" validate:"required,max=20"`
	Port    int16         `validate:"required,max=9000,ne=7"`
	Ratio   float32       `validate:"gte=0,lte=1"`
	Debug   bool          `validate:"required_with=Port"`
	Wait    time.Duration `default:"5s" validate:"min=0,max=1h"`
	Level   string        `validate:"omitempty,oneof=debug info"`
	Addr    netip.Addr
	When    *time.Time
	Tags    []string         `validate:"max=5,dive,required,max=9"`
	Labels  map[string]uint8 `validate:"max=5,dive,keys,max=9,endkeys,max=200"`
	Ports   map[int8]*string
	Min     int
	Max     int `validate:"gtefield=Min"`
	Opt     *fuzzedPart
	Parts   []fuzzedPart
	Keyed   map[string]*fuzzedPart
	Nested  map[string][]fuzzedPart `validate:"dive,dive"`
	Secret  secret                  `validate:"omitempty,min=3"`
	Any     any
	Pair    [2]int8 `validate:"dive,min=-3"`
	Section struct {
		Deep fuzzedPart `validate:"required"`
	}
	Embedded `mapstructure:",squash"`
	Rest     map[string]fuzzedPart `mapstructure:",remain"`
}

type Embedded struct{ Inlined int8 }

type fuzzedPart struct {
	N     int8 `default:"1" validate:"max=100"`
	Name  string
	Parts []fuzzedPart
}

func (p fuzzedPart) Validate() error {
	if p.N == 13 {
		return errors.New("13")
	}
	return nil
}

// check implements the rules of a part by hand.
func (p fuzzedPart) check() error {
	if p.N > 100 || p.N == 13 {
		return fmt.Errorf("a part has n = %d", p.N)
	}
	return checkAll(p.Parts)
}

func checkAll(parts []fuzzedPart) error {
	for _, p := range parts {
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

func (v *fuzzed) check() error {
	all := append([]fuzzedPart{v.Section.Deep}, v.Parts...)
	if v.Opt != nil {
		all = append(all, *v.Opt)
	}
	for _, p := range v.Keyed {
		all = append(all, *p)
	}
	for _, parts := range v.Nested {
		all = append(all, parts...)
	}
	for _, p := range v.Rest {
		all = append(all, p)
	}
	switch {
	case v.Name == "" || v.Port > 9000 || v.Port == 7 || v.Wait < 0 || v.Wait > time.Hour || v.Max < v.Min:
		return fmt.Errorf("a rule does not hold in %+v", v)
	case !(v.Ratio >= 0 && v.Ratio <= 1): // not-a-number is neither
		return fmt.Errorf("ratio is %v", v.Ratio)
	}
	return checkAll(all)
}

// revalidate checks v with a validator of its own. That one may report only a required false,
// 0 or empty section: it cannot know that a document set it.
func revalidate(v any) error {
	err := validator.New(validator.WithRequiredStructEnabled()).Struct(v)
	var failures validator.ValidationErrors
	if errors.As(err, &failures) {
		for _, fe := range failures {
			switch fe.Kind() {
			case reflect.Bool, reflect.Int16, reflect.Struct:
				if strings.HasPrefix(fe.Tag(), "required") {
					continue
				}
			}
			return fe
		}
		return nil
	}
	return err
}

var fuzzNames = []string{"c.yaml", "c.toml", "c.json"}

func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		"", "{}", "port: 0\ndebug: false\nsection: {deep: {}}", everythingYAML,
		"port: 1\ndebug: true\nsection: {deep: {n: 0}}\nparts: [{n: 5, parts: [{n: 7}]}]\nkeyed: {a.b: {n: 101}}\nnested: {x: [{n: 13}]}",
		"name: ''\nport: 7\nratio: .nan\nwait: 5\ntags: ['']\nlabels: {long-long-long: 300}\nports: {0x1: a, 1: b, 500: c}",
		"min: 5\nmax: 4\nopt:\n  n: 13\nother: {n: 120}\npair: [1, 2, 3]\nany: {a: [1, ~, {b: 2001-01-01}]}",
		"a: &a {n: 1}\nkeyed: {x: *a, y: {<<: *a, name: z}}\nparts: [*a, *a]\n", "secret: x\nsecret: y", "SECRET: [a\n b", "opt: 5\nparts: {a: 1}",
		"when: 2001-12-14 21:59:43.10 -05:00\naddr: ::1\ninlined: 128\nembedded: 3\nEmbedded: {inlined: 2}\nrest: {n: 1}", "? [a]\n: b", "- a", "x: !!binary aGk=", "\ufeffname: y",
	} {
		f.Add(uint8(0), []byte(text), []byte("port: 1\nkeyed: {a: {n: 2}}"))
	}
	for _, text := range []string{everythingTOML, "port = 0\ndebug = false\n[section.deep]\nn = 0x7f\n[[parts]]\nn = 13\n[[parts.parts]]\n[keyed.'a.b']\n", "name = \"\"\"a\nb\"\"\"\nratio = nan\nwhen = 07:32:00\n",
		"ports.1 = 'x'\nports.01 = 'y'\n", "a = {", "when = 1979-05-27\n"} {
		f.Add(uint8(1), []byte(text), []byte("[other]\nn=101"))
	}
	for _, text := range []string{everythingJSON, `{"port": 1e2, "ratio": 1e-400, "parts": [null, {"n": 1.0}], "section": {"deep": {"n": -0}}}`, `{"name": "\ud800", "": 1}`, `[`, `{"a": {"a": {"a": 1}}}`} {
		f.Add(uint8(2), []byte(text), []byte(`{"parts": [{"n": 101}]}`))
	}
	l := newLoader[fuzzed](f, load.Options{})
	f.Fuzz(func(t *testing.T, format uint8, first, second []byte) {
		name := fuzzNames[int(format)%len(fuzzNames)]
		for _, docs := range [][]source.Document{
			{{Path: "/a/" + name, Data: first}},
			{{Path: "/a/" + name, Data: first}, {Path: "/b/" + name, Data: second}},
		} {
			start := time.Now()
			v, problems := once(l, docs...)
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %v", took)
			}
			if (v == nil) != (len(problems) > 0) {
				t.Fatalf("%v with problems %v", v, problems)
			}
			for _, p := range problems {
				checkProblem(t, p, docs)
			}
			if v == nil {
				continue
			}
			if err := v.(*fuzzed).check(); err != nil {
				t.Error(err)
			}
			if err := revalidate(v); err != nil {
				t.Error(err)
			}
			again, problems := once(l, docs...)
			if len(problems) > 0 || !strings.Contains(fmt.Sprintf("%+v", v), "NaN") && !reflect.DeepEqual(v, again) {
				t.Errorf("the second time it is %+v, not %+v", again, v)
			}
		}
	})
}

func checkProblem(t *testing.T, p problem.Problem, docs []source.Document) {
	if p.Code == "" || p.Message == "" || strings.Contains(p.Message, "panicked") || strings.Contains(p.Message, "does not fit its Go type") {
		t.Errorf("bad problem %s", format(p))
	}
	if p.Origin.Line < 0 || p.Origin.Column < 0 || p.Origin.Line == 0 && p.Origin.Column > 0 {
		t.Errorf("bad place in %s", format(p))
	}
	if p.Origin.Kind != problem.File {
		return
	}
	for _, d := range docs {
		if d.Path == p.Origin.Name && p.Origin.Line > strings.Count(string(d.Data), "\n")+strings.Count(string(d.Data), "\r")+1 {
			t.Errorf("%s is behind the last line", format(p))
		}
	}
	if x := p.Excerpt; x != nil && (x.Line != p.Origin.Line || x.Column < 1 || x.Width < 1 || x.Column > len([]rune(x.Text))+1) {
		t.Errorf("bad excerpt %+v of %s", x, format(p))
	}
}
