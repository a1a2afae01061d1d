package config_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
)

type served struct {
	Port  int `validate:"max=65535"`
	Name  string
	Token config.Secret
	Pool  int `reload:"restart"`
}

// lives has the files and options for stores of several processes, one after the other.
type lives struct {
	path, dir string
	log       *journal
	opts      []config.Option
	lastGood  []config.LastGoodOption
}

func newLives(t *testing.T, content string) *lives {
	t.Helper()
	return &lives{path: yamlFile(t, content), dir: t.TempDir(), log: &journal{}}
}

func (l *lives) options() []config.Option {
	return append([]config.Option{config.WithFile(l.path), config.WithSettle(time.Hour), logTo(l.log), config.WithLastGood(l.dir, l.lastGood...)}, l.opts...)
}

func (l *lives) open(t *testing.T) *config.Store[served] {
	t.Helper()
	s, err := config.Open[served](l.options()...)
	if err != nil {
		t.Fatalf("%v\n%s", err, l.log)
	}
	t.Cleanup(s.Close)
	return s
}

// live opens and closes a store with this content, which must be good.
func (l *lives) live(t *testing.T, content string) {
	t.Helper()
	put(t, l.path, content)
	s := l.open(t)
	if st := s.Status(); st.Err != nil || !st.LastGood.IsZero() {
		t.Fatalf("with %q: %+v", content, st)
	}
	s.Close()
}

// fallsBack opens a store with this content, which must serve the port that was stored.
func (l *lives) fallsBack(t *testing.T, content string, port int) *config.Store[served] {
	t.Helper()
	put(t, l.path, content)
	s := l.open(t)
	if st := s.Status(); s.Current().Port != port || st.LastGood.IsZero() || st.Err == nil {
		t.Fatalf("serving %+v, last good %v, err %v\n%s", *s.Current(), st.LastGood, st.Err, l.log)
	}
	return s
}

// fails opens a store, which must not succeed.
func (l *lives) fails(t *testing.T) error {
	t.Helper()
	s, err := config.Open[served](l.options()...)
	if err == nil {
		s.Close()
		t.Fatalf("it serves %+v", *s.Current())
	}
	return err
}

func TestAStartWithBadContentServesLastGood(t *testing.T) {
	began := time.Now()
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	s := l.fallsBack(t, "port: 99999\n", 80)
	st := s.Status()
	wantProblems(t, st.Err, "c.yaml:1:7: port: must be 65535 or less, got 99999 [max]")
	if st.LastGood.Before(began) || st.LastGood.After(time.Now()) || st.Version != 1 || st.LastOutcome != config.Rejected {
		t.Errorf("got %+v", st)
	}
	if st.Err.Serving != 1 || !strings.Contains(st.Err.Error(), "config: reload rejected, 1 problem; still serving version 1, which was last good at 20") {
		t.Errorf("got %v", st.Err)
	}
	if err := s.CheckHealth(); !errors.Is(err, st.Err) {
		t.Errorf("health: %v", err)
	}
	if h := s.History(); len(h) != 1 || !h[0].LastGood.Equal(st.LastGood) || h[0].State != config.Confirmed {
		t.Errorf("history: %+v", h)
	}
	if o, _ := s.Origin("port"); o.String() != l.path+" (stored copy):1:7" {
		t.Errorf("its origin is %v", o)
	}
	if log := l.log.String(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, "the content on disk is not served, but what was last good") {
		t.Errorf("logged:\n%s", log)
	}
}

