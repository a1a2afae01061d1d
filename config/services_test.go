package config_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/internal/layers"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/schema"
)

// serviceSetting is one of a public service: a line of testdata/services.
type serviceSetting struct {
	path      []string // of Go fields
	kind      string
	tagged    bool // its variables are in an env tag
	variables []string
}

// serviceKinds are the Go types of settings, each with a text and its value.
var serviceKinds = map[string]struct {
	typ  reflect.Type
	text string
	want any
}{
	"bool": {reflect.TypeFor[bool](), "true", true}, "int": {reflect.TypeFor[int](), "5", 5}, "float": {reflect.TypeFor[float64](), "1.5", 1.5},
	"string": {reflect.TypeFor[string](), "text", "text"}, "duration": {reflect.TypeFor[time.Duration](), "5s", 5 * time.Second},
	"strings": {reflect.TypeFor[[]string](), "a,b", []string{"a", "b"}}, "map": {reflect.TypeFor[map[string]string](), "k:v", map[string]string{"k": "v"}},
}

func readService(t *testing.T, name string) (all []serviceSetting) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "services", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); words[0] != "#" {
			all = append(all, serviceSetting{strings.Split(words[0], "."), words[1], words[2] == "env", words[3:]})
		}
	}
	return all
}

// serviceType returns the struct type of a service's settings.
func serviceType(all []serviceSetting) reflect.Type {
	var fields []reflect.StructField
	var order []string
	inner := map[string][]serviceSetting{}
	for _, s := range all {
		if len(s.path) == 1 {
			f := reflect.StructField{Name: s.path[0], Type: serviceKinds[s.kind].typ}
			if s.tagged {
				f.Tag = reflect.StructTag(fmt.Sprintf("env:%q", strings.Join(s.variables, " ")))
			}
			fields = append(fields, f)
			continue
		}
		if inner[s.path[0]] == nil {
			order = append(order, s.path[0])
		}
		s.path, inner[s.path[0]] = s.path[1:], append(inner[s.path[0]], serviceSetting{s.path[1:], s.kind, s.tagged, s.variables})
	}
	for _, name := range order {
		fields = append(fields, reflect.StructField{Name: name, Type: serviceType(inner[name])})
	}
	return reflect.StructOf(fields)
}

// How each variable of four public services sets its key, alone, in a struct whose fields
// have the names that the services give them.
func TestVariablesOfPublicServicesWorkUnchanged(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, service := range []struct {
		name, title, prefix string
		shared              []string // names of several settings, each of which is set as well by one of its own
	}{
		{"openfga", "OpenFGA, Viper", "openfga", nil},
		{"vikunja", "Vikunja, Viper", "vikunja", nil},
		{"drone", "Drone, envconfig", "drone", nil},
		{"supabase-auth", "Supabase Auth, envconfig", "gotrue", []string{"OTEL_EXPORTER_OTLP_PROTOCOL", "SECRETS"}},
	} {
		t.Run(service.name, func(t *testing.T) {
			all := readService(t, service.name)
			typ := serviceType(all)
			var count, documented, spelled, tagged int
			failed := map[string]bool{}
			for _, s := range all {
				for _, variable := range s.variables {
					count++
					kind := serviceKinds[s.kind]
					environ := []string{variable + "=" + kind.text}
					options := load.Env{EnvOptions: layers.EnvOptions{Prefix: strings.ToUpper(service.prefix)}, Environ: environ, Strict: true}
					loader, problems := load.New(typ, load.Options{Env: &options})
					if len(problems) > 0 {
						t.Fatal(problems)
					}
					result, problems := loader.Load(t.Context(), nil, nil)
					if len(problems) > 0 || !reflect.DeepEqual(fieldAt(result.Value, s.path), kind.want) {
						failed[variable] = true
						continue
					}
					switch names := loader.Startup.Variables.Names(leafOf(t, loader, s.path).Path); {
					case s.tagged:
						tagged++
					case names[0] == variable:
						documented++
					default:
						spelled++
					}
				}
			}
			if got := slices.Sorted(maps.Keys(failed)); !slices.Equal(got, service.shared) {
				t.Errorf("these do not work: %v", got)
			}
			works := documented + spelled + tagged
			if works*100 < 95*count {
				t.Errorf("%d of %d work", works, count)
			}
			row := fmt.Sprintf("| %s | %d | %d | %d | %d | %d |", service.title, count, documented, spelled, tagged, count-works)
			if !strings.Contains(string(readme), row) {
				t.Errorf("the README lacks the row\n%s", row)
			}
		})
	}
}

// leafOf returns the leaf of a Go field.
func leafOf(t *testing.T, loader *load.Loader, path []string) schema.Leaf {
	t.Helper()
	keys := make([]string, len(path))
	for i, name := range path {
		keys[i] = schema.Snake(name)
	}
	leaf, ok := loader.Schema().Leaves.Key(strings.Join(keys, "."))
	if !ok {
		t.Fatalf("no leaf %v", path)
	}
	return leaf
}

// fieldAt returns the value of a Go field below a pointer.
func fieldAt(v any, path []string) any {
	field := reflect.ValueOf(v).Elem()
	for _, name := range path {
		field = field.FieldByName(name)
	}
	return field.Interface()
}
