package lifecycle

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"

	"example.com/lastgood/internal/guard"
)

// State is the state of a version; see the package comment.
type State string

// The states; see the package comment.
const (
	// The states of a version.
	Candidate   State = "candidate"
	Confirmed   State = "confirmed"
	Quarantined State = "quarantined"
)

// Options configure a [Machine].
type Options struct {
	Probation    *Probation    // nil for none
	ConfirmAfter time.Duration // without probation; 0 confirms at once
	CrashLimit   int           // starts that may end before content is confirmed; 0 for no limit

	// Dir, Name and the limit are the arguments of [OpenDisk]; a Dir of "" means no disk.
	Dir, Name string
	Limit     int64

	// RollBack publishes the target again because of why, and calls [Machine.RolledBack]. It
	// returns false if bad is not the published version any more.
	RollBack func(bad, target *Version, why *Unhealthy) bool

	Changed func(version uint64, state State)   // called after a version's state has changed
	Redact  func(text string, of ...any) string // removes secrets of the versions with these Refs from the error of a probe
	Log     func(level slog.Level, msg string, args ...any)
}

// Version is a published version.
type Version struct {
	Number uint64
	Digest Digest
	Value  any // the argument of probes
	Ref    any // for the caller

	// Documents returns the documents to store, or nil if they must not be stored. It is
	// called on another goroutine once the version is confirmed. If it is nil, nothing of the
	// version is stored.
	Documents func() []Document
}

// Status is the state of a machine.
type Status struct {
	OnProbation bool // Version is a candidate on probation

	Version   uint64    // the published version
	Until     time.Time // the end of the candidate's trial; zero without a candidate
	Failures  int       // failed probes in a row
	Target    uint64    // the version that a rollback would publish; 0 if none is possible
	Rollbacks uint64
}

// Machine is the state machine of a store's versions. Use [New] to make one.
type Machine struct {
	o       Options
	probing chan struct{} // contains an element during a probe
	trials  sync.WaitGroup
	close   sync.Once
	warned  sync.Map // texts of warnings that were logged

	mu              sync.Mutex
	memory          memory
	quarantine      *Quarantine
	current         *Version
	target          *Version
	targetConfirmed bool // false if the target is only the first version
	state           State
	canRollBack     bool
	until           time.Time
	failures        int
	rollbacks       uint64
	cancelTrial     context.CancelFunc
	closed          bool
}

const (
	openLimit = 2 * time.Second        // for opening and reading the disk
	markLimit = 100 * time.Millisecond // for writing the mark
)

// New returns a machine with the state on disk. It waits up to two seconds for a disk that
// does not answer, and then works without it.
func New(o Options) *Machine {
	m := &Machine{o: o, probing: make(chan struct{}, 1), cancelTrial: func() {}}
	if o.Dir == "" {
		return m
	}
	opened, abandoned := make(chan memory), make(chan struct{})
	go func() {
		fromDisk := openMemory(o.Dir, o.Name, o.Limit, m.warn)
		select {
		case opened <- fromDisk:
		case <-abandoned:
			fromDisk.close()
		}
	}()
	var ok bool
	if m.memory, ok = guard.Within(opened, openLimit); !ok {
		m.o.Log(slog.LevelWarn, "config: the directory for the last good configuration does not answer; going on without it", "dir", o.Dir)
	}
	close(abandoned)
	m.quarantine = m.memory.record.Quarantine
	return m
}

// warn logs an error once: problems with a disk usually last.
func (m *Machine) warn(err error) {
	if _, known := m.warned.LoadOrStore(err.Error(), true); known {
		return
	}
	m.o.Log(slog.LevelWarn, "config: the directory for the last good configuration", "err", err.Error())
}

// QuarantineOf returns the quarantine of content with this digest, or nil. Before the first
// version is published, content whose crash mark has reached CrashLimit is quarantined by this
// call.
func (m *Machine) QuarantineOf(digest Digest) *Quarantine {
	m.mu.Lock()
	defer m.mu.Unlock()
	if q := m.quarantine; q != nil && bytes.Equal(q.Digest, digest[:]) {
		return q
	}
	if starts := m.memory.unconfirmed(digest); m.current == nil && m.o.CrashLimit > 0 && starts >= m.o.CrashLimit {
		m.quarantine = &Quarantine{Digest: digest[:], At: time.Now(), Crashes: starts}
		return m.quarantine
	}
	return nil
}

// Stored returns the generations that a start may fall back to, the newest first. The caller
// skips those whose present content is quarantined ([Machine.QuarantineOf]).
func (m *Machine) Stored() []Generation {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.memory.stored
}

// WasConfirmed reports whether this content was confirmed before, in this process or, with a
// [Disk], in an earlier one. The last 16 are remembered.
func (m *Machine) WasConfirmed(digest Digest) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.memory.wasConfirmed(digest)
}

// Mark writes the crash mark for content that is about to be published as the first version.
// It waits up to 100 ms for that.
func (m *Machine) Mark(digest Digest) {
	if m.o.CrashLimit == 0 {
		return
	}
	m.mu.Lock()
	written := m.memory.setMark(digest)
	m.mu.Unlock()
	_, _ = guard.Within(written, markLimit)
}

