package lifecycle

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
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
	TakeBack func(bad, target *Version, why *Unhealthy) bool

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
	o      Options
	asking chan struct{} // has an element while the application is asked
	writer *writer       // nil without a disk
	trials sync.WaitGroup
	close  sync.Once
	warned sync.Map // texts of warnings

	mu          sync.Mutex
	found       []Generation // at the start
	record      record
	mark        mark // the one on disk
	marked      bool // this start wrote it
	quarantine  *Quarantine
	current     *Version
	target      *Version
	proven      bool // the target was confirmed, rather than being the first version
	state       State
	revocable   bool
	until       time.Time
	failures    int
	rollbacks   uint64
	cancelTrial context.CancelFunc
	closed      bool
}

const (
	openLimit  = 2 * time.Second        // how long to wait for a disk
	markLimit  = 100 * time.Millisecond // for the mark to be written
	closeLimit = time.Second            // for the rest of what is to be written
)

// New returns a machine, with what is on disk. It waits for a disk that does not answer
// for some seconds, and does without it then.
func New(o Options) *Machine {
	m := &Machine{o: o, asking: make(chan struct{}, 1), cancelTrial: func() {}}
	if o.Dir == "" {
		return m
	}
	opened, gone := make(chan *found), make(chan struct{})
	go func() {
		f := find(o.Dir, o.Name, o.Limit, m.warn)
		select {
		case opened <- f:
		case <-gone:
			if f.disk != nil {
				f.disk.close()
			}
		}
	}()
	f, ok := guard.Within(opened, openLimit)
	close(gone)
	switch {
	case !ok:
		m.o.Log(slog.LevelWarn, "config: the directory for the last good configuration does not answer; going on without it", "dir", o.Dir)
	case f.disk != nil:
		m.writer = &writer{disk: f.disk, warn: m.warn}
		m.record, m.mark, m.found, m.quarantine = f.record, f.mark, f.generations, f.record.Quarantine
	}
	return m
}

// found is what is on a disk at the start.
type found struct {
	disk        *Disk // nil if it cannot be opened
	record      record
	mark        mark
	generations []Generation
}

func find(dir, name string, limit int64, warn func(error)) *found {
	disk, err := OpenDisk(dir, name, limit, warn)
	if err != nil {
		warn(err)
		return &found{}
	}
	f := &found{disk: disk, generations: disk.Generations()}
	disk.readJSON(recordFile, &f.record)
	disk.readJSON(markFile, &f.mark)
	return f
}

// warn warns of an error once: what is wrong with a disk usually stays so.
func (m *Machine) warn(err error) {
	if _, known := m.warned.LoadOrStore(err.Error(), true); known {
		return
	}
	m.o.Log(slog.LevelWarn, "config: the directory for the last good configuration", "err", err.Error())
}

// Held returns the quarantine that content with this digest is in, or nil.
func (m *Machine) Held(digest Digest) *Quarantine {
	m.mu.Lock()
	defer m.mu.Unlock()
	if q := m.quarantine; q != nil && bytes.Equal(q.Digest, digest[:]) {
		return q
	}
	if m.current == nil && m.isOverLimit(digest) {
		m.quarantine = &Quarantine{Digest: digest[:], At: time.Now(), Crashes: m.mark.Starts}
		return m.quarantine
	}
	return nil
}

// isOverLimit reports whether so many starts with the content have ended without its
// being confirmed that it is not tried again.
func (m *Machine) isOverLimit(digest Digest) bool {
	return m.o.CrashLimit > 0 && m.mark.Starts >= m.o.CrashLimit && bytes.Equal(m.mark.Digest, digest[:]) && !m.wasConfirmed(digest)
}

func (m *Machine) wasConfirmed(digest Digest) bool {
	return slices.ContainsFunc(m.record.Confirmed, func(d []byte) bool { return bytes.Equal(d, digest[:]) }) ||
		slices.ContainsFunc(m.found, func(g Generation) bool { return g.Digest == digest })
}

// Found returns the generations that a start may fall back to, the newest first, unless
// their content, as it would be now, is [Machine.Held].
func (m *Machine) Found() []Generation {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found
}

// Mark writes the crash mark for content that is about to be published for the first
// time. It waits for a moment until it is written.
func (m *Machine) Mark(digest Digest) {
	m.mu.Lock()
	if m.o.CrashLimit == 0 || m.writer == nil || m.wasConfirmed(digest) {
		m.mu.Unlock()
		return
	}
	next := mark{Digest: digest[:], Starts: 1}
	if bytes.Equal(m.mark.Digest, digest[:]) {
		next.Starts = m.mark.Starts + 1
	}
	m.mark, m.marked = next, true
	m.mu.Unlock()
	_, _ = guard.Within(m.writer.put(func() { m.writer.mark = &next }), markLimit)
}

// unmark removes the mark that this start wrote, or that is on this content. m.mu must be
// held.
func (m *Machine) unmark(digest Digest) {
	if m.marked || bytes.Equal(m.mark.Digest, digest[:]) {
		m.marked, m.mark = false, mark{}
		m.writer.put(func() { m.writer.mark = &mark{} })
	}
}

// Begin is called when the first version has been published. stored reports that it is
// from what is on disk.
func (m *Machine) Begin(v *Version, stored bool) {
	m.mu.Lock()
	m.found, m.target, m.proven = nil, v, stored
	if stored {
		m.current, m.state = v, Confirmed
		m.mu.Unlock()
		m.o.Changed(v.Number, Confirmed)
		return
	}
	m.release()
	m.mu.Unlock()
	m.admit(v, false)
}

