// Package lifecycle follows each version after it was published. It has one state machine,
// [Machine], and a directory, [Disk], with the state that outlives the process.
//
// Every version begins as a candidate: its content was accepted and it is published. It
// becomes confirmed when its probation has passed or, without probation, after
// [Options].ConfirmAfter, which may be 0. Or it becomes quarantined: it is rolled back, and
// its content is not tried again. With a [Stagger], content that was not confirmed before is
// published with a delay; it becomes a version only then.
//
//	state        event                                next state   action
//	-            a start, live content is good        candidate    the crash mark is written before the publish
//	-            a start from the disk                confirmed    none: it was confirmed before
//	-            a start, content is quarantined      quarantined  the generations on disk are tried; if none passes, the content
//	-            a start, content is marked n times   quarantined  the same
//	candidate    its probation passes                 confirmed    it becomes the target; it is stored; the mark is removed
//	candidate    ConfirmAfter has passed              confirmed    the same (without probation)
//	candidate    k probes in a row fail               quarantined  the target is published again; the quarantine is stored
//	candidate    the same, and no rollback possible   candidate    logged once; the probation starts over
//	candidate    another change is published          -            that is the candidate; the target remains; the mark is removed
//	candidate    other content with the same value    candidate    that content will be stored; the probation goes on
//	candidate    the store is closed                  -            the mark is removed
//	confirmed    a change is published                -            that is the candidate
//	confirmed    other content with the same value    confirmed    stored
//	quarantined  the same content is read again       quarantined  rejected again, without a pass
//	quarantined  other content is rejected            quarantined  the quarantine remains
//	quarantined  other content is published, or is    -            the quarantine ends, also on disk
//	             that of the running version
//	quarantined  a reload of it was requested         candidate    the same
//
// The target is the version that a rollback publishes: the version that was confirmed last, or
// the first version until one is. A rollback is not possible for the first version, for a
// version published while the service was unhealthy already, because that would undo a repair,
// and for a version whose value equals that of its target.
//
// A version with changes that become effective at a restart is never stored, and its content
// is not recorded as confirmed: a start would load another value than was published.
//
// # On disk
//
// A [Disk] keeps, in a subdirectory of its own, the documents of the two versions that were
// confirmed last, each version in one file, so that its documents are stored together or not
// at all; the digests of confirmed content; the quarantine; and the crash mark. Every file is
// written under another name and renamed, and has a checksum. A file that is not a regular file
// of this user, or is too large, damaged or of a newer format counts as missing. A lock lets one
// process write; others only read.
//
// # Concurrency
//
// All methods of a Machine are safe for concurrent use. It has one goroutine for the trial of a
// candidate, and another while there is something to write. Neither a publish nor a reader waits
// for the disk.
package lifecycle
