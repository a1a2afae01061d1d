//go:build unix

package source_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"example.com/lastgood/internal/source"
	"example.com/lastgood/internal/testkit"
)

// Helpers of testkit.
var (
	must  = testkit.Must
	write = testkit.Write
)

// root returns a directory whose path has no symbolic links.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	return dir
}

// below returns the steps of a trace that were taken in or below dir, one a
// line.
func below(trace source.Trace, dir string) string {
	var lines []string
	for _, s := range trace.Steps {
		rel, err := filepath.Rel(dir, filepath.Join(s.Dir, s.Name))
		if err != nil || rel == "." || rel == ".." || strings.HasPrefix(rel, "../") {
			continue
		}
		kind := [...]string{"missing", "link", "directory", "file", "special"}[s.Kind]
		lines = append(lines, strings.TrimSpace(rel+" "+kind+" "+s.Target))
	}
	return strings.Join(lines, "\n")
}

func TestWalkRecordsEveryLookupThroughEveryLink(t *testing.T) {
	dir := root(t)
	write(t, filepath.Join(dir, "vol", "TS1", "sub", "config.yaml"), "a: 1")
	must(t, os.Symlink("TS1", filepath.Join(dir, "vol", "..data")))
	must(t, os.Symlink("..data/sub", filepath.Join(dir, "vol", "sub")))
	trace := source.Walk(filepath.Join(dir, "vol", "sub", "config.yaml"))
	must(t, trace.Err)
	want := `vol directory
vol/sub link ..data/sub
vol/..data link TS1
vol/TS1 directory
vol/TS1/sub directory
vol/TS1/sub/config.yaml file`
	if got := below(trace, dir); got != want {
		t.Errorf("steps\n%s\nwant\n%s", got, want)
	}
	if want := filepath.Join(dir, "vol", "TS1", "sub", "config.yaml"); trace.Real != want {
		t.Errorf("real path %s, want %s", trace.Real, want)
	}
}

func TestWalkFollowsAbsoluteLinksAndParents(t *testing.T) {
	dir := root(t)
	write(t, filepath.Join(dir, "b", "config.yaml"), "a: 1")
	must(t, os.Mkdir(filepath.Join(dir, "a"), 0o755))
	must(t, os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "abs")))
	must(t, os.Symlink("../b/../b/config.yaml", filepath.Join(dir, "a", "up")))
	trace := source.Walk(filepath.Join(dir, "abs", "up"))
	if want := filepath.Join(dir, "b", "config.yaml"); trace.Err != nil || trace.Real != want {
		t.Errorf("led to %q, %v, want %s", trace.Real, trace.Err, want)
	}
}

func TestWalkStopsAtWhatIsMissing(t *testing.T) {
	dir := root(t)
	trace := source.Walk(filepath.Join(dir, "no", "such", "file"))
	if !trace.Missing() || !errors.Is(trace.Err, fs.ErrNotExist) {
		t.Errorf("error %v, want not exist", trace.Err)
	}
	if last := trace.Steps[len(trace.Steps)-1]; last.Dir != dir || last.Name != "no" || last.Kind != source.Missing {
		t.Errorf("last step %+v, want the missing name in the nearest directory", last)
	}
	write(t, filepath.Join(dir, "file"), "")
	if trace := source.Walk(filepath.Join(dir, "file", "below")); !trace.Missing() {
		t.Errorf("error %v below a file, want missing", trace.Err)
	}
}

func TestWalkEndsInALoopOfLinks(t *testing.T) {
	dir := root(t)
	must(t, os.Symlink("b", filepath.Join(dir, "a")))
	must(t, os.Symlink("a", filepath.Join(dir, "b")))
	if trace := source.Walk(filepath.Join(dir, "a")); !errors.Is(trace.Err, syscall.ELOOP) {
		t.Errorf("error %v, want ELOOP", trace.Err)
	}
}

// readAll reads files for the first time.
func readAll(places []source.Place, limit int64, arm func([]source.Trace) []string) source.Snapshot {
	r := source.Reader{Places: places, Limits: source.Limits{Size: limit, Files: 100}, Arm: arm}
	return r.Read(context.Background(), source.Snapshot{Moving: true})
}

