package describe_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/document"
	"example.com/lastgood/internal/load"
)

// Whatever the tag of a field is: a sample without a mark is accepted, by the loader and by
// the schema.
func FuzzSample(f *testing.F) {
	for _, tag := range []string{"", "required,min=3,max=5", "gt=0,lt=1", "oneof=a 'b c' 1|eq=x", "startswith=0x2C,endswith=…,contains='", "omitempty,uuid4,len=2",
		"dive,keys,hexadecimal,endkeys,required", "unique,min=2", "eq=12345", "len=2,dive,len=2,dive,gt=9", "len=2,dive,len=2", "lt=-5,gt=9223372036854775807", "isdefault", "required_without=V", "min=9e99", "max=0", "lt=-5s", "port", "gt=9303685223723036854"} {
		f.Add(tag)
	}
	types := []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[int8](), reflect.TypeFor[*uint64](), reflect.TypeFor[float32](), reflect.TypeFor[bool](),
		reflect.TypeFor[time.Duration](), reflect.TypeFor[time.Time](), reflect.TypeFor[[]byte](), reflect.TypeFor[secret](), reflect.TypeFor[any](),
		reflect.TypeFor[[]string](), reflect.TypeFor[[2]int](), reflect.TypeFor[map[string]int](), reflect.TypeFor[map[int][]string](), reflect.TypeFor[[]node](), reflect.TypeFor[*node]()}
	f.Fuzz(func(t *testing.T, tag string) {
		if strings.ContainsAny(tag, "/.\\") { // no rules that ask for files or names of hosts
			t.Skip()
		}
		for _, typ := range types {
			s := newSubjectOf(one(typ, tag), load.Options{})
			if s.Loader == nil {
				continue // the tag does not suit the type
			}
			schema := compile(t, s.JSONSchema())
			s.Sample(document.TOML)
			sample := string(s.Sample(document.YAML))
			if strings.Contains(sample, "CHANGE ME") {
				continue
			}
			for _, p := range loaded(t, s, "c.yaml", sample) {
				t.Errorf("%v: %q: %s: %s in\n%s", typ, tag, p.Key, p.Text(), sample)
			}
			if err := verdict(t, schema, yamlAsJSON(t, sample)); err != nil {
				t.Errorf("%v: %q: %v in\n%s", typ, tag, err, sample)
			}
		}
	})
}
