package watch

import (
	"errors"
	"maps"
	"slices"
	"syscall"

	"example.com/lastgood/internal/source"
)

// Watch gives a hint when something may have changed on the way to a set of files. Hints and
// Close are safe for concurrent use; all other methods are for one goroutine.
type Watch struct {
	hub   *Hub
	hints chan struct{}

	armed    []source.Trace
	nodes    map[interest]*node
	failures map[string]error // by directory or file that could not be watched
	closed   bool

	lost bool // one of nodes was forgotten; guarded by hub.mu
}

// interest is one name in one directory, or a file itself with the name "".
type interest struct {
	id   source.ID
	name string
}

// NewWatch returns a watch that is not armed. Until it is armed, faults of the hub do not hint
// it.
func (h *Hub) NewWatch() *Watch {
	return &Watch{hub: h, hints: make(chan struct{}, 1), nodes: map[interest]*node{}}
}

// Hints returns the channel that receives when something may have changed since the last
// receive.
func (w *Watch) Hints() <-chan struct{} { return w.hints }

// hint never blocks: several hints before a receive have the effect of one.
func (w *Watch) hint() {
	select {
	case w.hints <- struct{}{}:
	default:
	}
}

// Arm watches the directories and files on the traces, with the names that were looked up in
// each directory, and stops watching anything else. What cannot be watched is recorded, and
// tried again by the next call. It returns the directories and files that were not watched
// before: any change elsewhere since the walk has given a hint.
func (w *Watch) Arm(traces []source.Trace) (added []string) {
	h := w.hub
	h.ops.Lock()
	defer h.ops.Unlock()
	if w.closed || w.upToDate(traces) {
		return nil
	}
	h.mu.Lock()
	h.watches[w] = true
	h.mu.Unlock()
	w.failures = nil
	if err := h.ensureNotifier(); err != nil {
		w.recordFailure("", err)
		return nil
	}
	h.mu.Lock()
	w.lost = false
	h.mu.Unlock()
	old := w.nodes
	w.nodes = make(map[interest]*node, len(old))
	hold := func(in interest, path string) {
		if w.ensureNode(in, path) && w.nodes[in] != old[in] {
			added = append(added, path)
		}
	}
	for _, trace := range traces {
		for _, step := range trace.Steps {
			hold(interest{step.DirID, step.Name}, step.Dir)
			if step.Kind == source.Regular { // the file, or a file in the place of a directory
				hold(interest{step.ID, ""}, step.Path())
			}
		}
	}
	for in, n := range old {
		if w.nodes[in] != n {
			h.release(w, in, n)
		}
	}
	h.removeStale(h.takeStale())
	w.armed = traces
	return added
}

// upToDate reports whether the traces are being watched already.
func (w *Watch) upToDate(traces []source.Trace) bool {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	return !w.lost && !w.hub.broken && w.failures == nil && w.armed != nil &&
		slices.EqualFunc(traces, w.armed, source.Trace.Equal)
}

// ensureNode watches in, which is at path, and reports whether that succeeded.
func (w *Watch) ensureNode(in interest, path string) bool {
	if w.nodes[in] != nil {
		return true
	}
	n, err := w.hub.watch(w, in, path)
	if err != nil {
		w.recordFailure(path, err)
		return false
	}
	w.nodes[in] = n
	return true
}

// recordFailure records that path cannot be watched; "" means that nothing can.
func (w *Watch) recordFailure(path string, err error) {
	if w.failures == nil {
		w.failures = map[string]error{}
	}
	w.failures[path] = err
}

// hasFailures reports whether something could not be watched.
func (w *Watch) hasFailures() bool { return len(w.failures) > 0 }

// missingEvents returns why changes of a trace's file give no events, and why some give none.
// A directory on the way is watched only for its replacement.
func (w *Watch) missingEvents(trace source.Trace) (all, some string) {
	if !w.hasFailures() {
		return "", ""
	}
	if err := w.failures[""]; err != nil {
		return describeError(err), ""
	}
	for i := range trace.Steps {
		step := &trace.Steps[i]
		switch err := w.failures[step.Dir]; {
		case err == nil:
		case step.Kind == source.Directory && step.Name != source.AnyName:
			some = step.Dir + ": " + describeError(err)
		default:
			return step.Dir + ": " + describeError(err), ""
		}
		if err := w.failures[step.Path()]; err != nil && step.Kind == source.Regular {
			return step.Path() + ": " + describeError(err), ""
		}
	}
	return "", some
}