func find(places []source.Place, last source.Route) source.Route {
	r := source.Reader{Places: places, Limits: source.Limits{Files: 100}}
	return r.Find(context.Background(), last)
}

// readOne reads a single file.
func readOne(path string, limit int64) source.Document {
	return readAll([]source.Place{{Path: path}}, limit, nil).Documents[0]
}

func TestWhatCannotBeReadIsRefusedWithAReason(t *testing.T) {
	dir := root(t)
	must(t, os.Mkdir(filepath.Join(dir, "directory"), 0o755))
	must(t, syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644))
	must(t, os.Symlink("loop", filepath.Join(dir, "loop")))
	must(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	write(t, filepath.Join(dir, "large"), strings.Repeat("x", 1001))
	sparse, err := os.Create(filepath.Join(dir, "sparse"))
	must(t, err)
	must(t, sparse.Truncate(1<<30))
	must(t, sparse.Close())
	for _, test := range []struct{ name, code string }{
		{"missing", "missing_file"},
		{"dangling", "missing_file"},
		{"directory", "not_regular"},
		{"fifo", "not_regular"},
		{"loop", "unreadable"},
		{"large", "too_large"},
		{"sparse", "too_large"},
		{"../../../../../../../../dev/null", "not_regular"},
	} {
		doc := readOne(filepath.Join(dir, test.name), 1000)
		if doc.Err == nil || doc.Err.Code != test.code || doc.Err.Message == "" || doc.Data != nil {
			t.Errorf("%s: error %+v, want code %s", test.name, doc.Err, test.code)
		}
	}
}

func TestAFileOfExactlyTheLimitIsRead(t *testing.T) {
	path := filepath.Join(root(t), "f")
	write(t, path, strings.Repeat("x", 1000))
	if doc := readOne(path, 1000); doc.Err != nil || len(doc.Data) != 1000 {
		t.Errorf("%d bytes, %v", len(doc.Data), doc.Err)
	}
}

func TestAFileWithAWrongSizeIsRead(t *testing.T) {
	for _, path := range []string{"/proc/sys/kernel/ostype", "/sys/devices/system/cpu/online"} {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Skipf("needs Linux's /proc and /sys: %v", err)
		}
		s := readAll([]source.Place{{Path: path}}, 1<<20, nil)
		if doc := s.Documents[0]; doc.Err != nil || s.Moving || !bytes.Equal(doc.Data, want) {
			t.Errorf("%s: read %q, %v, moving %v, want %q", path, doc.Data, doc.Err, s.Moving, want)
		}
	}
}

func TestAnOptionalFileMayBeMissingButNotBroken(t *testing.T) {
	dir := root(t)
	s := readAll([]source.Place{{Path: filepath.Join(dir, "no"), Optional: true}, {Path: dir, Optional: true}}, 10, nil)
	if !s.Documents[0].Absent || s.Documents[0].Err != nil {
		t.Errorf("a missing optional file: %+v", s.Documents[0])
	}
	if s.Documents[1].Err == nil {
		t.Error("an optional directory was accepted as a file")
	}
}

func TestTheDigestOfOneFileIsItsSHA256(t *testing.T) {
	path := filepath.Join(root(t), "f")
	write(t, path, "a: 1\n")
	s := readAll([]source.Place{{Path: path}}, 10, nil)
	if s.Digest != sha256.Sum256([]byte("a: 1\n")) {
		t.Errorf("digest %x", s.Digest)
	}
}

func TestTheDigestDiffersForDifferentStatesOnly(t *testing.T) {
	dir := root(t)
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	digest := func() [32]byte {
		return readAll([]source.Place{{Path: a}, {Path: b, Optional: true}}, 10, nil).Digest
	}
	seen := map[[32]byte]string{}
	state := func(name string) {
		t.Helper()
		d := digest()
		if other := seen[d]; other != "" {
			t.Errorf("%q has the digest of %q", name, other)
		}
		seen[d] = name
		if digest() != d {
			t.Errorf("%q has two digests", name)
		}
	}
	state("nothing there")
	write(t, a, "1")
	state("a")
	write(t, b, "2")
	state("a and b")
	write(t, a, "2")
	write(t, b, "1")
	state("a and b exchanged")
	write(t, b, "")
	state("b empty")
	write(t, a, strings.Repeat("x", 11))
	d := digest()
	state("a too large")
	write(t, a, strings.Repeat("x", 12))
	if digest() != d {
		t.Error("a file that is too large and grows counts as a change each time")
	}
}

