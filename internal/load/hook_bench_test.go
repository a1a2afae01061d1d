package load_test

import (
	"bytes"
	"cmp"
	"testing"

	"github.com/go-playground/validator/v10"
	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// BenchmarkLoadWithHooks measures a pass with the two hooks that Viper has by default,
// beside one without and Viper's own.
func BenchmarkLoadWithHooks(b *testing.B) {
	b.Run("40lines", func(b *testing.B) { withHooks[small](b, smallYAML) })
	b.Run("1000keys", func(b *testing.B) { withHooks[large](b, largeYAML(1000)) })
	b.Run("10000keys", func(b *testing.B) { withHooks[large](b, largeYAML(10_000)) })
}

func withHooks[T any](b *testing.B, text string) {
	var hooks []decode.Hook
	for i, f := range []mapstructure.DecodeHookFunc{mapstructure.StringToTimeDurationHookFunc(), mapstructure.StringToSliceHookFunc(",")} {
		h, ok := decode.NewHook(f, i+1)
		if !ok {
			b.Fatalf("%T is no hook", f)
		}
		hooks = append(hooks, h)
	}
	doc := []source.Document{yaml(text)}
	pass := func(opts load.Options) func() {
		l := newLoader[T](b, opts)
		return func() {
			if _, problems := once(l, doc...); problems != nil {
				b.Fatal(formatAll(problems))
			}
		}
	}
	v := validator.New(validator.WithRequiredStructEnabled())
	vipers := func() {
		vp := viper.New()
		vp.SetConfigType("yaml")
		var c T
		if err := cmp.Or(vp.ReadConfig(bytes.NewReader(doc[0].Data)), vp.Unmarshal(&c), v.Struct(&c)); err != nil {
			b.Fatal(err)
		}
	}
	for _, way := range []struct {
		name string
		run  func()
	}{{"without", pass(load.Options{})}, {"two", pass(load.Options{Hooks: hooks})}, {"viper", vipers}} {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				way.run()
			}
		})
	}
}
