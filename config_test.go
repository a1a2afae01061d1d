//go:build unix

// Package lastgood_test holds the acceptance tests: what the README promises,
// through the public API alone, on real files.
package lastgood_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-playground/validator/v10"
	"go.uber.org/goleak"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/leak"
	"example.com/lastgood/internal/testkit"
	"example.com/lastgood/internal/volume"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

func TestMain(m *testing.M) { goleak.VerifyTestMain(leak.Tests{M: m}) }

// pair is a configuration whose two halves belong together, so that a torn or
// mixed one shows. Zero and defaults are never valid.
type pair struct {
	Left  int    `mapstructure:"left" validate:"min=1"`
	Text  string `mapstructure:"text" validate:"required"`
	Right int    `mapstructure:"right" validate:"eqfield=Left"`
}

// pairFile returns version n of a file for pair. Any prefix of it is shorter of
// a value, and most are valid YAML.
func pairFile(n int) string {
	return fmt.Sprintf("left: %d\ntext: %s\nright: %d\n", n, strings.Repeat("x", 100+n%50), n)
}

// What the tests of other packages need, too.
var (
	write      = testkit.Write
	replace    = testkit.Replace
	readFile   = testkit.Read
	eventually = testkit.Eventually
	mustPanic  = testkit.WantPanic
)

func quiet() config.Option { return config.WithLogger(slog.New(slog.DiscardHandler)) }

// open opens a store and closes it with the test.
func open[T any](t *testing.T, opts ...config.Option) *config.Store[T] {
	t.Helper()
	s, err := config.Open[T](append([]config.Option{quiet()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func remove(t testing.TB, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// swap updates a volume as the kubelet does.
func swap(t testing.TB, v *volume.Volume, content string) {
	t.Helper()
	if err := v.Update(map[string]string{"config.yaml": content}); err != nil {
		t.Fatal(err)
	}
}

// pause lets time pass as part of a scenario. It is never used to wait for
// something to happen.
func pause(d time.Duration) {
	if d > 0 {
		<-time.After(d)
	}
}

// reaches waits until the store serves version n of pairFile.
func reaches(t testing.TB, s *config.Store[pair], n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("left: %d", n), func() bool { return s.Current().Left == n })
}

// noPoll makes events, not the poll, responsible for noticing a change.
func noPoll() config.Option { return config.WithPollInterval(0) }

// ---- The main job ----

func TestAKubeletSwapReachesCurrent(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	for n := 2; n < 20; n++ {
		swap(t, v, pairFile(n))
		reaches(t, s, n)
	}
	if got := s.Snapshot().Version; got != 19 {
		t.Errorf("version %d after 18 changes, want 19", got)
	}
}

func TestTwoSwapsInShortSuccessionAreNeverLost(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	n := 1
	swap(t, v, pairFile(n))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	for gap := time.Duration(0); gap < 3*time.Millisecond; gap += 50 * time.Microsecond {
		n++
		swap(t, v, pairFile(n))
		pause(gap)
		n++
		swap(t, v, pairFile(n))
		reaches(t, s, n)
	}
}

func TestAFileRemovedAndCreatedAgainIsPickedUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	n := 1
	write(t, path, pairFile(n))
	s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(5*time.Millisecond))
	for gap := time.Duration(0); gap <= 8*time.Millisecond; gap += 250 * time.Microsecond {
		n++
		remove(t, path)
		pause(gap)
		write(t, path, pairFile(n))
		reaches(t, s, n)
	}
}

func TestAChangeRightAfterLoadIsNotLost(t *testing.T) {
	dir := t.TempDir()
	for i, gap := 0, time.Duration(0); gap <= 2*time.Millisecond; i, gap = i+1, gap+100*time.Microsecond {
		path := filepath.Join(dir, fmt.Sprintf("config%d.yaml", i))
		write(t, path, pairFile(1))
		s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(5*time.Millisecond))
		pause(gap)
		replace(t, path, pairFile(2))
		reaches(t, s, 2)
	}
}

func TestAFileWrittenInPlaceWithAPauseIsNeverSeenTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	const settle = time.Second
	s := open[pair](t, config.WithFile(path), config.WithSettle(settle))
	rejected := make(chan *config.Error, 10)
	s.OnReject(func(err *config.Error) { rejected <- err })
	stop := watchReaders(t, s)
	defer stop()
	for n := 2; n < 5; n++ {
		began := time.Now()
		f, err := os.Create(path) // truncates it
		if err != nil {
			t.Fatal(err)
		}
		content := pairFile(n)
		pause(30 * time.Millisecond)
		if _, err := f.WriteString(content[:len(content)/2]); err != nil {
			t.Fatal(err)
		}
		pause(100 * time.Millisecond)
		if _, err := f.WriteString(content[len(content)/2:]); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took >= settle {
			t.Skipf("the machine is too busy: the file was written in %v", took)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		reaches(t, s, n)
	}
	select {
	case err := <-rejected:
		t.Errorf("a half-written file was judged: %v", err)
	default:
	}
}

// watchReaders reads Current from several goroutines until stop, and reports
// every value that is not one of pairFile's.
func watchReaders(t *testing.T, s *config.Store[pair]) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := torn(s.Current()); err != nil {
					t.Error(err)
					return
				}
				runtime.Gosched()
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

func torn(p *pair) error {
	if p == nil || p.Left < 1 || p.Left != p.Right || len(p.Text) != 100+p.Left%50 {
		return fmt.Errorf("a torn value was published: %+v", p)
	}
	return nil
}

func TestReadersOnlyEverSeeCompleteVersions(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	var wg sync.WaitGroup
	var reads atomic.Int64
	done := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			for last := 0; ; {
				p := s.Current()
				if err := torn(p); err != nil {
					t.Error(err)
					return
				}
				if p.Left < last {
					t.Errorf("version %d came after %d", p.Left, last)
					return
				}
				last = p.Left
				if reads.Add(1)%64 == 0 {
					runtime.Gosched()
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	last := 0
	for i := 2; i <= 201; i++ {
		if i%2 == 0 {
			swap(t, v, pairFile(i)+"broken: true\n")
			continue
		}
		swap(t, v, pairFile(i))
		last = i
	}
	reaches(t, s, last)
	eventually(t, "10,000 reads", func() bool { return reads.Load() >= 10_000 })
	close(done)
	wg.Wait()
}

// ---- Rejected reloads ----

// recorder records the calls of a store's hooks.
type recorder struct {
	mu       sync.Mutex
	changes  [][2]int
	rejected []*config.Error
}

func record(s *config.Store[pair]) *recorder {
	r := &recorder{}
	s.OnChange(func(old, new *pair) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changes = append(r.changes, [2]int{old.Left, new.Left})
	})
	s.OnReject(func(err *config.Error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.rejected = append(r.rejected, err)
	})
	return r
}

func (r *recorder) counts() (changes, rejected int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.changes), len(r.rejected)
}

// rejects waits for the nth rejection and returns it.
func (r *recorder) rejects(t *testing.T, n int) *config.Error {
	t.Helper()
	eventually(t, fmt.Sprintf("rejection %d", n), func() bool { _, got := r.counts(); return got >= n })
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rejected[n-1]
}

func TestABrokenReloadIsRejectedAndTheLastGoodStays(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	var log syncBuffer
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll(),
		config.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	before := s.Current()
	r := record(s)

	swap(t, v, "left: 2\ntext: x\nright: 3\n")
	rejected := r.rejects(t, 1)
	if s.Current() != before || s.Snapshot().Version != 1 {
		t.Error("a rejected reload changed the current configuration")
	}
	if rejected.Serving != 1 || len(rejected.Problems) != 1 || rejected.Problems[0].Key != "right" ||
		rejected.Problems[0].Origin.Line != 3 || rejected.Problems[0].Code != "eqfield" {
		t.Errorf("rejected with %+v", rejected)
	}

	swap(t, v, pairFile(4))
	reaches(t, s, 4)
	eventually(t, "the log line", func() bool { return strings.Contains(log.String(), "config: reloaded") })
	if n := strings.Count(log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings, want 1:\n%s", n, log.String())
	}
	if n := strings.Count(log.String(), "\n"); n != 3 {
		t.Errorf("%d log lines for a load, a rejected and a published reload, want 3:\n%s", n, log.String())
	}
}

func TestTheSameBrokenContentIsReportedOnce(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), config.WithPollInterval(5*time.Millisecond))
	r := record(s)
	update := func(content, other string) {
		if err := v.Update(map[string]string{"config.yaml": content, "other": other}); err != nil {
			t.Fatal(err)
		}
	}
	update("left: 0", "1")
	_ = r.rejects(t, 1)
	update("left: 0", "2") // a swap that changes only another key
	var first, second *config.Error
	if !errors.As(s.Reload(t.Context()), &first) || !errors.As(s.Reload(t.Context()), &second) || first != second {
		t.Errorf("reloading the same broken content returned %v, then %v", first, second)
	}
	update("left: -1", "2")
	_ = r.rejects(t, 2)
	if changes, rejected := r.counts(); changes != 0 || rejected != 2 {
		t.Errorf("%d changes and %d rejections were reported, want 0 and 2", changes, rejected)
	}
}

