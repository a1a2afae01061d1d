package config

import (
	"log/slog"
	"slices"
	"time"

	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/watch"
)

// WatchMode is how changes of a path are noticed.
type WatchMode string

// The modes.
const (
	WatchEvents WatchMode = "events" // by events of the file system, or what a source's watch announces, with the poll beside them
	WatchPoll   WatchMode = "poll"   // by the poll alone
	WatchNone   WatchMode = "none"   // not at all: it is read on request
	WatchPinned WatchMode = "pinned" // it can never change, however often it is looked at
	WatchHung   WatchMode = "hung"   // not until a read of it returns that does not, as on a mount that hangs
	WatchStale  WatchMode = "stale"  // not until it can be read again, for a source; what it gave last stays in force
)

// PathStatus is how a file, directory or source is followed. The Path of a source is its name. Of the entries of a directory
// only those are listed that are not followed as the directory is.
type PathStatus struct {
	Path string    `json:"path"` // not escaped
	Mode WatchMode `json:"mode"`

	// Reason is why there are no events, or why some changes give none, or why the path
	// cannot change, or does not answer.
	Reason string `json:"reason,omitempty"`

	Since   time.Time `json:"since,omitzero"`    // since when it does not answer, for WatchHung, or cannot be read, for WatchStale
	Overdue bool      `json:"overdue,omitempty"` // it is stale for so long, see [StaleAfter], that the store is not healthy
}

// String renders the status on one line: the path, the mode, and the reason for it.
func (p PathStatus) String() string {
	text := p.Path + ": " + string(p.Mode)
	if p.Reason != "" {
		text += ", " + p.Reason
	}
	return redact.Escape(text)
}

// reportModes logs how files are watched where that has changed and matters.
func (s *Store[T]) reportModes() {
	modes := s.content.Watched()
	if s.modes != nil && slices.Equal(modes, s.modes) {
		return
	}
	before := make(map[string]watch.Mode, len(s.modes))
	for _, m := range s.modes {
		before[m.Path] = m
	}
	for _, m := range modes {
		s.reportMode(m, before[m.Path])
	}
	s.modes = modes
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record.watch = pathStatuses(modes, s.following)
}

func (s *Store[T]) reportMode(m, old watch.Mode) {
	switch {
	case m.NoEvents == old.NoEvents:
	case m.NoEvents == "":
		s.journal.log(slog.LevelInfo, "config: file system events are back", "path", redact.Escape(m.Path))
	default:
		s.journal.log(slog.LevelWarn, "config: no file system events, changes are noticed by polling alone", "path", redact.Escape(m.Path), "reason", redact.Escape(m.NoEvents))
	}
	if m.SomeEvents != old.SomeEvents && m.SomeEvents != "" {
		s.journal.log(slog.LevelInfo, "config: another directory in the place of one above the file is noticed by polling alone", "path", redact.Escape(m.Path), "reason", redact.Escape(m.SomeEvents))
	}
	if m.Pinned != old.Pinned && m.Pinned != "" {
		s.journal.log(slog.LevelWarn, "config: this file may never change", "path", redact.Escape(m.Path), "reason", redact.Escape(m.Pinned))
	}
}

// sourceStatuses lists the sources.
func sourceStatuses(feeds []watch.Feed, following bool) []PathStatus {
	var all []PathStatus
	for _, f := range feeds {
		p := PathStatus{Path: f.Name, Mode: WatchEvents}
		switch {
		case f.Stale != "":
			p.Mode, p.Reason, p.Since, p.Overdue = WatchStale, redact.Escape(f.Stale), f.Since, f.Overdue
		case !following:
			p.Mode = WatchNone
		case f.NoWatch != "":
			p.Mode, p.Reason = WatchPoll, redact.Escape(f.NoWatch)
		}
		all = append(all, p)
	}
	return all
}

// pathStatuses lists every path once, though a directory's is walked several
// times.
func pathStatuses(modes []watch.Mode, following bool) []PathStatus {
	all := make([]PathStatus, 0, len(modes))
	seen := make(map[PathStatus]bool, len(modes))
	for _, m := range modes {
		p := PathStatus{Path: m.Path, Mode: WatchEvents, Reason: redact.Escape(m.SomeEvents)}
		switch {
		case !following:
			p.Mode = WatchNone
		case m.Pinned != "":
			p.Mode, p.Reason = WatchPinned, redact.Escape(m.Pinned)
		case m.NoEvents != "":
			p.Mode, p.Reason = WatchPoll, redact.Escape(m.NoEvents)
		}
		if !seen[p] {
			seen[p] = true
			all = append(all, p)
		}
	}
	return all
}