func TestAWalkThatChangedMeanwhileIsReadAgain(t *testing.T) {
	dir := root(t)
	link := filepath.Join(dir, "link")
	write(t, filepath.Join(dir, "one"), "1")
	write(t, filepath.Join(dir, "two"), "2")
	must(t, os.Symlink("one", link))
	calls := 0
	s := readAll([]source.Place{{Path: link}}, 10, func([]source.Trace) []string {
		if calls++; calls == 1 { // between the walk and the read
			must(t, os.Remove(link))
			must(t, os.Symlink("two", link))
		}
		return []string{dir}
	})
	if s.Moving || calls != 2 || !bytes.Equal(s.Documents[0].Data, []byte("2")) {
		t.Errorf("read %q after %d walks, moving %v", s.Documents[0].Data, calls, s.Moving)
	}
}

// A watched directory gives a hint, so that the files will be read again.
func TestAFileAloneIsNotReadAgainForWhatGivesAHint(t *testing.T) {
	dir := root(t)
	link := filepath.Join(dir, "link")
	write(t, filepath.Join(dir, "one"), "1")
	write(t, filepath.Join(dir, "two"), "2")
	must(t, os.Symlink("one", link))
	s := readAll([]source.Place{{Path: link}}, 10, func([]source.Trace) []string {
		must(t, os.Remove(link))
		must(t, os.Symlink("two", link))
		return []string{filepath.Dir(dir)}
	})
	if s.Moving || !bytes.Equal(s.Documents[0].Data, []byte("1")) {
		t.Errorf("read %q, moving %v", s.Documents[0].Data, s.Moving)
	}
}

// Whatever part of a path has changed, rewalk returns what Walk returns.
func TestWalkingAgainFindsWhatAWalkFinds(t *testing.T) {
	dir := root(t)
	for _, file := range []string{"vol/1/sub/f", "vol/2/sub/f", "vol/2/g", "other/f"} {
		write(t, filepath.Join(dir, file), file)
	}
	relink := func(target, name string) func() {
		return func() {
			must(t, os.RemoveAll(filepath.Join(dir, name)))
			must(t, os.Symlink(target, filepath.Join(dir, name)))
		}
	}
	relink("1", "vol/..data")()
	relink("..data/sub/f", "vol/f")()
	places := []source.Place{{Path: filepath.Join(dir, "vol/f")}, {Path: filepath.Join(dir, "vol/g"), Optional: true},
		{Path: filepath.Join(dir, "vol"), Entry: func(string) bool { return true }}, {Path: filepath.Join(dir, "other/f")}}
	last := find(places, source.Route{})
	for _, change := range []struct {
		name string
		make func()
	}{
		{"nothing", func() {}},
		{"a swap", relink("2", "vol/..data")},
		{"a swap back", relink("1", "vol/..data")},
		{"a link to elsewhere", relink(filepath.Join(dir, "other/f"), "vol/f")},
		{"an absolute link", relink(filepath.Join(dir, "vol/..data/sub/f"), "vol/f")},
		{"a link through a parent", relink("../other/../vol/..data/sub/f", "vol/f")},
		{"no volume", func() { must(t, os.Remove(filepath.Join(dir, "vol/..data"))) }},
		{"a volume again", relink("2", "vol/..data")},
		{"a file replaced", func() {
			write(t, filepath.Join(dir, "other/new"), "x")
			must(t, os.Rename(filepath.Join(dir, "other/new"), filepath.Join(dir, "other/f")))
		}},
		{"a directory replaced", func() {
			must(t, os.Rename(filepath.Join(dir, "other"), filepath.Join(dir, "old")))
			write(t, filepath.Join(dir, "other/f"), "y")
		}},
		{"a file for a directory", func() {
			must(t, os.RemoveAll(filepath.Join(dir, "other")))
			write(t, filepath.Join(dir, "other"), "z")
		}},
		{"nothing there", func() { must(t, os.RemoveAll(filepath.Join(dir, "vol"))) }},
	} {
		change.make()
		again, anew := find(places, last), find(places, source.Route{})
		if len(again.Traces()) != len(anew.Traces()) {
			t.Fatalf("%s: %d ways, want %d", change.name, len(again.Traces()), len(anew.Traces()))
		}
		for i, trace := range again.Traces() {
			want := anew.Traces()[i]
			if !trace.Equal(want) {
				t.Errorf("%s: %s: walked again\n%s\n%v\nwalked anew\n%s\n%v", change.name, trace.Path,
					below(trace, dir), trace.Err, below(want, dir), want.Err)
			}
		}
		last = again
	}
}