func TestRunningContentThatComesBackClearsTheFailure(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	var log syncBuffer
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll(),
		config.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	r := record(s)
	swap(t, v, "left: 0")
	_ = r.rejects(t, 1)
	swap(t, v, pairFile(1))
	eventually(t, "the all-clear", func() bool { return strings.Contains(log.String(), "good again") })
	if err := s.Reload(t.Context()); err != nil {
		t.Errorf("reloading the running content returned %v", err)
	}
	swap(t, v, "left: 0") // the same as before, but not twice in a row
	_ = r.rejects(t, 2)
	if changes, _ := r.counts(); changes != 0 || s.Snapshot().Version != 1 {
		t.Errorf("%d changes, version %d, want none and 1", changes, s.Snapshot().Version)
	}
}

func TestARemovedFileIsReportedAndPickedUpWhenItReturns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(20*time.Millisecond))
	r := record(s)
	remove(t, path)
	if err := r.rejects(t, 1); err.Problems[0].Code != config.CodeMissingFile || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("rejected with %v", err)
	}
	write(t, path, pairFile(2))
	reaches(t, s, 2)
}

func TestAVolumeRemovedAndCreatedAgainIsFollowed(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	r := record(s)
	for n := 2; n < 5; n++ {
		if err := v.Remove(); err != nil {
			t.Fatal(err)
		}
		_ = r.rejects(t, n-1)
		swap(t, v, pairFile(n))
		reaches(t, s, n)
	}
}

func TestAnEmptiedFileIsRejected(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(20*time.Millisecond))
	r := record(s)
	write(t, path, "")
	if code := r.rejects(t, 1).Problems[0].Code; code != config.CodeEmpty {
		t.Errorf("rejected with code %q", code)
	}
	if s.Current().Left != 1 {
		t.Error("an empty file was published")
	}
}

