package schema_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

// faultsOf returns the faults of T as "field: message".
func faultsOf[T any](t *testing.T) []string {
	t.Helper()
	s, faults := schema.Of(reflect.TypeFor[T](), schema.Options{KeyTag: "mapstructure"})
	if (s == nil) != (len(faults) > 0) {
		t.Fatalf("schema %v with faults %v", s, faults)
	}
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.Origin.Name+": "+f.Message)
	}
	return texts
}

func wantFault[T any](t *testing.T, parts ...string) {
	t.Helper()
	faults := faultsOf[T](t)
	ok := slices.ContainsFunc(faults, func(f string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(f, part) })
	})
	if !ok {
		t.Errorf("no fault with %q in %q", parts, faults)
	}
}

func wantKeys(t *testing.T, s *schema.Type, keys ...string) {
	t.Helper()
	if got := s.Keys(); !slices.Equal(got, keys) {
		t.Errorf("keys are %q, want %q", got, keys)
	}
}

func TestKeyIsTheTagOrElseTheNameInSnakeCase(t *testing.T) {
	s := schematest.Of[struct {
		Tagged   int `mapstructure:"a_b"`
		Options  int `mapstructure:"opt,omitempty"`
		HTTPPort int
		UserID   int
		ID       int
		ReadTime int
		Port2    int
		V2API    int
		Left_Out int //nolint:staticcheck // such names exist
		Größe    int
		X        int
		Dash     int `mapstructure:"-"`
		Omit     int `mapstructure:",omitempty"`
	}](t)
	wantKeys(t, s, "a_b", "opt", "http_port", "user_id", "id", "read_time", "port2", "v2_api", "left_out", "größe", "x", "omit")
}

func TestStructKeysMatchInAnySpelling(t *testing.T) {
	s := schematest.Of[struct {
		ReadTimeout int
		Other       int `mapstructure:"Write-Timeout"`
	}](t)
	for _, key := range []string{"read_timeout", "readTimeout", "read-timeout", "READ_TIMEOUT", "ReadTimeout", "_readtimeout"} {
		if f := s.Field(key); f == nil || f.Key != "read_timeout" {
			t.Errorf("%q finds %v", key, f)
		}
	}
	for _, key := range []string{"write_timeout", "Write-Timeout", "writetimeout"} {
		if f := s.Field(key); f == nil || f.Key != "Write-Timeout" {
			t.Errorf("%q finds %v", key, f)
		}
	}
	for _, key := range []string{"", "_", "read.timeout", "read timeout", "readtimeouts"} {
		if f := s.Field(key); f != nil {
			t.Errorf("%q finds %v", key, f)
		}
	}
}

func TestKeysThatFoldTogetherAreAFault(t *testing.T) {
	wantFault[struct {
		A int `mapstructure:"readTimeout"`
		B int `mapstructure:"read_timeout"`
	}](t, ".B:", `"read_timeout"`, "also that of A")
	wantFault[struct {
		ReadTimeout int
		Other       int `mapstructure:"READ-TIMEOUT"`
	}](t, "also that of ReadTimeout")
	wantFault[struct {
		Base
		Other
	}](t, ".Name:", "also that of Base.Name")
}

type Other struct{ Name string }

func TestAnOuterFieldHidesAnEmbeddedOnesKey(t *testing.T) {
	for name, s := range map[string]*schema.Type{
		"before it": schematest.Of[struct {
			Name int
			Base
		}](t),
		"behind it": schematest.Of[struct {
			Base
			Name int
		}](t),
		"two of them": schematest.Of[struct {
			Base
			Other
			Name int
		}](t),
	} {
		if f := s.Field("name"); f == nil || len(f.GoPath) != 1 || f.Type.Go.Kind() != reflect.Int {
			t.Errorf("%s: the key is that of %+v", name, f)
		}
		if !s.Names.Hides("Base.Name") || s.Names.Hides("Base.Port") || s.Names.Hides("Name") {
			t.Errorf("%s: it hides Base.Name %v, Base.Port %v, Name %v", name, s.Names.Hides("Base.Name"), s.Names.Hides("Base.Port"), s.Names.Hides("Name"))
		}
	}
}

type Base struct {
	Name string
	Port int `mapstructure:"p"`
}

type hidden struct{ Visible int }

func TestEmbeddedStructs(t *testing.T) {
	t.Run("without a name they are inlined", func(t *testing.T) {
		s := schematest.Of[struct {
			Base
			Own int
		}](t)
		wantKeys(t, s, "name", "p", "own")
		f := s.Field("name")
		if !slices.Equal(f.Index, []int{0, 0}) || !slices.Equal(f.GoPath, []string{"Base", "Name"}) || !slices.Equal(f.Input, []string{"Base", "Name"}) {
			t.Errorf("name is at %v, %v, %v", f.Index, f.GoPath, f.Input)
		}
	})
	t.Run("with a name they are a section", func(t *testing.T) {
		wantKeys(t, schematest.Of[struct {
			Base `mapstructure:"base"`
		}](t), "base")
	})
	t.Run("squashed they are inlined, and found in the same map", func(t *testing.T) {
		s := schematest.Of[struct {
			Field Base `mapstructure:",squash"`
		}](t)
		wantKeys(t, s, "name", "p")
		if f := s.Field("p"); !slices.Equal(f.Input, []string{"p"}) {
			t.Errorf("p is looked for at %v", f.Input)
		}
	})
	t.Run("a pointer is inlined too", func(t *testing.T) {
		wantKeys(t, schematest.Of[struct{ *Base }](t), "name", "p")
	})
	t.Run("an unexported one must be squashed", func(t *testing.T) {
		wantKeys(t, schematest.Of[struct {
			hidden `mapstructure:",squash"`
		}](t), "visible")
		wantFault[struct{ hidden }](t, ".hidden:", ",squash")
	})
	t.Run("one that is written as a text is a field", func(t *testing.T) {
		wantKeys(t, schematest.Of[struct{ Level }](t), "level")
	})
	t.Run("itself or each other is a fault", func(t *testing.T) {
		wantFault[ping](t, "embeds itself")
	})
	t.Run("a default tag on it is a fault", func(t *testing.T) {
		wantFault[struct {
			Base `default:"{}"`
		}](t, ".Base:", "default")
	})
}

