package config_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// layered has one field of every kind that layers treat in a way of its own. Each
// has a default tag, the lowest layer.
type layered struct {
	Text  string          `default:"0"`
	List  []string        `default:"0,0"`
	Map   map[string]int  `default:"all=0,own0=0"`
	Zones map[string]zone `default:"{\"eu\": {\"weight\": 0, \"own0\": \"0\"}}"`
	TLS   *zone           `mapstructure:"tls"`
}

type zone struct {
	Weight                                               int
	Own0, Own1, Own2, Own3, Own4, Own5, Own6, Own7, Own8 string
}

// rung is a layer that sets every field of layered to its number, and one entry or
// field of its own in those that are merged.
type rung struct {
	kind config.OriginKind
	give func(t *testing.T, n int) config.Option
}

func document(n int) string {
	return fmt.Sprintf("text: %[1]d\nlist: [%[1]d, %[1]d]\nmap: {all: %[1]d, own%[1]d: %[1]d}\n"+
		"zones: {eu: {weight: %[1]d, own%[1]d: %[1]d}}\ntls: {weight: %[1]d, own%[1]d: %[1]d}\n", n)
}

// rungs are all layers from the lowest to the highest, above default tags.
var rungs = []rung{
	{config.OriginDefaults, func(_ *testing.T, n int) config.Option {
		z := zone{Weight: n}
		reflect.ValueOf(&z).Elem().FieldByName(fmt.Sprintf("Own%d", n)).SetString(fmt.Sprint(n))
		return config.WithDefaults(layered{Text: fmt.Sprint(n), List: []string{fmt.Sprint(n), fmt.Sprint(n)},
			Map: map[string]int{"all": n, fmt.Sprintf("own%d", n): n}, Zones: map[string]zone{"eu": z}, TLS: &z})
	}},
	{config.OriginFile, func(t *testing.T, n int) config.Option {
		return config.WithFile(files(t, "a.yaml", document(n)) + "/a.yaml")
	}},
	{config.OriginFile, func(t *testing.T, n int) config.Option {
		return config.WithFile(files(t, "b.yaml", document(n)) + "/b.yaml")
	}},
	{config.OriginFile, func(t *testing.T, n int) config.Option { return config.WithDir(files(t, "50-c.yaml", document(n))) }},
	{config.OriginKeyFile, func(t *testing.T, n int) config.Option {
		d := fmt.Sprint(n)
		return config.WithKeyDir(files(t, "text", d+"\n", "list", d+","+d+"\n", "map.all", d, "map.own"+d, d,
			"zones.eu.weight", d, "zones__eu__own"+d, d, "tls.weight", d, "tls.own"+d, d))
	}},
	{config.OriginEnv, func(t *testing.T, n int) config.Option {
		d := fmt.Sprint(n)
		for name, value := range map[string]string{"TEXT": d, "LIST": d + "," + d, "MAP": "all=" + d + ",own" + d + "=" + d,
			"ZONES": fmt.Sprintf(`{"eu":{"weight":%s,"own%s":"%s"}}`, d, d, d), "TLS_WEIGHT": d, "TLS_OWN" + d: d} {
			t.Setenv("RUNG_"+name, value)
		}
		return config.WithEnv("RUNG")
	}},
	{config.OriginViper, func(t *testing.T, n int) config.Option {
		v := viper.New()
		v.SetConfigType("yaml")
		if err := v.ReadConfig(strings.NewReader(document(n) + "unknown: ignored\n")); err != nil {
			t.Fatal(err)
		}
		return config.WithViper(v)
	}},
	{config.OriginFlag, func(t *testing.T, n int) config.Option {
		d := fmt.Sprint(n)
		flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
		flags.String("text", "", "")
		flags.StringSlice("list", nil, "")
		flags.StringToInt("map", nil, "")
		flags.String("zones", "", "")
		flags.Int("tls-weight", 0, "")
		flags.String("tls.own"+d, "", "")
		flags.Int("verbose", 0, "") // sets nothing
		err := flags.Parse([]string{"--text", d, "--list", d + "," + d, "--map", "all=" + d + ",own" + d + "=" + d,
			"--zones", fmt.Sprintf(`{"eu":{"weight":%s,"own%s":"%s"}}`, d, d, d), "--tls-weight", d, "--tls.own" + d, d, "--verbose=3"})
		if err != nil {
			t.Fatal(err)
		}
		return config.WithFlags(flags)
	}},
}

// want is what the layers up to n add up to.
func want(n int) layered {
	w := layered{Text: fmt.Sprint(n), List: []string{fmt.Sprint(n), fmt.Sprint(n)}, Map: map[string]int{"all": n}, TLS: &zone{Weight: n}}
	eu := zone{Weight: n}
	for i := range n + 1 {
		own, text := fmt.Sprintf("Own%d", i), fmt.Sprint(i)
		w.Map[strings.ToLower(own)] = i
		reflect.ValueOf(&eu).Elem().FieldByName(own).SetString(text)
		if i > 0 { // a pointer has no default
			reflect.ValueOf(w.TLS).Elem().FieldByName(own).SetString(text)
		}
	}
	w.Zones = map[string]zone{"eu": eu}
	if n == 0 {
		w.TLS = nil
	}
	return w
}

func TestPrecedenceOfAllLayers(t *testing.T) {
	for n := range len(rungs) + 1 {
		name := "default tags"
		if n > 0 {
			name = fmt.Sprintf("%d layers, up to %s", n, rungs[n-1].kind)
		}
		t.Run(name, func(t *testing.T) {
			var opts []config.Option
			for i := n; i > 0; i-- { // the order of other options does not matter, that of files does
				if i == 2 || i == 3 {
					continue
				}
				opts = append(opts, rungs[i-1].give(t, i))
			}
			for i := 2; i <= min(n, 3); i++ {
				opts = append(opts, rungs[i-1].give(t, i))
			}
			s := open[layered](t, append(opts, config.WithoutFile())...)
			if got := *s.Current(); !reflect.DeepEqual(got, want(n)) {
				t.Errorf("got  %+v\nwant %+v", show(got), show(want(n)))
			}
			for _, key := range []string{"text", "list", "map.all", "zones.eu.weight", "tls.weight"} {
				wantOrigins(t, s.Settings(), key, n)
			}
		})
	}
}

// wantOrigins wants a setting to come from the layer n, and to override all below.
func wantOrigins(t *testing.T, settings []config.Setting, key string, n int) {
	t.Helper()
	if n == 0 && key == "tls.weight" {
		return // the pointer is nil
	}
	for _, s := range settings {
		if s.Key != key {
			continue
		}
		got := []config.OriginKind{s.Origin.Kind}
		for _, o := range s.Overrides {
			got = append(got, o.Kind)
		}
		var want []config.OriginKind
		for i := n; i > 0; i-- {
			want = append(want, rungs[i-1].kind)
		}
		if key != "tls.weight" {
			want = append(want, config.OriginDefault)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s comes from %v, want %v", key, got, want)
		}
		return
	}
	t.Errorf("%s is not among the settings", key)
}

func show(l layered) string {
	return fmt.Sprintf("%s %s %v %v %+v", l.Text, l.List, l.Map, l.Zones, l.TLS)
}