func TestContentThatMeansTheSameIsNoChange(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	r := record(s)
	before := s.Snapshot()
	swap(t, v, "# a comment\n"+pairFile(1))
	eventually(t, "the new digest", func() bool { return s.Snapshot().Content != before.Content })
	after := s.Snapshot()
	if after.Version != 1 || after.Value != before.Value || !after.LoadedAt.Equal(before.LoadedAt) {
		t.Errorf("snapshot %+v after a change of comments, want %+v with another digest", after, before)
	}
	swap(t, v, pairFile(2)) // by when it arrives, an earlier change would have
	reaches(t, s, 2)
	eventually(t, "the hook", func() bool { n, _ := r.counts(); return n > 0 })
	if changes, _ := r.counts(); changes != 1 || s.Snapshot().Version != 2 {
		t.Errorf("%d changes, version %d, want 1 and 2", changes, s.Snapshot().Version)
	}
}

// syncBuffer is a buffer for a logger of another goroutine.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// ---- Loading ----

// service is a configuration with everything in it.
type service struct {
	Common `mapstructure:",squash"`
	Named

	Server struct {
		Addr        string        `mapstructure:"addr" default:":8080" validate:"hostname_port"`
		ReadTimeout time.Duration `default:"5s" validate:"gt=0"`
		TLS         *certificate  `mapstructure:"tls"`
	} `mapstructure:"server"`
	DB struct {
		DSN config.Secret `mapstructure:"dsn" validate:"required,min=10"`
	} `mapstructure:"db"`
	Upstreams []upstream         `mapstructure:"upstreams" validate:"max=3,unique=Name"`
	Limits    map[string]float64 `mapstructure:"limits"`
	Started   time.Time          `mapstructure:"started"`
	Allow     []netip.Prefix     `mapstructure:"allow"`
	Peer      netip.Addr         `mapstructure:"peer"`
	Level     slog.Level         `mapstructure:"level" default:"info"`
	Version   string             `mapstructure:"version"`
	Extra     map[string]any     `mapstructure:"extra"`
}

type Common struct {
	Name string `mapstructure:"name" validate:"required"`
}

type Named struct {
	Quota int8  `mapstructure:"quota" validate:"required"`
	Debug *bool `mapstructure:"debug"`
}

type certificate struct {
	Cert string `mapstructure:"cert"`
	Key  string `mapstructure:"key"`
}

func (c *certificate) Validate() error {
	if (c.Cert == "") != (c.Key == "") {
		return errors.New("cert and key belong together")
	}
	return nil
}

type upstream struct {
	Name   string   `mapstructure:"name" validate:"required"`
	URL    *url.URL `mapstructure:"url"`
	Weight int      `mapstructure:"weight" default:"1" validate:"min=1,max=100"`
}

func TestYAMLAndTOMLAndJSONGiveTheSameValue(t *testing.T) {
	u := func(text string) *url.URL {
		parsed, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	var want service
	want.Name = "Frankfurt"
	want.Quota = 0 // set, hence enough for "required"
	want.Debug = new(bool)
	want.Server.Addr = ":8443"
	want.Server.ReadTimeout = 90 * time.Second
	want.Server.TLS = &certificate{"/tls/tls.crt", "/tls/tls.key"}
	want.DB.DSN = config.NewSecret("postgres://app:correct-horse@db/app")
	want.Upstreams = []upstream{{"blue", u("http://10.0.0.1:8080/api"), 3}, {"green", u("http://10.0.0.2:8080/api"), 1}}
	want.Limits = map[string]float64{"Search.Users": 20, "export": 1.5}
	want.Started = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	want.Allow = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.168.0.0/16")}
	want.Peer = netip.MustParseAddr("10.0.0.9")
	want.Level = slog.LevelWarn
	want.Version = "1.10"
	want.Extra = map[string]any{"Any.Thing": []any{1, 2.5, "3", true, map[string]any{"Deep.Key": "x"}}}
	for _, ext := range []string{"yaml", "toml", "json"} {
		t.Run(ext, func(t *testing.T) {
			got := open[service](t, config.WithFile("testdata/good/service."+ext)).Current()
			if !reflect.DeepEqual(got, &want) {
				t.Errorf("got\n%+v\nwant\n%+v", *got, want)
			}
		})
	}
}

func TestTheExtensionIsKnownInAnyCase(t *testing.T) {
	for _, name := range []string{"c.YAML", "c.Yml"} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, pairFile(1))
		open[pair](t, config.WithFile(path))
	}
	path := filepath.Join(t.TempDir(), "config.ini")
	write(t, path, pairFile(1))
	if err := config.Check[pair](config.WithFile(path)); err == nil || !strings.Contains(err.Error(), ".toml") {
		t.Errorf("an .ini file gave %v, want an error that names the known extensions", err)
	}
}

