package config_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/configtest"
)

// playing returns a source that a test plays, with a document c.yaml.
func playing(t *testing.T, content string) *configtest.Source {
	t.Helper()
	src := configtest.NewSource(t, "played:app")
	src.Update(map[string]string{"c.yaml": content})
	return src
}

// often polls a source so often that a test need not wait for its watch.
func often() config.SourceOption { return config.PollEvery(20 * time.Millisecond) }

func TestASourceIsLoadedAndFollowed(t *testing.T) {
	t.Parallel()
	src := playing(t, "port: 80\n")
	s := open[served](t, config.WithSource(src))
	if s.Current().Port != 80 {
		t.Errorf("serving %+v", *s.Current())
	}
	src.Update(map[string]string{"c.yaml": "port: 81\n"})
	eventually(t, "the change", func() bool { return s.Current().Port == 81 })
	if o, _ := s.Origin("port"); o.String() != "played:app/c.yaml:1:7" || o.Kind != config.OriginSource {
		t.Errorf("its origin is %+v", o)
	}
	st := s.Status()
	if len(st.Watch) != 1 || st.Watch[0] != (config.PathStatus{Path: "played:app", Mode: config.WatchEvents}) {
		t.Errorf("its status is %+v", st.Watch)
	}
}

func TestASourceRanksAmongTheFiles(t *testing.T) {
	t.Parallel()
	low, high := yamlFile(t, "port: 1\nname: low\npool: 1\n"), yamlFile(t, "pool: 3\n")
	src := configtest.NewSource(t, "played")
	src.Set(config.Reading{
		Documents: []config.Document{{Name: "b.json", Data: []byte(`{"port": 3, "name": "b"}`)}, {Name: "a", Format: "yaml", Data: []byte("port: 2\npool: 2\n")}},
		Values:    []config.Value{{Key: "name", Data: []byte("value\n")}},
	})
	s := open[served](t, config.WithFile(low), config.WithSource(src), config.WithFile(high))
	if got := *s.Current(); got.Port != 3 || got.Name != "value" || got.Pool != 3 {
		t.Errorf("serving %+v", got)
	}
	if o, _ := s.Origin("name"); o.String() != "played/name" {
		t.Errorf("the origin of the name is %v", o)
	}
}

func TestAllOfASourceAndTheFilesAreOneGeneration(t *testing.T) {
	t.Parallel()
	src := configtest.NewSource(t, "played")
	put := func(n int) {
		src.Update(map[string]string{"a.yaml": fmt.Sprintf("left: %d\n", n), "b.yaml": fmt.Sprintf("right: %d\n", n)})
	}
	put(1)
	s := open[halves](t, config.WithSource(src), config.WithSettle(time.Hour))
	for n := 2; n <= 200; n++ {
		put(n)
	}
	eventually(t, "the last change", func() bool { return s.Current().Left == 200 })
	if st := s.Status(); st.Attempts[config.Rejected] != 0 {
		t.Errorf("rejected: %v", st.Err)
	}
}

func TestProblemsOfASourceNameIt(t *testing.T) {
	t.Parallel()
	src := playing(t, "name: x\nport: 99999\n")
	_, err := config.Open[served](config.WithSource(src), config.WithLogger(quiet))
	wantProblems(t, err, "played:app/c.yaml:2:7: port: must be 65535 or less, got 99999 [max]")
	src.Set(config.Reading{Documents: []config.Document{{Name: "c", Format: "xml", Data: []byte("port: 1\n")}}})
	_, err = config.Open[served](config.WithSource(src), config.WithLogger(quiet), config.WithFormat("yaml"))
	wantProblems(t, err, `played:app/c: its source gives it the unknown format "xml"; known are .yaml, .yml, .toml or .json [syntax]`)
	src.Set(config.Reading{Values: []config.Value{{Key: "prot", Data: []byte("1")}}})
	_, err = config.Open[served](config.WithSource(src), config.WithLogger(quiet))
	wantProblems(t, err, `played:app/prot: prot: unknown key; did you mean "port"? [unknown_key]`)
}