type Level string

type Ping struct{ *Pong }
type Pong struct{ *Ping }
type ping struct{ *Ping }

func TestRemain(t *testing.T) {
	s := schematest.Of[struct {
		Known int
		Rest  map[string]any `mapstructure:",remain"`
	}](t)
	wantKeys(t, s, "known")
	if s.Remain == nil || s.Remain.GoPath[0] != "Rest" {
		t.Errorf("remain is %v", s.Remain)
	}
	wantFault[struct {
		Rest []string `mapstructure:",remain"`
	}](t, "map with string keys")
	wantFault[struct {
		Rest map[int]string `mapstructure:",remain"`
	}](t, "map with string keys")
	wantFault[struct {
		Rest map[string]any `mapstructure:",remain"`
		More map[string]any `mapstructure:",remain"`
	}](t, "already at Rest")
	wantFault[struct {
		Rest map[string]any `mapstructure:",remain" default:"a=1"`
	}](t, "default")
	wantFault[struct {
		WithRest
	}](t, ",squash")
	// mapstructure would take an unknown key "Base" for the embedded Base.
	wantFault[struct {
		Base
		Rest map[string]any `mapstructure:",remain"`
	}](t, ".Base:", ",squash")
}

type WithRest struct {
	Rest map[string]any `mapstructure:",remain"`
}

func TestUnexportedFieldsWithTagsAreAFault(t *testing.T) {
	wantFault[struct {
		port int `mapstructure:"port"`
	}](t, ".port:", "not exported")
	wantFault[struct {
		port int `default:""`
	}](t, ".port:", "not exported")
	if faults := faultsOf[struct {
		Port int
		mu   chan int
	}](t); len(faults) > 0 {
		t.Errorf("an untagged unexported field: %q", faults)
	}
}

func TestRecursiveTypes(t *testing.T) {
	type Tree struct {
		Name     string `default:"leaf"`
		Children []Tree
		ByName   map[string]*Tree
		Parent   *Tree
	}
	s := schematest.Of[Tree](t)
	if s.Field("children").Type.Elem != s || s.Field("by_name").Type.Elem != s || s.Field("parent").Type != s {
		t.Error("the type below is not the type itself")
	}
	if !s.Defaults || !s.NeedsVisit {
		t.Errorf("Defaults %v, Judged %v", s.Defaults, s.NeedsVisit)
	}
	// A type that is only a list, map or pointer of itself.
	schematest.Of[struct{ L parseList }](t)
	schematest.Of[struct{ M dict }](t)
	wantFault[struct{ P pointer }](t, "pointer to a pointer")
	wantFault[struct{ P **int }](t, ".P:", "pointer to a pointer")
	wantFault[struct{ L []**Base }](t, ".L[]:", "pointer to a pointer")
}

type parseList []parseList
type dict map[string]dict
type pointer *pointer

func TestKindsThatNoDocumentCanHoldAreFaults(t *testing.T) {
	wantFault[struct{ A struct{ C chan int } }](t, ".A.C:", "chan int")
	wantFault[struct{ F []func() }](t, ".F[]:", "func()")
	wantFault[struct{ C map[string]complex64 }](t, ".C[]:", "complex64")
	wantFault[struct{ E error }](t, ".E:", "an error")
	wantFault[struct{ U uintptr }](t, ".U:", "uintptr")
	wantFault[struct{ C textChan }](t, ".C:", "textChan")
	wantFault[struct{ M map[any]string }](t, ".M:", "map's key")
	wantFault[struct{ M map[struct{ X int }]string }](t, ".M:", "map's key")
	wantFault[struct{ M map[*int]string }](t, ".M:", "map's key")
	wantFault[struct{ M map[Secret]string }](t, ".M:", "secret")
	wantFault[int](t, "must be a struct", "an int")
	wantFault[map[string]any](t, "must be a struct")
	wantFault[struct{ textStruct }](t, "read by its own method")
}

func TestAllFaultsAreReported(t *testing.T) {
	faults := faultsOf[struct {
		C chan int
		F func()
		P int `secret:"yes"`
	}](t)
	if len(faults) != 3 {
		t.Errorf("got %q", faults)
	}
}

type textChan chan int

func (*textChan) UnmarshalText([]byte) error { return nil }

type textStruct struct{ A int }

func (*textStruct) UnmarshalText([]byte) error { return nil }
