//go:build unix

package config_test

import (
	"reflect"
	"testing"

	"github.com/go-viper/mapstructure/v2"

	"example.com/lastgood/internal/decode"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/source"
)

// ownShapes are values that types read themselves, or hooks take.
func ownShapes() []shape {
	type settings struct {
		Texts map[string]level
		JSON  map[string]byJSON
		Node  byNode
		List  []byYAML
		Hooks map[string]hostPort
		Addr  hostPort
		Modes []mode
	}
	over := func(name, code, low, format string, hooks ...mapstructure.DecodeHookFunc) shape {
		return shape{name: name, setUp: func(tb testing.TB, n int) func() {
			var opts load.Options
			for i, f := range hooks {
				h, ok := decode.NewHook(f, i+1)
				if !ok {
					tb.Fatalf("%T is no hook", f)
				}
				opts.Hooks = append(opts.Hooks, h)
			}
			opts.Places = make([]load.Place, 2)
			docs := []source.Document{{Path: "/etc/app/a.yaml", Data: []byte(low)}, {Path: "/etc/app/b.yaml", Data: []byte(many(format[:firstLine(format)], format[firstLine(format):])(n))}}
			if low == "" {
				opts.Places, docs = opts.Places[1:], docs[1:]
			}
			return passOver(tb, newLoader(tb, reflect.TypeFor[settings](), opts), docs, code)
		}}
	}
	hooks := []mapstructure.DecodeHookFunc{modeOf, hostPortOf, mapstructure.DecodeHookFuncType(renamed)}
	return []shape{
		over("own/texts", "", "", "texts:\n  k%d: high"),
		over("own/texts-refused", "type", "", "texts:\n  k%d: x"),
		over("own/json", "", "", "json:\n  k%d: {a: 1}"),
		over("own/json-that-has-no-form", "type", "", "json:\n  k%d: .nan"),
		over("own/one-node", "", "node: 1\n", "node:\n  k%d: [a]"),
		over("own/list", "", "", "list:\n  - {a: %d}"),
		pass[caller]("own/passed-on", "c.yaml", "check", many("list:\n", "  - {a: -1%d}")),
		over("hooks/untaken", "", "", "json:\n  k%d: {a: [b]}", hooks...),
		over("hooks/taken", "", "", "hooks:\n  k%d: db:5432", hooks...),
		over("hooks/changed-in-place", "", "", "hooks:\n  k%d: {hostname: a, port: %d}", hooks...),
		over("hooks/unknown-keys-below", "type", "", "addr:\n  k%d: 1", func(_, to reflect.Type, data any) (any, error) {
			if m, ok := data.(map[string]any); ok && to == reflect.TypeFor[hostPort]() {
				return map[string]any{"port": "x", "host": m}, nil
			}
			return data, nil
		}),
		over("hooks/refused", "type", "", "modes:\n  - x%d", hooks...),
		over("hooks/unknown-keys", "unknown_key", "", "u%d: 1", hooks...),
	}
}

func firstLine(text string) int {
	for i, c := range text {
		if c == '\n' {
			return i + 1
		}
	}
	return 0
}
