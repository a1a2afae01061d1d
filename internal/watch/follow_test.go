package watch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/internal/source"
)

// fake is content of one document or more that a test changes by hand.
type fake struct {
	mu       sync.Mutex
	docs     []source.Document
	relinked bool // since the last scan
	missing  bool
	compares bool // Unchanged compares
	changed  bool // since the last scan
	scans    int
	renewed  int
	hung     chan struct{} // a scan blocks until it is closed; nil for never
	hints    chan struct{}
}

func (f *fake) Scan(context.Context) source.Snapshot {
	f.mu.Lock()
	hung := f.hung
	f.mu.Unlock()
	if hung != nil {
		<-hung
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scans++
	f.changed, f.relinked = false, false
	s := source.Snapshot{}.With(slices.Clone(f.docs))
	s.Moving = slices.ContainsFunc(s.Documents, func(d source.Document) bool { return d.Moving })
	return s
}

func (f *fake) Unchanged(context.Context) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.compares && !f.changed
}

func (f *fake) LinksChanged(context.Context) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.relinked
}

func (f *fake) Invalidate() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.renewed++
}

func (f *fake) EventsMissing() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.missing
}

func (f *fake) Hints() <-chan struct{} { return f.hints }

// change changes the i-th document without a hint.
func (f *fake) change(i int, do func(*source.Document)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := &f.docs[i]
	d.Whole, d.Likely, d.Modified = false, false, time.Now()
	do(d)
	f.changed = true
}

func content(text string) func(*source.Document) {
	return func(d *source.Document) { d.Data, d.Sum = []byte(text), sha256.Sum256([]byte(text)) }
}

// set changes the first document without a hint.
func (f *fake) set(text string) { f.change(0, content(text)) }

// write changes the first document as a write in place does.
func (f *fake) write(text string) { f.writeTo(0, text) }

func (f *fake) writeTo(i int, text string) {
	f.change(i, content(text))
	f.hint()
}

// exchange changes the i-th document as the rename of another file over it does.
func (f *fake) exchange(i int, text string) {
	f.change(i, func(d *source.Document) { content(text)(d); d.ID.Inode++ })
	f.hint()
}

// publish changes the i-th document as a link that leads elsewhere does.
func (f *fake) publish(i int, text string) {
	f.change(i, func(d *source.Document) { content(text)(d); d.Whole = true; f.relinked = true })
	f.hint()
}

func (f *fake) hint() {
	select {
	case f.hints <- struct{}{}:
	default:
	}
}

func (f *fake) count() (scans, renewed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.scans, f.renewed
}

// following is a follower under test.
type following struct {
	*fake
	start  time.Time
	mu     sync.Mutex
	judged []judgement
	reload chan chan<- error
	cancel context.CancelFunc
	ended  chan struct{}
}

type judgement struct {
	text string        // of all documents, joined by "+"
	at   time.Duration // since the start
}

// follow runs test against a follower of content "first", within a bubble of
// fake time.
func follow(t *testing.T, settle, poll time.Duration, test func(t *testing.T, f *following)) {
	t.Helper()
	followSet(t, 1, settle, poll, test)
}

// followSet is follow for a number of documents.
func followSet(t *testing.T, n int, settle, poll time.Duration, test func(t *testing.T, f *following)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := &following{
			fake:   &fake{docs: make([]source.Document, n), hints: make(chan struct{}, 1)},
			start:  time.Now(),
			reload: make(chan chan<- error),
			ended:  make(chan struct{}),
		}
		for i := range n {
			f.docs[i] = source.Document{Place: i, Path: "/f", Modified: time.Now()}
			content("first")(&f.docs[i])
		}
		follower := Follower{
			Content: f.fake, Settle: settle, Poll: poll, FallbackPoll: 3 * time.Second,
			OnScan: func() {},
			Judge: func(s source.Snapshot, _ bool) error {
				f.mu.Lock()
				defer f.mu.Unlock()
				var texts []string
				for _, d := range s.Documents {
					texts = append(texts, string(d.Data))
				}
				f.judged = append(f.judged, judgement{strings.Join(texts, "+"), time.Since(f.start)})
				return errors.New("judged " + strings.Join(texts, "+"))
			},
		}
		ctx, cancel := context.WithCancel(t.Context())
		f.cancel = cancel
		defer cancel()
		go func() {
			defer close(f.ended)
			follower.Run(ctx, f.Scan(ctx), f.reload)
		}()
		synctest.Wait()
		test(t, f)
	})
}

