package lifecycle

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// place is a directory for machines, one after the other.
type place struct {
	dir string
	log []string
}

// open opens a machine with this directory, and closes it with the test.
func (p *place) open(t *testing.T, crashLimit int) *Machine {
	t.Helper()
	m := New(Options{Dir: p.dir, Name: "T", Limit: 1 << 20, CrashLimit: crashLimit, ConfirmAfter: time.Hour * time.Duration(min(crashLimit, 1)),
		Changed: func(uint64, State) {}, Redact: func(text string, _ ...any) string { return text },
		Log: func(level slog.Level, msg string, args ...any) {
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Log(t.Context(), level, msg, args...)
			p.log = append(p.log, b.String())
		}})
	t.Cleanup(m.Close)
	return m
}

// serve confirms these values in one process, one after the other.
func (p *place) serve(t *testing.T, values ...string) {
	t.Helper()
	m := p.open(t, 0)
	for i, value := range values {
		v := &Version{Number: uint64(i + 1), Digest: content(value), Value: value, Documents: documentsOf(value)}
		if i == 0 {
			m.PublishFirst(v, false)
		} else {
			m.Publish(v, nil)
		}
		<-m.memory.writer.put(func() {}) // or only the last would be stored
	}
	m.Close()
}

// stored returns the values that are stored, the newest first.
func stored(m *Machine) (values []string) {
	for _, g := range m.Stored() {
		values = append(values, string(g.Documents[0].Data))
	}
	return values
}

func (p *place) wantStored(t *testing.T, want ...string) {
	t.Helper()
	m := p.open(t, 0)
	if got := stored(m); !slices.Equal(got, want) {
		t.Errorf("stored are %q, want %q", got, want)
	}
	m.Close()
}

func (p *place) path(name string) string { return filepath.Join(p.dir, "T", name) }

func TestTheLastTwoGenerationsAreKept(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.wantStored(t)
	p.serve(t, "a")
	p.wantStored(t, "a")
	p.serve(t, "a", "b", "c", "d")
	p.wantStored(t, "d", "c")
	p.serve(t, "d") // which is the newest already
	p.wantStored(t, "d", "c")
	p.serve(t, "c")
	p.wantStored(t, "c", "d")
	if len(p.log) > 0 {
		t.Errorf("logged:\n%s", strings.Join(p.log, ""))
	}
}

func TestFilesAreForTheirUserAlone(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.serve(t, "a", "b")
	names := map[string]bool{}
	err := filepath.Walk(p.path(""), func(path string, info os.FileInfo, err error) error {
		if want := os.FileMode(0o600); err != nil || !info.IsDir() && info.Mode() != want || info.IsDir() && info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v (%v)", path, info.Mode(), err)
		}
		names[info.Name()] = true
		return nil
	})
	if err != nil || !names["a"] || !names["b"] || !names["record"] || !names["lock"] || len(names) != 5 {
		t.Errorf("there are %v (%v)", names, err)
	}
}

func TestADamagedFileIsReportedAndTheOtherGenerationIsUsed(t *testing.T) {
	for name, test := range map[string]struct {
		change func(t *testing.T, path string)
		want   string
	}{
		"removed":   {func(t *testing.T, path string) { remove(t, path) }, ""},
		"empty":     {func(t *testing.T, path string) { put(t, path, "") }, "is damaged"},
		"cut":       {func(t *testing.T, path string) { put(t, path, read(t, path)[:100]) }, "is damaged"},
		"longer":    {func(t *testing.T, path string) { put(t, path, read(t, path)+"x") }, "is damaged"},
		"foreign":   {func(t *testing.T, path string) { put(t, path, "port: 80\nname: x\n") }, "is not a file of this module"},
		"newer":     {func(t *testing.T, path string) { put(t, path, "lastgood 2 zstd\nxyz") }, "has format 2, which a newer version"},
		"a link":    {func(t *testing.T, path string) { link(t, path) }, "is not a regular file"},
		"a device":  {func(t *testing.T, path string) { remove(t, path); symlink(t, "/dev/zero", path) }, "is not a regular file"},
		"directory": {func(t *testing.T, path string) { remove(t, path); mkdir(t, path); put(t, path+"/x", "") }, "is not a regular file"},
		"huge":      {func(t *testing.T, path string) { truncate(t, path, 1<<40) }, "is too large"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &place{dir: t.TempDir()}
			p.serve(t, "x", "a", "b")
			newest := p.newest(t, "b")
			test.change(t, newest)
			p.wantStored(t, "a")
			if log := strings.Join(p.log, ""); !strings.Contains(log, test.want) || (log == "") != (test.want == "") || strings.Count(log, "\n") > 1 {
				t.Errorf("logged:\n%s", log)
			}
			p.serve(t, "c") // replaces that file
			p.log = nil
			p.wantStored(t, "c", "a")
			if len(p.log) > 0 {
				t.Errorf("afterwards:\n%s", p.log)
			}
		})
	}
}