func TestLaterFilesWinAndMapsMergeDeeply(t *testing.T) {
	dir := t.TempDir()
	base, over := filepath.Join(dir, "base.yaml"), filepath.Join(dir, "over.toml")
	write(t, base, `
name: base
db: {dsn: 0123456789}
quota: 1
limits: {A.b: 1, shared: 1}
upstreams: [{name: a}, {name: b}]
server: {addr: ":1", read_timeout: 1s}
extra: {deep: {x: 1, y: 1}}
`)
	write(t, over, `
name = "over"
upstreams = [{name = "c"}]
limits.shared = 2
server.addr = ":2"
extra.deep.y = 2
`)
	got := open[service](t, config.WithFile(base), config.WithFile(over)).Current()
	if got.Name != "over" || got.Server.Addr != ":2" || got.Server.ReadTimeout != time.Second ||
		!reflect.DeepEqual(got.Limits, map[string]float64{"A.b": 1, "shared": 2}) ||
		len(got.Upstreams) != 1 || got.Upstreams[0].Name != "c" ||
		!reflect.DeepEqual(got.Extra, map[string]any{"deep": map[string]any{"x": 1, "y": 2}}) {
		t.Errorf("got %+v", *got)
	}
}

func TestAConflictBetweenFilesNamesBothPlaces(t *testing.T) {
	dir := t.TempDir()
	base, over := filepath.Join(dir, "base.yaml"), filepath.Join(dir, "over.yaml")
	write(t, base, "name: x\nquota: 1\ndb: {dsn: 0123456789}\nextra:\n  a: {b: 1}\n")
	write(t, over, "extra:\n  a: 1\n")
	var rejected *config.Error
	if err := config.Check[service](config.WithFile(base, over)); !errors.As(err, &rejected) {
		t.Fatalf("got %v", err)
	}
	p := rejected.Problems[0]
	if len(rejected.Problems) != 1 || p.Code != config.CodeConflict || p.Origin.Name != over || p.Origin.Line != 2 ||
		!strings.Contains(p.Message, base+":5:6") {
		t.Errorf("problems %+v", rejected.Problems)
	}
}

func TestAnOptionalFileMayComeAndGo(t *testing.T) {
	dir := t.TempDir()
	base, extra := filepath.Join(dir, "base.yaml"), filepath.Join(dir, "sub", "dir", "extra.yaml")
	write(t, base, pairFile(1))
	s := open[pair](t, config.WithFile(base), config.WithOptionalFile(extra), noPoll(), config.WithSettle(10*time.Millisecond))
	if err := os.MkdirAll(filepath.Dir(extra), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, extra, "left: 7\nright: 7\n")
	reaches(t, s, 7)
	remove(t, extra)
	reaches(t, s, 1)
}

func TestTwoFilesOfOneVolumeAreNeverMixed(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	update := func(n int) {
		half := strings.SplitAfterN(pairFile(n), "\n", 2)
		if err := v.Update(map[string]string{"left.yaml": half[0], "right.yaml": half[1]}); err != nil {
			t.Fatal(err)
		}
	}
	update(1)
	s := open[pair](t, config.WithFile(v.Path("left.yaml"), v.Path("right.yaml")), noPoll())
	r := record(s)
	for n := 2; n <= 200; n++ {
		update(n)
	}
	reaches(t, s, 200)
	if _, rejected := r.counts(); rejected != 0 {
		t.Errorf("%d generations were mixed: %v", rejected, r.rejects(t, 1))
	}
}

