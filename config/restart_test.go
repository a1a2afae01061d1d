package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/lastgood/config"
)

type restartConfig struct {
	Server struct {
		Addr string `default:":80" reload:"restart"`
		Idle int    `validate:"gtefield=Busy"`
		Busy int    `reload:"restart"`
	}
	DB struct {
		DSN  config.Secret
		Pool int
	} `mapstructure:"db" reload:"restart"`
	Live int
	TLS  *struct {
		Cert string `reload:"restart"`
		Days int
	} `mapstructure:"tls"`
	Hosts map[string]int `reload:"restart"`
}

func TestARestartSettingKeepsItsRunningValueAndIsListedAsPending(t *testing.T) {
	path := yamlFile(t, "server: {addr: ':1'}\nlive: 1\ndb: {dsn: hunter2, pool: 1}\nhosts: {a: 1}\n")
	var log journal
	s := open[restartConfig](t, config.WithFile(path), logTo(&log))
	c := accepts(t, s, path, "server: {addr: ':2'}\nlive: 2\ndb: {dsn: hunter3, pool: 2}\nhosts: {a: 2}\n")
	if c.Server.Addr != ":1" || c.Live != 2 || c.DB.DSN.Reveal() != "hunter2" || c.DB.Pool != 1 || c.Hosts["a"] != 1 {
		t.Errorf("got %+v, %s", c, c.DB.DSN.Reveal())
	}
	var pending []string
	for _, p := range s.Snapshot().Pending {
		pending = append(pending, strings.ReplaceAll(p.String(), path, "c.yaml"))
	}
	want := `server.addr: ":1" -> ":2" (c.yaml:1:16)|db.dsn: changed (c.yaml:3:11)|db.pool: 1 -> 2 (c.yaml:3:26)|hosts: {"a":1} -> {"a":2} (c.yaml:4:8)`
	if got := strings.Join(pending, "|"); got != want {
		t.Errorf("pending\n%s, want\n%s", got, want)
	}
	if got := log.String(); !strings.Contains(got, "some changes wait for a restart") || !strings.Contains(got, "pending.db.pool=") || strings.Contains(got, "hunter") {
		t.Errorf("the log:\n%s", got)
	}
	for _, x := range s.Settings() {
		isPending := x.Key == "server.addr" || strings.HasPrefix(x.Key, "db.") || x.Key == "hosts.a"
		if (x.Pending != nil) != isPending || isPending && x.Origin.Kind != config.OriginRunning || isPending && !x.Restart {
			t.Errorf("%+v", x)
		}
	}
	if st := s.Status(); len(st.Pending) != 4 || s.CheckHealth() != nil {
		t.Errorf("status %+v, health %v", st, s.CheckHealth())
	}
}

func TestRevertingAPendingChangeClearsIt(t *testing.T) {
	path := yamlFile(t, "server: {addr: ':1'}\n")
	var log journal
	s := open[restartConfig](t, config.WithFile(path), logTo(&log))
	first := s.Current()
	accepts(t, s, path, "server: {addr: ':2'}\n")
	if n := s.Snapshot(); len(n.Pending) != 1 || n.Version != 1 || s.Current() != first {
		t.Errorf("a change that only waits was published: version %d, pending %v", n.Version, n.Pending)
	}
	accepts(t, s, path, "server: {addr: ':3'}\n")
	if p := s.Snapshot().Pending; len(p) != 1 || p[0].Wanted != ":3" || p[0].Running != ":1" {
		t.Errorf("pending %v", p)
	}
	accepts(t, s, path, "server: {addr: ':1'}\nlive: 3\n")
	if p := s.Snapshot().Pending; len(p) != 0 || s.Current().Live != 3 {
		t.Errorf("pending %v", p)
	}
	if !strings.Contains(log.String(), "nothing waits for a restart any more") {
		t.Errorf("the log:\n%s", log.String())
	}
}

