package watch

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/lastgood/internal/source"
)

// settling is a set of files that a test scans by hand.
type settling struct {
	t      *testing.T
	files  *Files
	docs   candidates
	passed time.Duration
	start  time.Time
}

func newSettling(t *testing.T, places ...source.Place) *settling {
	s := &settling{t: t, files: NewFiles(nil, places, limits), docs: candidates{settle: time.Minute}, start: time.Now()}
	s.docs.start(s.files.Scan(t.Context()))
	return s
}

// scan scans after d more, and returns the data that is accepted, or none.
func (s *settling) scan(d time.Duration) (taken []string) {
	s.passed += d
	now := s.start.Add(s.passed)
	s.docs.observe(s.files.Scan(s.t.Context()), now)
	waits, ok, _ := s.docs.choose(now)
	if ok {
		for _, doc := range s.docs.accept(waits).Documents {
			taken = append(taken, string(doc.Data))
		}
	}
	s.docs.dropData()
	return taken
}

func (s *settling) want(what string, d time.Duration, want ...string) {
	s.t.Helper()
	if got := s.scan(d); len(got) != len(want) || len(want) > 0 && filepath.Join(got...) != filepath.Join(want...) {
		s.t.Errorf("%s: took %q, want %q", what, got, want)
	}
}

// A link leads to a new generation, of which one file is still being written. The other one,
// which is complete, waits for it.
func TestFilesThatOneLinkPublishesAreAcceptedTogether(t *testing.T) {
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	for _, name := range []string{"1/a", "1/b", "2/a", "2/b", "c"} {
		writeFile(t, at(name), name)
		must(t, os.Chtimes(at(name), past, past))
	}
	must(t, os.Symlink("1", at("link")))
	s := newSettling(t, source.Place{Path: at("link/a")}, source.Place{Path: at("link/b")}, source.Place{Path: at("c")})
	must(t, os.Chtimes(at("2/b"), future, future))
	must(t, os.Remove(at("link")))
	must(t, os.Symlink("2", at("link")))
	s.want("a new generation that is not whole", time.Second)
	writeFile(t, at("c"), "new")
	s.want("and another file", time.Second)
	s.want("when the generation has settled", time.Minute-time.Second, "2/a", "2/b", "c")
	s.want("when the other file has", time.Second, "2/a", "2/b", "new")
}

func TestFilesOfAnotherPlaceDoNotWaitForAGeneration(t *testing.T) {
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	for _, name := range []string{"1/a", "2/a", "3/b", "4/b"} {
		writeFile(t, at(name), name)
		must(t, os.Chtimes(at(name), past, past))
	}
	must(t, os.Symlink("1", at("x")))
	must(t, os.Symlink("3", at("y")))
	s := newSettling(t, source.Place{Path: at("x/a")}, source.Place{Path: at("y/b")})
	must(t, os.Chtimes(at("2/a"), future, future))
	for link, target := range map[string]string{"x": "2", "y": "4"} {
		must(t, os.Remove(at(link)))
		must(t, os.Symlink(target, at(link)))
	}
	s.want("a whole generation beside one that is not", time.Second, "1/a", "4/b")
	s.want("when that has settled", time.Minute, "2/a", "4/b")
}

// New and removed entries are accepted when the directory has settled.
func TestEntriesSettleAsFilesDo(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	writeFile(t, at("b"), "b")
	s := newSettling(t, source.Place{Path: dir, Entry: func(string) bool { return true }})
	writeFile(t, at("a"), "a")
	writeFile(t, at("c"), "c")
	s.want("new entries", time.Second)
	must(t, os.Remove(at("b")))
	s.want("an entry less", time.Second)
	s.want("before they settle", time.Minute-time.Second)
	s.want("when all have settled", time.Second, "a", "c")
	must(t, os.RemoveAll(dir))
	s.want("the directory is removed", time.Second)
	writeFile(t, at("d"), "d")
	s.want("and made again", time.Second)
	s.want("when it has settled", time.Minute, "d")
}

func TestEntriesThatHaveNotSettledAreNotReadWithOthers(t *testing.T) {
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	past := time.Now().Add(-time.Hour)
	for _, name := range []string{"1", "2", "d/b"} {
		writeFile(t, at(name), name)
		must(t, os.Chtimes(at(name), past, past))
	}
	must(t, os.Symlink("1", at("link")))
	s := newSettling(t, source.Place{Path: at("link")}, source.Place{Path: at("d"), Entry: func(string) bool { return true }})
	must(t, os.Remove(at("d/b")))
	writeFile(t, at("d/c"), "c")
	must(t, os.Remove(at("link")))
	must(t, os.Symlink("2", at("link")))
	s.want("what a link published", time.Second, "2", "d/b")
	s.want("when the entries have settled", time.Minute, "2", "c")
}