// PublishFirst is called when the first version has been published. stored reports that it
// comes from the disk.
func (m *Machine) PublishFirst(v *Version, stored bool) {
	m.mu.Lock()
	m.memory.stored, m.target, m.targetConfirmed = nil, v, stored
	if stored {
		m.current, m.state = v, Confirmed
		m.memory.confirmed = withDigest(m.memory.confirmed, v.Digest)
		m.mu.Unlock()
		m.o.Changed(v.Number, Confirmed)
		return
	}
	m.endQuarantine()
	m.mu.Unlock()
	m.startTrial(v, false)
}

// Baseline probes the application with the running value, before another one is published. It
// returns nil if the application is healthy, or without probation.
func (m *Machine) Baseline(ctx context.Context, running any) *Unhealthy {
	if m.o.Probation == nil {
		return nil
	}
	return m.probe(ctx, running)
}

// Publish is called when a version has been published over another one. baseline is the result
// of [Machine.Baseline].
func (m *Machine) Publish(v *Version, baseline *Unhealthy) {
	if baseline != nil {
		m.o.Log(slog.LevelWarn, "config: the service was unhealthy before this change, so it is not rolled back", "version", v.Number, "err", m.redact(baseline.Text))
	}
	m.mu.Lock()
	m.memory.unmark(Digest{})
	m.endQuarantine()
	m.mu.Unlock()
	m.startTrial(v, baseline == nil)
}

// startTrial makes a version the candidate, and confirms it at once if there is no trial.
func (m *Machine) startTrial(v *Version, canRollBack bool) {
	p := m.o.Probation
	trial := m.o.ConfirmAfter
	if p != nil {
		trial = p.For
	}
	m.o.Changed(v.Number, Candidate) // before its state can change again
	m.mu.Lock()
	m.cancelTrial()
	m.current, m.state, m.failures = v, Candidate, 0
	m.canRollBack, m.until = p != nil && canRollBack, time.Now().Add(trial)
	if trial > 0 && !m.closed {
		ctx, cancel := context.WithCancel(context.Background())
		m.cancelTrial = cancel
		value := v.Value
		m.trials.Go(func() { m.runTrial(ctx, v, value) })
	}
	m.mu.Unlock()
	if trial == 0 {
		m.confirm(v)
	}
}

// endQuarantine ends the quarantine. m.mu must be held.
func (m *Machine) endQuarantine() {
	m.quarantine = nil
	m.memory.setQuarantine(nil)
}

// SameValue is called when the content has changed and the value has not. v is the running
// version with the new content.
func (m *Machine) SameValue(v *Version) {
	m.mu.Lock()
	m.endQuarantine()
	m.current.Digest, m.current.Documents, m.current.Ref = v.Digest, v.Documents, v.Ref
	if m.state == Confirmed {
		m.memory.store(m.current)
	}
	m.mu.Unlock()
}

// confirm makes the candidate the target, and stores it.
func (m *Machine) confirm(c *Version) {
	m.mu.Lock()
	if m.current != c || m.state != Candidate || m.closed {
		m.mu.Unlock()
		return
	}
	m.state, m.target, m.targetConfirmed, m.until, m.failures = Confirmed, c, true, time.Time{}, 0
	m.memory.unmark(c.Digest)
	m.memory.store(c)
	m.mu.Unlock()
	m.o.Changed(c.Number, Confirmed)
	if m.o.Probation != nil {
		m.o.Log(slog.LevelInfo, "config: confirmed by its probation", "version", c.Number)
	}
}

// rollBack publishes the target in the place of a candidate. It returns false if no rollback
// is possible.
func (m *Machine) rollBack(c *Version, why *Unhealthy) bool {
	m.mu.Lock()
	target, ok := m.target, m.canRollBack
	m.mu.Unlock()
	return ok && m.o.RollBack(c, target, why)
}

// RolledBack is called when the target has been published again, as the version again, in the
// place of bad. why is stored with the quarantine; ref is for the caller.
func (m *Machine) RolledBack(bad, again *Version, why []byte, ref any) {
	m.mu.Lock()
	m.current, m.target, m.state, m.until, m.failures = again, again, Confirmed, time.Time{}, 0
	m.rollbacks++
	m.quarantine = &Quarantine{Digest: bad.Digest[:], At: time.Now(), Why: why, Ref: ref}
	m.memory.setQuarantine(m.quarantine)
	confirmed := m.targetConfirmed
	m.mu.Unlock()
	m.o.Changed(bad.Number, Quarantined)
	if confirmed {
		m.o.Changed(again.Number, Confirmed)
		return
	}
	m.startTrial(again, false)
}

// setFailures records the progress of a candidate's trial.
func (m *Machine) setFailures(c *Version, failures int, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == c {
		m.failures, m.until = failures, until
	}
}

// Status returns the present state. It does not block.
func (m *Machine) Status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	st := Status{OnProbation: m.o.Probation != nil && m.state == Candidate, Until: m.until, Failures: m.failures, Rollbacks: m.rollbacks}
	if m.current != nil {
		st.Version = m.current.Number
	}
	if m.state == Candidate && m.canRollBack {
		st.Target = m.target.Number
	}
	return st
}

// Close ends the trial, removes the mark of this start, and unlocks the disk. It waits up
// to five seconds for the disk, and not for a probe. It is idempotent.
func (m *Machine) Close() { m.close.Do(m.shutdown) }

func (m *Machine) shutdown() {
	m.mu.Lock()
	m.closed = true
	m.cancelTrial()
	m.memory.unmark(Digest{})
	m.mu.Unlock()
	m.trials.Wait()
	m.memory.close()
}
