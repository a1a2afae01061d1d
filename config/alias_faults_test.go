package config_test

import (
	"strings"
	"testing"

	"example.com/lastgood/config"
)

// wantFault wants T to be no configuration, because of one thing.
func wantFault[T any](t *testing.T, want string) {
	t.Helper()
	err := config.Check[T](config.WithoutFile())
	if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "[schema]") != 1 {
		t.Errorf("got %v\nwant one fault with %q", err, want)
	}
}

func TestAnAliasThatMeansNothingIsAFaultOfTheType(t *testing.T) {
	type inner struct {
		A string `alias:".old_a"`
	}
	wantFault[struct {
		L []inner
	}](t, "its old key .old_a is a path from the root, but it is in a list or map, or at several places")
	wantFault[struct {
		M map[string]inner
	}](t, ".old_a is a path from the root")
	wantFault[struct{ X, Y inner }](t, ".old_a is a path from the root")
	wantFault[struct {
		A string `alias:"b"`
		B string
	}](t, `its old key "b" is that of B as well`)
	wantFault[struct {
		A string `alias:"old"`
		B string `alias:"OLD"`
	}](t, `its old key "OLD" is one of A as well`)
	wantFault[struct {
		Addr string `alias:"a_ddr"`
	}](t, `its old key "a_ddr" is its key now`)
	wantFault[struct {
		S struct {
			A string `alias:".s.a"`
		}
	}](t, `its old key "a" is its key now`)
	wantFault[struct {
		S struct {
			A string `alias:"b"`
		}
		X string `alias:".s.b"`
	}](t, `its old key "b" is one of A as well`)
	wantFault[struct {
		X string `alias:".port.b"`
		P int    `mapstructure:"port"`
	}](t, "its old key .port.b leads through port, which is no section")
	wantFault[struct {
		X string `alias:".m.b"`
		M map[string]string
	}](t, "its old key .m.b leads through m, which is no section")
	for _, tag := range []string{"", " ", ".", "a.b", "a,b", "a a", "_", ".a..b", "a A"} {
		if err := checkTag(tag); err == nil || !strings.Contains(err.Error(), "[schema]") {
			t.Errorf("alias:%q: %v", tag, err)
		}
	}
	wantFault[struct {
		A string `deprecated:""`
	}](t, `its tag deprecated:"" is empty; write what to use instead`)
	type embedded struct{ A string }
	wantFault[struct {
		embedded `mapstructure:",squash" alias:"x"`
	}](t, "an alias tag has no effect on an inlined struct")
	wantFault[struct {
		Rest map[string]any `mapstructure:",remain" deprecated:"x"`
	}](t, `an alias or deprecated tag has no effect beside ",remain"`)
	wantFault[struct {
		a string `alias:"x"`
	}](t, "it has tags but is not exported")
}

func TestAnOldKeyInATypeUsedTwiceIsOneBesideItsOwn(t *testing.T) {
	type inner struct {
		A    string `alias:"b"`
		Next *inner
	}
	type twice struct {
		X, Y inner
		Rest map[string]string `mapstructure:",remain"`
	}
	c := open[twice](t, config.WithFile(yamlFile(t, "x: {b: 1}\ny: {a: 2, next: {b: 3, next: {b: 4}}}\nb: 5"))).Current()
	if c.X.A != "1" || c.Y.A != "2" || c.Y.Next.A != "3" || c.Y.Next.Next.A != "4" || c.Rest["b"] != "5" {
		t.Errorf("got %+v", c)
	}
}