// after lets d pass.
func (f *following) after(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (f *following) expect(t *testing.T, want ...judgement) {
	t.Helper()
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Equal(f.judged, want) {
		t.Errorf("judged %v, want %v", f.judged, want)
	}
}

// all returns the texts judged so far.
func (f *following) all() (texts []string) {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, j := range f.judged {
		texts = append(texts, j.text)
	}
	return texts
}

func TestContentPublishedAtomicallyIsTakenAtOnce(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.publish(0, "second")
		f.expect(t, judgement{"second", 0})
	})
}

func TestContentWrittenInPlaceSettlesFirst(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("second")
		f.after(time.Second - 1)
		f.expect(t)
		f.after(1)
		f.expect(t, judgement{"second", time.Second})
	})
}

// The wait is as long after the last write as after the only one: once.
func TestTheWaitRunsFromTheLastWriteOnce(t *testing.T) {
	for _, between := range []time.Duration{0, time.Millisecond, 100 * time.Millisecond, 700 * time.Millisecond, 999 * time.Millisecond} {
		follow(t, time.Second, 0, func(t *testing.T, f *following) {
			f.write("")
			synctest.Wait()
			f.after(between)
			f.write("half")
			synctest.Wait()
			f.after(between)
			f.write("second")
			f.after(time.Second - 1)
			f.expect(t)
			f.after(1)
			f.expect(t, judgement{"second", 2*between + time.Second})
		})
	}
}

func TestContentThatChangesWithoutHintWhileSettlingIsNotTakenHalf(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("half")
		f.after(500 * time.Millisecond)
		f.set("second")
		f.after(500 * time.Millisecond)
		f.expect(t)
		f.after(time.Second)
		f.expect(t, judgement{"second", 2 * time.Second})
	})
}

func TestContentThatReturnsWhileSettlingIsNoChange(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("half")
		f.after(500 * time.Millisecond)
		f.write("first")
		f.after(time.Minute)
		f.expect(t)
	})
}

// The bytes and the timestamp of a file show whether it was written to.
func TestEventsWithoutAWriteDoNotMakeTheWaitLonger(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("second")
		for range 15 {
			f.after(100 * time.Millisecond)
			f.hint()
		}
		f.expect(t, judgement{"second", time.Second})
	})
}

func TestTheSameBytesWrittenAgainMakeTheWaitStartOver(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("second")
		f.after(700 * time.Millisecond)
		f.write("second")
		f.after(time.Minute)
		f.expect(t, judgement{"second", 1700 * time.Millisecond})
	})
}

func TestContentThatIsBeingWrittenIsReadAFewTimesOnly(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		before, _ := f.count()
		for range 1000 {
			f.after(time.Millisecond)
			f.write("half" + time.Now().String())
		}
		if after, _ := f.count(); after-before > 6 {
			t.Errorf("%d scans in a second, want a few", after-before)
		}
	})
}

// churn has a document change every so often, for a while.
func (f *following) churn(every, during time.Duration, change func(text string)) {
	for end := time.Now().Add(during); time.Now().Before(end); {
		f.after(every)
		change("at " + time.Since(f.start).String())
	}
}

func TestFilesExchangedAllTheTimeAreTaken(t *testing.T) {
	for _, every := range []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond} {
		follow(t, 250*time.Millisecond, 0, func(t *testing.T, f *following) {
			f.churn(every, 3*time.Second, func(text string) { f.exchange(0, text) })
			soon := len(f.all())
			f.churn(every, 5*time.Second, func(text string) { f.exchange(0, text) })
			if later := len(f.all()) - soon; soon == 0 || later < 20 {
				t.Errorf("every %v: %d taken in three seconds, %d in five more", every, soon, later)
			}
		})
	}
}

func TestAFileWrittenAllTheTimeIsTakenAfterAWhile(t *testing.T) {
	for _, every := range []time.Duration{10 * time.Millisecond, 100 * time.Millisecond, 900 * time.Millisecond} {
		follow(t, time.Second, 0, func(t *testing.T, f *following) {
			f.churn(every, 9*time.Second, func(text string) { f.write(text) })
			f.expect(t)
			f.churn(every, 20*time.Second, func(text string) { f.write(text) })
			if got := f.all(); len(got) < 5 {
				t.Errorf("every %v: %d taken in 29 seconds", every, len(got))
			}
		})
	}
}

// Between truncation and the next write the file is empty.
func TestAnEmptyFileBetweenTwoWritesIsNotAccepted(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		for range 100 {
			f.after(200 * time.Millisecond)
			f.write("")
			f.after(200 * time.Millisecond)
			f.write("at " + time.Since(f.start).String())
		}
		if got := f.all(); len(got) == 0 || slices.Contains(got, "") {
			t.Errorf("took %q", got)
		}
	})
}

