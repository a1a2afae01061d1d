package remote

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/internal/source"
)

// played is a source of one document whose methods a test can replace.
type played struct {
	mu    sync.Mutex
	text  string
	reads []time.Time
	since []string // the revisions of the calls of Watch
	hint  func()   // of the last watch

	read  func(ctx context.Context) (Reading, *Failure)
	watch func(ctx context.Context, since string, hint func()) error

	changed int      // calls of Changed
	logged  []string // calls of Stale and Fresh
}

func (p *played) Read(ctx context.Context) (Reading, *Failure) {
	p.mu.Lock()
	p.reads = append(p.reads, time.Now())
	read, r := p.read, Reading{Items: []Item{{Name: "c.yaml", Data: []byte(p.text)}}, Revision: fmt.Sprint(len(p.reads))}
	p.mu.Unlock()
	if read != nil {
		return read(ctx)
	}
	return r, nil
}

func (p *played) Watch(ctx context.Context, since string, hint func()) error {
	p.mu.Lock()
	p.since, p.hint = append(p.since, since), hint
	watch := p.watch
	p.mu.Unlock()
	if watch != nil {
		return watch(ctx, since, hint)
	}
	<-ctx.Done()
	return ctx.Err()
}

// set changes the content. With announce, the watch calls hint.
func (p *played) set(text string, announce bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.text = text; announce {
		p.hint()
	}
}

func (p *played) replace(read func(context.Context) (Reading, *Failure)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read = read
}

func (p *played) counts() (reads, watches, changed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.reads), len(p.since), p.changed
}

func (p *played) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.logged, "\n")
}

const poll = time.Minute

// start starts a feed that follows p until the test ends, in a bubble.
func (p *played) start(t *testing.T) (f *Feed, end func()) {
	t.Helper()
	f, started, end := p.starting(t, true)
	started()
	synctest.Wait()
	return f, end
}

// starting is like start for a store that is starting until started is called.
func (p *played) starting(t *testing.T, watch bool) (f *Feed, started, end func()) {
	t.Helper()
	f = New(Source{Name: "played", Of: p, Read: p.Read, Watch: p.Watch, Poll: poll, StaleAfter: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	starting, started := context.WithCancel(ctx)
	f.Start(ctx, source.Following{Limits: source.Limits{Size: 1 << 10, Files: 10}, Starting: starting, Watch: watch,
		Changed: func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.changed++
		},
		Stale: func(reason string, _ time.Time) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.logged = append(p.logged, "stale: "+reason)
		},
		Fresh: func(since time.Time) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.logged = append(p.logged, fmt.Sprint("fresh after ", time.Since(since).Round(time.Second)))
		}})
	synctest.Wait()
	return f, started, func() {
		cancel()
		f.Wait()
	}
}

func text(f *Feed) string {
	docs := f.Documents()
	if len(docs) != 1 {
		return fmt.Sprintf("%d documents", len(docs))
	}
	if docs[0].Err != nil {
		return docs[0].Err.Message
	}
	return string(docs[0].Data)
}

func wantText(t *testing.T, f *Feed, want string) {
	t.Helper()
	synctest.Wait()
	if got := text(f); got != want {
		t.Errorf("the content is %q, want %q", got, want)
	}
}

func TestAHintHasTheSourceRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, end := p.start(t)
		defer end()
		wantText(t, f, "1")
		p.set("2", true)
		wantText(t, f, "2")
		if reads, watches, changed := p.counts(); reads != 2 || watches != 1 || changed != 2 {
			t.Errorf("%d reads, %d watches, %d changes", reads, watches, changed)
		}
	})
}

func TestAWatchBeginsFromTheRevisionOfTheReadBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		ends := make(chan error)
		p.watch = func(context.Context, string, func()) error { return <-ends }
		_, end := p.start(t)
		for range 3 {
			ends <- nil
			time.Sleep(lastBackoff * 3 / 2)
			synctest.Wait()
		}
		close(ends)
		end()
		for i, since := range p.since {
			if i > 0 && since <= p.since[i-1] {
				t.Errorf("watched from %v", p.since)
			}
		}
		if len(p.since) < 4 {
			t.Errorf("watched from %v", p.since)
		}
	})
}

func TestAPollThatFindsAChangeRestartsTheWatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, end := p.start(t)
		defer end()
		p.set("2", false)
		time.Sleep(poll * 6 / 5)
		wantText(t, f, "2")
		if _, watches, _ := p.counts(); watches != 2 {
			t.Errorf("%d watches, want another one", watches)
		}
		time.Sleep(10 * poll)
		if reads, watches, changed := p.counts(); watches != 2 || changed != 2 || reads < 9 || reads > 15 {
			t.Errorf("%d reads, %d watches, %d changes", reads, watches, changed)
		}
	})
}

