package config_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/lastgood/config"
)

// layered has one field of every kind for which layers have a rule. Each has a default tag, the
// lowest layer.
type layered struct {
	Text  string          `default:"0"`
	List  []string        `default:"0,0"`
	Map   map[string]int  `default:"all=0,own0=0"`
	Zones map[string]zone `default:"{\"eu\": {\"weight\": 0, \"own0\": \"0\"}}"`
	TLS   *zone           `mapstructure:"tls"`
}

type zone struct {
	Weight                                                            int
	Own0, Own1, Own2, Own3, Own4, Own5, Own6, Own7, Own8, Own9, Own10 string
}

// rung is a layer that sets every field of layered to its number, and one entry or field of its
// own where values are merged, by an option or in a Viper.
type rung struct {
	origin string // as it begins
	give   func(t *testing.T, n int) config.Option
	tell   func(t *testing.T, n int, v *viper.Viper)
}

func document(n int) string {
	return fmt.Sprintf("text: %[1]d\nlist: [%[1]d, %[1]d]\nmap: {all: %[1]d, own%[1]d: %[1]d}\n"+
		"zones: {eu: {weight: %[1]d, own%[1]d: %[1]d}}\ntls: {weight: %[1]d, own%[1]d: %[1]d}\n", n)
}

// viperSettings returns a document as Viper reads it.
func viperSettings(t *testing.T, n int) map[string]any {
	t.Helper()
	v := viper.New()
	v.SetConfigType("yaml")
	if err := v.ReadConfig(strings.NewReader(document(n) + "unknown: ignored\n")); err != nil {
		t.Fatal(err)
	}
	return v.AllSettings()
}

// rungs are all layers from the lowest to the highest, above default tags.
var rungs = []rung{
	{origin: "WithDefaults", give: func(_ *testing.T, n int) config.Option {
		z := zone{Weight: n}
		reflect.ValueOf(&z).Elem().FieldByName(fmt.Sprintf("Own%d", n)).SetString(fmt.Sprint(n))
		return config.WithDefaults(layered{Text: fmt.Sprint(n), List: []string{fmt.Sprint(n), fmt.Sprint(n)},
			Map: map[string]int{"all": n, fmt.Sprintf("own%d", n): n}, Zones: map[string]zone{"eu": z}, TLS: &z})
	}},
	{origin: "viper: default", tell: func(t *testing.T, n int, v *viper.Viper) {
		for key, value := range viperSettings(t, n) {
			v.SetDefault(key, value)
		}
	}},
	{origin: "viper: file", tell: func(t *testing.T, n int, v *viper.Viper) {
		if err := v.MergeConfigMap(viperSettings(t, n)); err != nil {
			t.Fatal(err)
		}
	}},
	{origin: "/", give: func(t *testing.T, n int) config.Option {
		return config.WithFile(files(t, "a.yaml", document(n)) + "/a.yaml")
	}},
	{origin: "/", give: func(t *testing.T, n int) config.Option {
		return config.WithFile(files(t, "b.yaml", document(n)) + "/b.yaml")
	}},
	{origin: "/", give: func(t *testing.T, n int) config.Option { return config.WithDir(files(t, "50-c.yaml", document(n))) }},
	{origin: "/", give: func(t *testing.T, n int) config.Option {
		d := fmt.Sprint(n)
		return config.WithKeyDir(files(t, "text", d+"\n", "list", d+","+d+"\n", "map.all", d, "map.own"+d, d,
			"zones.eu.weight", d, "zones__eu__own"+d, d, "tls.weight", d, "tls.own"+d, d))
	}},
	{origin: "env ", give: func(t *testing.T, n int) config.Option {
		d := fmt.Sprint(n)
		for name, value := range map[string]string{"TEXT": d, "LIST": d + "," + d, "MAP": "all=" + d + ",own" + d + "=" + d,
			"ZONES": fmt.Sprintf(`{"eu":{"weight":%s,"own%s":"%s"}}`, d, d, d), "TLS_WEIGHT": d, "TLS_OWN" + d: d} {
			t.Setenv("RUNG_"+name, value)
		}
		return config.WithEnv("RUNG")
	}},
	{origin: "viper: override or flag", tell: func(t *testing.T, n int, v *viper.Viper) {
		for key, value := range viperSettings(t, n) {
			v.Set(key, value)
		}
	}},
	{origin: "--", give: func(t *testing.T, n int) config.Option {
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

// setAt is the index of the rung for Set of a Viper.
var setAt = 1 + slices.IndexFunc(rungs, func(r rung) bool { return r.origin == "viper: override or flag" })

// want returns the result of the layers up to n.
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
			name = fmt.Sprintf("%d layers, up to %s", n, rungs[n-1].origin)
		}
		t.Run(name, func(t *testing.T) {
			v := viper.New()
			opts := []config.Option{config.WithViper(v)}
			for i, r := range rungs[:n] {
				if r.give == nil {
					r.tell(t, i+1, v)
					continue
				}
				opt := r.give(t, i+1)
				if r.origin == "/" { // the order of files matters, and of other options it does not
					opts = append(opts, opt)
				} else {
					opts = append([]config.Option{opt}, opts...)
				}
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
		got := append([]config.Origin{s.Origin}, s.Overrides...)
		var want []string
		for i := n; i > 0; i-- {
			if rungs[i-1].tell == nil || i == setAt || n < setAt { // a Viper does not reveal values below those of Set
				want = append(want, rungs[i-1].origin)
			}
		}
		if key != "tls.weight" {
			want = append(want, "default")
		}
		if !slices.EqualFunc(got, want, func(o config.Origin, begin string) bool { return strings.HasPrefix(o.String(), begin) }) {
			t.Errorf("%s comes from %v, want %v", key, got, want)
		}
		return
	}
	t.Errorf("%s is not among the settings", key)
}

func show(l layered) string {
	return fmt.Sprintf("%s %s %v %v %+v", l.Text, l.List, l.Map, l.Zones, l.TLS)
}
