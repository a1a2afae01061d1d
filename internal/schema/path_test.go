package schema_test

import (
	"reflect"
	"testing"

	"example.com/lastgood/internal/schema"
	"example.com/lastgood/internal/schema/schematest"
)

type keyed struct {
	Server struct{ ReadTimeout int }
	Ups    []struct{ URL string }
	Flags  map[string]bool
	Deep   map[string][]map[string]int
	Free   any
	More   map[string]int `mapstructure:",remain"`
}

func TestParsePathReadsEverySpelling(t *testing.T) {
	s := schematest.Of[keyed](t)
	for key, want := range map[string]string{
		"server.read_timeout":  "server.read_timeout",
		"Server.readTimeout":   "server.read_timeout",
		"server":               "server",
		"ups[2].url":           "ups[2].url",
		`flags["a.b"]`:         `flags["a.b"]`,
		"flags.ab":             "flags.ab",
		`deep["x y"][0].z`:     `deep["x y"][0].z`,
		"free.any.thing[3].at": "free.any.thing[3].at",
		"other":                "other",
		"":                     "",
	} {
		if p, ok := schema.ParsePath(s, key); !ok || p.String() != want {
			t.Errorf("%q was read as %q, %v", key, p, ok)
		}
	}
	for _, key := range []string{"server.nope", "server[0]", "ups.url", "ups[x]", "ups[-1]", `flags["a`, `flags["a"`, "flags[0]", "server.read_timeout.x", "server..x", "[", "ups[0"} {
		if p, ok := schema.ParsePath(s, key); ok {
			t.Errorf("%q was read as %q", key, p)
		}
	}
}

// Parsing ends for any text, and the result's text parses to the same path.
func FuzzKey(f *testing.F) {
	s := schematest.Of[keyed](f)
	for _, key := range []string{"server.read_timeout", "ups[2].url", `flags["a.b\n"]`, "free[1].x", "[", `flags["`} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		p, ok := schema.ParsePath(s, key)
		if !ok {
			return
		}
		again, ok := schema.ParsePath(s, p.String())
		if !ok || !reflect.DeepEqual(p, again) {
			t.Errorf("%q was read as %#v, which is spelled %q and read as %#v", key, p, p.String(), again)
		}
	})
}