func TestWatchesThatEndAtOnceAreStartedWithAGrowingDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		p.watch = func(context.Context, string, func()) error { return errors.New("no luck") }
		f, end := p.start(t)
		defer end()
		time.Sleep(time.Hour)
		reads, watches, _ := p.counts()
		if most := int(time.Hour/lastBackoff) * 4; watches < 60 || reads > most {
			t.Errorf("%d watches, %d reads in an hour, want at most %d", watches, reads, most)
		}
		if got := f.State().NoWatch; !strings.Contains(got, "no luck") {
			t.Errorf("the state is %q", got)
		}
		var first []time.Duration
		for i := range 4 {
			first = append(first, p.reads[i+1].Sub(p.reads[i]))
		}
		for i, wait := range first {
			if least := firstBackoff << i / 2; wait < least || wait > 3*least {
				t.Errorf("waits of %v", first)
				break
			}
		}
	})
}

func TestASourceWithoutAWatchIsPolledAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		p.watch = func(context.Context, string, func()) error { return fmt.Errorf("none: %w", errors.ErrUnsupported) }
		f, end := p.start(t)
		defer end()
		p.set("2", false)
		time.Sleep(10 * poll)
		wantText(t, f, "2")
		if _, watches, _ := p.counts(); watches != 1 || f.State().NoWatch == "" {
			t.Errorf("%d watches, state %+v", watches, f.State())
		}
	})
}

func TestASourceThatCannotBeReadKeepsItsDocuments(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, end := p.start(t)
		defer end()
		p.replace(func(context.Context) (Reading, *Failure) {
			return Reading{}, &Failure{Text: "no permission", Hint: "give it", Err: errors.New("no permission")}
		})
		time.Sleep(2 * poll)
		wantText(t, f, "1")
		began := f.State().Since
		time.Sleep(2 * poll)
		if st := f.State(); st.Stale != "no permission; give it" || !st.Since.Equal(began) || st.Overdue {
			t.Errorf("the state is %+v", st)
		}
		time.Sleep(time.Hour)
		if !f.State().Overdue {
			t.Error("it is not overdue after an hour")
		}
		p.replace(nil)
		time.Sleep(2 * poll)
		if st := f.State(); st != (source.FeedState{}) {
			t.Errorf("the state is %+v", st)
		}
		if got := p.log(); strings.Count(got, "stale: ") != 1 || strings.Count(got, "fresh after 1h") != 1 {
			t.Errorf("reported:\n%s", got)
		}
		if _, _, changed := p.counts(); changed != 1 {
			t.Errorf("%d changes", changed)
		}
	})
}

func TestAReadThatDoesNotReturnHoldsUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, end := p.start(t)
		hung := make(chan struct{})
		p.replace(func(context.Context) (Reading, *Failure) {
			<-hung // it ignores its context
			return Reading{Items: []Item{{Name: "c.yaml", Data: []byte("late")}}}, nil
		})
		time.Sleep(2 * poll)
		before, _, _ := p.counts()
		wantText(t, f, "1")
		if st := f.State(); !strings.Contains(st.Stale, "has not returned since") {
			t.Errorf("the state is %+v", st)
		}
		if err := f.Refresh(t.Context()); err == nil {
			t.Error("a refresh succeeds")
		}
		time.Sleep(10 * poll)
		if reads, _, _ := p.counts(); reads != before {
			t.Errorf("%d reads beside the one that does not return", reads-before)
		}
		p.replace(nil)
		p.set("2", false)
		close(hung)
		time.Sleep(2 * poll)
		wantText(t, f, "2")

		end()
	})
}

func TestTheEndDoesNotWaitForMethodsThatDoNotReturn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hung := make(chan struct{})
		defer close(hung)
		p := &played{text: "1"}
		p.watch = func(context.Context, string, func()) error {
			<-hung
			return nil
		}
		_, end := p.start(t)
		p.replace(func(context.Context) (Reading, *Failure) {
			<-hung
			return Reading{}, nil
		})
		time.Sleep(2 * poll)
		began := time.Now()
		end()
		if took := time.Since(began); took > shutdownWait*11/10+time.Millisecond {
			t.Errorf("it took %v", took)
		}
	})
}

