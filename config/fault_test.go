//go:build unix

package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
)

// observed is a store whose log and rejections are kept.
type observed struct {
	*config.Store[halves]
	log      *journal
	rejected chan *config.Error
	changed  chan struct{}
	again    uint64 // reloads of content that had been rejected
}

// observe opens a store that settles quickly.
func observe(t *testing.T, opts ...config.Option) *observed {
	t.Helper()
	o := &observed{log: new(journal), rejected: make(chan *config.Error, 100), changed: make(chan struct{}, 1)}
	o.Store = open[halves](t, append([]config.Option{config.WithSettle(10 * time.Millisecond), logTo(o.log)}, opts...)...)
	o.OnReject(func(err *config.Error) { o.rejected <- err })
	o.OnChange(func(_, _ *halves) {
		select {
		case o.changed <- struct{}{}:
		default:
		}
	})
	return o
}

// serves waits until version n is current.
func (o *observed) serves(t *testing.T, n int) {
	t.Helper()
	for o.Current().Left != n {
		within(t, o.changed, fmt.Sprint("version ", n))
	}
}

// wantBroken checks that the store serves version 1 although the content was rejected with err,
// that all methods report this, and that it was logged once.
func (o *observed) wantBroken(t *testing.T, err *config.Error) {
	t.Helper()
	o.again++
	if again := o.Reload(t.Context()); !errors.Is(again, err) {
		t.Errorf("Reload returned\n%v\nwhere the rejection was\n%v", again, err)
	}
	st := o.Status()
	if o.Current().Left != 1 || o.Current().Right != 1 || err.Serving != 1 || st.Version != 1 {
		t.Errorf("serving %+v, version %d, and the error says %d; want the last good one, 1", *o.Current(), st.Version, err.Serving)
	}
	if st.Err != err || st.LastOutcome != config.Rejected || !errors.Is(o.CheckHealth(), err) {
		t.Errorf("outcome %s, status %v, health %v; want all to tell of the rejection", st.LastOutcome, st.Err, o.CheckHealth())
	}
	o.wantReports(t, 1)
}

// wantReports checks that n rejections were reported everywhere, without those that a reload
// repeated. The log is written last.
func (o *observed) wantReports(t *testing.T, n int) {
	t.Helper()
	logged := func() int { return strings.Count(o.log.String(), `msg="config: reload rejected"`) }
	eventually(t, "the log", func() bool { return logged() >= n })
	if got := o.Status().Attempts[config.Rejected] - o.again; got != uint64(n) || logged() != n || len(o.rejected) != 0 {
		t.Errorf("%d rejections in the status, %d more hooks, want %d and none; the log:\n%s", got, len(o.rejected), n, o.log)
	}
}

// wantHealed wants no sign of a failure any more.
func (o *observed) wantHealed(t *testing.T) {
	t.Helper()
	eventually(t, "the all-clear", func() bool {
		st := o.Status()
		return st.Err == nil && st.Failures == 0 && o.CheckHealth() == nil
	})
	o.wantReports(t, 1)
}

// fault is something at the path of a file other than a good file.
type fault struct {
	name  string
	file  string // its name, with the extension of the format
	does  func(path string) error
	wants string // the problem that is reported, a line
}

