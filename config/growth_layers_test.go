//go:build unix

package config_test

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/viper"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/problem"
	"example.com/lastgood/internal/source"
)

// passOfLayers is the shape of creating a loader with the options, and of a pass over
// documents, for a type with n fields, or with those of T.
func passOfLayers(name, code string, t func(n int) reflect.Type, opts func(n int) load.Options, docs func(n int) []source.Document) shape {
	return shape{name: name, setUp: func(tb testing.TB, n int) func() {
		typ, o, read := t(n), opts(n), []source.Document(nil)
		if docs != nil {
			read = docs(n)
		}
		return func() { passOver(tb, newLoader(tb, typ, o), read, code)() }
	}}
}

func fixed[T any](int) reflect.Type { return reflect.TypeFor[T]() }

// layerShapes are many files, variables, flags and settings.
func layerShapes() []shape {
	env := func(prefix, format string) func(n int) load.Options {
		return func(n int) load.Options {
			return load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: prefix}, Environ: texts(n, format)}}
		}
	}
	strict := func(n int) load.Options {
		o := env("APP", "APP_UNKNOWN%d=1")(n)
		o.Env.Strict = true
		return o
	}
	flags := func(flag func(i int) layers.Flag) func(n int) load.Options {
		return func(n int) (o load.Options) {
			for i := range n {
				o.Flags = append(o.Flags, flag(i))
			}
			return o
		}
	}
	keyFiles := func(name, data string) (func(n int) load.Options, func(n int) []source.Document) {
		return func(int) load.Options { return load.Options{Places: []load.Place{{Kind: problem.KeyFile}}} },
			func(n int) []source.Document { return documents(n, name, data) }
	}
	none := func(int) load.Options { return load.Options{} }
	wrongFile, wrongFiles := keyFiles("/etc/keys/f%d", "x")
	goodFile, goodFiles := keyFiles("/etc/keys/f%d", "1")
	unknownFile, unknownFiles := keyFiles("/etc/keys/u%d", "x")
	mapFile, mapFiles := keyFiles("/etc/keys/texts.k%d", "x")
	sameFile, sameFiles := keyFiles("/etc/keys/port", "%d")
	return []shape{
		passOfLayers("files/one-key-each", "", fixed[grown], none, docs("c%d.yaml", "texts: {k%d: v}")),
		passOfLayers("files/the-same-key", "", fixed[grown], none, docs("c%d.yaml", "port: %d")),
		passOfLayers("files/sections", "", fixed[grown], none, docs("c%d.yaml", "entries: {k%d: {port: 1}}")),
		passOfLayers("files/one-field-each", "", wide(""), none, docs("c%d.yaml", "f%d: 1")),
		passOfLayers("files/a-problem-each", "type", fixed[grown], none, docs("c%d.yaml", "numbers: {k%d: x}")),
		passOfLayers("files/an-unknown-key-each", "unknown_key", fixed[grown], none, docs("c%d.yaml", "u%d: x")),
		passOfLayers("files/a-failed-rule-each", "lt", fixed[ruled], none, docs("c%d.yaml", "numbers: {k%d: 1}")),
		passOfLayers("files/a-syntax-error-each", "syntax", fixed[grown], none, docs("c%d.yaml", "texts: [%d")),
		passOfLayers("files/unknown-types", "syntax", fixed[grown], none, docs("c%d", "texts: [%d")),
		passOfLayers("files/conflicts", "conflict", fixed[grown], none, func(n int) []source.Document {
			return append(documents(n, "/etc/app/c%d.yaml", "one: 1"), documents(1, "/etc/app/last.yaml", "one: {port: 1}")...)
		}),
		passOfLayers("files/key-files", "", wide(""), goodFile, goodFiles),
		passOfLayers("files/wrong-key-files", "type", wide(""), wrongFile, wrongFiles),
		passOfLayers("files/unknown-key-files", "unknown_key", wide(""), unknownFile, unknownFiles),
		passOfLayers("files/key-files-of-a-map", "", fixed[grown], mapFile, mapFiles),
		passOfLayers("files/the-same-key-file", "duplicate_key", fixed[grown], sameFile, sameFiles),

		passOfLayers("env/unrelated", "", fixed[grown], env("APP", "OTHER%d=1"), nil),
		passOfLayers("env/unknown", "", fixed[grown], env("APP", "APP_UNKNOWN%d=1"), nil),
		passOfLayers("env/unknown-and-strict", "env", fixed[grown], strict, nil),
		passOfLayers("env/unknown-of-many", "", wide(""), env("APP", "APP_UNKNOWN%d=1"), nil),
		passOfLayers("env/all", "", wide(""), env("APP", "APP_F%d=1"), nil),
		passOfLayers("env/all-wrong", "type", wide(""), env("APP", "APP_F%d=x"), nil),
		passOfLayers("env/without-a-prefix", "", wide(""), env("", "F%d=1"), nil),
		passOfLayers("env/files", "", wide(""), env("APP", "APP_F%d_FILE=/etc/f%d"), nil),
		envFiles("env/files-read", "", "1"),
		envFiles("env/files-wrong", "type", "x"),
		passOfLayers("env/both", "env", wide(""), func(n int) load.Options {
			o := env("APP", "APP_F%d_FILE=/etc/f%d")(n)
			o.Env.Environ = append(o.Env.Environ, texts(n, "APP_F%d=1")...)
			return o
		}, nil),
		passOfLayers("env/long-list", "", fixed[grown], func(n int) load.Options {
			return load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}, Environ: []string{"APP_LIST=" + each("", n, ",", of("v%d"), "")}}}
		}, nil),
		passOfLayers("env/long-map", "", fixed[grown], func(n int) load.Options {
			return load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}, Environ: []string{"APP_TEXTS=" + each("", n, ",", of("k%d=v"), "")}}}
		}, nil),
		passOfLayers("env/entries-of-a-map", "", fixed[grown], env("APP", "APP_TEXTS_K%d=v"), nil),
		passOfLayers("env/items-of-a-list", "", fixed[grown], env("APP", "APP_LIST_%d=v"), nil),
		passOfLayers("env/other-spellings", "", wide(""), env("APP", "APP_F_%d=1"), nil),
		passOfLayers("env/long-name", "", fixed[grown], func(n int) load.Options {
			return load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}, Environ: []string{"APP_" + strings.Repeat("A_", n) + "=1"}}}
		}, nil),

		passOfLayers("flags/all", "", wide(""), flags(func(i int) layers.Flag { return layers.Flag{Name: fmt.Sprintf("f%d", i), Text: "1"} }), nil),
		passOfLayers("flags/all-wrong", "type", wide(""), flags(func(i int) layers.Flag { return layers.Flag{Name: fmt.Sprintf("f%d", i), Text: "x"} }), nil),
		passOfLayers("flags/of-other-things", "", wide(""), flags(func(i int) layers.Flag { return layers.Flag{Name: fmt.Sprintf("other%d", i), Text: "1"} }), nil),
		passOfLayers("flags/unknown-keys", "unknown_key", wide(""),
			flags(func(i int) layers.Flag { return layers.Flag{Name: "f", Key: fmt.Sprintf("key%d", i), Text: "1"} }), nil),
		passOfLayers("flags/the-same-key", "duplicate_key", wide(""),
			flags(func(i int) layers.Flag { return layers.Flag{Name: fmt.Sprint("f", i), Key: "f0", Text: "1"} }), nil),

		passOfLayers("viper/all", "", wide(""), ofViper("f%d", 1, (*viper.Viper).Set), nil),
		passOfLayers("viper/all-wrong", "type", wide(""), ofViper("f%d", "x", (*viper.Viper).Set), nil),
		passOfLayers("viper/unknown", "", wide(""), ofViper("other%d", 1, (*viper.Viper).Set), nil),
		passOfLayers("viper/defaults", "", wide(""), ofViper("f%d", 1, (*viper.Viper).SetDefault), nil),
		passOfLayers("viper/a-map", "", fixed[grown], ofViper("texts.k%d", "v", (*viper.Viper).Set), nil),

		ofCodec("codec/a-map", "", fixed[grown], func(n int) any { return map[string]any{"texts": mapOf(n, "k%d", "v")} }),
		ofCodec("codec/fields", "", wide(""), func(n int) any { return mapOf(n, "f%d", "1") }),
		ofCodec("codec/names-of-variables", "", func(n int) reflect.Type {
			return reflect.StructOf([]reflect.StructField{{Name: "S", Type: wide("")(n)}})
		}, func(n int) any { return mapOf(n, "S_F%d", "1") }),
		ofCodec("codec/wrong", "type", wide(""), func(n int) any { return mapOf(n, "f%d", "x") }),
		ofCodec("codec/unknown", "unknown_key", wide(""), func(n int) any { return mapOf(n, "u%d", "x") }),
		ofCodec("codec/no-settings", "type", fixed[grown], func(n int) any { return map[string]any{"texts": mapOf(n, "k%d", func() {})} }),
		ofCodec("codec/blocks", "", fixed[grown], func(n int) any {
			all := make([]map[string]any, n)
			for i := range all {
				all[i] = map[string]any{fmt.Sprint("k", i): []map[string]any{{"port": i}}}
			}
			return map[string]any{"entries": all}
		}),
		ofCodec("codec/a-text", "", fixed[grown], func(n int) any { return map[string]any{"list": strings.Repeat("a,", n)} }),

		passOfLayers("defaults/a-map", "", fixed[grown], func(n int) load.Options {
			g := &grown{Texts: map[string]string{}, Entries: map[string]grownOne{}}
			for i := range n {
				g.Texts[fmt.Sprint("k", i)] = "v"
				g.Entries[fmt.Sprint("k", i)] = grownOne{Port: i}
				g.Items = append(g.Items, grownOne{Port: i})
			}
			return load.Options{Defaults: g}
		}, nil),
	}
}

