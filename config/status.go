package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/internal/redact"
)

// Outcome is the result of an attempt to load content.
type Outcome string

// The outcomes.
const (
	Applied   Outcome = "applied"   // a new version was published
	Waiting   Outcome = "waiting"   // the content is good and will be published later; see [WithStagger]
	Unchanged Outcome = "unchanged" // the content has the running value
	Rejected  Outcome = "rejected"  // the last good configuration stays in force
)

// Status is the state of a store at one moment.
type Status struct {
	Version  uint64    `json:"version"`
	Digests  Digests   `json:"digests"`
	LoadedAt time.Time `json:"loaded_at"` // when the version was published

	// The last attempt to load content. Reading content that has not changed is none,
	// except by [Store.Reload].
	LastAttempt  time.Time     `json:"last_attempt"`
	LastOutcome  Outcome       `json:"last_outcome"`
	LastDuration time.Duration `json:"last_duration"` // in nanoseconds in JSON
	LastSuccess  time.Time     `json:"last_success"`  // the last attempt that was not rejected

	// WaitingUntil is when the waiting change will be published ([WithStagger]), or zero.
	WaitingUntil time.Time `json:"waiting_until,omitzero"`

	// Err is the rejection of the newest content on disk. It is nil if that content is
	// the current configuration, or waits to be.
	Err      *Error             `json:"error,omitempty"`
	Failures int                `json:"failures"` // rejected attempts since the last success
	Attempts map[Outcome]uint64 `json:"attempts"` // number of attempts, by outcome

	// LastGood is when the current version was confirmed, if [WithLastGood] has restored it
	// because the content on disk was not good at the start; otherwise it is zero.
	LastGood  time.Time        `json:"last_good,omitzero"`
	Probation *ProbationStatus `json:"probation,omitempty"` // nil if there is none in progress
	Rollbacks uint64           `json:"rollbacks,omitempty"` // number of changes that were rolled back

	Pending []Pending    `json:"pending,omitempty"` // the changes that need a restart
	Watch   []PathStatus `json:"watch"`             // how files, directories and sources are watched

	Hook       *HookStatus `json:"hook,omitempty"` // the hook that is running, or nil
	HookPanics uint64      `json:"hook_panics"`    // number of calls that panicked

	Closed bool `json:"closed,omitempty"` // nothing is watched any more
}

// HookStatus describes a hook that is running.
type HookStatus struct {
	Name  string        `json:"name"`            // its registration, function and place
	For   time.Duration `json:"for"`             // how long it has been running; in nanoseconds in JSON
	Stuck bool          `json:"stuck,omitempty"` // it has been running for 10 seconds or more
}

// Version is an entry of the history of published versions.
type Version struct {
	Version  uint64    `json:"version"`
	Content  Digest    `json:"content"` // see [Digests]
	LoadedAt time.Time `json:"loaded_at"`

	// Changes are the first 100 differences from the previous version. Secrets are
	// redacted, and values of more than 256 bytes are cut and end in "…".
	Changes []Change `json:"changes,omitempty"`
	More    int      `json:"more,omitempty"` // number of further changes

	State    State     `json:"state,omitempty"`    // "" without [WithLastGood], [WithProbation] and [WithStagger]
	LastGood time.Time `json:"last_good,omitzero"` // when it was confirmed, if [WithLastGood] has restored it
}

// maxVersions is the number of versions in the history.
const maxVersions = 20

// maxChanges is the number of changes of a version in the history.
const maxChanges = 100

// record is the state of the store that Status returns.
type record struct {
	attempt, success time.Time
	outcome          Outcome
	took             time.Duration
	err              *Error
	failures         int
	attempts         map[Outcome]uint64
	waitingUntil     time.Time
	watch            []PathStatus
	disk             *sums     // of the content of the last attempt
	history          []Version // the oldest first
}

// recordAttempt records an attempt and, unless next is nil, makes next the current version at
// the same moment: the running one with new metadata, or a new one with its changes. disk are
// the checksums of the content, or nil if they have not changed. s.publishing must be held,
// except at the start.
func (s *Store[T]) recordAttempt(outcome Outcome, err *Error, began time.Time, next *Snapshot[T], disk *sums, changes changeList) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &s.record
	if next != nil {
		if running := s.snapshot.Load(); running == nil || running.Version != next.Version {
			r.appendHistory(Version{Version: next.Version, Content: next.Content, LoadedAt: next.LoadedAt,
				Changes: changes.first, More: changes.more, LastGood: next.stored})
		}
		s.trackTree(next)
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

// appendHistory adds a version to the history.
func (r *record) appendHistory(v Version) {
	if len(r.history) == maxVersions {
		r.history = append(r.history[:0], r.history[1:]...)
	}
	r.history = append(r.history, v)
}

// rejection returns the error of the newest content on disk, or nil.
func (s *Store[T]) rejection() *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record.err
}

// Status returns the state of the last reload, of watching, of hooks and of a probation. It is
// safe for concurrent use. The result belongs to the caller, except for Err and Digests.Files,
// which are shared and must not be modified. The first call for a version computes
// [Digests].Effective, which calls methods of the values for at most a second each; otherwise
// Status does not block.
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
	st.Digests.Effective = Digest(running.result.Effective()) // which calls user code
	return st
}

// History returns the last 20 published versions, the newest last.
func (s *Store[T]) History() []Version {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.record.history)
}

// CheckHealth returns nil if the current configuration is the content on disk, or will be at
// the end of its delay ([WithStagger]), and all paths and sources can be watched or polled.
// Otherwise it returns an [*Error] if the newest content was rejected, [ErrClosed] after
// [Store.Close], or an error with the paths that do not answer or can never change, and the
// sources that have been stale for too long. It costs as much as [Store.Status].
//
// A readiness probe should not depend on it: a bad ConfigMap reaches all pods at once, and the
// probe would take down the service, although all pods still serve the last good configuration.
func (s *Store[T]) CheckHealth() error { return s.Status().Health() }

// Health returns the result of [Store.CheckHealth] for this status.
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
