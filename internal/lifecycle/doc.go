// Package lifecycle follows what becomes of a version after it was published. It is one
// state machine, [Machine], and a directory, [Disk], that keeps what must outlive the
// process.
//
// Every version begins as a candidate: its content passed, and it is served. It is
// confirmed when it has proven itself: by its probation, or, without one, when it has
// been served for [Options].ConfirmAfter, which may be nothing. Or it is quarantined: it
// is taken back, and its content is not tried again. With a [Stagger], content waits for its
// turn before it is published, unless it was confirmed before; it is no version until then,
// and the machine is not told of it.
//
//	state        what happens                         next state   what is done
//	-            a start, live content is good        candidate    the crash mark is written before the publish
//	-            a start from what is on disk         confirmed    nothing: it was confirmed before
//	-            a start, content is quarantined      quarantined  what is on disk is tried; if none of it passes, the content
//	-            a start, content is marked n times   quarantined  the same
//	candidate    its probation passes                 confirmed    target = it; stored; the mark is removed
//	candidate    ConfirmAfter is over (no probation)  confirmed    the same
//	candidate    k probes in a row fail               quarantined  the target is published again; the quarantine is stored
//	candidate    the same, and nothing to go back to  candidate    logged once; the probation begins anew
//	candidate    another change is published          -            that is the candidate; the target stays; the mark is removed
//	candidate    other content with the same value    candidate    that content is stored later; the probation goes on
//	candidate    the store is closed                  -            the mark is removed
//	confirmed    a change is published                -            that is the candidate
//	confirmed    other content with the same value    confirmed    stored
//	quarantined  the same content is read again       quarantined  rejected again, and not judged
//	quarantined  other content is rejected            quarantined  nothing: what returns is as bad as before
//	quarantined  other content is published, or is    -            the quarantine ends, on disk, too
//	             that of the running version
//	quarantined  a reload of it was asked for         candidate    the same
//
// The target is what a rollback publishes: the version that was confirmed last. Until
// one is, it is the first version. There is nothing to go back to for the first version;
// for one that was published while the service was unhealthy already, because going back
// would undo a repair; and for one whose target is the same value.
//
// A version with changes that wait for a restart is never stored, and its content not
// recorded as confirmed: what a start would make of it was never served.
//
// # On disk
//
// A [Disk] keeps, in a subdirectory of its own, the documents of the two versions that
// were confirmed last, each in one file, so that documents are stored together or not at
// all; which contents were confirmed; the quarantine; and the crash mark. Every file is
// written under another name and renamed, has a checksum, and is read with suspicion:
// what is not a regular file of this user, too large, damaged or of a newer format is as
// good as missing. A lock lets one process write; others only read.
//
// # Concurrency
//
// All methods of a Machine are safe for concurrent use. It has a goroutine for the
// candidate, until that is confirmed or quarantined, and another while there is
// something to write. Neither a publish nor a reader waits for the disk.
package lifecycle
