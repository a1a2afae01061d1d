//go:build linux

package scenario

import "time"

// Scenario is one way in which a file changes, below a new, empty directory.
//
// Contents have versions. The scenario begins with version 1, or with 0 where the
// file is absent, and ends with [Last].
type Scenario struct {
	Name  string
	Path  string // the file; with a leading "./" it is opened by a relative path
	Setup []Step // until the library opens the file
	Steps []Step // the change
	Then  []Step // one more change, to version Last; by default, a write of Path

	Want     int   // the version that Steps end with
	Notified Count // how many notifications Steps give

	Beside string // another file to follow, with the lower precedence, that sets nothing; "" for none

	Early  bool // Steps begin when the library begins to open the file, not when it has
	Absent bool // there is no file until Steps create it
	Silent bool // Steps give no event; only a poll can find the change
	Loud   bool // Steps overflow the event queue, which a process may share between files
	Needs  Need
}

// Last is the version that every scenario ends with.
const Last = 99

// Count bounds a number of notifications.
type Count struct{ Min, Max int }

func exactly(n int) Count        { return Count{n, n} }
func between(min, max int) Count { return Count{min, max} }

// Library is something that follows a file.
type Library struct {
	Name    string
	Content func(version int) string // a file that it accepts; all versions have one length
	Open    func(Target) (Subject, error)

	// Quiet is for how long nothing more may happen when a version was served and the
	// notifications of it have come. It is longer than the library needs for a second
	// look at content that settles. By default, it is 400 ms.
	Quiet time.Duration
}

// Target is what a library is asked to follow.
type Target struct {
	Path string

	// Base is a file of version 0 if there is none at Path yet, and else "".
	Base string

	// Beside is another file to follow, or "".
	Beside string

	// Poll is how often to look without an event. It is 0 where events suffice;
	// who has nothing but a poll ignores it.
	Poll time.Duration

	// Notify is to be called for each notification of the library, with what it
	// serves then: a version, or what is wrong with it.
	Notify func(version int, torn error)
}

// Subject is a library that follows a file.
type Subject interface {
	// View returns the version that is served now, 0 for none yet, or what is
	// wrong with what is served.
	View() (version int, torn error)
	Close()
}