func TestLoadPublishesForTheWholeProcessUntilClose(t *testing.T) {
	type Config struct {
		Left int `mapstructure:"left"`
	}
	if v, ok := config.Lookup[Config](); ok {
		t.Fatalf("Lookup before Load returned %v", v)
	}
	mustPanic(t, "config.Load[lastgood_test.Config]", func() { config.Current[Config]() })
	mustPanic(t, "config.Load[lastgood_test.Config]", func() { config.OnChange(func(_, _ *Config) {}) })

	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "left: 1")
	s, err := config.Load[Config](config.WithFile(path), quiet(), noPoll(), config.WithSettle(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if config.Current[Config]() != s.Current() {
		t.Error("Current of the process is not that of the store")
	}
	changed := make(chan int, 1)
	config.OnChange(func(_, new *Config) { changed <- new.Left })
	if _, err := config.Load[Config](config.WithFile(path), quiet()); !errors.Is(err, config.ErrAlreadyLoaded) {
		t.Errorf("a second Load returned %v, want ErrAlreadyLoaded", err)
	}
	open[Config](t, config.WithFile(path)) // is none of the process's business
	replace(t, path, "left: 2")
	if got := <-changed; got != 2 {
		t.Errorf("the hook got %d", got)
	}
	if v, ok := config.Lookup[Config](); !ok || v.Left != 2 {
		t.Errorf("Lookup returned %+v, %v", v, ok)
	}

	s.Close()
	s.Close()
	if s.Current().Left != 2 {
		t.Error("a closed store does not answer Current")
	}
	if _, ok := config.Lookup[Config](); ok {
		t.Error("a closed store is still the process's")
	}
	if err := s.Reload(t.Context()); !errors.Is(err, config.ErrClosed) {
		t.Errorf("Reload after Close returned %v, want ErrClosed", err)
	}
	again, err := config.Load[Config](config.WithFile(path), quiet())
	if err != nil {
		t.Fatalf("Load after Close: %v", err)
	}
	again.Close()
}

func TestOnlyOneOfManyLoadsAtOnceWins(t *testing.T) {
	type Config struct {
		Left int `mapstructure:"left"`
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "left: 1")
	var won atomic.Int32
	var wg sync.WaitGroup
	var stores [16]*config.Store[Config]
	for i := range stores {
		wg.Go(func() {
			s, err := config.Load[Config](config.WithFile(path), quiet())
			switch {
			case err == nil:
				won.Add(1)
				stores[i] = s
			case !errors.Is(err, config.ErrAlreadyLoaded):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d loads succeeded, want 1", won.Load())
	}
	for _, s := range stores {
		if s != nil {
			s.Close()
		}
	}
}

func TestLoadWithoutOptionsFindsItsFile(t *testing.T) {
	type Config struct {
		From string `mapstructure:"from"`
	}
	dir, home := t.TempDir(), t.TempDir()
	t.Chdir(dir)
	t.Setenv("CONFIG_FILE", "")
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	program := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")

	err := config.Check[Config]()
	for _, place := range []string{"CONFIG_FILE", dir, filepath.Join(dir, "config"), filepath.Join(home, program), filepath.Join("/etc", program)} {
		if err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("the error %v does not list %s", err, place)
		}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error %v is not fs.ErrNotExist", err)
	}

	// From the least to the most preferred.
	for _, path := range []string{filepath.Join(home, program, "config.json"), "config/config.toml", "config.json", "config.toml", "config.yml", "config.yaml"} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		content := "from: " + path
		switch filepath.Ext(path) {
		case ".toml":
			content = fmt.Sprintf("from = %q", path)
		case ".json":
			content = fmt.Sprintf(`{"from": %q}`, path)
		}
		write(t, path, content)
		if got := open[Config](t, config.WithoutWatch()).Current().From; got != path {
			t.Errorf("loaded %s, want %s", got, path)
		}
	}
	named := filepath.Join(t.TempDir(), "named.yaml")
	write(t, named, "from: variable")
	t.Setenv("CONFIG_FILE", named)
	if got := open[Config](t, config.WithoutWatch()).Current().From; got != "variable" {
		t.Errorf("loaded %s although $CONFIG_FILE is set", got)
	}
}

func TestCheckMakesOnePassAndLeavesNothingRunning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	before := runtime.NumGoroutine()
	if err := config.Check[pair](config.WithFile(path)); err != nil {
		t.Error(err)
	}
	write(t, path, "left: 1")
	var rejected *config.Error
	if err := config.Check[pair](config.WithFile(path)); !errors.As(err, &rejected) || len(rejected.Problems) != 2 || rejected.Serving != 0 {
		t.Errorf("got %v", err)
	}
	eventually(t, fmt.Sprintf("no more than %d goroutines", before), func() bool { return runtime.NumGoroutine() <= before })
}

func TestATypeThatCannotBeAConfigurationIsRefusedAtLoad(t *testing.T) {
	type inner struct {
		Port int `validate:"min=abc"`
	}
	type unsupported struct{ Chan chan int }
	type badDefault struct {
		Timeout time.Duration `default:"soon"`
	}
	type behindPointer struct{ Behind *inner }
	file := config.WithFile("testdata/good/service.yaml")
	for name, err := range map[string]error{
		"Chan":    config.Check[unsupported](file),
		"Timeout": config.Check[badDefault](file),
		"min=abc": config.Check[behindPointer](file),
		"int":     config.Check[int](file),
	} {
		var rejected *config.Error
		if !errors.As(err, &rejected) || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want an error that names %s", err, name)
			continue
		}
		if p := rejected.Problems[0]; p.Code != config.CodeSchema || p.Origin.Kind != config.OriginType {
			t.Errorf("problem %+v", p)
		}
	}
}

func TestWrongOptionsAreAllReported(t *testing.T) {
	var noContext context.Context
	err := config.Check[pair](config.WithFile(), config.WithFile(""), config.WithSettle(-1), config.WithPollInterval(-1),
		config.WithMaxSize(0), config.WithValidator(nil), config.WithContext(noContext))
	for _, option := range []string{"no path", "path is empty", "WithSettle", "WithPollInterval", "WithMaxSize", "WithValidator", "WithContext"} {
		if err == nil || !strings.Contains(err.Error(), option) {
			t.Errorf("%v does not tell of %s", err, option)
		}
	}
}

// ---- Diagnostics ----

// publicConfig is a configuration without secrets, so that lines are shown as they are.
type publicConfig struct {
	Name     string   `mapstructure:"name" validate:"required"`
	CIDRs    []string `mapstructure:"cidrs"`
	Script   string   `mapstructure:"script"`
	MaxConns int      `mapstructure:"max_conns"`
	Server   struct {
		Addr        string        `mapstructure:"addr"`
		ReadTimeout time.Duration `mapstructure:"read_timeout"`
	} `mapstructure:"server"`
	DB struct {
		PoolSize int `mapstructure:"pool_size"`
	} `mapstructure:"db"`
	Upstreams []struct {
		Name string `mapstructure:"name"`
		URL  string `mapstructure:"url"`
	} `mapstructure:"upstreams"`
}

// Each file in testdata/broken, and for a type without secrets in testdata/open, gives the
// problems in the golden file beside it, exactly as printed.
// go test . -run Diagnostics -update rewrites them.
func TestDiagnosticsMatchTheGoldenFiles(t *testing.T) {
	goldens(t, "testdata/broken", config.Check[service])
	goldens(t, "testdata/open", config.Check[publicConfig])
}

