//go:build unix

package configtest_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
	"example.com/lastgood/internal/testkit"
)

// missing checks that path does not exist, not even as a broken link.
func missing(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", path, err)
	}
}

func TestAVolumeHoldsItsFilesBelowDataLinks(t *testing.T) {
	v := configtest.NewVolume(t, map[string]string{"a.yaml": "1", "sub/b.yaml": "2"})
	for key, want := range map[string]string{"a.yaml": "1", "sub/b.yaml": "2"} {
		if got := testkit.Read(t, v.Path(key)); got != want {
			t.Errorf("%s holds %q, want %q", key, got, want)
		}
	}
	for link, want := range map[string]string{"a.yaml": "..data/a.yaml", "sub": "..data/sub"} {
		if got, err := os.Readlink(filepath.Join(v.Dir(), link)); err != nil || got != want {
			t.Errorf("%s leads to %q, %v, want %q", link, got, err, want)
		}
	}
	if got, err := os.Readlink(filepath.Join(v.Dir(), "..data")); err != nil || !strings.HasPrefix(got, "..2") {
		t.Errorf("..data leads to %q, %v, want a timestamp", got, err)
	}
}

func TestUpdateReplacesTheWholePayload(t *testing.T) {
	v := configtest.NewVolume(t, map[string]string{"a": "1", "gone": "1"})
	v.Update(map[string]string{"a": "2", "new": "2"})
	if got := testkit.Read(t, v.Path("a")) + testkit.Read(t, v.Path("new")); got != "22" {
		t.Errorf("a and new hold %q, want 22", got)
	}
	missing(t, v.Path("gone"))
}

func TestRemoveLeavesTheOtherKeys(t *testing.T) {
	files := map[string]string{"a": "1", "b": "1", "sub/c": "1", "sub/d": "1"}
	v := configtest.NewVolume(t, files)
	files["not yet"] = "1" // a change of the caller's map is no update
	v.Remove("a", "sub/c")
	missing(t, v.Path("not yet"))
	missing(t, v.Path("a"))
	missing(t, v.Path("sub/c"))
	if got := testkit.Read(t, v.Path("b")) + testkit.Read(t, v.Path("sub/d")); got != "11" {
		t.Errorf("b and sub/d hold %q, want 11", got)
	}
	v.Remove("b", "sub/d")
	missing(t, v.Path("b"))
	missing(t, v.Path("sub"))
	if len(files) != 5 {
		t.Errorf("the caller's map has been changed to %v", files)
	}
}

func TestAVolumeThatWasDeletedComesBackWithAnUpdate(t *testing.T) {
	v := configtest.NewVolume(t, map[string]string{"a": "1"})
	if err := os.RemoveAll(v.Dir()); err != nil {
		t.Fatal(err)
	}
	v.Update(map[string]string{"a": "2"})
	if got := testkit.Read(t, v.Path("a")); got != "2" {
		t.Errorf("a holds %q, want 2", got)
	}
}

func TestAnImpossibleChangeOfAVolumeFailsTheTest(t *testing.T) {
	for name, test := range map[string]struct {
		body func(testing.TB)
		want string
	}{
		"a key that leads out": {func(t testing.TB) {
			configtest.NewVolume(t, map[string]string{"../a": "1"})
		}, `key "../a"`},
		"an update without a key's name": {func(t testing.TB) {
			configtest.NewVolume(t, nil).Update(map[string]string{"": "1"})
		}, "the key is empty"},
		"removal of a key that is not there": {func(t testing.TB) {
			configtest.NewVolume(t, map[string]string{"a": "1"}).Remove("b")
		}, `no key "b"`},
	} {
		if got := failure(t, test.body); !strings.Contains(got, test.want) {
			t.Errorf("%s: failed with %q, want %s", name, got, test.want)
		}
	}
}

func TestAStoreFollowsAVolume(t *testing.T) {
	type number struct {
		N int `validate:"min=1"`
	}
	v := configtest.NewVolume(t, map[string]string{"config.yaml": "n: 1"})
	cfg, err := config.Open[number](config.WithFile(v.Path("config.yaml")),
		config.WithPollInterval(0), config.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cfg.Close)
	changed, rejected := make(chan int, 8), make(chan *config.Error, 8)
	cfg.OnChange(func(_, new *number) { changed <- new.N })
	cfg.OnReject(func(err *config.Error) { rejected <- err })

	v.Update(map[string]string{"config.yaml": "n: 2"})
	if got := testkit.Within(t, changed, "a change"); got != 2 {
		t.Errorf("changed to %d, want 2", got)
	}
	v.Update(map[string]string{"config.yaml": "n: 0"})
	if got := testkit.Within(t, rejected, "a change").Problems[0].Key; got != "n" {
		t.Errorf("rejected for %q, want n", got)
	}
	v.Remove("config.yaml")
	if got := testkit.Within(t, rejected, "a change").Problems[0].Code; got != config.CodeMissingFile {
		t.Errorf("rejected with %q, want %q", got, config.CodeMissingFile)
	}
	v.Update(map[string]string{"config.yaml": "n: 3"})
	if got := testkit.Within(t, changed, "a change"); got != 3 {
		t.Errorf("changed to %d, want 3", got)
	}
}
