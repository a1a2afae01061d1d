// Package watch follows files, and feeds beside them, however Kubernetes, git-sync, editors
// and administrators change them.
//
// A [Follower] decides when content has changed and is complete. It scans [Files], which read
// a consistent snapshot and, through a [Watch], arm the process's one fsnotify watcher, the
// [Hub], for every directory on the way.
//
//	Follower  when to scan, when content is complete: hints, settle, poll
//	Files     arm, read, walk again until stable
//	Watch     which names in which directories one set of files depends on
//	Hub       one fsnotify watcher for all; watches by inode; faults
//
// Three rules prevent lost changes. Events are hints, and only content that differs is a
// change. A watch is armed before the content is read. A poll of the content finds changes
// that give no event.
package watch
