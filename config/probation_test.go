package config_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/lastgood/config"
)

type backend struct {
	Errors int    `validate:"max=100"` // percent of the requests that fail
	Note   string // of no consequence
	Key    config.Secret
	Pool   int `reload:"restart"`
	Hosts  map[string]int
}

// application is a real HTTP server whose error rate the configuration controls.
type application struct {
	*config.Store[backend]
	path   string
	server *httptest.Server
	n      atomic.Int64
	log    *journal

	mu    sync.Mutex
	calls []string // of hooks
}

// errRequests is the error of the application's probe when too many requests fail.
var errRequests = errors.New("too many requests fail")

// runApplication opens a store with a probe every few milliseconds, which fails with the text
// of a token that a test sends.
func runApplication(t *testing.T, content string, opts ...config.Option) *application {
	t.Helper()
	a := &application{path: yamlFile(t, content), log: &journal{}}
	var store atomic.Pointer[config.Store[backend]]
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s := store.Load()
		if s != nil && a.n.Add(1)%100 < int64(s.Current().Errors) {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(a.server.Close)
	healthy := func(ctx context.Context, current *backend) error {
		failed := 0
		for range 10 {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.server.URL, nil)
			if err != nil {
				return err
			}
			response, err := a.server.Client().Do(r)
			if err != nil {
				return err
			}
			_ = response.Body.Close()
			if response.StatusCode != http.StatusOK {
				failed++
			}
		}
		if failed > 5 {
			return fmt.Errorf("%w: %d of 10, with the key %s", errRequests, failed, current.Key.Reveal())
		}
		return nil
	}
	opts = append([]config.Option{config.WithFile(a.path), config.WithSettle(time.Hour), logTo(a.log),
		config.WithProbation(200*time.Millisecond, healthy, config.ProbeEvery(5*time.Millisecond), config.ProbeTimeout(20*time.Second))}, opts...)
	s, err := config.Open[backend](opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	a.Store = s
	store.Store(s)
	return a
}

func (a *application) called(format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, fmt.Sprintf(format, args...))
}

func (a *application) heard() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.calls)
}

// watch registers every kind of hook.
func (a *application) watch() {
	a.OnChange(func(old, new *backend) { a.called("first %d -> %d", old.Errors, new.Errors) })
	a.OnChange(func(old, new *backend) { a.called("second %d -> %d", old.Errors, new.Errors) })
	config.OnChangeOf(a.Store, func(b *backend) string { return b.Note }, func(old, new string) { a.called("note %s -> %s", old, new) })
	a.OnReject(func(err *config.Error) { a.called("rejected %s", err.Problems[0].Code) })
	a.OnRecover(func() { a.called("recovered") })
}

func (a *application) state(version uint64) config.State {
	for _, v := range a.History() {
		if v.Version == version {
			return v.State
		}
	}
	return ""
}

func (a *application) awaitState(t *testing.T, version uint64, state config.State) {
	t.Helper()
	eventually(t, fmt.Sprintf("version %d to be %s", version, state), func() bool { return a.state(version) == state })
}