func texts(n int, format string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = of(format)(i)
	}
	return all
}

// ofViper is the shape of a Viper with n keys.
func ofViper(format string, value any, set func(v *viper.Viper, key string, value any)) func(n int) load.Options {
	return func(n int) load.Options {
		v := viper.New()
		for _, key := range texts(n, format) {
			set(v, key, value)
		}
		return load.Options{Viper: layers.NewViperReader(v).Read}
	}
}

// ofCodec is the shape of a file of which a codec makes content.
func ofCodec(name, code string, t func(n int) reflect.Type, content func(n int) any) shape {
	return passOfLayers(name, code, t, func(n int) load.Options {
		made, _ := content(n).(map[string]any)
		d := decoder(func(_ []byte, v map[string]any) error { maps.Copy(v, made); return nil })
		return load.Options{Codecs: []load.Codec{{Ext: "conf", Read: layers.NewCodec("conf", d).Read}}}
	}, func(n int) []source.Document {
		return []source.Document{{Path: "/etc/app/c.conf", Data: make([]byte, 16*n)}}
	})
}

func mapOf(n int, format string, value any) map[string]any {
	all := make(map[string]any, n)
	for _, key := range texts(n, format) {
		all[key] = value
	}
	return all
}

func docs(name, data string) func(n int) []source.Document {
	return func(n int) []source.Document { return documents(n, "/etc/app/"+name, data) }
}

// documents returns n documents of one place, or of a place that the loader does not have.
func documents(n int, name, data string) []source.Document {
	all := make([]source.Document, n)
	for i := range all {
		all[i] = source.Document{Path: of(name)(i), Data: []byte(of(data)(i))}
	}
	return all
}

// envFiles is the shape of many files that variables name.
func envFiles(name, code, data string) shape {
	return shape{name: name, setUp: func(tb testing.TB, n int) func() {
		l := newLoader(tb, wide("")(n), load.Options{Env: &load.Env{EnvOptions: layers.EnvOptions{Prefix: "APP"}, Environ: texts(n, "APP_F%d_FILE=/etc/f%d")}})
		read := documents(n, "/etc/f%d", data)
		for i := range read {
			read[i].Place = i
		}
		return passOver(tb, l, read, code)
	}}
}
