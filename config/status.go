package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/internal/redact"
)

// Outcome is how an attempt to reload ended.
type Outcome string

// The outcomes.
const (
	Applied   Outcome = "applied"   // a new version was published
	Waiting   Outcome = "waiting"   // a new version is good, and waits for its turn; see [WithStagger]
	Unchanged Outcome = "unchanged" // what is on disk means what is running
	Rejected  Outcome = "rejected"  // the last good configuration stays
)

// Status is how a store is doing.
type Status struct {
	Version  uint64    `json:"version"`
	Digests  Digests   `json:"digests"`
	LoadedAt time.Time `json:"loaded_at"` // when the version was published

	LastAttempt  time.Time     `json:"last_attempt"` // when content was judged last; content that did not change is not
	LastOutcome  Outcome       `json:"last_outcome"`
	LastDuration time.Duration `json:"last_duration"` // how long judging it took, in nanoseconds in JSON
	LastSuccess  time.Time     `json:"last_success"`  // the last attempt that was not rejected

	// WaitingUntil is when the change that is on disk is published, if it waits for its
	// turn ([WithStagger]). Zero if none waits.
	WaitingUntil time.Time `json:"waiting_until,omitzero"`

	// Err is why the newest content on disk was rejected, or nil if the current
	// configuration is what is on disk, or what is on disk is about to be.
	Err      *Error             `json:"error,omitempty"`
	Failures int                `json:"failures"` // rejections since the last success
	Attempts map[Outcome]uint64 `json:"attempts"` // how many, by outcome

	// LastGood is from when the current configuration is, if the content on disk was not
	// good at the start, so that what [WithLastGood] has stored is served. It is zero as
	// soon as good content is.
	LastGood  time.Time        `json:"last_good,omitzero"`
	Probation *ProbationStatus `json:"probation,omitempty"` // nil if none is under way
	Rollbacks uint64           `json:"rollbacks,omitempty"` // how often a change was taken back

	Pending []Pending    `json:"pending,omitempty"`
	Watch   []PathStatus `json:"watch"`

	Hook       *HookStatus `json:"hook,omitempty"` // the one that is running; nil if none is
	HookPanics uint64      `json:"hook_panics"`

	Closed bool `json:"closed,omitempty"` // it follows nothing any more
}

// HookStatus is a hook that is running.
type HookStatus struct {
	Name  string        `json:"name"`
	For   time.Duration `json:"for"`
	Stuck bool          `json:"stuck,omitempty"` // for so long that it was logged
}

// Version is one that was published, for a history of what changed.
type Version struct {
	Version  uint64    `json:"version"`
	Content  Digest    `json:"content"` // see [Digests]
	LoadedAt time.Time `json:"loaded_at"`

	// Changes from the version before, the first 100. Secrets are redacted, and long
	// values cut: to 256 bytes, with "…" in the place of the rest.
	Changes []Change `json:"changes,omitempty"`
	More    int      `json:"more,omitempty"` // changes beyond those

	State    State     `json:"state,omitempty"`    // "" without [WithLastGood], [WithProbation] and [WithStagger]
	LastGood time.Time `json:"last_good,omitzero"` // from when it is, if it is from what was stored
}

// mostVersions is how many versions History tells of.
const mostVersions = 20

// mostChanges is how many changes the history keeps of one version.
const mostChanges = 100

// record is what a store notes for Status.
type record struct {
	attempt, success time.Time
	outcome          Outcome
	took             time.Duration
	err              *Error
	failures         int
	attempts         map[Outcome]uint64
	waitingUntil     time.Time
	watch            []PathStatus
	disk             *sums     // of the content that was judged last
	history          []Version // the oldest first
}

// note records an attempt, and at the same moment makes next, if it is not nil, what is in
// force: the running version, or a new one, which changes led to. disk is what was judged;
// nil for what was judged before. s.publishing must be held, except at the start.
func (s *Store[T]) note(outcome Outcome, err *Error, began time.Time, next *Snapshot[T], disk *sums, changes changeList) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &s.record
	if next != nil {
		if running := s.snapshot.Load(); running == nil || running.Version != next.Version {
			r.remember(Version{Version: next.Version, Content: next.Content, LoadedAt: next.LoadedAt,
				Changes: changes.first, More: changes.more, LastGood: next.stored})
		}
		s.rememberTree(next)
		s.snapshot.Store(next)
		s.current.Store(next.Value)
	}
	if disk != nil {
		r.disk = disk
	}
	r.attempt, r.outcome, r.err = time.Now(), outcome, err
	r.took = r.attempt.Sub(began)
	if r.waitingUntil = (time.Time{}); s.waiting != nil {
		r.waitingUntil = s.waiting.until
	}
	if r.attempts == nil {
		r.attempts = map[Outcome]uint64{}
	}
	r.attempts[outcome]++
	if outcome == Rejected {
		r.failures++
		return
	}
	r.failures, r.success = 0, r.attempt
}

