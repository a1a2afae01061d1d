package config_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/volume"
)

// half is one of two files that are always published together: both have the number of
// their publish.
type half struct {
	ID int `validate:"gte=0"`
}

type pair struct{ Left, Right half }

// kills is how many processes are killed; killDir is set for each of them.
const (
	kills   = "LASTGOOD_KILLS"
	killDir = "LASTGOOD_KILL_DIR"
)

// pairOptions puts every version on a short probation, which versions with numbers divisible by
// five fail.
func pairOptions(dir string) []config.Option {
	v := volume.New(filepath.Join(dir, "volume"))
	return []config.Option{config.WithFile(v.Path("left.yaml"), v.Path("right.yaml")), config.WithLogger(quiet), config.WithPollInterval(10 * time.Millisecond),
		config.WithLastGood(filepath.Join(dir, "lastgood"), config.LastGoodCrashLimit(2)),
		config.WithProbation(10*time.Millisecond, func(_ context.Context, p *pair) error {
			if p.Left.ID%5 == 0 {
				return errors.New("sick")
			}
			return nil
		}, config.ProbeEvery(2*time.Millisecond), config.ProbeFailures(2))}
}

// livesUntilKilled runs in the process that is killed. It prints the versions that it serves.
func livesUntilKilled(dir string) {
	report := func(what string, p *pair) { fmt.Printf("%s %d %d\n", what, p.Left.ID, p.Right.ID) }
	s, err := config.Open[pair](pairOptions(dir)...)
	if err != nil {
		fmt.Printf("failed %q\n", err)
		return
	}
	what := "start"
	if !s.Status().LastGood.IsZero() {
		what = "fallback"
	}
	report(what, s.Current())
	s.OnReject(func(err *config.Error) {
		if err.Problems[0].Code == config.CodeProbation {
			report("rollback", s.Current())
		}
	})
	for last := s.Current(); ; runtime.Gosched() {
		if now := s.Current(); now != last {
			last = now
			report("serves", now)
		}
	}
}

// killed records the published versions and the output of the processes.
type killed struct {
	dir    string
	volume *volume.Volume

	mu        sync.Mutex
	published map[int]bool
	last      int
	counts    map[string]int
}

// publish publishes the next pair, which is sometimes broken.
func (k *killed) publish(t *testing.T) {
	t.Helper()
	k.mu.Lock()
	k.last++
	n := k.last
	k.published[n] = true
	k.mu.Unlock()
	right := fmt.Sprintf("right: {id: %d}\n", n)
	if n%3 == 0 {
		right = "right: {id: x}\n"
	}
	if err := k.volume.Update(map[string]string{"left.yaml": fmt.Sprintf("left: {id: %d}\n", n), "right.yaml": right}); err != nil {
		t.Error(err)
	}
}

// start starts a process, kills it at a random moment, and checks its output. Pairs are
// published meanwhile.
func (k *killed) start(t *testing.T, after time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestNoKillLosesLastGood$")
	cmd.Env = append(os.Environ(), killDir+"="+k.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var out bytes.Buffer
	cmd.Stdout = &out
	runtime.LockOSThread() // Pdeathsig is about the thread that started it
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.NewTimer(after)
	swap := time.NewTicker(7 * time.Millisecond)
	defer swap.Stop()
	for alive := true; alive; {
		select {
		case <-swap.C:
			k.publish(t)
		case <-kill.C:
			alive = false
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed
	k.check(t, &out)
}

func (k *killed) check(t *testing.T, out *bytes.Buffer) {
	t.Helper()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			t.Errorf("reported: %s", lines.Text())
			continue
		}
		k.counts[fields[0]]++
		left, err := strconv.Atoi(fields[1])
		if err != nil || fields[1] != fields[2] || !k.published[left] || left%3 == 0 {
			t.Errorf("not published like this: %s", lines.Text())
		}
	}
}

// TestNoKillLosesLastGood kills processes at random moments while they start, follow changes,
// store them and roll them back.
func TestNoKillLosesLastGood(t *testing.T) {
	if dir := os.Getenv(killDir); dir != "" {
		livesUntilKilled(dir)
		return
	}
	runs := 30
	if testing.Short() {
		runs = 5
	}
	if n, err := strconv.Atoi(os.Getenv(kills)); err == nil {
		runs = n
	}
	dir := t.TempDir()
	k := &killed{dir: dir, volume: volume.New(filepath.Join(dir, "volume")), published: map[int]bool{}, counts: map[string]int{}}
	k.publish(t)
	s := open[pair](t, pairOptions(dir)...)
	eventually(t, "the first version to be confirmed", func() bool { return s.History()[0].State == config.Confirmed })
	s.Close()
	reach := 50 * time.Millisecond // in which a process has started, on this machine
	for ; len(k.counts) == 0 && reach < 20*time.Second; reach *= 2 {
		k.start(t, reach)
	}
	for i := range runs {
		k.start(t, rand.N(2*reach))
		if t.Failed() {
			t.Fatalf("run %d", i)
		}
		if i%10 < 9 && i < runs-1 {
			continue
		}
		s := open[pair](t, pairOptions(dir)...)
		s.Close()
		found, err := filepath.Glob(filepath.Join(dir, "lastgood", "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			if !slices.Contains([]string{"a", "b", "lock", "record", "mark"}, filepath.Base(path)) {
				t.Errorf("left over: %s", path)
			}
		}
	}
	for _, what := range slices.Sorted(maps.Keys(k.counts)) {
		t.Logf("%s: %d", what, k.counts[what])
	}
	if k.counts["start"]+k.counts["fallback"] == 0 {
		t.Error("no process has lived for long enough to start")
	}
}