func TestContentThatWasLikelyPublishedWaitsForOneTick(t *testing.T) {
	follow(t, time.Hour, 0, func(t *testing.T, f *following) {
		f.change(0, func(d *source.Document) { content("second")(d); d.Likely = true })
		f.hint()
		f.after(time.Minute)
		f.expect(t, judgement{"second", tick})
	})
}

func TestOneFilesChurnDoesNotHoldUpWhatALinkPublishes(t *testing.T) {
	followSet(t, 2, time.Second, 0, func(t *testing.T, f *following) {
		f.writeTo(0, "half")
		f.after(500 * time.Millisecond)
		f.publish(1, "second")
		f.expect(t, judgement{"first+second", 500 * time.Millisecond})
		f.after(500 * time.Millisecond)
		f.expect(t, judgement{"first+second", 500 * time.Millisecond}, judgement{"half+second", time.Second})
	})
}

func TestFilesWrittenOneAfterAnotherAreTakenTogether(t *testing.T) {
	followSet(t, 2, time.Second, 0, func(t *testing.T, f *following) {
		f.writeTo(0, "second")
		f.after(500 * time.Millisecond)
		f.writeTo(1, "third")
		f.after(time.Minute)
		f.expect(t, judgement{"second+third", 1500 * time.Millisecond})
	})
}

func TestAFileThatIsWrittenAllTheTimeDoesNotHoldUpAnother(t *testing.T) {
	followSet(t, 2, time.Second, 0, func(t *testing.T, f *following) {
		f.churn(100*time.Millisecond, 3*time.Second, func(text string) { f.writeTo(0, text) })
		f.expect(t)
		f.writeTo(1, "second")
		f.churn(100*time.Millisecond, 2*time.Second, func(text string) { f.writeTo(0, text) })
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.judged) != 1 || f.judged[0].text != "first+second" || f.judged[0].at > 4500*time.Millisecond {
			t.Errorf("judged %v, want the second file's change at about 4s", f.judged)
		}
	})
}

func TestAFileThatMovesDoesNotHoldUpAnother(t *testing.T) {
	followSet(t, 2, time.Second, 0, func(t *testing.T, f *following) {
		f.change(0, func(d *source.Document) { d.Moving = true })
		f.publish(1, "second")
		f.expect(t, judgement{"first+second", 0})
		f.after(10 * time.Second)
		f.change(0, func(d *source.Document) { content("third")(d); d.Moving = false })
		f.after(10 * time.Second)
		if got := f.all(); !slices.Equal(got, []string{"first+second", "third+second"}) {
			t.Errorf("judged %q", got)
		}
	})
}

func TestALinkThatMovesWhileContentSettlesIsFollowedAtOnce(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("half")
		f.after(500 * time.Millisecond)
		f.publish(0, "second")
		f.expect(t, judgement{"second", 500 * time.Millisecond})
		f.after(time.Minute)
		f.expect(t, judgement{"second", 500 * time.Millisecond})
	})
}

func TestSettleZeroTakesEveryChangeAtOnce(t *testing.T) {
	follow(t, 0, 0, func(t *testing.T, f *following) {
		f.write("second")
		f.expect(t, judgement{"second", 0})
	})
}

func TestAHintWithoutAChangeIsNoChange(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		for range 10 {
			f.hint()
			f.after(time.Second)
		}
		f.expect(t)
	})
}

func TestThePollFindsWhatNoEventAnnounced(t *testing.T) {
	follow(t, time.Second, 5*time.Second, func(t *testing.T, f *following) {
		f.set("second")
		f.after(5 * time.Second)
		f.expect(t)
		f.after(time.Second)
		f.expect(t, judgement{"second", 6 * time.Second})
		if _, renewed := f.count(); renewed != 1 {
			t.Errorf("the watch was renewed %d times after a change without a hint, want 1", renewed)
		}
	})
}

func TestAPollScansOnlyIfContentMayHaveChanged(t *testing.T) {
	follow(t, time.Second, 5*time.Second, func(t *testing.T, f *following) {
		f.fake.mu.Lock()
		f.compares = true
		f.fake.mu.Unlock()
		before, _ := f.count()
		f.after(time.Hour)
		if after, _ := f.count(); after != before {
			t.Errorf("%d scans of unchanged content, want none", after-before)
		}
		f.set("second")
		f.after(6 * time.Second)
		f.expect(t, judgement{"second", time.Hour + 6*time.Second})
	})
}

func TestPollZeroNeverScansWithoutAHint(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		before, _ := f.count()
		f.after(time.Hour)
		if after, _ := f.count(); after != before {
			t.Errorf("%d scans in an hour, want none", after-before)
		}
	})
}