// newest returns the path of the generation with a value.
func (p *place) newest(t *testing.T, value string) string {
	t.Helper()
	for _, name := range generations {
		if strings.HasSuffix(read(t, p.path(name)), "\n"+value) {
			return p.path(name)
		}
	}
	t.Fatal("it is not stored")
	return ""
}

func TestNoBitOfAFileCanBeFlipped(t *testing.T) {
	g := Generation{number: 3, At: time.Unix(1, 0), Digest: content("a"), Documents: documentsOf("port: 80\n")()}
	data, err := g.encode()
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(data) * 8 {
		flipped := bytes.Clone(data)
		flipped[i/8] ^= 1 << (i % 8)
		if _, err := decodeGeneration(flipped); err == nil {
			t.Fatalf("bit %d of byte %d, %q, does not matter", i%8, i/8, data[i/8])
		}
	}
}

func TestARecordThatIsDamagedCountsAsNone(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.serve(t, "a")
	put(t, p.path("record"), `{"quarantine":{"digest":"","why":1}}`)
	put(t, p.path("mark"), strings.Repeat("[", 100_000))
	m := p.open(t, 1)
	if m.QuarantineOf(content("x")) != nil || len(p.log) != 2 {
		t.Errorf("logged:\n%s", p.log)
	}
}

func TestAFileThatWasLeftByAKilledProcessIsRemoved(t *testing.T) {
	for _, leave := range []func(path string){
		func(path string) { put(t, path, "half") },
		func(path string) { mkdir(t, path); put(t, path+"/x", "") },
		func(path string) { symlink(t, "/etc/passwd", path) },
	} {
		p := &place{dir: t.TempDir()}
		p.serve(t, "a")
		leave(p.path(tempFile))
		p.wantStored(t, "a")
		if _, err := os.Lstat(p.path(tempFile)); !os.IsNotExist(err) {
			t.Errorf("it is still there: %v", err)
		}
	}
}

func TestASecondProcessOnlyReads(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.serve(t, "a")
	first := p.open(t, 0)
	second := p.open(t, 0)
	if got := stored(second); !slices.Equal(got, []string{"a"}) {
		t.Errorf("it reads %q", got)
	}
	second.PublishFirst(&Version{Number: 1, Digest: content("b"), Documents: documentsOf("b")}, false)
	<-second.memory.writer.put(func() {})
	if len(p.log) != 1 || !strings.Contains(p.log[0], "another process has it") {
		t.Errorf("logged:\n%s", p.log)
	}
	third := p.open(t, 0)
	if got := stored(third); !slices.Equal(got, []string{"a"}) {
		t.Errorf("it has written %q", got)
	}
	third.Close()
	first.Close()
	second.Publish(&Version{Number: 2, Digest: content("c"), Documents: documentsOf("c")}, nil)
	second.Close()
	p.wantStored(t, "c", "a")
}

func TestContentIsMarkedUntilItIsConfirmedOrTheProcessEndsInOrder(t *testing.T) {
	p := &place{dir: t.TempDir()}
	crash := func(value string, clean bool) (held bool) {
		m := p.open(t, 2)
		if held = m.QuarantineOf(content(value)) != nil; held {
			m.PublishFirst(&Version{Number: 1, Digest: content("good"), Documents: documentsOf("good")}, true)
		} else {
			m.Mark(content(value))
			m.PublishFirst(&Version{Number: 1, Digest: content(value), Documents: documentsOf(value)}, false)
		}
		if clean {
			m.Close()
			return held
		}
		<-m.memory.writer.put(func() {})
		m.memory.writer.disk.close() // as the end of a process does
		return held
	}
	for i, step := range []struct {
		value       string
		clean, held bool
	}{
		{"bad", false, false}, {"bad", true, false}, // does not count, and starts a new row
		{"bad", false, false}, {"bad", false, false}, {"bad", true, true}, {"bad", false, true},
		{"other", false, false}, {"bad", false, false}, {"bad", false, false}, {"bad", false, true},
	} {
		if got := crash(step.value, step.clean); got != step.held {
			t.Fatalf("step %d: held is %v", i, got)
		}
	}
}

