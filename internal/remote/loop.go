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
	// Read's context ends after readLimit. After readGrace more, Read counts as hung.
	readLimit    = 10 * time.Second
	readGrace    = time.Second
	shutdownWait = 400 * time.Millisecond // the longest wait for methods when the context has ended

	// The delay after a failed read, or after a watch that ended, doubles from firstBackoff to
	// lastBackoff or the poll interval, whichever is shorter.
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 30 * time.Second

	// startPoll is the longest poll interval while the store is starting.
	startPoll = 600 * time.Millisecond

	// healthyWatch is how long a watch must run to count as working, unless it announced a
	// change.
	healthyWatch = 10 * time.Second

	maxPollAfter = 5 * time.Minute // the limit of Reading.PollAfter

	// maxHintDelay is the longest delay of a read after hints without a change.
	maxHintDelay = 500 * time.Millisecond
)

// loop is the state of a feed's goroutine.
type loop struct {
	*Feed
	source.Following
	ctx context.Context

	reading   *call[outcome]
	overdue   bool            // the read counts as hung
	waiting   []chan struct{} // refreshes that wait for the next read
	serving   []chan struct{} // refreshes that wait for the present read
	again     bool            // another read follows the present one
	next      cause           // of the next read
	reason    cause           // of the present read
	hintDelay time.Duration   // between the next hint and its read
	failures  int             // failed reads in a row

	watching     *call[error]
	since        string // the revision to watch from
	noWatch      bool   // Watch returned errors.ErrUnsupported
	missedChange bool   // the watch was canceled because a poll found a change
	announced    bool   // the watch announced a change
	shortWatches int    // watches in a row that ended early

	// idle: the store has started and does not follow changes; only Refresh reads.
	idle                       bool
	poll, retryTimer, deadline *time.Timer // for a poll; a read after a delay; a read that hangs
	retryAt                    time.Time   // when retryTimer fires; zero if it is stopped
	notBefore                  time.Time   // the earliest time of the next poll or retry
}

// cause is the reason for a read.
type cause uint8

const (
	anyCause cause = iota
	byPoll         // the poll alone
	byHint
)

// outcome is the result of a read.
type outcome struct {
	docs      []source.Document
	revision  string
	stale     *Failure      // why nothing is known about the content; nil if docs are set
	pollAfter time.Duration // the shortest time until the next poll
}

// run is the feed's goroutine. It ends with l.ctx.
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

// every returns the time until the next poll: up to a fifth shorter than the interval, so that
// stores do not poll at the same time.
func (l *loop) every() time.Duration {
	return l.atStart(l.src.Poll - rand.N(l.src.Poll/5+1)) //nolint:gosec // no secret
}

// atStart returns wait, or startPoll if that is shorter and the store is starting.
func (l *loop) atStart(wait time.Duration) time.Duration {
	if l.Starting.Err() == nil {
		return min(wait, startPoll)
	}
	return wait
}

// readIn schedules a read after wait, unless one is scheduled earlier.
func (l *loop) readIn(wait time.Duration) {
	if at := time.Now().Add(wait); l.retryAt.IsZero() || at.Before(l.retryAt) {
		l.retryAt = at
		l.retryTimer.Reset(wait)
	}
}

// refresh reads, and closes done after a read that began now or later. If a read hangs, it
// closes done at once.
func (l *loop) refresh(done chan struct{}) {
	if l.overdue {
		close(done)
		return
	}
	l.waiting = append(l.waiting, done)
	l.read()
}

// read starts a read or, while one is running, has another one follow it.
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

// notifyServing ends the refreshes that wait for the present read.
func (l *loop) notifyServing() {
	for _, done := range l.serving {
		close(done)
	}
	l.serving = nil
}

// readEnded records the outcome of a read, and starts or ends what depends on it.
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

// updateHintDelay updates the delay of reads after hints: none if hints announce changes,
// longer and longer if they do not. If the poll found a change that the watch did not
// announce, it ends the watch, so that another one is started.
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

// retry schedules a read after a delay that grows with n. The delay is random between half of
// it and one and a half.
func (l *loop) retry(n int) {
	if l.idle {
		return
	}
	wait := l.atStart(min(firstBackoff<<min(n-1, 20), lastBackoff, l.src.Poll))
	l.readIn(max(wait/2+rand.N(wait), time.Until(l.notBefore))) //nolint:gosec // no secret
}

// watch starts to watch from the revision that was read last.
func (l *loop) watch() {
	since, watch, hint := l.since, l.src.Watch, l.hint
	l.announced = false
	l.watching = start(l.ctx, nil, 0, guard.Method(l.src.Of, "Watch"), func(ctx context.Context) error {
		return watch(ctx, since, hint)
	})
}

// watchEnded schedules a read after the end of a watch; the read starts the next watch.
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

// setNoWatch records why changes are found by polling only; "" if they are announced.
func (l *loop) setNoWatch(reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state.NoWatch = reason
}

// setStale records that nothing is known about the content.
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

// setFresh records the content, and reports whether it has changed.
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

// staleError is why nothing is known about the content. Its text has no control characters.
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