func TestPollZeroStillPollsWhereEventsAreMissing(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.mu.Lock()
		f.fake.mu.Lock()
		f.missing = true
		f.fake.mu.Unlock()
		f.mu.Unlock()
		f.hint() // for the scan that detects it
		synctest.Wait()
		f.set("second")
		f.after(4 * time.Second)
		f.expect(t, judgement{"second", 4 * time.Second})
	})
}

func TestAReloadJudgesAtOnceAndAnswers(t *testing.T) {
	follow(t, time.Hour, 0, func(t *testing.T, f *following) {
		f.write("second")
		reply := make(chan error, 1)
		f.reload <- reply
		if err := <-reply; err == nil || err.Error() != "judged second" {
			t.Errorf("the reload answered %v, want what Judge returned", err)
		}
		f.after(2 * time.Hour)
		f.expect(t, judgement{"second", 0})
	})
}

func TestContentThatMovesIsNotJudgedUntilItStops(t *testing.T) {
	follow(t, 0, 0, func(t *testing.T, f *following) {
		f.change(0, func(d *source.Document) { d.Moving = true })
		f.hint()
		f.after(time.Second)
		f.expect(t)
		reply := make(chan error, 1)
		f.reload <- reply
		if err := <-reply; !errors.Is(err, ErrMoving) {
			t.Errorf("a reload of moving content answered %v, want ErrMoving", err)
		}
		f.change(0, func(d *source.Document) { content("second")(d); d.Moving = false })
		f.after(time.Second)
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.judged) != 1 || f.judged[0].text != "second" {
			t.Errorf("judged %v, want the second content once", f.judged)
		}
	})
}

func TestAFileThatMovesForLongDoesNotHoldUpAnotherThatSettles(t *testing.T) {
	for _, settle := range []time.Duration{0, time.Millisecond, tick, time.Second} {
		followSet(t, 2, settle, 0, func(t *testing.T, f *following) {
			f.change(0, func(d *source.Document) { d.Moving = true })
			f.exchange(1, "second")
			f.after(time.Minute)
			if got := f.all(); !slices.Equal(got, []string{"first+second"}) {
				t.Errorf("with a settle of %v, judged %q", settle, got)
			}
		})
	}
}

func TestNothingIsJudgedWhenAScanReturnsAfterTheEnd(t *testing.T) {
	follow(t, 0, time.Second, func(t *testing.T, f *following) {
		f.fake.mu.Lock()
		hung := make(chan struct{})
		f.hung = hung
		f.fake.mu.Unlock()
		f.write("second")
		f.after(time.Hour)
		f.cancel()
		close(hung)
		<-f.ended
		f.expect(t)
	})
}

func TestAStaggeredPublishFollowsAScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		f := &fake{docs: []source.Document{{Path: "/f"}}, hints: make(chan struct{}, 1)}
		f.set("first")
		turn := make(chan time.Time)
		follower := Follower{Content: f, OnScan: func() {}, PublishTimer: turn,
			OnPublishDue: func() { got = append(got, "turn") },
			Judge:        func(s source.Snapshot, _ bool) error { got = append(got, string(s.Documents[0].Data)); return nil }}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			follower.Run(ctx, f.Scan(ctx), nil)
		}()
		synctest.Wait()
		f.set("second") // without a hint
		turn <- time.Now()
		turn <- time.Now()
		cancel()
		<-done
		if !slices.Equal(got, []string{"second", "turn", "turn"}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestAStaggeredPublishWaitsForContentThatSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		f := &fake{docs: []source.Document{{Path: "/f"}}, hints: make(chan struct{}, 1)}
		f.set("first")
		began, turn := time.Now(), make(chan time.Time)
		record := func(what string) { got = append(got, fmt.Sprint(what, " after ", time.Since(began))) }
		follower := Follower{Content: f, Settle: time.Second, OnScan: func() {}, PublishTimer: turn,
			OnPublishDue: func() { record("turn") },
			Judge:        func(s source.Snapshot, _ bool) error { record(string(s.Documents[0].Data)); return nil }}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			follower.Run(ctx, f.Scan(ctx), nil)
		}()
		synctest.Wait()
		f.write("second") // with a hint
		synctest.Wait()
		turn <- time.Now()
		time.Sleep(2 * time.Second)
		f.set("third") // without one
		turn <- time.Now()
		time.Sleep(2 * time.Second)
		f.write("fourth")
		synctest.Wait()
		turn <- time.Now()
		f.set("third") // it is no change any more
		time.Sleep(2 * time.Second)
		cancel()
		<-done
		if want := []string{"second after 1s", "turn after 1s", "third after 3s", "turn after 3s", "turn after 5s"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