// Baseline asks the application how it does with the running value, before it is given
// another. It is nil without probation.
func (m *Machine) Baseline(ctx context.Context, running any) *Unhealthy {
	if m.o.Probation == nil {
		return nil
	}
	return m.ask(ctx, running)
}

// Publish is called when a version has been published over another, with the baseline.
func (m *Machine) Publish(v *Version, baseline *Unhealthy) {
	if baseline != nil {
		m.o.Log(slog.LevelWarn, "config: the service was unhealthy before this change, so it is not rolled back", "version", v.Number, "err", m.redact(baseline.Text))
	}
	m.mu.Lock()
	m.unmark(Digest{})
	m.release()
	m.mu.Unlock()
	m.admit(v, baseline == nil)
}

// admit makes a version the candidate.
func (m *Machine) admit(v *Version, revocable bool) {
	p := m.o.Probation
	trial := m.o.ConfirmAfter
	if p != nil {
		trial = p.For
	}
	m.o.Changed(v.Number, Candidate) // before anything else can happen to it
	m.mu.Lock()
	m.cancelTrial()
	m.current, m.state, m.failures = v, Candidate, 0
	m.revocable, m.until = p != nil && revocable, time.Now().Add(trial)
	if trial > 0 && !m.closed {
		ctx, cancel := context.WithCancel(context.Background())
		m.cancelTrial = cancel
		value := v.Value
		m.trials.Go(func() { m.try(ctx, v, value) })
	}
	m.mu.Unlock()
	if trial == 0 {
		m.confirm(v)
	}
}

// release ends the quarantine. m.mu must be held.
func (m *Machine) release() {
	stored := m.record.Quarantine != nil
	m.quarantine, m.record.Quarantine = nil, nil
	if stored {
		m.putRecord()
	}
}

// putRecord has the record written. m.mu must be held.
func (m *Machine) putRecord() {
	if m.writer != nil {
		r := m.record
		r.Confirmed = slices.Clone(r.Confirmed)
		m.writer.put(func() { m.writer.record = &r })
	}
}

// Same is called when the content has changed, and its value has not: v is the running
// version with what it is made of now.
func (m *Machine) Same(v *Version) {
	m.mu.Lock()
	m.release()
	m.current.Digest, m.current.Documents, m.current.Ref = v.Digest, v.Documents, v.Ref
	if m.state == Confirmed {
		m.keep(m.current)
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
	m.state, m.target, m.proven, m.until, m.failures = Confirmed, c, true, time.Time{}, 0
	m.unmark(c.Digest)
	m.keep(c)
	m.mu.Unlock()
	m.o.Changed(c.Number, Confirmed)
	if m.o.Probation != nil {
		m.o.Log(slog.LevelInfo, "config: confirmed by its probation", "version", c.Number)
	}
}

// keep has a confirmed version stored. m.mu must be held.
func (m *Machine) keep(v *Version) {
	if m.writer == nil || v.Documents == nil {
		return
	}
	digest, documents, at := v.Digest, v.Documents, time.Now()
	m.record.Confirmed = slices.DeleteFunc(m.record.Confirmed, func(d []byte) bool { return bytes.Equal(d, digest[:]) })
	m.record.Confirmed = append(m.record.Confirmed, digest[:])
	if n := len(m.record.Confirmed); n > maxConfirmed {
		m.record.Confirmed = slices.Clone(m.record.Confirmed[n-maxConfirmed:])
	}
	m.writer.put(func() {
		m.writer.generation = func() *Generation {
			docs := documents()
			if docs == nil {
				return nil
			}
			return &Generation{At: at, Digest: digest, Documents: docs}
		}
	})
	m.putRecord()
}

// takeBack has the target published again in the place of a candidate. It is false if
// there is nothing to go back to.
func (m *Machine) takeBack(c *Version, why *Unhealthy) bool {
	m.mu.Lock()
	target, revocable := m.target, m.revocable
	m.mu.Unlock()
	return revocable && m.o.TakeBack(c, target, why)
}

// TakenBack is called when again, the target, has been published in the place of bad. why
// is stored; ref is for who calls.
func (m *Machine) TakenBack(bad, again *Version, why []byte, ref any) {
	m.mu.Lock()
	m.current, m.target, m.state, m.until, m.failures = again, again, Confirmed, time.Time{}, 0
	m.rollbacks++
	m.quarantine = &Quarantine{Digest: bad.Digest[:], At: time.Now(), Why: why, Ref: ref}
	m.record.Quarantine = m.quarantine
	m.putRecord()
	proven := m.proven
	m.mu.Unlock()
	m.o.Changed(bad.Number, Quarantined)
	if proven {
		m.o.Changed(again.Number, Confirmed)
		return
	}
	m.admit(again, false)
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
	if m.state == Candidate && m.revocable {
		st.Target = m.target.Number
	}
	return st
}

// Close ends the trial, removes the mark of this start, and lets other processes write.
// It waits for what is being written, but not for a disk that does not answer. It is
// idempotent.
func (m *Machine) Close() { m.close.Do(m.end) }

func (m *Machine) end() {
	m.mu.Lock()
	m.closed = true
	m.cancelTrial()
	m.unmark(Digest{})
	m.mu.Unlock()
	m.trials.Wait()
	if m.writer != nil {
		m.writer.close(closeLimit)
	}
}