func TestMethodsThatPanicOrExitAreSurvived(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(){"panicked with a string": func() { panic("boom") }, "called runtime.Goexit": runtime.Goexit} {
		synctest.Test(t, func(t *testing.T) {
			p := &played{text: "1"}
			p.watch = func(context.Context, string, func()) error {
				fault()
				return nil
			}
			f, end := p.start(t)
			defer end()
			time.Sleep(2 * poll)
			if got := f.State().NoWatch; !strings.Contains(got, "the Watch method of *remote.played "+name) {
				t.Errorf("the state is %q", got)
			}
			p.replace(func(context.Context) (Reading, *Failure) {
				fault()
				return Reading{}, nil
			})
			time.Sleep(2 * poll)
			if got := f.State().Stale; !strings.Contains(got, "the Read method of *remote.played "+name) {
				t.Errorf("the state is %q", got)
			}
			p.replace(nil)
			p.set("2", false)
			time.Sleep(2 * poll)
			wantText(t, f, "2")
		})
	}
}

func TestHintsWithoutAChangeAreReadWithAGrowingDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		p.watch = func(ctx context.Context, _ string, hint func()) error {
			for ctx.Err() == nil {
				hint()
				time.Sleep(time.Millisecond)
			}
			return ctx.Err()
		}
		f, end := p.start(t)
		defer end()
		before, _, _ := p.counts()
		time.Sleep(time.Minute)
		if reads, _, _ := p.counts(); reads-before > int(3*time.Minute/maxHintDelay) {
			t.Errorf("%d reads in a minute", reads-before)
		}
		p.set("2", true)
		time.Sleep(2 * maxHintDelay)
		wantText(t, f, "2")
	})
}

func TestABurstOfHintsIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "0"}
		f, end := p.start(t)
		defer end()
		for n := range 200 {
			p.set(fmt.Sprint(n), true)
		}
		wantText(t, f, "199")
	})
}

func TestTheMemoryOfASourceIsCopied(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		buffer := []byte("1")
		p := &played{read: func(context.Context) (Reading, *Failure) {
			return Reading{Items: []Item{{Name: "c.yaml", Data: buffer}}}, nil
		}}
		f, end := p.start(t)
		defer end()
		buffer[0] = '!'
		wantText(t, f, "1")
	})
}

func TestARefreshWaitsForAReadThatBeginsAfterIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, end := p.start(t)
		defer end()
		p.replace(func(ctx context.Context) (Reading, *Failure) { // returns the content of the time when it began
			p.mu.Lock()
			text := p.text
			p.mu.Unlock()
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
			return Reading{Items: []Item{{Name: "c.yaml", Data: []byte(text)}}}, nil
		})
		p.hint()
		synctest.Wait()
		p.set("2", false)
		if err := f.Refresh(t.Context()); err != nil || text(f) != "2" {
			t.Errorf("got %q, %v", text(f), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := f.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAFeedThatDoesNotFollowReadsOnRequestOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, started, end := p.starting(t, false)
		defer end()
		started()
		synctest.Wait()
		before, _, _ := p.counts()
		p.replace(func(context.Context) (Reading, *Failure) { return Reading{}, &Failure{Text: "down"} })
		if f.Refresh(t.Context()) == nil {
			t.Error("the refresh succeeds")
		}
		time.Sleep(time.Hour)
		if reads, _, _ := p.counts(); reads != before+1 {
			t.Errorf("%d reads", reads-before)
		}
	})
}

func TestWhileItsStoreStartsASourceIsReadAboutEverySecond(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]*Failure{"stale": {Text: "down"}, "missing": {Text: "none", Missing: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &played{read: func(context.Context) (Reading, *Failure) { return Reading{}, failure }}
				p.watch = func(context.Context, string, func()) error { return errors.ErrUnsupported }
				_, started, end := p.starting(t, true)
				defer end()
				time.Sleep(time.Minute)
				p.mu.Lock()
				for i, at := range p.reads[1:] {
					if after := at.Sub(p.reads[i]); after > time.Second {
						t.Errorf("read again after %v", after)
					}
				}
				p.mu.Unlock()
				started()
				synctest.Wait()
				before, _, _ := p.counts()
				time.Sleep(10 * poll)
				if reads, _, _ := p.counts(); reads-before > 50 { // polls, and tries between them
					t.Errorf("%d reads in ten times the poll afterwards", reads-before)
				}
			})
		})
	}
}