func TestContentThatNeverSettlesIsMoving(t *testing.T) {
	dir := root(t)
	link := filepath.Join(dir, "link")
	write(t, filepath.Join(dir, "0"), "0")
	write(t, filepath.Join(dir, "1"), "1")
	must(t, os.Symlink("0", link))
	n := 0
	s := readAll([]source.Place{{Path: link}}, 10, func([]source.Trace) []string {
		n++
		must(t, os.Remove(link))
		must(t, os.Symlink(fmt.Sprint(n%2), link))
		return []string{dir}
	})
	if !s.Moving {
		t.Error("a snapshot whose link changed before every read is not Moving")
	}
}

// yamlFiles selects what a conf.d directory is read for.
func yamlFiles(name string) bool {
	return strings.HasSuffix(name, ".yaml") && !strings.HasPrefix(name, ".")
}

func TestADirectoryIsReadByTheNamesOfItsEntries(t *testing.T) {
	dir := root(t)
	write(t, filepath.Join(dir, "single.yaml"), "0")
	write(t, filepath.Join(dir, "conf.d", "20.yaml"), "2")
	write(t, filepath.Join(dir, "conf.d", "10.yaml"), "1")
	write(t, filepath.Join(dir, "conf.d", ".hidden.yaml"), "x")
	write(t, filepath.Join(dir, "conf.d", "README"), "x")
	must(t, os.Symlink("conf.d", filepath.Join(dir, "link")))
	for _, path := range []string{"conf.d", "link"} {
		s := readAll([]source.Place{{Path: filepath.Join(dir, "single.yaml")}, {Path: filepath.Join(dir, path), Entry: yamlFiles}}, 10, nil)
		var got []string
		for _, d := range s.Documents {
			got = append(got, fmt.Sprint(d.Place, " ", filepath.Base(d.Path), " ", string(d.Data)))
		}
		if want := "0 single.yaml 0, 1 10.yaml 1, 1 20.yaml 2"; strings.Join(got, ", ") != want {
			t.Errorf("%s: read %v, want %v", path, got, want)
		}
	}
}

func TestADirectoryThatCannotBeListedHasAnError(t *testing.T) {
	dir := root(t)
	write(t, filepath.Join(dir, "file"), "")
	for name, code := range map[string]string{"missing": "missing_file", "file": "not_regular"} {
		s := readAll([]source.Place{{Path: filepath.Join(dir, name), Entry: yamlFiles}}, 10, nil)
		if len(s.Documents) != 1 || s.Documents[0].Err == nil || s.Documents[0].Err.Code != code {
			t.Errorf("%s: %+v, want code %s", name, s.Documents, code)
		}
	}
	s := readAll([]source.Place{{Path: "/", Entry: func(string) bool { return false }}}, 10, nil)
	if len(s.Documents) != 0 {
		t.Errorf("nothing in / was asked for, but read: %+v", s.Documents)
	}
}