func TestAChangeThatMakesTheServiceUnhealthyIsRolledBack(t *testing.T) {
	a := runApplication(t, "errors: 0\nnote: good\nkey: the-secret-key\n")
	a.awaitState(t, 1, config.Confirmed)
	a.watch()
	accepts(t, a.Store, a.path, "errors: 100\nnote: bad\nkey: the-secret-key\n")
	a.awaitState(t, 2, config.Quarantined)
	eventually(t, "the hooks", func() bool { return len(a.heard()) >= 7 })
	if got, want := strings.Join(a.heard(), "\n"), "first 0 -> 100\nsecond 0 -> 100\nnote good -> bad\n"+
		"first 100 -> 0\nsecond 100 -> 0\nnote bad -> good\nrejected probation"; got != want {
		t.Errorf("hooks were called:\n%s\nwant\n%s", got, want)
	}
	st := a.Status()
	wantProblems(t, st.Err,
		"c.yaml:1:9: errors: the service is unhealthy since this changed, so it was taken back: too many requests fail: 10 of 10, with the key [redacted] [probation]",
		"c.yaml:2:7: note: the service is unhealthy since this changed, so it was taken back: too many requests fail: 10 of 10, with the key [redacted] [probation]")
	if health := a.CheckHealth(); !errors.Is(st.Err, errRequests) || health != error(st.Err) || st.Err.Serving != 3 { //nolint:errorlint // it is that error itself
		t.Errorf("err %+v, health %v", st.Err, a.CheckHealth())
	}
	if !strings.HasPrefix(st.Err.Error(), "config: rolled back by the probation, 2 problems; serving version 3\n") {
		t.Errorf("got %v", st.Err)
	}
	if st.Version != 3 || st.Rollbacks != 1 || st.Probation != nil || a.Current().Errors != 0 || a.Current().Note != "good" {
		t.Errorf("got %+v, serving %+v", st, *a.Current())
	}
	if h := a.History(); len(h) != 3 || h[2].State != config.Confirmed || len(h[2].Changes) != 2 || h[2].Changes[0].String() != "errors: 100 -> 0" {
		t.Errorf("history: %+v", h)
	}
	if log := a.log.String(); strings.Count(log, "rolled back, because the service is unhealthy") != 1 || strings.Contains(log, "the-secret-key") {
		t.Errorf("logged:\n%s", log)
	}
}

func TestAHookThatNeverSawTheBadValueIsNotCalled(t *testing.T) {
	a := runApplication(t, "errors: 0\n")
	a.awaitState(t, 1, config.Confirmed)
	entered, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	a.OnChange(func(old, new *backend) {
		a.called("first %d -> %d", old.Errors, new.Errors)
		once.Do(func() { close(entered); <-release })
	})
	a.OnChange(func(old, new *backend) { a.called("second %d -> %d", old.Errors, new.Errors) })
	accepts(t, a.Store, a.path, "errors: 100\n")
	<-entered
	a.awaitState(t, 2, config.Quarantined)
	close(release)
	eventually(t, "the hooks", func() bool { return len(a.heard()) >= 2 })
	accepts(t, a.Store, a.path, "errors: 1\n")
	eventually(t, "the hooks", func() bool { return len(a.heard()) >= 4 })
	if got, want := strings.Join(a.heard(), "\n"), "first 0 -> 100\nfirst 100 -> 0\nfirst 0 -> 1\nsecond 0 -> 1"; got != want {
		t.Errorf("hooks were called:\n%s\nwant\n%s", got, want)
	}
}

func TestQuarantinedContentIsTriedAgainAfterAChangeOrByReload(t *testing.T) {
	a := runApplication(t, "errors: 0\n", config.WithSettle(0), config.WithPollInterval(5*time.Millisecond))
	a.awaitState(t, 1, config.Confirmed)
	put(t, a.path, "errors: 100\n")
	a.awaitState(t, 2, config.Quarantined)
	version := a.Snapshot().Version
	// Other content that is rejected does not make it any better.
	put(t, a.path, "errors: x\n")
	eventually(t, "the rejection", func() bool { return a.Status().Err.Problems[0].Code == config.CodeType })
	put(t, a.path, "errors: 100\n")
	eventually(t, "the rejection", func() bool { return a.Status().Err.Problems[0].Code == config.CodeProbation })
	if a.Snapshot().Version != version || a.Current().Errors != 0 {
		t.Errorf("version %d is served, %+v", a.Snapshot().Version, *a.Current())
	}
	if err := a.Reload(t.Context()); err != nil {
		t.Errorf("asked for: %v", err)
	}
	a.awaitState(t, version+1, config.Quarantined)
	put(t, a.path, "errors: 1\n")
	a.awaitState(t, version+3, config.Confirmed)
	if st := a.Status(); st.Err != nil || a.CheckHealth() != nil || st.Rollbacks != 2 {
		t.Errorf("got %+v", st)
	}
}

func TestTheQuarantineEndsWhenTheGoodContentIsBack(t *testing.T) {
	a := runApplication(t, "errors: 0\n")
	recovered := make(chan struct{}, 1)
	a.OnRecover(func() { recovered <- struct{}{} })
	a.awaitState(t, 1, config.Confirmed)
	accepts(t, a.Store, a.path, "errors: 100\n")
	a.awaitState(t, 2, config.Quarantined)
	accepts(t, a.Store, a.path, "errors: 0\n")
	<-recovered
	if st := a.Status(); st.Version != 3 || st.Err != nil {
		t.Errorf("got %+v", st)
	}
}