func goldens(t *testing.T, dir string, check func(...config.Option) error) {
	paths, err := filepath.Glob(dir + "/*.*")
	if err != nil || len(paths) == 0 {
		t.Fatal("no files: ", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".golden") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			err := check(config.WithFile(path))
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.ReplaceAll(err.Error(), abs, "/etc/app") + "\n"
			if strings.Contains(got, "s3cr3t") {
				t.Errorf("a secret is shown:\n%s", got)
			}
			golden := path + ".golden"
			if *update {
				write(t, golden, got)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestAnErrorIsData(t *testing.T) {
	err := config.Check[service](config.WithFile("testdata/broken/unknown_key.yaml"))
	var rejected *config.Error
	if !errors.As(err, &rejected) {
		t.Fatal(err)
	}
	path, pathErr := filepath.Abs("testdata/broken/unknown_key.yaml")
	if pathErr != nil {
		t.Fatal(pathErr)
	}
	want := config.Problem{
		Code: config.CodeUnknownKey, Key: "server.adr", Message: "unknown key", Hint: `did you mean "addr"?`,
		Origin:  config.Origin{Kind: config.OriginFile, Name: path, Line: 3, Column: 3},
		Excerpt: &config.Excerpt{Line: 3, Text: "  adr: …", Column: 3, Width: 3},
	}
	if len(rejected.Problems) != 1 || !reflect.DeepEqual(rejected.Problems[0], want) {
		t.Errorf("problems %+v, want %+v", rejected.Problems, want)
	}
	encoded, jsonErr := json.Marshal(err)
	if jsonErr != nil {
		t.Fatal(jsonErr)
	}
	var back config.Error
	if err := json.Unmarshal(encoded, &back); err != nil || !reflect.DeepEqual(&back, rejected) {
		t.Errorf("JSON %s gives back %+v, %v", encoded, back, err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Warn("no", "err", err)
	if !strings.Contains(log.String(), "err.problems=1") || !strings.Contains(log.String(), "did you mean") {
		t.Errorf("slog prints %s", log.String())
	}
}

func TestTheProblemOfAnUnreadableFileHasTheReason(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.yaml")
	write(t, large, "text: "+strings.Repeat("x", 2000))
	for _, test := range []struct{ path, code string }{
		{filepath.Join(dir, "missing.yaml"), config.CodeMissingFile},
		{large, config.CodeTooLarge},
		{dir, config.CodeNotRegular},
	} {
		var rejected *config.Error
		err := config.Check[pair](config.WithFile(test.path), config.WithMaxSize(1000))
		if !errors.As(err, &rejected) || rejected.Problems[0].Code != test.code || rejected.Problems[0].Origin.Name != test.path {
			t.Errorf("%s gave %v, want code %s", test.path, err, test.code)
		}
	}
}

// ---- Options ----

func TestWithoutWatchReadsOnRequestOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	s := open[pair](t, config.WithFile(path), config.WithoutWatch(), config.WithPollInterval(time.Millisecond), config.WithSettle(0))
	write(t, path, pairFile(2))
	pause(50 * time.Millisecond)
	if s.Current().Left != 1 {
		t.Error("the change was followed")
	}
	if err := s.Reload(t.Context()); err != nil || s.Current().Left != 2 {
		t.Errorf("after Reload: %v, %+v", err, s.Current())
	}
}

func TestReloadDoesNotWaitForTheFileToSettle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	s := open[pair](t, config.WithFile(path), config.WithSettle(time.Hour))
	write(t, path, pairFile(2))
	if err := s.Reload(t.Context()); err != nil || s.Current().Left != 2 {
		t.Errorf("after Reload: %v, %+v", err, s.Current())
	}
	write(t, path, "left: 3")
	var rejected *config.Error
	if err := s.Reload(t.Context()); !errors.As(err, &rejected) || rejected.Serving != 2 || s.Current().Left != 2 {
		t.Errorf("after Reload of broken content: %v, %+v", err, s.Current())
	}
}

func TestThePollAloneFollowsAFile(t *testing.T) {
	// A store through a shared mapping gives no event.
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "left: 1\ntext: "+strings.Repeat("x", 101)+"\nright: 1\n")
	s := open[pair](t, config.WithFile(path), config.WithPollInterval(5*time.Millisecond), config.WithSettle(5*time.Millisecond))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	memory, err := syscall.Mmap(int(f.Fd()), 0, int(info.Size()), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(memory) }()
	copy(memory, bytes.ReplaceAll(memory, []byte("1\n"), []byte("7\n")))
	reaches(t, s, 7)
}

func TestWithContextStopsTheWatchButNotTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	ctx, cancel := context.WithCancel(t.Context())
	s := open[pair](t, config.WithFile(path), config.WithContext(ctx), noPoll(), config.WithSettle(time.Millisecond))
	write(t, path, pairFile(2))
	reaches(t, s, 2)
	cancel()
	eventually(t, "the end of the watch", func() bool { return errors.Is(s.Reload(context.Background()), config.ErrClosed) })
	if s.Current().Left != 2 {
		t.Error("Current no longer answers")
	}
	if _, err := config.Open[pair](config.WithFile(path), config.WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with a done context returned %v", err)
	}
}

func TestAllowUnknownKeysIgnoresThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1)+"unknown: {deep: 1}\n")
	open[pair](t, config.WithFile(path), config.WithUnknownKeys())
	if err := config.Check[pair](config.WithFile(path)); err == nil {
		t.Error("an unknown key was accepted")
	}
}

