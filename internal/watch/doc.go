// Package watch follows files through everything that Kubernetes, git-sync,
// editors and administrators do to them.
//
// A [Follower] decides when content has changed and is whole. It looks at
// [Files], which read a consistent snapshot and, through a [Watch], arm the
// process's one fsnotify watcher, the [Hub], for every directory on the way.
//
//	Follower  when to look, when content is whole: hints, settle, poll
//	Files     arm, read, walk again until stable
//	Watch     which names in which directories matter to one set of files
//	Hub       one fsnotify watcher for all; watches by inode; faults
//
// Three rules keep changes from being lost. Events are hints, and only content
// that differs is a change. A watch is armed before the content is read. And
// whatever events cannot tell, a poll of the content finds.
package watch