// remember adds a version to the history.
func (r *record) remember(v Version) {
	if len(r.history) == mostVersions {
		r.history = append(r.history[:0], r.history[1:]...)
	}
	r.history = append(r.history, v)
}

// rejection returns why the newest content on disk was rejected, or nil.
func (s *Store[T]) rejection() *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record.err
}

// Status tells how the store is doing. It is cheap enough for a probe, and safe for
// concurrent use. What it returns is the caller's, but the Error and its problems, and the
// sums of files, are shared. The first call for a version makes its effective digest, which
// calls the methods by which values show themselves.
func (s *Store[T]) Status() Status {
	st := Status{HookPanics: s.dispatcher.Panics(), Attempts: map[Outcome]uint64{}}
	if name, since, ok := s.dispatcher.Running(); ok {
		ran := time.Since(since)
		st.Hook = &HookStatus{Name: name, For: ran, Stuck: ran >= stuckAfter}
	}
	select {
	case <-s.done:
		st.Closed = true
	default:
	}
	path, since, isHung := s.hungPath()
	if s.machine != nil {
		m := s.machine.Status()
		st.Rollbacks = m.Rollbacks
		if m.OnProbation {
			st.Probation = &ProbationStatus{m.Version, m.Until, m.Failures, m.Target}
		}
	}
	s.mu.Lock()
	r, running := &s.record, s.snapshot.Load()
	st.LastGood = running.stored
	st.Version, st.LoadedAt, st.Pending = running.Version, running.LoadedAt, slices.Clone(running.Pending)
	st.Digests = Digests{Disk: r.disk.all, Content: running.Content, Files: r.disk.files}
	st.LastAttempt, st.LastOutcome, st.LastDuration, st.LastSuccess = r.attempt, r.outcome, r.took, r.success
	if !st.Closed {
		st.WaitingUntil = r.waitingUntil
	}
	st.Err, st.Failures, st.Watch = r.err, r.failures, slices.Clone(r.watch)
	if s.content != nil {
		st.Watch = append(st.Watch, sourceStatuses(s.content.Feeds(), s.following)...)
	}
	if isHung {
		st.Watch = withHung(st.Watch, path, since)
	}
	for outcome, n := range r.attempts {
		st.Attempts[outcome] = n
	}
	s.mu.Unlock()
	st.Digests.Effective = Digest(running.result.Effective()) // which may take its time
	return st
}

// History tells of the last versions that were published, up to 20, the newest
// last.
func (s *Store[T]) History() []Version {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.record.history)
}

// CheckHealth returns nil if the current configuration is what is on disk, or about to
// be ([WithStagger]), and every path can be followed. Otherwise its error says what is wrong: an [*Error] if the
// newest content was rejected. Polling alone is no failure. It is cheap enough for a
// probe, but mind that a bad ConfigMap reaches all pods at once: a readiness probe
// that fails by it takes the whole service down, which last good is there to
// prevent.
func (s *Store[T]) CheckHealth() error { return s.Status().Health() }

// Health returns what [Store.CheckHealth] does.
func (st Status) Health() error {
	if st.Err != nil {
		return st.Err
	}
	if st.Closed {
		return fmt.Errorf("config: %w", ErrClosed)
	}
	var bad []string
	for _, p := range st.Watch {
		switch p.Mode {
		case WatchPinned:
			bad = append(bad, redact.Escape(p.Path+" can never change: "+p.Reason))
		case WatchHung:
			bad = append(bad, redact.Escape(p.Path+": "+p.Reason))
		case WatchStale:
			if p.Overdue {
				bad = append(bad, redact.Escape(p.Path+" cannot be read since "+p.Since.Format(time.RFC3339)+": "+p.Reason))
			}
		}
	}
	if len(bad) > 0 {
		return errors.New("config: " + strings.Join(bad, "; "))
	}
	return nil
}