func TestAStartWithoutReadableContentServesLastGood(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	for name, break_ := range map[string]func(){
		"missing": func() {}, "empty": func() { put(t, l.path, "") }, "directory": func() {
			if err := os.Mkdir(l.path, 0o700); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if err := os.RemoveAll(l.path); err != nil {
			t.Fatal(err)
		}
		break_()
		s := l.open(t)
		if s.Current().Port != 80 || s.Status().Err == nil {
			t.Errorf("%s: %+v", name, s.Status())
		}
		if name == "missing" && !errors.Is(s.CheckHealth(), fs.ErrNotExist) {
			t.Errorf("health: %v", s.CheckHealth())
		}
		s.Close()
		if err := os.RemoveAll(l.path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheNextGoodContentEndsLastGood(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	for _, next := range []string{"port: 81\n", "port: 80 # as before\n", "port: 80\n"} {
		s := l.fallsBack(t, "port: x\n", 80)
		recovered := make(chan struct{}, 1)
		s.OnRecover(func() { recovered <- struct{}{} })
		accepts(t, s, l.path, next)
		<-recovered
		if st := s.Status(); st.Err != nil || !st.LastGood.IsZero() || s.CheckHealth() != nil {
			t.Errorf("%s: %+v", next, st)
		}
		if o, _ := s.Origin("port"); o.String() != l.path+":1:7" {
			t.Errorf("%s: its origin is %v", next, o)
		}
		s.Close()
		l.live(t, "port: 80\n")
	}
}

func TestOnRejectIsCalledForTheStartOnceItIsRegistered(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	s := l.fallsBack(t, "port: x\n", 80)
	for range 2 {
		rejections := make(chan *config.Error, 2)
		s.OnReject(func(err *config.Error) { rejections <- err })
		if got := <-rejections; got != s.Status().Err {
			t.Errorf("got %v", got)
		}
		put(t, l.path, "port: y\n")
		if err := s.Reload(t.Context()); err == nil || !errors.Is(err, <-rejections) {
			t.Errorf("got %v", err)
		}
		put(t, l.path, "port: x\n")
		if err := s.Reload(t.Context()); err == nil || !errors.Is(err, <-rejections) {
			t.Errorf("got %v", err)
		}
	}
}

func TestStoredVersionsAreValidatedByThePresentBinary(t *testing.T) {
	type tighter struct {
		Port int `validate:"max=100"`
		Name string
	}
	type without struct{ Name string }
	path, dir := yamlFile(t, ""), t.TempDir()
	// The name of a type in the function of a test is its own, so that one is given.
	type served struct {
		Port int
		Name string
	}
	opts := []config.Option{config.WithFile(path), config.WithLogger(quiet), config.WithLastGood(dir)}
	for _, content := range []string{"port: 80\n", "port: 200\n"} {
		put(t, path, content)
		open[served](t, opts...).Close()
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	put(t, path, "port: x\n")
	as := func(t *testing.T, name string) {
		t.Helper()
		if err := os.Rename(filepath.Join(dir, entries[0].Name()), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		now, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		entries = now
	}
	as(t, nameOf[tighter](t, opts))
	if s := open[tighter](t, opts...); s.Current().Port != 80 {
		t.Errorf("with a tighter rule, %+v is served", *s.Current())
	} else {
		s.Close()
	}
	as(t, nameOf[without](t, opts))
	if s, err := config.Open[without](opts...); err == nil {
		t.Errorf("without the field, %+v is served", *s.Current())
	} else {
		wantProblems(t, err, "c.yaml:1:1: port: unknown key; the only key here is name [unknown_key]")
	}
}

// nameOf returns the name of the directory of a store of T.
func nameOf[T any](t *testing.T, opts []config.Option) string {
	t.Helper()
	dir := t.TempDir()
	s, err := config.Open[T](append(opts[:1:1], config.WithLogger(quiet), config.WithLastGood(dir))...)
	if err == nil {
		s.Close()
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	return entries[0].Name()
}

func TestNoneThatPassesIsAnErrorAsWithoutLastGood(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	put(t, l.path, "port: x\n")
	l.opts = []config.Option{config.WithCheck(func(context.Context, *served, *served) error { return errors.New("no") })}
	wantProblems(t, l.fails(t), `c.yaml:1:7: port: want an integer, got "x" [type]`)
	if log := l.log.String(); !strings.Contains(log, "a stored configuration cannot be used") || !strings.Contains(log, "no [check]") {
		t.Errorf("logged:\n%s", log)
	}
}

func TestATypeAtFaultNeverFallsBack(t *testing.T) {
	path, dir := yamlFile(t, "port: 80\n"), t.TempDir()
	type faulty struct {
		Port int `default:"x"`
	}
	_, err := config.Open[faulty](config.WithFile(path), config.WithLogger(quiet), config.WithLastGood(dir), config.WithStartupWait(time.Hour))
	if e, ok := errors.AsType[*config.Error](err); !ok || e.Problems[0].Code != config.CodeSchema {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("there is %v", entries)
	}
}

func TestDocumentsAreStoredTogetherOrNotAtAll(t *testing.T) {
	dir, last := files(t, "a.yaml", "port: 80\n", "b.yaml", "name: one\n"), t.TempDir()
	conf := files(t, "10.yaml", "pool: 3\n", "20.yaml", "pool: 4\n")
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	opts := []config.Option{config.WithFile(a), config.WithOptionalFile(b), config.WithDir(conf), config.WithLastGood(last)}
	s := open[served](t, opts...)
	put(t, a, "port: 81\n")
	if err := os.Remove(b); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(conf, "20.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	put(t, a, "port: x\n")
	put(t, b, "name: two\n")
	s = open[served](t, opts...)
	// In the last version, pool needs a restart, so that only the first version is stored.
	if got := *s.Current(); got.Port != 80 || got.Name != "one" || got.Pool != 4 {
		t.Errorf("serving %+v", got)
	}
}

func TestVariablesAndKeyFilesAreThePresentOnes(t *testing.T) {
	l := newLives(t, "")
	keys := files(t, "token", "first-token")
	named := filepath.Join(files(t, "name", "first"), "name")
	t.Setenv("T_NAME_FILE", named)
	l.opts = []config.Option{config.WithKeyDir(keys), config.WithEnv("T")}
	l.live(t, "port: 80\n")
	put(t, filepath.Join(keys, "token"), "second-token")
	put(t, named, "second")
	t.Setenv("T_POOL", "7")
	s := l.fallsBack(t, "port: x\n", 80)
	if got := *s.Current(); got.Token.Reveal() != "second-token" || got.Name != "second" || got.Pool != 7 {
		t.Errorf("serving %+v", got)
	}
	wantNowhere(t, l.dir, "first", "second")
}

// wantNowhere wants none of these texts in the files of a directory.
func wantNowhere(t *testing.T, dir string, texts ...string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, text := range texts {
			if strings.Contains(string(data), text) {
				t.Errorf("%s has %q", path, text)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestInlineSecretsAreNotStoredAndWarnedOfOnce(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\ntoken: hunter2-hunter2\n")
	l.live(t, "port: 81\ntoken: hunter2-hunter2\n")
	wantNowhere(t, l.dir, "hunter2", "port")
	put(t, l.path, "port: x\n")
	_ = l.fails(t)
	if log := l.log.String(); strings.Count(log, "is not stored") != 2 || !strings.Contains(log, "keys=token") || strings.Contains(log, "hunter2") {
		t.Errorf("logged:\n%s", log)
	}
	l.lastGood = []config.LastGoodOption{config.LastGoodWithSecrets()}
	l.live(t, "port: 82\ntoken: hunter2-hunter2\n")
	s := l.fallsBack(t, "port: x\n", 82)
	if s.Current().Token.Reveal() != "hunter2-hunter2" {
		t.Error("the secret was not stored")
	}
	if log := l.log.String(); strings.Contains(log, "hunter2") {
		t.Errorf("logged:\n%s", log)
	}
}

func TestAKeyWithoutAFieldMayBeASecret(t *testing.T) {
	l := newLives(t, "")
	l.opts = []config.Option{config.WithUnknownKeys()}
	l.live(t, "port: 80\ntokn: hunter2-hunter2\n")
	wantNowhere(t, l.dir, "hunter2")
	if log := l.log.String(); !strings.Contains(log, "keys=tokn") {
		t.Errorf("logged:\n%s", log)
	}
}

func TestAKeyWithoutAFieldMayBeASecretOfAnotherProgram(t *testing.T) {
	type port struct {
		Port int
		Any  map[string]any
	}
	path, dir, log := yamlFile(t, "port: 80\nany: {x: 1}\n"), t.TempDir(), &journal{}
	opts := []config.Option{config.WithFile(path), config.WithUnknownKeys(), config.WithLastGood(dir), logTo(log)}
	open[port](t, opts...).Close()
	put(t, path, "port: 81\ndatabase: {password: hunter2-hunter2}\n")
	open[port](t, opts...).Close()
	wantNowhere(t, dir, "hunter2", "port: 81")
	if log := log.String(); !strings.Contains(log, "keys=database.password") {
		t.Errorf("logged:\n%s", log)
	}
	put(t, path, "port: x\n")
	if got := open[port](t, opts...).Current().Port; got != 80 {
		t.Errorf("%d is served", got)
	}
}

func TestAVersionThatWaitsForARestartIsNotStored(t *testing.T) {
	l := newLives(t, "port: 80\npool: 1\n")
	s := l.open(t)
	accepts(t, s, l.path, "port: 81\npool: 2\n")
	s.Close()
	l.fallsBack(t, "port: x\n", 80)
}

func TestContentWithTheSameValueIsStored(t *testing.T) {
	l := newLives(t, "port: 80\n")
	s := l.open(t)
	accepts(t, s, l.path, "port: 80 # the same\n")
	content := s.Snapshot().Content
	s.Close()
	s = l.fallsBack(t, "port: x\n", 80)
	if got := s.Status().Digests; got.Content != content || got.Disk == content {
		t.Errorf("it is of %v, want %v", got, content)
	}
}

func TestAnotherTypeOrOtherPathsHaveNothingStored(t *testing.T) {
	l := newLives(t, "")
	l.live(t, "port: 80\n")
	other := yamlFile(t, "port: x\n")
	if s, err := config.Open[served](config.WithFile(other), config.WithLogger(quiet), config.WithLastGood(l.dir)); err == nil {
		t.Errorf("another path serves %+v", *s.Current())
	}
	type Other served
	put(t, l.path, "port: x\n")
	if s, err := config.Open[Other](config.WithFile(l.path), config.WithLogger(quiet), config.WithLastGood(l.dir)); err == nil {
		t.Errorf("another type serves %+v", *s.Current())
	}
}

func TestContentThatEndsTheProcessIsNotTriedForEver(t *testing.T) {
	l := newLives(t, "")
	l.lastGood = []config.LastGoodOption{config.LastGoodConfirmAfter(0)}
	l.live(t, "port: 80\n")
	// The first start with it is still under way, as when the process was killed.
	l.lastGood = []config.LastGoodOption{config.LastGoodCrashLimit(1)}
	put(t, l.path, "port: 81\n")
	killed := t.TempDir()
	s := l.open(t)
	if s.Current().Port != 81 {
		t.Fatalf("serving %+v", *s.Current())
	}
	copyDir(t, l.dir, killed)
	s.Close()
	marked := l.dir
	l.dir = killed
	s = l.open(t)
	if got := s.Current().Port; got != 80 {
		t.Errorf("%d is served", got)
	}
	if err := s.CheckHealth(); err == nil || !strings.Contains(err.Error(), "the last 1 starts with this content") || !strings.Contains(err.Error(), "[crash]") {
		t.Errorf("health: %v", err)
	}
	if err := s.Reload(t.Context()); err != nil || s.Current().Port != 81 {
		t.Errorf("asked for, %+v is served: %v", *s.Current(), err)
	}
	s.Close()
	l.dir = marked
	if s = l.open(t); s.Current().Port != 81 {
		t.Errorf("after a start that was closed, %+v is served", *s.Current())
	}
}

func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = os.Chmod(path, 0o600)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAProgramThatOnlyLooksNeitherStoresNorFallsBack(t *testing.T) {
	l := newLives(t, "port: 80\n")
	if err := config.Check[served](l.options()...); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(l.dir); len(entries) > 0 {
		t.Errorf("there is %v", entries)
	}
	l.live(t, "port: 80\n")
	put(t, l.path, "port: x\n")
	if err := config.Check[served](l.options()...); err == nil {
		t.Error("Check accepts what is stored")
	}
}

func TestWrongOptionsOfLastGoodAndProbationAreReported(t *testing.T) {
	healthy := func(context.Context, *served) error { return nil }
	_, err := config.Open[served](config.WithoutFile(),
		config.WithLastGood("", nil, config.LastGoodCrashLimit(0), config.LastGoodConfirmAfter(-1)), config.WithLastGood("/b"), config.WithLastGood("/c"),
		config.WithStartupWait(-1), config.WithProbation[served](0, nil, nil, config.ProbeEvery(0), config.ProbeFailures(0), config.ProbeTimeout(0)),
		config.WithProbation(time.Second, healthy, config.ProbeEvery(time.Minute)))
	for _, want := range []string{"WithLastGood: the path is empty", "WithLastGood: option 1 is nil", "LastGoodCrashLimit(0)", "LastGoodConfirmAfter(-1ns)",
		`WithLastGood("/c"): there is a directory already, "/b"`, "WithStartupWait(-1ns)", "WithProbation: the function is nil", "WithProbation: option 1 is nil",
		"ProbeEvery(0s)", "ProbeFailures(0)", "ProbeTimeout(0s)", "ProbeEvery(1m0s) is longer", "WithProbation: there is one already"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from %v", want, err)
		}
	}
	_, err = config.Open[served](config.WithoutFile(), config.WithLastGood(t.TempDir()))
	if err == nil || !strings.Contains(err.Error(), "there is no file to store") {
		t.Errorf("got %v", err)
	}
	_, err = config.Open[contents](config.WithoutFile(), config.WithProbation(time.Second, healthy))
	if want := "the function is for config_test.served, not config_test.contents"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
