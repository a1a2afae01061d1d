package lifecycle

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"

	"example.com/lastgood/internal/guard"
)

// State is what has become of a version.
type State string

// The states; see the package comment.
const (
	Candidate   State = "candidate"
	Confirmed   State = "confirmed"
	Quarantined State = "quarantined"
)

// Options of a [Machine].
type Options struct {
	Probation    *Probation    // nil for none
	ConfirmAfter time.Duration // without probation
	CrashLimit   int           // 0 for none

	// Dir is where a [Disk] is opened, by name and limit; "" for none.
	Dir, Name string
	Limit     int64

	// TakeBack publishes the target again, because of why, and calls
	// [Machine.TakenBack]. It is false if bad is not what is served any more.
	RollBack func(bad, target *Version, why *Unhealthy) bool

	Changed func(version uint64, state State)   // called when a version's state has changed
	Redact  func(text string, of ...any) string // takes secrets of the versions with these Refs out of what a probe's error says
	Log     func(level slog.Level, msg string, args ...any)
}

// Version is one that was published.
type Version struct {
	Number uint64
	Digest Digest
	Value  any // what the application is asked about
	Ref    any // for who made it

	// Documents returns what to store, or nil if that may not be stored. It is called
	// on another goroutine once the version is confirmed. Without it, nothing of the
	// version outlives the process.
	Documents func() []Document
}

// Status is what a machine is doing.
type Status struct {
	OnProbation bool // of the version

	Version   uint64
	Until     time.Time // when the candidate's trial ends; zero if nothing ends it
	Failures  int       // of probes in a row
	Target    uint64    // the version that a rollback would publish; 0 if there would be none
	Rollbacks uint64
}

// Machine is the state of a store's versions. Use [New] to make one.
type Machine struct {
	o       Options
	probing chan struct{} // has an element while the application is asked
	trials  sync.WaitGroup
	close   sync.Once
	warned  sync.Map // texts of warnings

	mu              sync.Mutex
	memory          memory
	quarantine      *Quarantine
	current         *Version
	target          *Version
	targetConfirmed bool // the target was confirmed, rather than being the first version
	state           State
	canRollBack     bool
	until           time.Time
	failures        int
	rollbacks       uint64
	cancelTrial     context.CancelFunc
	closed          bool
}

const (
	openLimit = 2 * time.Second        // how long to wait for a disk
	markLimit = 100 * time.Millisecond // for the mark to be written
)

// New returns a machine, with what is on disk. It waits for a disk that does not answer
// for some seconds, and does without it then.
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

// warn warns of an error once: what is wrong with a disk usually stays so.
func (m *Machine) warn(err error) {
	if _, known := m.warned.LoadOrStore(err.Error(), true); known {
		return
	}
	m.o.Log(slog.LevelWarn, "config: the directory for the last good configuration", "err", err.Error())
}

// Held returns the quarantine that content with this digest is in, or nil.
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

// Found returns the generations that a start may fall back to, the newest first, unless
// their content, as it would be now, is [Machine.Held].
func (m *Machine) Stored() []Generation {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.memory.stored
}

// WasConfirmed reports whether this content was confirmed before: in this process, or, with
// a [Disk], in one before. It knows the last ones.
func (m *Machine) WasConfirmed(digest Digest) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.memory.wasConfirmed(digest)
}

// Mark writes the crash mark for content that is about to be published for the first
// time. It waits for a moment until it is written.
func (m *Machine) Mark(digest Digest) {
	if m.o.CrashLimit == 0 {
		return
	}
	m.mu.Lock()
	written := m.memory.setMark(digest)
	m.mu.Unlock()
	_, _ = guard.Within(written, markLimit)
}

// Begin is called when the first version has been published. stored reports that it is
// from what is on disk.
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

// Baseline asks the application how it does with the running value, before it is given
// another. It is nil without probation.
func (m *Machine) Baseline(ctx context.Context, running any) *Unhealthy {
	if m.o.Probation == nil {
		return nil
	}
	return m.probe(ctx, running)
}

// Publish is called when a version has been published over another, with the baseline.
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

// admit makes a version the candidate.
func (m *Machine) startTrial(v *Version, revocable bool) {
	p := m.o.Probation
	trial := m.o.ConfirmAfter
	if p != nil {
		trial = p.For
	}
	m.o.Changed(v.Number, Candidate) // before anything else can happen to it
	m.mu.Lock()
	m.cancelTrial()
	m.current, m.state, m.failures = v, Candidate, 0
	m.canRollBack, m.until = p != nil && revocable, time.Now().Add(trial)
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

// release ends the quarantine. m.mu must be held.
func (m *Machine) endQuarantine() {
	m.quarantine = nil
	m.memory.setQuarantine(nil)
}

// Same is called when the content has changed, and its value has not: v is the running
// version with what it is made of now.
func (m *Machine) SameValue(v *Version) {
	m.mu.Lock()
	m.endQuarantine()
	m.current.Digest, m.current.Documents, m.current.Ref = v.Digest, v.Documents, v.Ref
	if m.state == Confirmed {
		m.memory.store(m.current)
	}
	m.mu.Unlock()
}

// confirm makes the candidate the target, and has it stored.
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

// takeBack has the target published again in the place of a candidate. It is false if
// there is nothing to go back to.
func (m *Machine) rollBack(c *Version, why *Unhealthy) bool {
	m.mu.Lock()
	target, revocable := m.target, m.canRollBack
	m.mu.Unlock()
	return revocable && m.o.RollBack(c, target, why)
}

// TakenBack is called when again, the target, has been published in the place of bad. why
// is stored; ref is for who calls.
func (m *Machine) RolledBack(bad, again *Version, why []byte, ref any) {
	m.mu.Lock()
	m.current, m.target, m.state, m.until, m.failures = again, again, Confirmed, time.Time{}, 0
	m.rollbacks++
	m.quarantine = &Quarantine{Digest: bad.Digest[:], At: time.Now(), Why: why, Ref: ref}
	m.memory.setQuarantine(m.quarantine)
	proven := m.targetConfirmed
	m.mu.Unlock()
	m.o.Changed(bad.Number, Quarantined)
	if proven {
		m.o.Changed(again.Number, Confirmed)
		return
	}
	m.startTrial(again, false)
}

// setFailures records how a candidate's trial goes.
func (m *Machine) setFailures(c *Version, failures int, until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == c {
		m.failures, m.until = failures, until
	}
}

// Status returns what the machine is doing.
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

// Close ends the trial, removes the mark of this start, and lets other processes write.
// It waits for what is being written, but not for a disk that does not answer. It is
// idempotent.
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