// describeError returns the text of an error, with the limit behind an error number whose own
// text is misleading.
func describeError(err error) string {
	switch {
	case errors.Is(err, syscall.EMFILE):
		return "no inotify instance or file descriptor left (see fs.inotify.max_user_instances and ulimit -n): " + err.Error()
	case errors.Is(err, syscall.ENOSPC):
		return "no inotify watch left (see fs.inotify.max_user_watches): " + err.Error()
	}
	return err.Error()
}

// Invalidate makes the next Arm watch everything anew, and gives a hint for it. It is for
// changes without an event.
func (w *Watch) Invalidate() {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	for _, n := range w.nodes {
		if w.hub.byID[n.id] == n {
			w.hub.forget(n)
		}
	}
}

// Close ends the watch. When the last one of the hub is closed, the hub's goroutines end and
// its descriptor is closed before Close returns. It is idempotent.
func (w *Watch) Close() {
	h := w.hub
	h.ops.Lock()
	defer h.ops.Unlock()
	if w.closed {
		return
	}
	w.closed = true
	for in, n := range w.nodes {
		h.release(w, in, n)
	}
	w.nodes = nil
	h.mu.Lock()
	delete(h.watches, w)
	last := len(h.watches) == 0
	h.mu.Unlock()
	if last {
		h.closeNotifier()
	} else if h.notifier != nil {
		h.removeStale(h.takeStale())
	}
}

// watch adds w's interest in, which is at path, and returns the node that watches it. Called
// with ops held.
//
// Stale paths are removed before anything is added. If fsnotify still watched the inode under
// an old name, adding it under a new one would return the old watch, which the next removal
// would end. And if it still watched another inode under this name, the watch of that one
// would leak.
//
// The node is added before its watch is: the kernel may announce the end of the watch before
// the call that adds it has returned, and the next inode at path may have the same number.
func (h *Hub) watch(w *Watch, in interest, path string) (*node, error) {
	h.mu.Lock()
	if n := h.byID[in.id]; n != nil {
		n.addInterest(in.name, w)
		h.mu.Unlock()
		return n, nil
	}
	if other := h.byPath[path]; other != nil {
		h.forget(other)
	}
	stale := h.takeStaleLocked()
	h.mu.Unlock()
	h.removeStale(stale)

	n := &node{id: in.id, path: path, names: map[string]map[*Watch]bool{}}
	n.addInterest(in.name, w)
	h.mu.Lock()
	h.addNode(n)
	h.mu.Unlock()
	if err := h.add(path, in.id.Device); err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.removeNode(n)
		return nil, err
	}
	return n, nil
}

// addInterest is called with mu held.
func (n *node) addInterest(name string, w *Watch) {
	if n.names[name] == nil {
		n.names[name] = map[*Watch]bool{}
	}
	n.names[name][w] = true
}

// release removes w's interest in n, and n with its last interest. Called with ops held.
func (h *Hub) release(w *Watch, in interest, n *node) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(n.names[in.name], w)
	if len(n.names[in.name]) == 0 {
		delete(n.names, in.name)
	}
	if len(n.names) == 0 && h.byID[n.id] == n {
		h.forget(n)
	}
}

// takeStale returns the stale paths, and clears them.
func (h *Hub) takeStale() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.takeStaleLocked()
}

// takeStaleLocked is takeStale, called with mu held.
func (h *Hub) takeStaleLocked() []string {
	paths := slices.Collect(maps.Keys(h.stale))
	clear(h.stale)
	return paths
}

// removeStale makes the notifier stop watching paths. Errors are ignored: they mean that a
// path was not watched. Called with ops held.
//
// fsnotify drops all pending events of a watch that is removed. So the nodes below path are
// forgotten as well: their paths may lead to other inodes with the same numbers by now.
func (h *Hub) removeStale(paths []string) {
	if h.notifier == nil { // it was abandoned just now
		return
	}
	for _, path := range paths {
		h.forgetBelow(path)
		_ = h.notifier.remove(path)
	}
}

// forgetBelow forgets the nodes in a directory.
func (h *Hub) forgetBelow(dir string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n := range h.byDir[dir] {
		h.forget(n)
	}
}
