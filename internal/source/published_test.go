//go:build unix

package source_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.com/lastgood/internal/source"
)

// published is a file that is reached through links, with any timestamps.
type published struct {
	t    *testing.T
	dir  string
	last source.Snapshot
	r    source.Reader
}

// noon is a time in the past. Links and files are created at noon unless a test gives another
// time.
var noon = time.Now().Add(-time.Hour).Truncate(time.Second)

func newPublished(t *testing.T, place string) *published {
	p := &published{t: t, dir: root(t)}
	p.r = source.Reader{Limits: source.Limits{Size: 100, Files: 100}, Places: []source.Place{{Path: filepath.Join(p.dir, place)}}}
	return p
}

func (p *published) file(name, content string, modified time.Time) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	write(p.t, path, content)
	must(p.t, os.Chtimes(path, modified, modified))
}

func (p *published) link(target, name string, made time.Time) {
	p.t.Helper()
	path := filepath.Join(p.dir, name)
	must(p.t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(p.t, os.RemoveAll(path))
	must(p.t, os.Symlink(target, path))
	at := unix.NsecToTimespec(made.UnixNano())
	must(p.t, unix.UtimesNanoAt(unix.AT_FDCWD, path, []unix.Timespec{at, at}, unix.AT_SYMLINK_NOFOLLOW))
}

// read returns the only document.
func (p *published) read() source.Document {
	p.t.Helper()
	s := p.r.Read(p.t.Context(), p.last)
	s.CompareTo(p.last)
	p.last = s
	if len(s.Documents) != 1 {
		p.t.Fatalf("%d documents, want 1", len(s.Documents))
	}
	return s.Documents[0]
}

func (p *published) want(what string, whole, likely bool) {
	p.t.Helper()
	if doc := p.read(); doc.Whole != whole || doc.Likely != likely {
		p.t.Errorf("%s: whole %v, likely %v, want %v, %v", what, doc.Whole, doc.Likely, whole, likely)
	}
}

func TestAFileOlderThanALinkToItIsWhole(t *testing.T) {
	for name, at := range map[string]struct {
		modified      time.Time
		whole, likely bool
	}{
		"older":    {noon.Add(-time.Nanosecond), true, false},
		"same age": {noon, false, false}, // it may have been written after the link was made
		"newer":    {noon.Add(time.Nanosecond), false, false},
	} {
		p := newPublished(t, "c.yaml")
		p.file("1", "1", noon)
		p.link("1", "c.yaml", noon)
		p.read()
		p.file("2", "2", at.modified)
		p.link("2", "c.yaml", noon)
		p.want(name, at.whole, at.likely)
		p.want(name+", again", at.whole, at.likely)
	}
}

func TestAFileAsOldAsALinkAboveItIsWholeInAVolumeAndLikelySoElsewhere(t *testing.T) {
	for _, test := range []struct {
		link          string
		modified      time.Time
		whole, likely bool
	}{
		{"current", noon.Add(-time.Nanosecond), true, false},
		{"current", noon, false, true},
		{"current", noon.Add(time.Nanosecond), false, false},
		{"..data", noon, true, false},
		{"..data", noon.Add(time.Nanosecond), false, false},
	} {
		// The link that users of a volume see names the file, and is not made again.
		p := newPublished(t, "c.yaml")
		p.file("1/c.yaml", "1", noon)
		p.link("1", test.link, noon)
		p.link(test.link+"/c.yaml", "c.yaml", noon.Add(time.Minute))
		p.read()
		p.file("2/c.yaml", "2", test.modified)
		p.link("2", test.link, noon)
		p.want(test.link, test.whole, test.likely)
	}
}

func TestOnlyALinkThatWasNotThereBeforePublishes(t *testing.T) {
	p := newPublished(t, "link/c.yaml")
	p.file("1/c.yaml", "1", noon)
	p.link("1", "link", noon.Add(time.Minute))
	p.read()
	p.file("1/c.yaml", "2", noon)
	p.want("a write in place below an old link", false, false)
}

func TestAFileThatAppearsAfterItsLinkWasSeenIsNotWhole(t *testing.T) {
	p := newPublished(t, "link/c.yaml")
	p.file("1/c.yaml", "1", noon)
	p.link("1", "link", noon)
	p.read()
	p.link("2", "link", noon)
	if doc := p.read(); doc.Err == nil {
		t.Fatal("there is no file yet")
	}
	p.file("2/c.yaml", "2", noon)
	p.want("a file behind a link that dangled", false, false)
}

func TestAnEntryIsPublishedByTheLinkToItsDirectory(t *testing.T) {
	p := newPublished(t, "link")
	p.r.Places[0].Entry = yamlFiles
	p.file("1/a.yaml", "1", noon)
	p.link("1", "link", noon.Add(time.Minute))
	p.read()
	p.file("2/b.yaml", "2", noon)
	p.link("2", "link", noon.Add(time.Minute))
	p.want("another entry in another directory", true, false)
	must(t, os.Remove(filepath.Join(p.dir, "2", "b.yaml")))
	p.file("2/c.yaml", "3", noon)
	p.want("another entry in the same directory", false, false)
}

func TestAnEntryIsGoneAtOnceOnlyFromAVolume(t *testing.T) {
	for link, whole := range map[string]bool{"..data": true, "link": false} {
		p := newPublished(t, "v/"+link)
		if link == "..data" {
			p.r.Places[0].Path = filepath.Join(p.dir, "v")
		}
		p.r.Places[0].Entry = yamlFiles
		p.file("v/1/a.yaml", "1", noon)
		p.link("1", "v/"+link, noon)
		old := p.read()
		must(t, os.MkdirAll(filepath.Join(p.dir, "v", "2"), 0o755))
		p.link("2", "v/"+link, noon)
		s := p.r.Read(t.Context(), p.last)
		if gone := s.Gone(&old); len(s.Documents) != 0 || !gone.Gone || gone.Whole != whole {
			t.Errorf("%s: %d documents, gone %v, whole %v; want none, true, %v", link, len(s.Documents), gone.Gone, gone.Whole, whole)
		}
	}
}