func faults() []fault {
	// A fault is there at once: on a busy machine, what comes in between may last for
	// longer than a store that settles quickly waits.
	is := func(do func(path string) error) func(string) error {
		return func(path string) error {
			ready := filepath.Dir(path) + ".fault"
			return errors.Join(do(ready), replace(ready, path))
		}
	}
	instead := func(do func(dir string) error) func(string) error { // of the directory
		return func(path string) error { return is(do)(filepath.Dir(path)) }
	}
	holds := func(content string) func(string) error {
		return is(func(path string) error { return os.WriteFile(path, []byte(content), 0o600) })
	}
	leads := func(to string) func(string) error {
		return is(func(path string) error { return os.Symlink(to, path) })
	}
	nested := func(open, end string) string {
		return `{"left": ` + strings.Repeat(open, 20_000) + "1" + strings.Repeat(end, 20_000) + "}"
	}
	return []fault{
		{"nothing", "c.yaml", os.Remove, `c.yaml: no such file [missing_file]`},
		{"an empty file", "c.yaml", holds(""), `c.yaml: no settings in it; write {} if that is meant [empty]`},
		{"a directory", "c.yaml", is(func(path string) error { return os.Mkdir(path, 0o700) }),
			`c.yaml: is a directory, not a regular file [not_regular]`},
		{"a FIFO", "c.yaml", is(func(path string) error { return syscall.Mkfifo(path, 0o600) }),
			`c.yaml: is a FIFO, not a regular file [not_regular]`},
		{"a link to a device without an end", "c.yaml", leads("/dev/zero"), `c.yaml: is a device, not a regular file [not_regular]`},
		{"a link to itself", "c.yaml", leads("c.yaml"), `c.yaml: its symbolic links lead in a circle [unreadable]`},
		{"a link to nothing", "c.yaml", leads("nothing"), `c.yaml: no such file [missing_file]`},
		{"a file in place of its directory", "c.yaml", instead(func(dir string) error { return os.WriteFile(dir, nil, 0o600) }),
			`c.yaml: d is a file, not a directory [missing_file]`},
		{"a FIFO in place of its directory", "c.yaml", instead(func(dir string) error { return syscall.Mkfifo(dir, 0o600) }),
			`c.yaml: d is a FIFO, not a directory [missing_file]`},
		{"a link to a device in place of its directory", "c.yaml", instead(func(dir string) error { return os.Symlink("/dev/null", dir) }),
			`c.yaml: /dev/null is a device, not a directory [missing_file]`},
		{"a sparse file of 1 GiB", "c.yaml", func(path string) error { return os.Truncate(path, 1<<30) },
			`c.yaml: has 1073741824 bytes or more, the limit is 4194304; WithMaxSize raises the limit [too_large]`},
		{"a bomb of aliases", "c.yaml", holds(aliasBomb()), `c.yaml:5:46: aliases stand for too many values [too_large]`},
		{"lists 20,000 deep, YAML", "c.yaml", holds(nested("[", "]")), `c.yaml:1:10009: nested more than 100 levels deep [too_large]`},
		{"maps 20,000 deep, YAML", "c.yaml", holds(nested("{a: ", "}")), `c.yaml:1:40006: nested more than 100 levels deep [too_large]`},
		{"lists 20,000 deep, JSON", "c.json", holds(nested("[", "]")), `c.json:1:109: nested more than 100 levels deep [too_large]`},
		{"maps 20,000 deep, JSON", "c.json", holds(nested(`{"a": `, "}")), `c.json:1:604: nested more than 100 levels deep [too_large]`},
		{"half of it, YAML", "c.yaml", holds(halvesFile(2)[:14]), `c.yaml:1:13: the quote is not closed [syntax]`},
		{"half of it, JSON", "c.json", holds(halvesFile(2)[:14]), `c.json:1:13: the string is not closed [syntax]`},
		{"half of it, valid", "c.yaml", holds("left: 2\n"), `c.yaml: right: must equal left, but it is not set; set it at the top level; left is 2 (c.yaml:1:7) [eqfield]`},
		{"a binary file", "c.yaml", holds("\x7fELF\x02\x01\x01\x00"), `c.yaml:1:8: NUL byte in the text [syntax]`},
	}
}

// aliasBomb returns a document of ten values to the power of eleven.
func aliasBomb() string {
	var b strings.Builder
	b.WriteString("x-0: &x0 [a, a, a, a, a, a, a, a, a, a]\n")
	for i := 1; i < 12; i++ {
		alias := fmt.Sprintf("*x%d", i-1)
		fmt.Fprintf(&b, "x-%d: &x%d [%s]\n", i, i, strings.Repeat(alias+", ", 9)+alias)
	}
	return b.String() + "left: 2\nright: 2\n"
}

// repair puts version n at path, whatever is there, without a gap if it can.
func repair(t *testing.T, path string, n int) {
	t.Helper()
	dir := filepath.Dir(path)
	ready := filepath.Join(dir+".ready", filepath.Base(path))
	must(t, os.MkdirAll(filepath.Dir(ready), 0o700))
	put(t, ready, halvesFile(n))
	if info, _ := os.Stat(dir); info == nil || !info.IsDir() {
		ready, path = filepath.Dir(ready), dir
	}
	move := os.Rename
	if info, _ := os.Lstat(path); info != nil && info.IsDir() != (path == dir) {
		move = replace
	}
	must(t, move(ready, path))
}

// The poll reads the fault a hundred times as often as the events do, and must not report it
// more often.
func TestTheLastGoodSurvivesEveryFaultWhichIsReportedOnceAndHeals(t *testing.T) {
	t.Parallel()
	for _, f := range faults() {
		for how, poll := range map[string]time.Duration{"events": 0, "events and a busy poll": time.Millisecond} {
			t.Run(f.name+", "+how, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "d", f.file)
				repair(t, path, 1)
				o := observe(t, config.WithFile(path), config.WithPollInterval(poll))
				must(t, f.does(path))
				err := within(t, o.rejected, "the rejection")
				wantProblems(t, err, f.wants)
				<-time.After(100 * poll)
				o.wantBroken(t, err)
				repair(t, path, 2)
				o.serves(t, 2)
				o.wantHealed(t)
				repair(t, path, 3)
				o.serves(t, 3)
				if got := o.Status().Attempts; got[config.Unchanged] != 0 {
					t.Errorf("attempts %v; what has not changed is not to be judged", got)
				}
			})
		}
	}
}

func TestAFaultAtTheStartIsAnErrorAndNeverAHang(t *testing.T) {
	t.Parallel()
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "d", f.file)
			repair(t, path, 1)
			must(t, f.does(path))
			opened := make(chan error, 1)
			go func() {
				_, err := config.Open[halves](config.WithFile(path))
				opened <- err
			}()
			wantProblems(t, within(t, opened, "an answer"), f.wants)
		})
	}
}