func TestARefreshDoesNotWaitForAReadThatDoesNotReturn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, end := p.start(t)
		defer end()
		hung := make(chan struct{})
		defer close(hung)
		p.replace(func(context.Context) (Reading, *Failure) {
			<-hung
			return Reading{}, nil
		})
		for range 2 { // one has begun the read, the other waits for the next
			go func() {
				if err := f.Refresh(t.Context()); err == nil {
					t.Error("a refresh succeeds")
				}
			}()
			synctest.Wait()
		}
		time.Sleep(readLimit + readGrace)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := f.Refresh(ctx); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnotherTextForContentThatDoesNotExistIsNoChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		f, end := p.start(t)
		defer end()
		p.replace(func(context.Context) (Reading, *Failure) {
			return Reading{}, &Failure{Missing: true, Text: "no such key, in the request of " + time.Now().String() + strings.Repeat("x", 1<<20)}
		})
		time.Sleep(10 * poll)
		if _, _, changed := p.counts(); changed != 2 { // the first content, and that it is gone
			t.Errorf("%d changes", changed)
		}
		if n := len(text(f)); n > 2*maxReason {
			t.Errorf("its text has %d bytes", n)
		}
	})
}

func TestARefusalWithAnotherTextIsNoChange(t *testing.T) {
	t.Parallel()
	for name, revision := range map[string]string{"with a revision": "7", "without revisions": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &played{text: "1"}
				f, end := p.start(t)
				defer end()
				refuse := func(hint string) {
					p.replace(func(context.Context) (Reading, *Failure) {
						return Reading{Revision: revision}, &Failure{Refused: true, Text: "bad signature at " + time.Now().String(), Hint: hint}
					})
				}
				refuse("sign it")
				time.Sleep(10 * poll)
				if _, watches, changed := p.counts(); changed != 2 || watches > 2 { // the first content, and the refusal
					t.Errorf("%d changes, %d watches", changed, watches)
				}
				if first := text(f); !strings.Contains(first, "its content is refused: bad signature at") {
					t.Errorf("the content is %q", first)
				}
				refuse("it is too large")
				time.Sleep(2 * poll)
				if _, _, changed := p.counts(); changed != 3 {
					t.Errorf("%d changes with another hint, want 3", changed)
				}
			})
		})
	}
}

func TestARefusalAtAnotherRevisionIsAChangeIfItsTextDiffers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		_, end := p.start(t)
		defer end()
		refuse := func(text, revision string) (changed int) {
			p.replace(func(context.Context) (Reading, *Failure) {
				return Reading{Revision: revision}, &Failure{Refused: true, Text: text}
			})
			time.Sleep(2 * poll)
			_, _, changed = p.counts()
			return changed
		}
		if got := []int{refuse("a", "1"), refuse("a", "2"), refuse("b", "3")}; !slices.Equal(got, []int{2, 2, 3}) {
			t.Errorf("the changes are %v", got)
		}
	})
}

// A source may keep a watch open whose context was canceled because it missed a change.
func TestAWatchThatMissedAChangeAndDoesNotEndIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hung := make(chan struct{})
		p := &played{text: "1", watch: func(context.Context, string, func()) error {
			<-hung // it ignores its context
			return nil
		}}
		f, end := p.start(t)
		defer end()
		time.Sleep(2 * poll)
		if got := f.State().NoWatch; got != "" {
			t.Errorf("before a change: %q", got)
		}
		p.set("2", false)
		time.Sleep(10 * poll)
		if got := f.State().NoWatch; got != "its watch missed a change, and has not ended" {
			t.Errorf("after a missed change: %q", got)
		}
		close(hung)
		synctest.Wait()
		if got := f.State().NoWatch; got != "" {
			t.Errorf("after the watch has ended: %q", got)
		}
	})
}

func TestTheFirstReadingIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &played{text: "1"}
		up := time.Now().Add(3 * time.Second)
		p.read = func(context.Context) (Reading, *Failure) {
			if time.Now().Before(up) {
				return Reading{}, &Failure{Text: "down"}
			}
			return Reading{Items: []Item{{Name: "c.yaml", Data: []byte("up")}}}, nil
		}
		f, end := p.start(t)
		defer end()
		if err := f.Await(t.Context(), time.Second); err != nil || text(f) != "cannot be read: down" {
			t.Errorf("after a second: %q, %v", text(f), err)
		}
		if err := f.Await(t.Context(), 0); err != nil || text(f) != "cannot be read: down" {
			t.Errorf("after a try: %q, %v", text(f), err)
		}
		if err := f.Await(t.Context(), time.Minute); err != nil || text(f) != "up" || time.Since(up) > 5*time.Second {
			t.Errorf("after %v: %q, %v", time.Since(up), text(f), err)
		}
	})
}