func TestTheDigestOfADirectoryCountsNames(t *testing.T) {
	dir := root(t)
	read := func() [32]byte {
		return readAll([]source.Place{{Path: dir, Entry: yamlFiles}, {Path: filepath.Join(dir, "x"), Optional: true}}, 10, nil).Digest
	}
	write(t, filepath.Join(dir, "a.yaml"), "1")
	a := read()
	must(t, os.Rename(filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")))
	if read() == a {
		t.Error("a file under another name gave the same digest")
	}
}

// The kubelet exchanges ..data first, and makes the links of new keys after that.
func TestAKeyOfAVolumeIsThereBeforeItsLink(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"old.yaml", "new.yaml"} {
		write(t, filepath.Join(dir, "..2026", name), name)
	}
	for link, target := range map[string]string{"..data": "..2026", "old.yaml": "..data/old.yaml"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	places := []source.Place{{Path: filepath.Join(dir, "new.yaml")}, {Path: filepath.Join(dir, "none.yaml"), Optional: true}, {Path: dir, Entry: yamlFiles}}
	var read []string
	for _, d := range readAll(places, 100, nil).Documents {
		read = append(read, fmt.Sprintf("%s %q %v", filepath.Base(d.Path), d.Data, d.Absent))
	}
	want := []string{`new.yaml "new.yaml" false`, `none.yaml "" true`, `new.yaml "new.yaml" false`, `old.yaml "old.yaml" false`}
	if !slices.Equal(read, want) {
		t.Errorf("read %q, want %q", read, want)
	}
}

func TestUnchangedDetectsEveryChangeOfAFile(t *testing.T) {
	const limit = 100
	for _, test := range []struct {
		name   string
		change func(dir string)
		want   bool
	}{
		{"nothing", func(string) {}, true},
		{"something beside it", func(dir string) { write(t, filepath.Join(dir, "2", "g"), "x") }, true},
		{"other bytes, as many and as old", func(dir string) {
			path := filepath.Join(dir, "1", "f")
			info, err := os.Stat(path)
			must(t, err)
			write(t, path, "b")
			must(t, os.Chtimes(path, info.ModTime(), info.ModTime()))
		}, false},
		{"more bytes", func(dir string) { write(t, filepath.Join(dir, "1", "f"), "aa") }, false},
		{"too many bytes", func(dir string) { write(t, filepath.Join(dir, "1", "f"), strings.Repeat("a", limit+1)) }, false},
		{"another file with the same bytes", func(dir string) {
			write(t, filepath.Join(dir, "1", "new"), "a")
			must(t, os.Rename(filepath.Join(dir, "1", "new"), filepath.Join(dir, "1", "f")))
		}, false},
		{"a link to elsewhere, same bytes", func(dir string) {
			write(t, filepath.Join(dir, "2", "f"), "a")
			must(t, os.Remove(filepath.Join(dir, "link")))
			must(t, os.Symlink("2", filepath.Join(dir, "link")))
		}, false},
		{"nothing there", func(dir string) { must(t, os.Remove(filepath.Join(dir, "1", "f"))) }, false},
		{"a directory", func(dir string) {
			must(t, os.Remove(filepath.Join(dir, "1", "f")))
			must(t, os.Mkdir(filepath.Join(dir, "1", "f"), 0o755))
		}, false},
		{"a FIFO", func(dir string) {
			must(t, os.Remove(filepath.Join(dir, "1", "f")))
			must(t, syscall.Mkfifo(filepath.Join(dir, "1", "f"), 0o644))
		}, false},
	} {
		dir := root(t)
		write(t, filepath.Join(dir, "1", "f"), "a")
		must(t, os.Symlink("1", filepath.Join(dir, "link")))
		r := source.Reader{Places: []source.Place{{Path: filepath.Join(dir, "link", "f")}}, Limits: source.Limits{Size: limit}}
		s := r.Read(t.Context(), source.Snapshot{Moving: true}).WithoutData()
		test.change(dir)
		if got := r.Unchanged(t.Context(), s); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	dir := root(t)
	write(t, filepath.Join(dir, "d", "a.yaml"), "a")
	for _, place := range []source.Place{{Path: filepath.Join(dir, "none"), Optional: true}, {Path: filepath.Join(dir, "none")}, {Path: filepath.Join(dir, "d"), Entry: yamlFiles}} {
		r := source.Reader{Places: []source.Place{place}, Limits: source.Limits{Size: limit, Files: 100}}
		if r.Unchanged(t.Context(), r.Read(t.Context(), source.Snapshot{Moving: true})) {
			t.Errorf("%+v is said to be unchanged, which takes a read to tell", place)
		}
	}
}
