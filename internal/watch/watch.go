package watch

import (
	"errors"
	"maps"
	"slices"
	"syscall"

	"example.com/lastgood/internal/source"
)

// Watch gives a hint whenever something may have changed on the way to a set
// of files. Hints and Close are safe for concurrent use; all other methods are for one
// goroutine.
type Watch struct {
	hub   *Hub
	hints chan struct{}

	armed    []source.Trace
	nodes    map[interest]*node
	failures map[string]error // by directory or file that could not be watched
	closed   bool

	lost bool // a node of held was forgotten; guarded by hub.mu
}

// interest is one name in one directory, or a file itself under the name "".
type interest struct {
	id   source.ID
	name string
}

// NewWatch returns a watch that watches nothing until it is armed: until then, no fault of
// the hub hints it.
func (h *Hub) NewWatch() *Watch {
	return &Watch{hub: h, hints: make(chan struct{}, 1), nodes: map[interest]*node{}}
}

// Hints receives when something may have changed since the last receive.
func (w *Watch) Hints() <-chan struct{} { return w.hints }

// hint never blocks: one waiting hint says all that several would.
func (w *Watch) hint() {
	select {
	case w.hints <- struct{}{}:
	default:
	}
}

// Arm watches every directory that the traces consulted for the names they
// asked it for, and the files they led to, and nothing else any more. What
// cannot be watched is recorded, and tried again at the next call.
// It returns the directories and files that it watches anew: whatever has changed
// elsewhere since the walk has given a hint.
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
			if step.Kind == source.Regular { // the file, or what is in the place of a directory
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

// upToDate reports whether nothing has to be done to watch traces.
func (w *Watch) upToDate(traces []source.Trace) bool {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	return !w.lost && !w.hub.broken && w.failures == nil && w.armed != nil &&
		slices.EqualFunc(traces, w.armed, source.Trace.Equal)
}

// hold reports whether in, which lies at path, is watched now.
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

func (w *Watch) recordFailure(path string, err error) {
	if w.failures == nil {
		w.failures = map[string]error{}
	}
	w.failures[path] = err
}

// failing reports whether something could not be watched.
func (w *Watch) hasFailures() bool { return len(w.failures) > 0 }

// missing returns why a trace's changes are not announced by events, and why some are
// not. A directory that is only passed through has to be watched for nothing but
// another one in its place.
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

// explain names the limit behind an error number that suggests something else.
func describeError(err error) string {
	switch {
	case errors.Is(err, syscall.EMFILE):
		return "no inotify instance or file descriptor left (see fs.inotify.max_user_instances and ulimit -n): " + err.Error()
	case errors.Is(err, syscall.ENOSPC):
		return "no inotify watch left (see fs.inotify.max_user_watches): " + err.Error()
	}
	return err.Error()
}

// Invalidate has everything that w watches armed anew at the next call. It is for
// changes that no event announced.
func (w *Watch) Invalidate() {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	for _, n := range w.nodes {
		if w.hub.byID[n.id] == n {
			w.hub.forget(n)
		}
	}
}

// Close ends the watch. With the last one the hub's goroutines have ended and
// its descriptor is closed. It is idempotent.
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

// watch has w hinted of events of in, which lies at path, and returns the node
// that watches it. Called with ops held.
//
// What is stale is removed before anything is added: if fsnotify still watched
// the inode under an old name, adding it under a new one would return the old
// watch, which the next sweep would then end. And if it still watched another
// inode under this name, that one's watch would leak.
//
// The node is there before its watch is. Its end may be announced before the call that
// adds it has returned; the next inode at path may have the same number.
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

// want is called with mu held.
func (n *node) addInterest(name string, w *Watch) {
	if n.names[name] == nil {
		n.names[name] = map[*Watch]bool{}
	}
	n.names[name][w] = true
}

// release ends w's interest in n, and n with its last interest. Called with
// ops held.
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

func (h *Hub) takeStale() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.takeStaleLocked()
}

// takeStaleLocked is called with mu held.
func (h *Hub) takeStaleLocked() []string {
	paths := slices.Collect(maps.Keys(h.stale))
	clear(h.stale)
	return paths
}

// sweep has the notifier stop watching paths. An error only says that it did
// not watch one. Called with ops held.
//
// fsnotify drops the events of a watch that is removed, also those of what happened
// before. What lies in a directory may be another inode by now, with the same number.
func (h *Hub) removeStale(paths []string) {
	if h.notifier == nil { // it has been abandoned just now
		return
	}
	for _, path := range paths {
		h.forgetBelow(path)
		_ = h.notifier.remove(path)
	}
}

func (h *Hub) forgetBelow(dir string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n := range h.byDir[dir] {
		h.forget(n)
	}
}