func TestAReadingWithWrongNamesOrTooMuchIsRejected(t *testing.T) {
	t.Parallel()
	doc := func(names ...string) (r config.Reading) {
		for _, name := range names {
			r.Documents = append(r.Documents, config.Document{Name: name, Data: []byte("port: 1\n")})
		}
		return r
	}
	twice := doc("name")
	twice.Values = []config.Value{{Key: "name"}}
	large := doc("a.yaml")
	large.Documents[0].Data = []byte(strings.Repeat("#", 101))
	many := doc()
	for i := range 20 {
		many.Documents = append(many.Documents, config.Document{Name: fmt.Sprintf("%02d.yaml", i), Data: []byte(strings.Repeat("#", 100))})
	}
	for want, r := range map[string]config.Reading{
		"played: a document or value has no name, and is not the only one":     doc("", "a.yaml"),
		"played: two documents or values are named \"a.yaml\"":                 doc("a.yaml", "a.yaml"),
		"played: two documents or values are named \"name\"":                   twice,
		`played: the name "a\n.yaml" has control characters, or is not UTF-8`:  doc("a\n.yaml"),
		`played: the name "\xff.yaml" has control characters, or is not UTF-8`: doc("\xff.yaml"),
		"played: a name has 5000 bytes, the limit is 4096":                     doc(strings.Repeat("x", 5000)),
		"played/a.yaml: has 101 bytes or more, the limit is 100":               large,
		"played: its first 17 files have more than 1600 bytes together":        many,
		"played: has more than 20 documents and values, which is the limit":    doc(make([]string, 21)...),
		"played/a\\u202e.yaml:1:1: port: must be 65535 or less, got 99999":     {Documents: []config.Document{{Name: "a\u202e.yaml", Data: []byte("port: 99999")}}},
	} {
		src := configtest.NewSource(t, "played")
		src.Set(r)
		_, err := config.Open[served](config.WithSource(src), config.WithLogger(quiet), config.WithMaxSize(100), config.WithMaxFiles(20))
		if err == nil || !strings.Contains(err.Error(), strings.Replace(want, ":1:1:", ":1:7:", 1)) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestASourceThatDoesNotExistIsAMissingFile(t *testing.T) {
	t.Parallel()
	src := configtest.NewSource(t, "played")
	_, err := config.Open[served](config.WithSource(src), config.WithLogger(quiet))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "played: does not exist: there is nothing") {
		t.Errorf("got %v", err)
	}
	s := open[served](t, config.WithOptionalSource(src))
	for range 2 {
		src.Update(map[string]string{"c.yaml": "port: 80\n"})
		eventually(t, "the content", func() bool { return s.Current().Port == 80 })
		src.Remove()
		eventually(t, "that it is gone", func() bool { return s.Current().Port == 0 })
	}
	if st := s.Status(); st.Attempts[config.Rejected] != 0 {
		t.Errorf("rejected: %v", st.Err)
	}
}

func TestASourceThatIsTakenAwayOrRefusedIsRejectedAndLastGoodStays(t *testing.T) {
	t.Parallel()
	src := playing(t, "port: 80\n")
	s := open[served](t, config.WithSource(src))
	src.Remove()
	eventually(t, "the rejection", func() bool { return errors.Is(s.CheckHealth(), fs.ErrNotExist) })
	src.Update(map[string]string{"c.yaml": "port: 81\n"})
	eventually(t, "the next content", func() bool { return s.Current().Port == 81 && s.CheckHealth() == nil })
	src.Fail(&config.SourceError{Content: true, Hint: "sign it", Err: fmt.Errorf("no signature: %w", fs.ErrNotExist)})
	eventually(t, "the refusal", func() bool { return s.Status().Err != nil })
	wantProblems(t, s.Status().Err, "played:app: its content is refused: no signature: file does not exist; sign it [refused]")
	if s.Current().Port != 81 {
		t.Errorf("serving %+v", *s.Current())
	}
	src.Fail(nil)
	eventually(t, "the recovery", func() bool { return s.CheckHealth() == nil })
}

func TestAStaleSourceRejectsNothing(t *testing.T) {
	t.Parallel()
	log := &journal{}
	src := playing(t, "port: 80\n")
	s := open[served](t, config.WithSource(src, often(), config.StaleAfter(time.Hour)), logTo(log))
	src.Fail(&config.SourceError{Hint: "give it the Role", Err: errors.New("403\nForbidden")})
	stale := func() config.PathStatus {
		for _, p := range s.Status().Watch {
			if p.Mode == config.WatchStale {
				return p
			}
		}
		return config.PathStatus{}
	}
	eventually(t, "the mode", func() bool { return stale().Path != "" })
	if p := stale(); p.Path != "played:app" || p.Reason != `403\nForbidden; give it the Role` || p.Since.IsZero() {
		t.Errorf("the status is %+v", p)
	}
	if st := s.Status(); st.Err != nil || st.Attempts[config.Rejected] != 0 || s.CheckHealth() != nil {
		t.Errorf("rejected: %v, health: %v", st.Err, s.CheckHealth())
	}
	reads := src.Reads()
	eventually(t, "more reads", func() bool { return src.Reads() > reads+5 })
	var known *config.SourceError
	if err := s.Reload(t.Context()); !errors.As(err, &known) || err.Error() != `config: reload: played:app: 403\nForbidden; give it the Role` {
		t.Errorf("a reload returns %v", err)
	}
	src.Update(map[string]string{"c.yaml": "port: 81\n"})
	src.Fail(nil)
	eventually(t, "the next content", func() bool { return s.Current().Port == 81 && stale().Path == "" })
	if got := log.String(); strings.Count(got, "a source cannot be read") != 1 || strings.Count(got, "the source can be read again") != 1 {
		t.Errorf("logged:\n%s", got)
	}
}

func TestAHealthCheckFailsWhenASourceIsStaleForTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := playing(t, "port: 80\n")
		s, err := config.Open[served](config.WithSource(src, config.StaleAfter(10*time.Minute)), config.WithLogger(quiet))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		src.Fail(errors.New("down"))
		time.Sleep(9 * time.Minute)
		if err := s.CheckHealth(); err != nil {
			t.Errorf("after 9 minutes: %v", err)
		}
		time.Sleep(2 * time.Minute)
		if err := s.CheckHealth(); err == nil || !strings.Contains(err.Error(), "played:app cannot be read since") {
			t.Errorf("after 11 minutes: %v", err)
		}
		src.Fail(nil)
		time.Sleep(time.Minute)
		if err := s.CheckHealth(); err != nil {
			t.Errorf("after all: %v", err)
		}
	})
}

func TestAStartWaitsForASourceThatCannotBeRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := playing(t, "port: 80\n")
		src.Fail(errors.New("down"))
		began := time.Now()
		_, err := config.Open[served](config.WithSource(src), config.WithLogger(quiet))
		wantProblems(t, err, "played:app: cannot be read: down [unreadable]")
		if took := time.Since(began); took != config.DefaultSourceWait {
			t.Errorf("it waited for %v", took)
		}
		began = time.Now()
		if _, err = config.Open[served](config.WithSource(src), config.WithLogger(quiet), config.WithStartupWait(0)); err == nil || time.Since(began) > time.Second {
			t.Errorf("tried once: %v after %v", err, time.Since(began))
		}
		time.AfterFunc(5*time.Second, func() { src.Fail(nil) })
		s, err := config.Open[served](config.WithSource(src), config.WithLogger(quiet))
		if err != nil || s.Current().Port != 80 {
			t.Fatal(err)
		}
		s.Close()
		src.Stall(true)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err = config.Open[served](config.WithSource(src), config.WithLogger(quiet), config.WithContext(ctx)); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "played:app: it has not answered yet") {
			t.Errorf("got %v", err)
		}
		if err = config.Check[served](config.WithSource(src), config.WithLogger(quiet), config.WithStartupWait(time.Second)); err == nil || !strings.Contains(err.Error(), "played:app: has not answered yet") {
			t.Errorf("a check returns %v", err)
		}
	})
}

func TestBadContentOfASourceIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		_, err := config.Open[served](config.WithSource(playing(t, "port: x\n")), config.WithLogger(quiet))
		if err == nil || time.Since(began) > 0 {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}

