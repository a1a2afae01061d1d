package loaders_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/lastgood/internal/bench/loaders"
	"example.com/lastgood/internal/bench/sample"
)

func TestEveryLoaderYieldsTheSameStruct(t *testing.T) {
	for _, format := range []string{"yaml", "toml"} {
		t.Run(format, func(t *testing.T) {
			same(t, "small", format, sample.NewSmall, loaders.For[sample.Small, sample.SmallOf[sample.Text]](format))
			for _, keys := range []int{1000, 10_000} {
				value := func(revision int) *sample.Large { return sample.NewLarge(keys, revision) }
				same(t, "large", format, value, loaders.For[sample.Large, sample.LargeOf[sample.Text]](format))
			}
		})
	}
}

// same has every loader load two revisions of a file.
func same[T any](t *testing.T, name, format string, value func(revision int) *T, all []loaders.Loader) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+"."+format)
	for _, l := range all {
		write(t, path, sample.In(value(1), format))
		load, release, err := l.Open(path)
		if err != nil {
			t.Fatalf("%s: %v", l.Name, err)
		}
		defer release()
		for revision := 1; revision <= 2; revision++ {
			want := value(revision)
			write(t, path, sample.In(want, format))
			got, err := load()
			if err != nil {
				t.Fatalf("%s, %s, revision %d: %v", l.Name, name, revision, err)
			}
			if !equal(t, got, want) {
				t.Errorf("%s, %s, revision %d: got\n%.2000s\nwant\n%.2000s", l.Name, name, revision, marshal(t, got), marshal(t, want))
			}
		}
	}
}

// equal compares values of the same type, and those of the twin that go-toml needs by
// what they say.
func equal(t *testing.T, got, want any) bool {
	if reflect.TypeOf(got) == reflect.TypeOf(want) {
		return reflect.DeepEqual(got, want)
	}
	return marshal(t, got) == marshal(t, want)
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// They are all the same only if they all reject the same.
func TestEveryLoaderValidates(t *testing.T) {
	for _, format := range []string{"yaml", "toml"} {
		bad := sample.NewSmall(1)
		bad.Upstreams[1].Weight = 101
		path := filepath.Join(t.TempDir(), "bad."+format)
		for _, l := range loaders.For[sample.Small, sample.SmallOf[sample.Text]](format) {
			write(t, path, sample.In(sample.NewSmall(1), format))
			load, release, err := l.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			write(t, path, sample.In(bad, format))
			if _, err := load(); err == nil || !strings.Contains(strings.ToLower(err.Error()), "weight") {
				t.Errorf("%s, %s: got %v", l.Name, format, err)
			}
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