// Each value alone is valid, but not the combination that would be published.
func TestWhatIsPublishedWithKeptFieldsIsValidatedAgain(t *testing.T) {
	path := yamlFile(t, "server: {busy: 5, idle: 5}\n")
	s := open[restartConfig](t, config.WithFile(path))
	rejects(t, s, path, "server: {busy: 1, idle: 1}\n",
		"c.yaml:1:25: server.idle: must be at least busy, got 1; busy is 5 (running); this is with the running values of what waits for a restart; restart to apply all of it [gtefield]")
	if c := s.Current(); c.Server.Busy != 5 || c.Server.Idle != 5 {
		t.Errorf("got %+v", c.Server)
	}
}

func TestAnOptionalSectionThatComesOrGoesWaitsIfSomethingInItDoes(t *testing.T) {
	path := yamlFile(t, "live: 1\n")
	s := open[restartConfig](t, config.WithFile(path))
	if c := accepts(t, s, path, "live: 2\ntls: {cert: x, days: 1}\n"); c.TLS != nil || len(s.Snapshot().Pending) != 1 || c.Live != 2 {
		t.Errorf("got %+v, pending %v", c, s.Snapshot().Pending)
	}
	s = open[restartConfig](t, config.WithFile(path))
	if c := accepts(t, s, path, "tls: {cert: y, days: 2}\n"); c.TLS.Cert != "x" || c.TLS.Days != 2 {
		t.Errorf("got %+v", c.TLS)
	}
	if c := accepts(t, s, path, "live: 4\n"); c.TLS == nil || c.TLS.Cert != "x" || c.Live != 4 {
		t.Errorf("got %+v", c)
	}
}

func TestARestartTagInAListIsAnErrorOfTheType(t *testing.T) {
	type item struct {
		A int `reload:"restart"`
	}
	type bad struct {
		Items []item
		Other int `reload:"later"`
	}
	err := config.Check[bad](config.WithoutFile())
	wantProblems(t, err, `config_test.bad.Other: its tag reload:"later" is not "restart", the only one there is [schema]`)
	type inList struct{ Items map[string]*item }
	wantProblems(t, config.Check[inList](config.WithoutFile()),
		`config_test.inList.Items: in a list or map nothing can have the tag reload:"restart"; put it on the whole of it [schema]`)
}

type diffConfig struct {
	Name   string
	Token  config.Secret
	Ports  []int
	Limits map[string]int
	Ups    []struct{ URL string }
	TLS    *struct{ Cert string }
	Free   any
}

func TestDiffListsWhatChangedLeafByLeaf(t *testing.T) {
	path := yamlFile(t, "name: a\ntoken: hunter2\nports: [1]\nlimits: {x: 1, y: 2}\nups: [{url: a}, {url: b}]\nfree: {k: 1}\n")
	s := open[diffConfig](t, config.WithFile(path))
	old := s.Current()
	next := accepts(t, s, path, "name: b\ntoken: hunter3\nports: [1, 2]\nlimits: {y: 2, z: 3}\nups: [{url: a}, {url: c}, {url: d}]\ntls: {cert: x}\nfree: {k: [2]}\n")
	want := `name: "a" -> "b"
token: changed
ports: [1] -> [1,2]
limits.x: 1 -> not set
limits.z: not set -> 3
ups[1].url: "b" -> "c"
ups[2].url: not set -> "d"
tls.cert: not set -> "x"
free.k: 1 -> [2]`
	var lines []string
	for _, c := range s.Diff(old, next) {
		lines = append(lines, c.String())
	}
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if d := s.Diff(next, next); len(d) != 0 {
		t.Errorf("a value differs from itself: %v", d)
	}
}