func TestGoodContentOfASourceIsWaitedForWithoutAWatch(t *testing.T) {
	t.Parallel()
	src := playing(t, "port: x\n")
	log := &journal{}
	done := opening[served](t, config.WithSource(src), config.WithoutWatch(), config.WithStartupWait(10*time.Second), logTo(log))
	eventually(t, "the problem", func() bool { return strings.Contains(log.String(), "waiting for one") })
	src.Update(map[string]string{"c.yaml": "port: 80\n"})
	s := <-done
	if s.err != nil {
		t.Fatal(s.err)
	}
	defer s.Close()
	src.Update(map[string]string{"c.yaml": "port: 81\n"})
	if mode := s.Status().Watch[0].Mode; mode != config.WatchNone || src.Watches() != 0 {
		t.Errorf("the mode is %v, %d watches", mode, src.Watches())
	}
	if err := s.Reload(t.Context()); err != nil || s.Current().Port != 81 {
		t.Errorf("after a reload: %v, %+v", err, *s.Current())
	}
}

func TestAReloadReadsASourceAnew(t *testing.T) {
	t.Parallel()
	src := playing(t, "port: 80\n")
	s := open[served](t, config.WithSource(src))
	src.Silence(true)
	for port := 81; port < 90; port++ {
		src.Update(map[string]string{"c.yaml": fmt.Sprintf("port: %d\n", port)})
		if err := s.Reload(t.Context()); err != nil || s.Current().Port != port {
			t.Fatalf("got %v, %+v, want %d", err, *s.Current(), port)
		}
	}
}

func TestAStoredReadingIsServedWhereASourceCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src := configtest.NewSource(t, "played")
	src.Set(config.Reading{
		Documents: []config.Document{{Name: "c", Format: "yaml", Data: []byte("port: 80\n")}},
		Values:    []config.Value{{Key: "name", Data: []byte("stored")}},
	})
	opts := []config.Option{config.WithSource(src, often()), config.WithLastGood(dir), config.WithStartupWait(time.Millisecond), config.WithLogger(quiet)}
	s := open[served](t, opts...)
	s.Close()
	src.Fail(errors.New("down"))
	s = open[served](t, opts...)
	if got := *s.Current(); got.Port != 80 || got.Name != "stored" || s.Status().LastGood.IsZero() {
		t.Fatalf("serving %+v", got)
	}
	if o, _ := s.Origin("port"); o.String() != "played/c (stored copy):1:7" {
		t.Errorf("its origin is %v", o)
	}
	src.Fail(nil)
	eventually(t, "the recovery", func() bool { return s.CheckHealth() == nil && s.Status().LastGood.IsZero() })
}

func TestASecretReadingIsNotStored(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]config.Reading{
		"document":        {Documents: []config.Document{{Name: "c.yaml", Secret: true, Data: []byte("name: x\n")}}},
		"value":           {Values: []config.Value{{Key: "name", Secret: true, Data: []byte("x")}}},
		"of a secret key": {Values: []config.Value{{Key: "token", Data: []byte("hunter2-hunter2")}}},
	} {
		src := configtest.NewSource(t, "played")
		src.Set(r)
		dir, log := t.TempDir(), &journal{}
		s := open[served](t, config.WithSource(src), config.WithLastGood(dir), logTo(log))
		s.Close()
		if !strings.Contains(log.String(), "is not stored") {
			t.Errorf("%s: logged:\n%s", name, log)
		}
		stored, err := filepath.Glob(filepath.Join(dir, "*", "[ab]"))
		if err != nil || len(stored) > 0 {
			t.Errorf("%s: stored %v, %v", name, stored, err)
		}
	}
}

func TestASourceThatHangsHoldsUpNeitherFilesNorClose(t *testing.T) {
	t.Parallel()
	path := yamlFile(t, "port: 80\n")
	src := &rude{Source: playing(t, "name: x\n"), hung: make(chan struct{})}
	defer close(src.hung)
	s := open[served](t, config.WithFile(path), config.WithSource(src, often()), config.WithSettle(0))
	src.isHung.Store(true)
	put(t, path, "port: 81\n")
	eventually(t, "the change of the file", func() bool { return s.Current().Port == 81 })
	began := time.Now()
	s.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("Close took %v", took)
	}
}

