package watch

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/lastgood/internal/source"
)

// fake is content that a test changes by hand.
type fake struct {
	mu       sync.Mutex
	text     string
	settled  string // the text last settled or published
	moving   bool
	relinked bool
	missing  bool
	glances  bool   // Unchanged tells
	seen     string // by the last look
	looks    int
	renewed  int
	hints    chan struct{}
}

func (f *fake) Look() source.Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looks++
	f.seen = f.text
	s := source.Snapshot{Digest: sha256.Sum256([]byte(f.text)), Moving: f.moving}
	s.Whole = f.relinked || f.text == f.settled
	if f.relinked {
		f.settled, f.relinked = f.text, false
	}
	return s
}

func (f *fake) Unchanged() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.glances && f.text == f.seen
}

func (f *fake) Relinked() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.relinked
}

func (f *fake) Settled() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settled = f.text
}

func (f *fake) Renew() {
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

// set changes the content without a hint.
func (f *fake) set(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.text = text
}

// write changes the content as a write in place does.
func (f *fake) write(text string) {
	f.set(text)
	f.hint()
}

// publish changes the content as a link that leads elsewhere does.
func (f *fake) publish(text string) {
	f.mu.Lock()
	f.text, f.relinked = text, true
	f.mu.Unlock()
	f.hint()
}

func (f *fake) hint() {
	select {
	case f.hints <- struct{}{}:
	default:
	}
}

func (f *fake) count() (looks, renewed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.looks, f.renewed
}

// following is a follower under test.
type following struct {
	*fake
	start  time.Time
	mu     sync.Mutex
	judged []judgement
	reload chan chan<- error
}

type judgement struct {
	text string
	at   time.Duration // since the start
}

// follow runs test against a follower of content "first", within a bubble of
// fake time.
func follow(t *testing.T, settle, poll time.Duration, test func(t *testing.T, f *following)) {
	synctest.Test(t, func(t *testing.T) {
		f := &following{
			fake:   &fake{text: "first", settled: "first", hints: make(chan struct{}, 1)},
			start:  time.Now(),
			reload: make(chan chan<- error),
		}
		follower := Follower{
			Content: f.fake, Settle: settle, Poll: poll, FallbackPoll: 3 * time.Second,
			Looked: func() {},
			Judge: func(s source.Snapshot, _ bool) error {
				f.mu.Lock()
				defer f.mu.Unlock()
				text := "?"
				for _, known := range []string{"first", "second", "third", "half"} {
					if s.Digest == sha256.Sum256([]byte(known)) {
						text = known
					}
				}
				f.judged = append(f.judged, judgement{text, time.Since(f.start)})
				return errors.New("judged " + text)
			},
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go follower.Run(ctx, f.Look(), f.reload)
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

func TestContentPublishedAtomicallyIsTakenAtOnce(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.publish("second")
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

func TestEveryWriteMakesTheWaitStartOver(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("half")
		f.after(700 * time.Millisecond)
		f.write("second")
		f.after(700 * time.Millisecond)
		f.expect(t)
		// The first deadline found other content than it began with, unless a
		// hint moved it; either way nothing is taken before two equal reads.
		f.after(2 * time.Second)
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.judged) != 1 || f.judged[0].text != "second" {
			t.Errorf("judged %v, want the second content alone", f.judged)
		}
	})
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

func TestAFileTouchedAllTheTimeIsTakenAfterPatienceEnds(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("second")
		for range 15 {
			f.after(900 * time.Millisecond)
			f.hint()
		}
		f.after(time.Second)
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.judged) != 1 || f.judged[0].at < patience*time.Second || f.judged[0].at > (patience+2)*time.Second {
			t.Errorf("judged %v, want the second content once, about %v after the start", f.judged, patience*time.Second)
		}
	})
}

func TestALinkThatMovesWhileContentSettlesIsFollowedAtOnce(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		f.write("half")
		f.after(500 * time.Millisecond)
		f.publish("second")
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

func TestAPollLooksOnlyIfSomethingMayHaveChanged(t *testing.T) {
	follow(t, time.Second, 5*time.Second, func(t *testing.T, f *following) {
		f.fake.mu.Lock()
		f.glances = true
		f.fake.mu.Unlock()
		before, _ := f.count()
		f.after(time.Hour)
		if after, _ := f.count(); after != before {
			t.Errorf("%d looks at what is unchanged, want none", after-before)
		}
		f.set("second")
		f.after(6 * time.Second)
		f.expect(t, judgement{"second", time.Hour + 6*time.Second})
	})
}

func TestPollZeroNeverLooksWithoutAHint(t *testing.T) {
	follow(t, time.Second, 0, func(t *testing.T, f *following) {
		before, _ := f.count()
		f.after(time.Hour)
		if after, _ := f.count(); after != before {
			t.Errorf("%d looks in an hour, want none", after-before)
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
		f.hint() // the look that finds out
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
		f.fake.mu.Lock()
		f.text, f.moving = "half", true
		f.fake.mu.Unlock()
		f.hint()
		f.after(time.Second)
		f.expect(t)
		reply := make(chan error, 1)
		f.reload <- reply
		if err := <-reply; !errors.Is(err, ErrMoving) {
			t.Errorf("a reload of moving content answered %v, want ErrMoving", err)
		}
		f.fake.mu.Lock()
		f.text, f.moving = "second", false
		f.fake.mu.Unlock()
		f.after(time.Second)
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.judged) != 1 || f.judged[0].text != "second" {
			t.Errorf("judged %v, want the second content once", f.judged)
		}
	})
}