func TestAFixIsNotUndone(t *testing.T) {
	a := runApplication(t, "errors: 100\nnote: first\n")
	accepts(t, a.Store, a.path, "errors: 90\nnote: better\n")
	accepts(t, a.Store, a.path, "errors: 10\nnote: good\n")
	a.awaitState(t, 3, config.Confirmed)
	if st := a.Status(); st.Version != 3 || st.Rollbacks != 0 || st.Err != nil {
		t.Errorf("got %+v", st)
	}
	if log := a.log.String(); strings.Count(log, "unhealthy before this change, so it is not rolled back") != 2 {
		t.Errorf("logged:\n%s", log)
	}
}

func TestAChangeThatWaitsForARestartIsNotProbed(t *testing.T) {
	var asked atomic.Int64
	path := yamlFile(t, "errors: 0\npool: 1\n")
	s := open[backend](t, config.WithFile(path), config.WithProbation(time.Hour, func(context.Context, *backend) error {
		asked.Add(1)
		return nil
	}))
	accepts(t, s, path, "errors: 0\npool: 2\n")
	if s.Snapshot().Version != 1 || len(s.Snapshot().Pending) != 1 || asked.Load() != 0 {
		t.Errorf("asked %d times, %+v", asked.Load(), s.Snapshot())
	}
}

func TestAProbationIsShownWhileItGoesOn(t *testing.T) {
	path := yamlFile(t, "errors: 0\n")
	s := open[backend](t, config.WithFile(path), config.WithProbation(time.Hour, func(context.Context, *backend) error { return nil }))
	if p := s.Status().Probation; p == nil || p.Version != 1 || p.Target != 0 {
		t.Errorf("got %+v", p)
	}
	accepts(t, s, path, "errors: 1\n")
	if p := s.Status().Probation; p == nil || p.Version != 2 || p.Target != 1 || time.Until(p.Until) < 59*time.Minute {
		t.Errorf("got %+v", p)
	}
	if h := s.History(); h[0].State != config.Candidate || h[1].State != config.Candidate {
		t.Errorf("got %+v", h)
	}
}

func TestTheBaselineMayCallTheStore(t *testing.T) {
	path := yamlFile(t, "errors: 0\n")
	var store atomic.Pointer[config.Store[backend]]
	reloaded := make(chan error, 10)
	s := open[backend](t, config.WithFile(path), config.WithProbation(time.Hour, func(ctx context.Context, _ *backend) error {
		if s := store.Load(); s != nil {
			_, _, _ = s.Status(), s.History(), s.CheckHealth()
			reloaded <- s.Reload(ctx)
		}
		return nil
	}))
	store.Store(s)
	accepts(t, s, path, "errors: 1\n")
	if err := <-reloaded; !errors.Is(err, config.ErrReentrant) {
		t.Errorf("got %v", err)
	}
}

func TestAProbeMayReloadCloseHangPanicOrExit(t *testing.T) {
	for name, do := range map[string]func(ctx context.Context, s *config.Store[backend]) error{
		"reload": func(ctx context.Context, s *config.Store[backend]) error { _ = s.Reload(ctx); return nil },
		"close":  func(_ context.Context, s *config.Store[backend]) error { s.Close(); return nil },
		"hang":   func(ctx context.Context, _ *config.Store[backend]) error { <-ctx.Done(); return ctx.Err() },
		"panic":  func(context.Context, *config.Store[backend]) error { panic("x") },
		"exit":   func(context.Context, *config.Store[backend]) error { runtime.Goexit(); return nil },
		"error":  func(context.Context, *config.Store[backend]) error { return panickyHealth{} },
	} {
		t.Run(name, func(t *testing.T) {
			path := yamlFile(t, "errors: 0\n")
			var store atomic.Pointer[config.Store[backend]]
			var probes atomic.Int64
			s := open[backend](t, config.WithFile(path), config.WithProbation(time.Hour, func(ctx context.Context, b *backend) error {
				s := store.Load()
				if s == nil || b.Errors == 0 {
					return nil
				}
				probes.Add(1)
				return do(ctx, s)
			}, config.ProbeEvery(time.Millisecond), config.ProbeTimeout(10*time.Millisecond)))
			store.Store(s)
			accepts(t, s, path, "errors: 1\n")
			eventually(t, "what the probe does", func() bool {
				st := s.Status()
				return probes.Load() > 3 || st.Rollbacks == 1 || st.Closed
			})
			s.Close()
			if errorsNow := s.Current().Errors; (errorsNow == 0) != (name != "reload" && name != "close") {
				t.Errorf("errors is %d", errorsNow)
			}
		})
	}
}

