package config

import (
	"log/slog"
	"slices"
	"time"

	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/watch"
)

// WatchMode is the way in which changes of a path or source are detected.
type WatchMode string

// The modes.
const (
	WatchEvents WatchMode = "events" // file system events, or the watch of a source, and polling
	WatchPoll   WatchMode = "poll"   // polling only
	WatchNone   WatchMode = "none"   // not watched; see [WithoutWatch]
	WatchPinned WatchMode = "pinned" // the file cannot change, as with a subPath mount
	WatchHung   WatchMode = "hung"   // the path does not answer, as on a mount without its server
	WatchStale  WatchMode = "stale"  // the source cannot be read; its last content stays in force
)

// PathStatus describes how a file, directory or source is watched. Entries of a directory are
// only listed if they are watched differently from the directory.
type PathStatus struct {
	Path string    `json:"path"` // or the name of a source; not escaped
	Mode WatchMode `json:"mode"`

	// Reason is the reason for the mode, or for missing some events, or "".
	Reason string `json:"reason,omitempty"`

	Since   time.Time `json:"since,omitzero"`    // the beginning of WatchHung or WatchStale
	Overdue bool      `json:"overdue,omitempty"` // the source is stale for longer than [StaleAfter]
}

// String returns the path, the mode and the reason on one line.
func (p PathStatus) String() string {
	text := p.Path + ": " + string(p.Mode)
	if p.Reason != "" {
		text += ", " + p.Reason
	}
	return redact.Escape(text)
}

// reportModes logs and records changes in how files are watched.
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

// sourceStatuses returns the statuses of the sources.
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

// pathStatuses returns one status for each path; the path of a directory occurs in several
// walks.
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
