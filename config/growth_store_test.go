//go:build unix

package config_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configcli"
	"example.com/lastgood/config/confighttp"
	"example.com/lastgood/internal/explain"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/merge"
	"example.com/lastgood/internal/source"
)

// pendable is a configuration whose changes all need a restart.
type pendable struct {
	Texts map[string]string `mapstructure:"texts" reload:"restart"`
	Items []grownOne        `mapstructure:"items" reload:"restart"`
	Port  int               `mapstructure:"port"`
}

// storeShapes returns the shapes of a store's work on a large configuration besides a pass.
func storeShapes() []shape {
	reload := func(name string, one, other func(n int) string) shape {
		return shape{name: name, setUp: func(tb testing.TB, n int) func() {
			path := yamlFile(tb, one(n))
			s := open[grown](tb, config.WithFile(path), config.WithoutWatch(), config.WithMaxSize(1<<30))
			contents, next := []string{other(n), one(n)}, 0
			return func() {
				put(tb, path, contents[next%2])
				next++
				if err := s.Reload(context.Background()); err != nil {
					tb.Fatal(err)
				}
				s.Status() // which makes the digest of the values
			}
		}}
	}
	secrets := func(tb testing.TB, n int) func() {
		path := yamlFile(tb, "")
		text := many("codes:\n", "  k%d: 1")(n)
		put(tb, path, text)
		s, i := open[depot](tb, config.WithFile(path), config.WithoutWatch(), config.WithMaxSize(1<<30)), 0
		return func() {
			i++
			put(tb, path, fmt.Sprintf("%s  last: %d\n", text, i))
			if err := s.Reload(context.Background()); err != nil {
				tb.Fatal(err)
			}
			s.Status()
		}
	}
	on := func(name string, text func(n int) string, what func(n int, s *config.Store[grown])) shape {
		return shape{name: name, setUp: func(tb testing.TB, n int) func() {
			s := open[grown](tb, config.WithFile(yamlFile(tb, text(n))), config.WithoutWatch(), config.WithMaxSize(1<<30))
			return func() { what(n, s) }
		}}
	}
	origins := func(n int, s *config.Store[grown]) {
		for i := range n {
			if _, ok := s.Origin(fmt.Sprint("texts.k", i)); !ok {
				panic("there is no such key")
			}
		}
	}
	hooks := func(n int, s *config.Store[grown]) {
		var stops []func()
		for range n {
			stops = append(stops, s.OnChange(func(_, _ *grown) {}))
		}
		for _, stop := range stops {
			stop()
		}
	}
	ways := []shape{
		reload("store/all-entries-change", many("texts:\n", "  k%d: a"), many("texts:\n", "  k%d: b")),
		reload("store/all-keys-change", many("texts:\n", "  k%d: a"), many("texts:\n", "  j%d: a")),
		reload("store/all-items-change", many("items:\n", "  - port: %d"), many("items:\n", "  - port: 1%d")),
		reload("store/a-list-changes", many("list:\n", "  - a%d"), many("list:\n", "  - b%d")),
		{name: "store/secrets-in-a-file", setUp: secrets},
		reload("store/one-entry-changes", many("texts:\n", "  k%d: a"), many("port: 1\ntexts:\n", "  k%d: a")),
		on("store/origins", many("texts:\n", "  k%d: a"), origins),
		on("store/diff", many("texts:\n", "  k%d: a"), func(_ int, s *config.Store[grown]) { s.Diff(&grown{}, s.Current()) }),
		on("store/hooks", func(int) string { return "port: 1" }, hooks),
	}
	page := func(target string) func(int, *config.Store[grown]) {
		return func(_ int, s *config.Store[grown]) {
			w := httptest.NewRecorder()
			confighttp.Handler(confighttp.Named("app", s)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
			if w.Code != http.StatusOK {
				panic(w.Body.String())
			}
		}
	}
	ways = append(ways,
		on("page/html", many("texts:\n", "  k%d: a"), page("/")),
		on("page/json", many("texts:\n", "  k%d: a"), page("/?format=json")),
		command("command/show", "", many("texts:\n", "  k%d: a"), "show"),
		command("command/show-json", "", many("texts:\n", "  k%d: a"), "show", "--format", "json"),
		command("command/check", "problems", many("numbers:\n", "  k%d: a"), "check"),
		command("command/check-json", "problems", many("numbers:\n", "  k%d: a"), "check", "--format", "json"),
	)
	settings, viper := func(r *load.Result) { _ = r.Settings(func(explain.Setting) {}) }, func(r *load.Result) { r.AsViper() }
	one := func(text func(n int) string) func(n int) []source.Document { // a store makes its settings once
		return func(n int) []source.Document {
			return []source.Document{{Path: "/etc/app/c.yaml", Data: []byte(text(n))}}
		}
	}
	return append(ways, pendingShape(), restartShape(), explained("settings/of-texts", one(many("texts:\n", "  k%d: a")), settings),
		explained("settings/of-sections", one(many("entries:\n", "  k%d: {port: 1}")), settings), explained("settings/of-files", docs("c%d.yaml", "texts: {k%d: v}"), settings),
		explained("settings/of-files-with-the-same-key", docs("c%d.yaml", "port: 1"), settings),
		explained("viper/of-files", docs("c%d.yaml", "texts: {k%d: v}"), viper))
}

// command is the shape of a command over a file with one large map, whose error contains the
// text.
func command(name, want string, text func(n int) string, args ...string) shape {
	return shape{name: name, setUp: func(tb testing.TB, n int) func() {
		path := yamlFile(tb, text(n))
		return func() {
			c := configcli.Command[grown](config.WithFile(path), config.WithMaxSize(1<<30))
			c.SetArgs(args)
			c.SetOut(io.Discard)
			c.SetErr(io.Discard)
			if err := c.Execute(); err == nil && want != "" || err != nil && !strings.Contains(err.Error(), want) || err != nil && want == "" {
				tb.Fatal(err)
			}
		}
	}}
}

// pendingShape is a reload with all entries of a map waiting for a restart.
func pendingShape() shape {
	return shape{name: "store/pending", setUp: func(tb testing.TB, n int) func() {
		path := filepath.Join(files(tb, "c.yaml", many("texts:\n", "  k%d: a")(n)), "c.yaml")
		s := open[pendable](tb, config.WithFile(path), config.WithoutWatch(), config.WithMaxSize(1<<30))
		next := 0
		return func() {
			next++
			put(tb, path, fmt.Sprintf("port: %d\n", next)+many("texts:\n", "  k%d: b")(n))
			if err := s.Reload(context.Background()); err != nil {
				tb.Fatal(err)
			}
			s.Settings()
		}
	}}
}

// restartShape is a type with many fields that all wait for a restart, and the
// settings after a reload that changes all of them.
func restartShape() shape {
	return limited(maxFields, shape{name: "store/pending-fields", setUp: func(tb testing.TB, n int) func() {
		l := newLoader(tb, wide(`reload:"restart"`)(n), load.Options{})
		pass := func(text string, running *load.Result) *load.Result {
			r, problems := l.Load(context.Background(), []source.Document{{Path: "/etc/app/c.yaml", Data: []byte(text)}}, running)
			if len(problems) > 0 {
				tb.Fatal(problems[0])
			}
			return r
		}
		running := pass(many("", "f%d: 1")(n), nil)
		return func() { _ = pass(many("", "f%d: 2")(n), running).Settings(func(explain.Setting) {}) }
	}})
}

// explained is the shape of explaining the result of many documents.
func explained(name string, docs func(n int) []source.Document, ask func(*load.Result)) shape {
	return limited(merge.MaxLayers, shape{name: name, setUp: func(tb testing.TB, n int) func() {
		l, read := newLoader(tb, reflect.TypeFor[grown](), load.Options{}), docs(n)
		return func() {
			r, problems := l.Load(context.Background(), read, nil)
			if len(problems) > 0 {
				tb.Fatal(problems[0])
			}
			ask(r)
		}
	}})
}