func TestContentThatWasConfirmedIsNotMarked(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.serve(t, "a", "b", "c")
	for range 5 {
		m := p.open(t, 1)
		if m.QuarantineOf(content("a")) != nil {
			t.Fatal("it is held")
		}
		m.Mark(content("a"))
		<-m.memory.writer.put(func() {})
		m.memory.writer.disk.close()
	}
}

func TestTheQuarantineIsStored(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.serve(t, "a")
	m := p.open(t, 0)
	m.PublishFirst(&Version{Number: 1, Digest: content("a"), Documents: documentsOf("a")}, false)
	m.RolledBack(&Version{Number: 2, Digest: content("b")}, &Version{Number: 3, Digest: content("a")}, []byte(`"why"`), nil)
	m.Close()
	m = p.open(t, 0)
	if q := m.QuarantineOf(content("b")); q == nil || string(q.Why) != `"why"` {
		t.Errorf("held as %+v", q)
	}
	if got := stored(m); !slices.Equal(got, []string{"a"}) {
		t.Errorf("stored are %q", got)
	}
	m.PublishFirst(&Version{Number: 1, Digest: content("c"), Documents: documentsOf("c")}, false)
	m.Close()
	if p.open(t, 0).QuarantineOf(content("b")) != nil {
		t.Error("it is held although other content was served since")
	}
}

func TestWhatIsTooLargeIsNotStored(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.serve(t, "a", strings.Repeat("x", 2<<20))
	if len(p.log) != 1 || !strings.Contains(p.log[0], "the limit is 1048576") {
		t.Errorf("logged:\n%s", p.log)
	}
	p.wantStored(t, "a")
}

func FuzzDecode(f *testing.F) {
	g := Generation{number: 3, At: time.Unix(1, 0), Digest: content("a"), Documents: []Document{{Path: "/a.yaml", Data: []byte("a: 1\n")}, {Place: 1, Path: "/b\xff", Absent: true}}}
	data, err := g.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	body, err := unframe(data)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{"number":1,"digest":"","documents":[{"size":-1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, data := range [][]byte{data, frame(data)} {
			g, err := decodeGeneration(data)
			if err != nil {
				continue
			}
			again, err := g.encode()
			if err != nil {
				t.Fatal(err)
			}
			if h, err := decodeGeneration(again); err != nil || h.number != g.number || !sameDocuments(h.Documents, g.Documents) {
				t.Errorf("%+v is read as %+v (%v)", g, h, err)
			}
		}
	})
}

func put(t testing.TB, path, data string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func remove(t testing.TB, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func symlink(t testing.TB, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t testing.TB, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func truncate(t testing.TB, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

// link moves a file out of the directory, and leaves a link to it.
func link(t testing.TB, path string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	if err := os.Rename(path, out); err != nil {
		t.Fatal(err)
	}
	symlink(t, out, path)
}

func TestTheMarkIsRemovedWhenTheContentIsConfirmed(t *testing.T) {
	p := &place{dir: t.TempDir()}
	m := New(Options{Dir: p.dir, Name: "T", Limit: 1 << 20, CrashLimit: 1, Changed: func(uint64, State) {}, Log: func(slog.Level, string, ...any) {}})
	defer m.Close()
	m.Mark(content("a"))
	if _, err := os.Stat(p.path(markFile)); err != nil {
		t.Error(err)
	}
	m.PublishFirst(&Version{Number: 1, Digest: content("a"), Documents: documentsOf("a")}, false)
	<-m.memory.writer.put(func() {})
	if _, err := os.Stat(p.path(markFile)); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
}

// A process can be killed after the generation was stored and before the mark was removed.
func TestAMarkOnConfirmedContentDoesNotCount(t *testing.T) {
	p := &place{dir: t.TempDir()}
	p.serve(t, "a")
	digest := content("a")
	data, err := encodeJSON(mark{Digest: digest[:], Starts: 5})
	if err != nil {
		t.Fatal(err)
	}
	put(t, p.path(markFile), string(data))
	if m := p.open(t, 1); m.QuarantineOf(digest) != nil {
		t.Error("it is held")
	}
}