func TestTheLogRecordOfAReloadListsTheChanges(t *testing.T) {
	path := yamlFile(t, "name: a\ntoken: hunter2\n")
	var log journal
	s := open[diffConfig](t, config.WithFile(path), logTo(&log))
	accepts(t, s, path, "name: b\ntoken: hunter3\n")
	if got := log.String(); !strings.Contains(got, `changed="name: \"a\" -> \"b\", token: changed"`) || strings.Contains(got, "hunter") {
		t.Errorf("the log:\n%s", got)
	}
	many := strings.Builder{}
	for i := range 20 {
		fmt.Fprintf(&many, "  k%d: %d\n", i, i)
	}
	accepts(t, s, path, "limits:\n"+many.String())
	if got := log.String(); !strings.Contains(got, "and 12 more") {
		t.Errorf("the log:\n%s", got)
	}
}

func TestOnChangeOfFiresOnlyWhenThatPartDiffers(t *testing.T) {
	path := yamlFile(t, "name: a\nports: [1]\n")
	s := open[diffConfig](t, config.WithFile(path))
	type call struct{ old, new []int }
	calls, all := make(chan call, 10), make(chan struct{}, 10)
	stop := config.OnChangeOf(s, func(c *diffConfig) []int { return c.Ports }, func(old, new []int) { calls <- call{old, new} })
	s.OnChange(func(_, _ *diffConfig) { all <- struct{}{} })
	accepts(t, s, path, "name: b\nports: [1]\n")
	within(t, all, "the first change")
	accepts(t, s, path, "name: b\nports: [1, 2]\n")
	within(t, all, "the second change")
	if got := within(t, calls, "the part"); fmt.Sprint(got) != "{[1] [1 2]}" || len(calls) > 0 {
		t.Errorf("called with %v, and %d times more", got, len(calls))
	}
	stop()
	accepts(t, s, path, "ports: []\n")
	within(t, all, "the third change")
	if len(calls) > 0 {
		t.Errorf("called after stop")
	}
}

func TestWithTagNameReadsOtherTags(t *testing.T) {
	type inner struct {
		Days int `yaml:"days"`
	}
	type tagged struct {
		ReadTimeout string `yaml:"rt,omitempty" mapstructure:"wrong"`
		Skipped     string `yaml:"-"`
		Inner       inner  `yaml:",inline"`
		Section     inner  `yaml:"section"`
		Untagged    string
	}
	s := open[tagged](t, config.WithTagName("yaml"), config.WithFile(yamlFile(t, "rt: 5s\ndays: 1\nsection: {days: 2}\nuntagged: x\n")))
	if c := s.Current(); c.ReadTimeout != "5s" || c.Inner.Days != 1 || c.Section.Days != 2 || c.Untagged != "x" {
		t.Errorf("got %+v", c)
	}
	err := config.Check[tagged](config.WithTagName("yaml"), config.WithFile(yamlFile(t, "wrong: 1\nskipped: 1\n")))
	wantProblems(t, err, "c.yaml:1:1: wrong: unknown key; the keys here are rt, days, section and untagged [unknown_key]", "c.yaml:2:1: skipped: unknown key; the keys here are rt, days, section and untagged [unknown_key]")
}

func TestWithDefaultsIsTheLowestLayerButForTags(t *testing.T) {
	type defaults struct {
		A, B   int `default:"1"`
		On     *bool
		Limits map[string]int
		List   []string
	}
	off := false
	given := defaults{A: 5, On: &off, Limits: map[string]int{"x": 1}, List: []string{"a"}}
	s := open[defaults](t, config.WithDefaults(given), config.WithFile(yamlFile(t, "limits: {y: 2}\n")))
	c := s.Current()
	if c.A != 5 || c.B != 1 || c.On == nil || *c.On || len(c.Limits) != 2 || c.List[0] != "a" {
		t.Errorf("got %+v", c)
	}
	c.On, c.List[0] = nil, "changed" // not to be done, but it must not reach the caller's value
	given.Limits["x"] = 7
	if given.List[0] != "a" || off || c.Limits["x"] != 1 {
		t.Error("the value is shared")
	}
}

var errTaken = errors.New("the port is taken")