func TestWithValidatorUsesACallersRules(t *testing.T) {
	type Config struct {
		Left int `mapstructure:"left" validate:"even"`
	}
	v := validator.New(validator.WithRequiredStructEnabled())
	if err := v.RegisterValidation("even", func(fl validator.FieldLevel) bool { return fl.Field().Int()%2 == 0 }); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, "left: 2")
	open[Config](t, config.WithFile(path), config.WithValidator(v))
	write(t, path, "left: 3")
	var rejected *config.Error
	err := config.Check[Config](config.WithFile(path), config.WithValidator(v))
	if !errors.As(err, &rejected) || rejected.Problems[0].Code != "even" || rejected.Problems[0].Origin.Line != 1 {
		t.Errorf("got %v", err)
	}
	if err := config.Check[Config](config.WithFile(path)); err == nil || !strings.Contains(err.Error(), "even") {
		t.Errorf("an unknown rule gave %v", err)
	}
}

func TestRelativePathsAreResolvedOnce(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.MkdirAll("a/b", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "a/config.yaml", pairFile(1))
	s := open[pair](t, config.WithFile("./a//b/../config.yaml"), noPoll(), config.WithSettle(time.Millisecond))
	t.Chdir(t.TempDir())
	write(t, filepath.Join(dir, "a", "config.yaml"), pairFile(2))
	reaches(t, s, 2)
}

// ---- Hooks ----

func TestHooksSeeEveryChangeInOrder(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	s := open[pair](t, config.WithFile(v.Path("config.yaml")), noPoll())
	r := record(s)
	for n := 2; n <= 100; n++ {
		swap(t, v, pairFile(n))
	}
	eventually(t, "the last change", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.changes) > 0 && r.changes[len(r.changes)-1][1] == 100
	})
	last := 1
	for _, c := range r.changes {
		if c[0] != last || c[1] <= c[0] {
			t.Fatalf("changes %v do not follow each other", r.changes)
		}
		last = c[1]
	}
}

func TestAHookMayStopItselfReloadAndClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(time.Millisecond))
	called := make(chan error, 1)
	var stop func()
	stop = s.OnChange(func(_, _ *pair) {
		stop()
		stop()
		err := s.Reload(context.Background())
		s.Close()
		called <- err
	})
	replace(t, path, pairFile(2))
	if err := testkit.Within(t, called, "the hook"); err != nil {
		t.Error(err)
	}
}

func TestAHookThatPanicsOrHangsHarmsNobodyElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write(t, path, pairFile(1))
	var log syncBuffer
	s := open[pair](t, config.WithFile(path), noPoll(), config.WithSettle(time.Millisecond),
		config.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	release := make(chan struct{})
	var mu sync.Mutex
	var order []string
	note := func(what string) { mu.Lock(); order = append(order, what); mu.Unlock() }
	s.OnChange(func(_, _ *pair) { note("panics"); panic("boom") })
	s.OnChange(func(_, _ *pair) { note("hangs"); <-release })
	s.OnChange(func(_, new *pair) { note(fmt.Sprint(new.Left)) })
	replace(t, path, pairFile(2))
	reaches(t, s, 2)
	replace(t, path, pairFile(3))
	reaches(t, s, 3) // although a hook hangs
	close(release)
	eventually(t, "the last hook to see the last change", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Contains(order, "3")
	})
	eventually(t, "the log", func() bool { return strings.Contains(log.String(), "boom") })
	mu.Lock()
	defer mu.Unlock()
	if order[0] != "panics" || order[1] != "hangs" || strings.HasPrefix(order[2], "pan") {
		t.Errorf("hooks ran in the order %v", order)
	}
	if !strings.Contains(log.String(), "config_test.go") {
		t.Errorf("the panic is not logged with its stack:\n%s", log.String())
	}
}

func TestManyStoresOpenAndCloseDuringSwaps(t *testing.T) {
	v := volume.New(filepath.Join(t.TempDir(), "etc"))
	swap(t, v, pairFile(1))
	done, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 2; ; n++ {
			select {
			case <-done:
				ended <- nil
				return
			default:
			}
			if err := v.Update(map[string]string{"config.yaml": pairFile(n)}); err != nil {
				ended <- err
				return
			}
		}
	}()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				s, err := config.Open[pair](config.WithFile(v.Path("config.yaml")), quiet())
				if err != nil {
					t.Error(err)
					return
				}
				s.OnChange(func(_, _ *pair) {})
				if err := torn(s.Current()); err != nil {
					t.Error(err)
				}
				s.Close()
			}
		})
	}
	wg.Wait()
	close(done)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// ---- Secrets ----

func TestASecretIsNeverPrinted(t *testing.T) {
	const marker = "hunter2"
	secret := config.NewSecret(marker)
	value := struct {
		S config.Secret
		P *config.Secret
		L []config.Secret
	}{secret, &secret, []config.Secret{secret}}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%T"} {
		fmt.Fprintf(&out, verb+" "+verb+"\n", secret, value)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", secret, "value", value)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", secret, "value", value)
	if strings.Contains(out.String(), marker) || strings.Contains(strings.ToLower(out.String()), fmt.Sprintf("%x", marker)) {
		t.Errorf("the secret is shown:\n%s", out.String())
	}
	if secret.Reveal() != marker {
		t.Error("Reveal does not reveal")
	}
}

// ---- the documentation ----

// documents are all that is written in Markdown, by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".md" {
			all[path] = readFile(t, path)
		}
		return err
	})
	if err != nil || len(all) < 5 {
		t.Fatalf("%d documents, %v", len(all), err)
	}
	return all
}

