package remote

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

const (
	readLimit    = 10 * time.Second       // for a Read; then its context ends,
	readGrace    = time.Second            // and a moment later it counts as one that does not return
	shutdownWait = 400 * time.Millisecond // how long the end waits for what goes on

	firstBackoff = 100 * time.Millisecond // after a failed read or the end of a watch, doubling
	lastBackoff  = 30 * time.Second       // up to this, or the poll

	// startPoll is how often a source is read at least while its store is starting.
	startPoll = 600 * time.Millisecond

	// A watch that goes on for so long, or announced a change, is in order.
	healthyWatch = 10 * time.Second

	maxPollAfter = 5 * time.Minute // for which a source can ask to be left alone

	// maxFutile is the longest wait after hints that announced nothing.
	maxHintDelay = 500 * time.Millisecond
)

// loop is the goroutine of a feed.
type loop struct {
	*Feed
	source.Following
	ctx context.Context

	reading   *call[outcome]
	overdue   bool            // it should have returned
	waiting   []chan struct{} // for a read that begins from now on
	serving   []chan struct{} // by the read that is under way
	again     bool            // another read is wanted after the one that is under way
	next      cause           // of the next read
	reason    cause           // of the one that is under way
	hintDelay time.Duration   // how long to wait before the next read for a hint
	failures  int             // of reads in a row

	watching     *call[error]
	since        string // the revision to watch from
	noWatch      bool   // the source has none
	missedChange bool   // it is ended because it missed a change
	announced    bool   // it announced one
	shortWatches int    // of watches that ended soon, in a row

	idle                       bool
	poll, retryTimer, deadline *time.Timer // the poll; the next read; that a read does not return
	retryAt                    time.Time   // zero if none is due
	notBefore                  time.Time   // when the source may be polled, or tried, again
}

// cause is why a source is read.
type cause uint8

const (
	anyCause cause = iota
	byPoll         // nothing else asked for it
	byHint
)

// outcome is what a read came to.
type outcome struct {
	docs      []source.Document
	revision  string
	stale     *Failure      // why nothing is known; nil if docs are what there is
	pollAfter time.Duration // for how long the source is not to be polled
}

func (l *loop) run() {
	defer close(l.Feed.ended)
	l.poll, l.retryTimer, l.deadline = time.NewTimer(l.every()), time.NewTimer(0), time.NewTimer(0)
	l.retryTimer.Stop()
	l.deadline.Stop()
	defer l.poll.Stop()
	defer l.retryTimer.Stop()
	defer l.deadline.Stop()
	l.read()
	starting := l.Starting.Done()
	for l.ctx.Err() == nil {
		select {
		case <-l.ctx.Done():
		case <-starting:
			starting, l.idle = nil, !l.Watch
			l.poll.Reset(l.every())
			if l.idle {
				l.poll.Stop()
				l.retryTimer.Stop()
			}
		case done := <-l.refreshes:
			l.refresh(done)
		case <-l.hints:
			l.next = byHint
			l.readIn(l.hintDelay)
		case <-l.poll.C:
			if wait := time.Until(l.notBefore); wait > 0 {
				l.poll.Reset(wait)
				continue
			}
			l.poll.Reset(l.every())
			l.next = max(l.next, byPoll)
			l.read()
		case <-l.retryTimer.C:
			l.read()
		case ended := <-l.reading.ended():
			l.readEnded(ended)
		case <-l.deadline.C:
			l.overdue = true
			l.setStale(&Failure{Text: "its Read method has not returned since " + l.reading.began.Format(time.RFC3339)})
			l.serving, l.waiting = append(l.serving, l.waiting...), nil
			l.notifyServing()
		case ended := <-l.watching.ended():
			l.watchEnded(ended)
		}
	}
	left := time.Now()
	l.reading.abandon(shutdownWait)
	l.watching.abandon(max(shutdownWait-time.Since(left), shutdownWait/10))
}

// every returns when to poll the source the next time.
func (l *loop) every() time.Duration {
	return l.atStart(l.src.Poll - rand.N(l.src.Poll/5+1)) //nolint:gosec // no secret
}

// atStart returns a wait, which is short while the store is starting.
func (l *loop) atStart(wait time.Duration) time.Duration {
	if l.Starting.Err() == nil {
		return min(wait, startPoll)
	}
	return wait
}

// readIn has the source read after a while, unless it is sooner.
func (l *loop) readIn(wait time.Duration) {
	if at := time.Now().Add(wait); l.retryAt.IsZero() || at.Before(l.retryAt) {
		l.retryAt = at
		l.retryTimer.Reset(wait)
	}
}

// ask has the source read for who waits for that, unless a read does not return.
func (l *loop) refresh(done chan struct{}) {
	if l.overdue {
		close(done)
		return
	}
	l.waiting = append(l.waiting, done)
	l.read()
}

// read begins to read, or has that done again when the read that is under way has ended.
func (l *loop) read() {
	l.retryTimer.Stop()
	l.retryAt = time.Time{}
	if l.again = l.reading != nil; l.again {
		return
	}
	l.serving, l.waiting = l.waiting, nil
	l.reason, l.next = l.next, anyCause
	src, limits, before := &l.src, l.Limits, l.Documents()
	l.reading = start(l.ctx, l.Owner, readLimit, guard.Method(src.Of, "Read"), func(ctx context.Context) outcome {
		return src.readOutcome(ctx, limits, before)
	})
	l.deadline.Reset(readLimit + readGrace)
}