// panickyHealth is an error whose Error method panics.
type panickyHealth struct{}

func (panickyHealth) Error() string { panic("no text") }

func TestARestartServesLastGoodInTheStateOfTheQuarantine(t *testing.T) {
	dir := t.TempDir()
	a := runApplication(t, "errors: 0\n", config.WithLastGood(dir))
	a.awaitState(t, 1, config.Confirmed)
	accepts(t, a.Store, a.path, "errors: 100\n")
	a.awaitState(t, 2, config.Quarantined)
	a.Close()
	opts := []config.Option{config.WithFile(a.path), config.WithLastGood(dir)}
	s := open[backend](t, opts...)
	if st := s.Status(); s.Current().Errors != 0 || st.LastGood.IsZero() || st.Err == nil {
		t.Fatalf("serving %+v, %+v", *s.Current(), st)
	}
	wantProblems(t, s.CheckHealth(),
		"c.yaml:1:9: errors: the service is unhealthy since this changed, so it was taken back: too many requests fail: 10 of 10, with the key  [probation]")
	if err := s.Reload(t.Context()); err != nil || s.Current().Errors != 100 {
		t.Errorf("asked for: %v, %+v", err, *s.Current())
	}
	s.Close()
	if s = open[backend](t, opts...); s.Current().Errors != 100 || s.Status().Err != nil {
		t.Errorf("after that: %+v", s.Status())
	}
}

func TestAnUnhealthyVersionIsNeverStored(t *testing.T) {
	dir := t.TempDir()
	a := runApplication(t, "errors: 0\n", config.WithLastGood(dir))
	a.awaitState(t, 1, config.Confirmed)
	accepts(t, a.Store, a.path, "errors: 100\n")
	a.awaitState(t, 2, config.Quarantined)
	accepts(t, a.Store, a.path, "errors: 5\n")
	a.awaitState(t, 4, config.Confirmed)
	a.Close()
	wantNowhere(t, dir, "errors: 100")
}

func TestManyReadersReloadsAndRollbacksAtOnce(t *testing.T) {
	path := yamlFile(t, "errors: 0\nnote: '0'\n")
	var sick atomic.Bool
	s := open[backend](t, config.WithFile(path), config.WithLastGood(t.TempDir()), config.WithProbation(5*time.Millisecond, func(_ context.Context, b *backend) error {
		if sick.Load() && b.Errors%3 == 1 {
			return errRequests
		}
		return nil
	}, config.ProbeEvery(time.Millisecond), config.ProbeFailures(1)))
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var last uint64
			for ctx.Err() == nil {
				snap := s.Snapshot()
				if snap.Version < last || snap.Value.Note != fmt.Sprint(snap.Value.Errors) {
					t.Errorf("version %d after %d: %+v", snap.Version, last, *snap.Value)
				}
				last = snap.Version
				_, _, _ = s.Status(), s.History(), s.CheckHealth()
				runtime.Gosched()
			}
		})
	}
	s.OnChange(func(old, new *backend) {
		if old.Errors == new.Errors {
			t.Errorf("called with %+v twice", *new)
		}
	})
	for n := 1; ctx.Err() == nil; n++ {
		sick.Store(n%2 == 0)
		put(t, path, fmt.Sprintf("errors: %d\nnote: '%d'\n", n%100, n%100))
		_ = s.Reload(ctx)
		runtime.Gosched()
	}
	all.Wait()
}