// Each block of the documentation is compiled, run or printed somewhere: one under a comment
// with a file's name is the content of that file, one under a test's name is run by that test,
// Go and YAML are in a file that is tested, .ci/run runs the commands of README.md and
// example's tests those of the manifests, and a command on a console prints what is below it.
func TestWhatTheDocumentationShowsIsTrue(t *testing.T) {
	var tested strings.Builder
	for _, pattern := range []string{"config/example_*_test.go", "config/config*/*_test.go", "config/config*/doc.go", "example/*.go", "example/k8s/alerts.yaml", "testdata/newcomer/*/main.go", "testdata/mount.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v, %v", pattern, paths, err)
		}
		for _, path := range paths {
			tested.WriteString(dedent(readFile(t, path)))
		}
	}
	for path, text := range documents(t) {
		t.Run(path, func(t *testing.T) {
			for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
				checkBlock(t, path, block[1], block[2], block[3], tested.String())
			}
		})
	}
}

var codeBlock = regexp.MustCompile("(?ms)^(?:<!-- (?:run by )?([^\n]+?) -->\n)?```(\\w*)\n(.*?)^```$")

func checkBlock(t *testing.T, path, source, language, text, tested string) {
	switch {
	case source == "a picture":
	case strings.HasPrefix(source, "Test"):
		if !strings.Contains(readFile(t, "config/digests_test.go"), "func "+source+"(") {
			t.Errorf("there is no test %s", source)
		}
	case source != "":
		if text != readFile(t, source) {
			t.Errorf("the block is not the content of %s:\n%s", source, text)
		}
	case filepath.Dir(path) == filepath.Join("example", "k8s") && language == "sh": // they need a cluster; example/k8s_test.go runs those of the example
	case filepath.Dir(path) == filepath.Join("example", "k8s") && strings.HasPrefix(text, "name: config\n"): // the workflow, which example/k8s_test.go runs
	case language == "go", language == "yaml":
		if !strings.Contains(tested, dedent(text)) {
			t.Errorf("no tested file contains\n%s", text)
		}
	case language == "console":
		command, want, _ := strings.Cut(strings.TrimPrefix(text, "$ "), "\n")
		shell := exec.CommandContext(t.Context(), "sh", "-c", command)
		got, err := shell.Output()
		if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s prints\n%s\nwant\n%s", command, got, want)
		}
	case language == "sh":
		for line := range strings.Lines(text) {
			command, _, _ := strings.Cut(line, "#")
			command = strings.TrimSpace(strings.ReplaceAll(command, "go test", "go test -count=1"))
			if !strings.Contains(readFile(t, ".ci/run"), "\n"+command+"\n") {
				t.Errorf(".ci/run does not run %q", command)
			}
		}
	default:
		t.Errorf("nothing checks this block:\n%s", text)
	}
}

// A command of the documentation that runs some tests or benchmarks of a package finds some there.
func TestTheCommandsOfTheDocumentationFindTests(t *testing.T) {
	command := regexp.MustCompile("(?s)`(?:cd ([^ `]+) && )?go test([^`]*)`")
	chosen := regexp.MustCompile(`\s-(run|bench|fuzz)\s+'?([^'\s]+)`)
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz|Example)\w*)\(`)
	pkg := regexp.MustCompile(`\./(internal|config)[\w/]*`)
	kinds := map[string]string{"run": "Test", "bench": "Benchmark", "fuzz": "Fuzz"}
	checked := 0
	for path, text := range documents(t) {
		for _, c := range command.FindAllStringSubmatch(text, -1) {
			dir := filepath.Join(c[1], pkg.FindString(c[2]))
			if dir == "" && !strings.HasPrefix(c[2], " . ") {
				continue // the text around it names the package
			}
			files, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
			var names []string
			for _, file := range files {
				for _, f := range declared.FindAllStringSubmatch(readFile(t, file), -1) {
					names = append(names, f[1])
				}
			}
			for _, flag := range chosen.FindAllStringSubmatch(c[2], -1) {
				top, _, _ := strings.Cut(flag[2], "/")
				if len(files) == 0 || top == "^$" || top == "-" || top == "xxx" {
					continue
				}
				checked++
				if !slices.ContainsFunc(names, func(n string) bool {
					return strings.HasPrefix(n, kinds[flag[1]]) && regexp.MustCompile(top).MatchString(n)
				}) {
					t.Errorf("%s: `go test%s` finds nothing in %s", path, c[2], dir)
				}
			}
		}
	}
	if checked < 6 {
		t.Errorf("only %d commands were checked", checked)
	}
}

// A relative link leads to a file, and to one of its headings.
func TestTheLinksOfTheDocumentationLeadSomewhere(t *testing.T) {
	all := documents(t)
	anchors := map[string]bool{}
	code := regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]+`")
	heading := regexp.MustCompile("(?m)^#+ (.*)$")
	dropped := regexp.MustCompile("[^a-z0-9 _-]")
	for path, text := range all {
		for _, h := range heading.FindAllStringSubmatch(text, -1) {
			anchor := dropped.ReplaceAllString(strings.ToLower(h[1]), "")
			anchors[path+"#"+strings.ReplaceAll(anchor, " ", "-")] = true
		}
	}
	for path, text := range all {
		for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
			target, anchor, hasAnchor := strings.Cut(link[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := path
			if target != "" {
				file = filepath.Join(filepath.Dir(path), target)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: %v", path, err)
			} else if hasAnchor && !anchors[file+"#"+anchor] {
				t.Errorf("%s: %s has no heading %s", path, file, anchor)
			}
		}
	}
}

// dedent removes the indentation of every line, and the marks of a comment.
func dedent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(line, "\t "), "//"), "\t "))
	}
	return b.String()
}