func TestAReadThatReloadsItsStoreIsNoDeadlock(t *testing.T) {
	t.Parallel()
	src := &rude{Source: playing(t, "port: 80\n")}
	s := open[served](t, config.WithSource(src))
	reloaded := make(chan error, 1)
	read := func(ctx context.Context) {
		select {
		case reloaded <- s.Reload(ctx):
		default:
		}
	}
	src.before.Store(&read)
	must(t, s.Reload(t.Context()))
	if err := <-reloaded; !errors.Is(err, config.ErrReentrant) {
		t.Errorf("got %v", err)
	}
	closing := func(context.Context) { s.Close() }
	src.before.Store(&closing)
	if err := s.Reload(t.Context()); !errors.Is(err, config.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestASourceThatPanicsIsStale(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]func(context.Context){
		"the Read method of *config_test.rude panicked with a string": func(context.Context) { panic("hunter2") },
		"the Read method of *config_test.rude called runtime.Goexit":  func(context.Context) { runtime.Goexit() },
	} {
		src := &rude{Source: playing(t, "port: 80\n")}
		s := open[served](t, config.WithSource(src, often()))
		src.before.Store(&fault)
		eventually(t, want, func() bool { return strings.Contains(s.Status().Watch[0].Reason, want) })
		src.before.Store(nil)
		src.Update(map[string]string{"c.yaml": "port: 81\n"})
		eventually(t, "the next content", func() bool { return s.Current().Port == 81 })
	}
}

func TestNothingInASourceRefersToVariablesOrFiles(t *testing.T) {
	t.Setenv("SOURCE_HOME", "/root")
	secret := filepath.Join(t.TempDir(), "token")
	put(t, secret, "hunter2-hunter2")
	src := playing(t, "name: ${SOURCE_HOME}\n")
	s := open[served](t, config.WithSource(src), config.WithExpandEnv("SOURCE_HOME"))
	if s.Current().Name != "${SOURCE_HOME}" {
		t.Errorf("serving %+v", *s.Current())
	}
	src.Update(map[string]string{"c.yaml": "token_file: " + secret + "\n"})
	eventually(t, "the rejection", func() bool { return s.Status().Err != nil })
	if err := s.Status().Err; err.Problems[0].Code != config.CodeUnknownKey {
		t.Errorf("got %v", err)
	}
}

func TestWrongSourcesAreErrorsOfOptions(t *testing.T) {
	t.Parallel()
	var none *configtest.Source
	for want, opt := range map[string]config.Option{
		"WithSource: the source is nil":                                                config.WithSource(nil),
		"WithOptionalSource: the Name method of *configtest.Source panicked":           config.WithOptionalSource(none),
		"WithSource: the source's name is empty":                                       config.WithSource(&named{}),
		`WithSource: the source's name "a\nb" has control characters, or is not UTF-8`: config.WithSource(&named{name: "a\nb"}),
		"WithSource: option 1 is nil":                                                  config.WithSource(playing(t, ""), nil),
		"PollEvery(0s): the duration is not positive":                                  config.WithSource(playing(t, ""), config.PollEvery(0)),
		"StaleAfter(-1s): the duration is negative":                                    config.WithSource(playing(t, ""), config.StaleAfter(-time.Second)),
	} {
		if _, err := config.Open[served](opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

type wrongSource struct{ *configtest.Source }

func (wrongSource) Err() error { return errors.New("the port is no number") }

func TestASourceThatWasMadeWronglyIsAnErrorOfOpen(t *testing.T) {
	t.Parallel()
	src := configtest.NewSource(t, "played")
	_, err := config.Open[served](config.WithSource(wrongSource{src}))
	if err == nil || !strings.Contains(err.Error(), "WithSource: the port is no number") {
		t.Errorf("Open returns %v", err)
	}
	if n := src.Reads(); n != 0 {
		t.Errorf("it was read %d times", n)
	}
}