// serve tells those who wait for the read that is under way.
func (l *loop) notifyServing() {
	for _, done := range l.serving {
		close(done)
	}
	l.serving = nil
}

// taken takes what a read came to.
func (l *loop) readEnded(ended error) {
	l.deadline.Stop()
	l.overdue = false
	got := l.reading.result
	if failed := l.reading.end(ended); failed != nil {
		got = outcome{stale: &Failure{Text: failed.Error(), Err: failed}}
	}
	l.reading = nil
	l.notBefore = time.Now().Add(min(got.pollAfter, maxPollAfter))
	if got.stale != nil {
		l.setStale(got.stale)
		l.failures++
		l.retry(l.failures)
	} else {
		l.failures, l.since = 0, got.revision
		changed := l.setFresh(got.docs)
		l.updateHintDelay(changed)
		if l.watching != nil && (l.announced || time.Since(l.watching.began) >= healthyWatch) {
			l.setNoWatch("")
		}
		if l.Watch && !l.noWatch && !l.idle && l.watching == nil {
			l.watch()
		}
	}
	l.notifyServing()
	if l.again {
		l.read()
	}
}

// judgeHints learns from what a read found whether the watch announces what changes.
func (l *loop) updateHintDelay(changed bool) {
	switch {
	case changed && l.reason == byHint:
		l.hintDelay, l.announced = 0, true
	case l.reason == byHint:
		l.hintDelay = min(max(2*l.hintDelay, time.Millisecond), maxHintDelay)
	case changed && l.reason == byPoll && l.watching != nil && l.next != byHint && len(l.hints) == 0:
		l.missedChange = true // it missed the change
		l.watching.cancel()
	}
}

// retry has the source read after a while that grows with n.
func (l *loop) retry(n int) {
	if l.idle {
		return
	}
	wait := l.atStart(min(firstBackoff<<min(n-1, 20), lastBackoff, l.src.Poll))
	l.readIn(max(wait/2+rand.N(wait), time.Until(l.notBefore))) //nolint:gosec // no secret
}

func (l *loop) watch() {
	since, watch, hint := l.since, l.src.Watch, l.hint
	l.announced = false
	l.watching = start(l.ctx, nil, 0, guard.Method(l.src.Of, "Watch"), func(ctx context.Context) error {
		return watch(ctx, since, hint)
	})
}

// watchEnded has the source read and watched again.
func (l *loop) watchEnded(ended error) {
	err, began := l.watching.result, l.watching.began
	if failed := l.watching.end(ended); failed != nil {
		err = failed
	}
	l.watching = nil
	switch {
	case l.ctx.Err() != nil:
		return
	case guard.Is(err, errors.ErrUnsupported):
		l.noWatch = true
		l.setNoWatch("the source announces no changes")
		return
	case l.missedChange:
		l.missedChange = false
		l.read()
		return
	case l.announced || time.Since(began) >= healthyWatch:
		l.shortWatches = 0
	}
	l.shortWatches++
	if err != nil && l.shortWatches > 1 {
		l.setNoWatch("its watch ended: " + reasonText(guard.Text(err), ""))
	} else {
		l.setNoWatch("")
	}
	l.retry(l.shortWatches)
}

func (l *loop) setNoWatch(reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state.NoWatch = reason
}

// setStale records that nothing is known of the content.
func (l *loop) setStale(why *Failure) {
	text, now := reasonText(why.Text, why.Hint), time.Now()
	l.mu.Lock()
	begins := l.state.Stale == ""
	if begins {
		l.state.Since = now
	}
	l.state.Stale, l.staleErr = text, &staleError{text, why.Err}
	unknown := isOpen(l.loaded)
	if unknown {
		l.docs = []source.Document{l.src.fault(&source.Error{Code: "unreadable", Message: "cannot be read: " + why.Text, Hint: why.Hint, Err: why.Err, Varies: true})}
	}
	l.mu.Unlock()
	if isOpen(l.attempted) {
		close(l.attempted)
	}
	if begins {
		l.Stale(text, now)
	}
}

// setFresh records what the content is, and reports whether it is another one than before.
func (l *loop) setFresh(docs []source.Document) (changed bool) {
	l.mu.Lock()
	since, wasStale := l.state.Since, l.state.Stale != ""
	l.state.Stale, l.state.Since, l.staleErr = "", time.Time{}, nil
	if changed = !sameContent(l.docs, docs); changed {
		l.docs = docs
	}
	l.mu.Unlock()
	if isOpen(l.attempted) {
		close(l.attempted)
	}
	if isOpen(l.loaded) {
		close(l.loaded)
	}
	if wasStale {
		l.Fresh(since)
	}
	if changed {
		l.Changed()
	}
	return changed
}

// reason is why nothing is known of the content, as an error.
type staleError struct {
	text string
	err  error
}

func (r *staleError) Error() string { return redact.Escape(r.text) }
func (r *staleError) Unwrap() error { return r.err }

func isOpen(c <-chan struct{}) bool {
	select {
	case <-c:
		return false
	default:
		return true
	}
}