// sickWith is a probation that takes back this port, with an error of this text.
func sickWith(port int, text string) config.Option {
	return config.WithProbation(time.Second, func(_ context.Context, c *served) error {
		if c.Port == port {
			return errors.New(text)
		}
		return nil
	}, config.ProbeEvery(time.Millisecond))
}

func TestSecretsFromBeforeTheChangeAreNeitherStoredNorLogged(t *testing.T) {
	l := newLives(t, "")
	token := files(t, "token", "old-hunter2")
	put(t, l.path, "port: 80\n")
	l.opts = []config.Option{config.WithKeyDir(token), sickWith(81, "neither old-hunter2 nor new-hunter2 is taken")}
	s := l.open(t)
	put(t, filepath.Join(token, "token"), "new-hunter2")
	accepts(t, s, l.path, "port: 81\n")
	eventually(t, "the rollback", func() bool { return s.Status().Rollbacks == 1 })
	if text := s.CheckHealth().Error(); !strings.Contains(text, "neither [redacted] nor [redacted] is taken") {
		t.Errorf("health: %s", text)
	}
	s.Close()
	wantNowhere(t, l.dir, "hunter2")
	if log := l.log.String(); strings.Contains(log, "hunter2") {
		t.Errorf("logged:\n%s", log)
	}
}

func TestTheBaselinesSecretsAreNotLogged(t *testing.T) {
	l := newLives(t, "port: 81\n")
	token := files(t, "token", "old-hunter2")
	l.opts = []config.Option{config.WithKeyDir(token), sickWith(81, "old-hunter2 is not taken")}
	s := l.open(t)
	put(t, filepath.Join(token, "token"), "new-hunter2")
	accepts(t, s, l.path, "port: 80\n")
	if log := l.log.String(); !strings.Contains(log, "[redacted] is not taken") || strings.Contains(log, "hunter2") {
		t.Errorf("logged:\n%s", log)
	}
}

func TestAQuarantineOfAKeyFileIsNotServedAsLastGood(t *testing.T) {
	l := newLives(t, "port: 80\n")
	name := files(t, "name", "well")
	l.opts = []config.Option{config.WithKeyDir(name), config.WithProbation(10*time.Millisecond, func(_ context.Context, c *served) error {
		if c.Name == "sick" {
			return errors.New("no")
		}
		return nil
	}, config.ProbeEvery(time.Millisecond))}
	s := l.open(t)
	eventually(t, "its confirmation", func() bool { return s.History()[0].State == config.Confirmed })
	put(t, filepath.Join(name, "name"), "sick")
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the rollback", func() bool { return s.Status().Rollbacks == 1 })
	s.Close()
	// The stored documents with the present key files are the same content.
	s = l.open(t)
	if st := s.Status(); !st.LastGood.IsZero() || st.Err != nil {
		t.Errorf("serving %+v, %+v", *s.Current(), st)
	}
	if log := l.log.String(); !strings.Contains(log, "its content is in quarantine") || !strings.Contains(log, "nothing that is stored passes") {
		t.Errorf("logged:\n%s", log)
	}
	s.Close()
	put(t, filepath.Join(name, "name"), "well again")
	l.fallsBack(t, "port: x\n", 80)
}

func TestTheStateOfAVersionIsRecordedBeforeItsHooksAreCalled(t *testing.T) {
	t.Parallel()
	path := yamlFile(t, "errors: 0\n")
	s := open[backend](t, config.WithFile(path), config.WithSettle(time.Hour), config.WithLogger(quiet),
		config.WithProbation(time.Millisecond, func(_ context.Context, current *backend) error {
			if current.Errors > 50 {
				return errRequests
			}
			return nil
		}, config.ProbeEvery(time.Millisecond), config.ProbeFailures(1)))
	rejected := make(chan config.Status, 1)
	s.OnReject(func(*config.Error) { rejected <- s.Status() })
	for n := range uint64(50) {
		eventually(t, "a confirmed version", func() bool { return s.Status().Probation == nil })
		accepts(t, s, path, fmt.Sprintf("errors: %d\n", 51+n%2))
		if st := within(t, rejected, "the rollback"); st.Rollbacks != n+1 || st.Probation != nil {
			t.Fatalf("after %d rollbacks, the hook finds %d, and the probation %+v", n+1, st.Rollbacks, st.Probation)
		}
	}
}
