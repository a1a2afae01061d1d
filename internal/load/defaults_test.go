package load_test

import (
	"reflect"
	"testing"
	"time"
)

type defaulted struct {
	Addr    string            `default:":8080"`
	Timeout time.Duration     `default:"5s"`
	Debug   bool              `default:"true"`
	Retries int               `default:"3"`
	Tags    []string          `default:"a, b"`
	Labels  map[string]string `default:"team=core,Env.Name=prod"`
	Pointer *int              `default:"7"`
	Section struct {
		Level string `default:"info"`
		Deep  struct {
			N int `default:"1"`
		}
	}
	Optional *struct {
		Level string `default:"debug"`
		Other string
	}
	Items  []item
	Keyed  map[string]item
	Keyed2 map[string]*item
	JSON   item `default:"{\"name\": \"x\"}"`
}

type item struct {
	Name   string
	Weight int  `default:"10"`
	On     bool `default:"true"`
}

func TestDefaultsApplyWhereNothingIsSet(t *testing.T) {
	v := good[defaulted](t, yaml("{}"))
	if v.Addr != ":8080" || v.Timeout != 5*time.Second || !v.Debug || v.Retries != 3 || *v.Pointer != 7 {
		t.Errorf("got %+v", v)
	}
	if !reflect.DeepEqual(v.Tags, []string{"a", "b"}) || !reflect.DeepEqual(v.Labels, map[string]string{"team": "core", "Env.Name": "prod"}) {
		t.Errorf("tags %q, labels %q", v.Tags, v.Labels)
	}
	if v.Section.Level != "info" || v.Section.Deep.N != 1 {
		t.Errorf("section %+v", v.Section)
	}
	if v.JSON != (item{"x", 10, true}) {
		t.Errorf("json %+v", v.JSON)
	}
}

// Viper's trap 5: SetDefault under an optional section makes it non-nil.
func TestDefaultsDoNotMakeAnOptionalSection(t *testing.T) {
	if v := good[defaulted](t, yaml("section: {}")); v.Optional != nil {
		t.Errorf("the section is %+v", v.Optional)
	}
	if v := good[defaulted](t, yaml("optional:")); v.Optional != nil {
		t.Errorf("the section is %+v", v.Optional)
	}
	for _, text := range []string{"optional: {}", "optional: {other: x}"} {
		if v := good[defaulted](t, yaml(text)); v.Optional == nil || v.Optional.Level != "debug" {
			t.Errorf("%s: the section is %+v", text, v.Optional)
		}
	}
}

func TestDefaultsInItemsOfListsAndMaps(t *testing.T) {
	v := good[defaulted](t, yaml("items: [{name: a}, {weight: 0, on: false}]\nkeyed: {A.b: {name: x}}\nkeyed2: {k: {on: false}}"))
	if !reflect.DeepEqual(v.Items, []item{{"a", 10, true}, {"", 0, false}}) {
		t.Errorf("items %+v", v.Items)
	}
	if v.Keyed["A.b"] != (item{"x", 10, true}) || *v.Keyed2["k"] != (item{"", 10, false}) {
		t.Errorf("keyed %+v, %+v", v.Keyed, v.Keyed2["k"])
	}
}

// Viper's trap 5: creasty/defaults turns an explicit false or 0 into the default.
func TestExplicitZerosAreKept(t *testing.T) {
	v := good[defaulted](t, yaml("addr: ''\ntimeout: 0s\ndebug: false\nretries: 0\ntags: []\npointer: 0\nsection: {level: '', deep: {n: 0}}\noptional: {level: ''}"))
	if v.Addr != "" || v.Timeout != 0 || v.Debug || v.Retries != 0 || len(v.Tags) != 0 || *v.Pointer != 0 || v.Section.Level != "" ||
		v.Section.Deep.N != 0 || v.Optional.Level != "" {
		t.Errorf("got %+v", v)
	}
}

func TestNullLeavesTheDefault(t *testing.T) {
	if v := good[defaulted](t, yaml("addr:\nretries: ~\nsection: null\ntags: null")); v.Addr != ":8080" || v.Retries != 3 || v.Section.Level != "info" || len(v.Tags) != 2 {
		t.Errorf("got %+v", v)
	}
}

func TestDefaultsAreTheLowestLayer(t *testing.T) {
	v := good[defaulted](t, yaml("tags: [c]\nlabels: {team: edge, x: y}\njson: {weight: 1}"))
	if !reflect.DeepEqual(v.Tags, []string{"c"}) || !reflect.DeepEqual(v.Labels, map[string]string{"team": "edge", "Env.Name": "prod", "x": "y"}) {
		t.Errorf("tags %q, labels %q", v.Tags, v.Labels)
	}
	if v.JSON != (item{"x", 1, true}) {
		t.Errorf("json %+v", v.JSON)
	}
}

func TestDefaultsAreFreshInEveryPass(t *testing.T) {
	a, b := good[defaulted](t, yaml("{}")), good[defaulted](t, yaml("{}"))
	a.Tags[0], a.Labels["team"], *a.Pointer = "changed", "changed", 0
	if b.Tags[0] != "a" || b.Labels["team"] != "core" || *b.Pointer != 7 {
		t.Errorf("two passes share a default: %+v", b)
	}
}

func TestADefaultThatFailsItsRulesIsNamedAsOne(t *testing.T) {
	type config struct {
		Port int `default:"70000" validate:"max=65535"`
	}
	bad[config](t, yaml("{}"), `default port: must be 65535 or less, got the default "70000" [max]`)
	if v := good[config](t, yaml("port: 1")); v.Port != 1 {
		t.Errorf("got %+v", v)
	}
}

func TestEmbeddedStructsAreFilled(t *testing.T) {
	type Inner struct {
		Name string `default:"x"`
		Port int
	}
	type config struct {
		Inner
		Squashed struct{ Level string } `mapstructure:",squash"`
		Other    Inner
	}
	v := good[config](t, yaml("port: 1\nlevel: info\nother: {port: 2}"))
	if v.Name != "x" || v.Port != 1 || v.Squashed.Level != "info" || v.Other.Name != "x" || v.Other.Port != 2 {
		t.Errorf("got %+v", v)
	}
	type pointers struct {
		*Inner
		*Base `mapstructure:",squash"`
	}
	p := good[pointers](t, yaml("port: 1\nregion: eu"))
	if p.Inner == nil || p.Port != 1 || p.Name != "x" || p.Base == nil || p.Region != "eu" {
		t.Errorf("got %+v", p)
	}
	if p := good[pointers](t, yaml("{}")); p.Inner == nil || p.Name != "x" {
		t.Errorf("got %+v", p)
	}
}

func TestADefaultOfItemsThatHaveDefaultsThemselves(t *testing.T) {
	type defaulted struct {
		Listed []struct {
			Level string `default:"low"`
			Name  string `default:"x"`
		} `default:"[{\"level\":\"high\"}, {}]"`
	}
	v := good[defaulted](t, yaml("{}"))
	if len(v.Listed) != 2 || v.Listed[0].Level != "high" || v.Listed[0].Name != "x" || v.Listed[1].Level != "low" {
		t.Errorf("got %+v", v)
	}
}
