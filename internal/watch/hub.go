package watch

import (
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"example.com/lastgood/internal/source"
)

// Hub shares one fsnotify watcher, hence one inotify descriptor and two goroutines, among any
// number of [Watch]es. It opens the watcher for the first of them and closes it with the last.
//
// It records watches by inode, because fsnotify records them by name: a name with another
// inode is removed and added again, and one inode with two names is watched once.
type Hub struct {
	open func() (*notifier, error)

	// ops serializes calls into the notifier. The loop must never lock it: fsnotify may hold a
	// lock of its own while it waits for the loop to receive.
	ops      sync.Mutex
	notifier *notifier
	done     chan struct{} // closed when the loop of notifier has ended
	failure  error         // why there is no notifier
	retryAt  time.Time
	backoff  time.Duration

	// mu guards the fields below, and is never held during a call into the notifier.
	mu        sync.Mutex
	hung      map[uint64]bool // devices on which adding a watch has not returned
	byID      map[source.ID]*node
	byPath    map[string]*node
	byDir     map[string]map[*node]bool // by directory
	stale     map[string]bool           // forgotten paths that the kernel may still watch
	watches   map[*Watch]bool
	broken    bool        // the notifier has ended by itself
	hintTimer *time.Timer // after a fault; then hints every watch
}

// node is a watched directory or file.
type node struct {
	id   source.ID
	path string
	// names are the directory entries that watches depend on, with these watches. "" stands
	// for the node itself, source.AnyName for any entry. Events for other names are ignored.
	names map[string]map[*Watch]bool
}

// notifier is the part of an fsnotify.Watcher that the hub uses.
type notifier struct {
	events <-chan fsnotify.Event
	errors <-chan error
	add    func(path string) error
	remove func(path string) error
	close  func() error

	abandoned bool // a call into it has not returned; guarded by Hub.mu
}

const (
	firstBackoff = time.Second // the delay after a watcher could not be opened
	lastBackoff  = time.Minute // the delay doubles up to this

	// faultDelay combines a series of faults, such as repeated queue overflows, into one scan.
	faultDelay = 100 * time.Millisecond

	// eventBuffer allows the kernel's queue to be emptied in batches.
	eventBuffer = 512
)

// Shared returns the process-wide hub. It is created by the first call, so that importing the
// package has no effect.
func Shared() *Hub {
	shared.once.Do(func() { shared.hub = NewHub() })
	return shared.hub
}

var shared struct {
	once sync.Once
	hub  *Hub
}

// NewHub returns a hub of its own, for tests.
func NewHub() *Hub { return newHub(openFsnotify) }

func newHub(open func() (*notifier, error)) *Hub {
	return &Hub{
		open:    open,
		hung:    map[uint64]bool{},
		byID:    map[source.ID]*node{},
		byPath:  map[string]*node{},
		byDir:   map[string]map[*node]bool{},
		stale:   map[string]bool{},
		watches: map[*Watch]bool{},
	}
}

func openFsnotify() (*notifier, error) {
	w, err := fsnotify.NewBufferedWatcher(eventBuffer)
	if err != nil {
		return nil, err
	}
	return &notifier{events: w.Events, errors: w.Errors, add: w.Add, remove: w.Remove, close: w.Close}, nil
}

// ensureNotifier opens the notifier if there is none. Called with ops held.
func (h *Hub) ensureNotifier() error {
	h.mu.Lock()
	broken := h.broken
	h.mu.Unlock()
	if broken {
		h.closeNotifier()
	}
	if h.notifier != nil {
		return nil
	}
	if time.Now().Before(h.retryAt) {
		return h.failure
	}
	n, err := h.open()
	if err != nil {
		h.backoff = min(max(firstBackoff, 2*h.backoff), lastBackoff)
		h.retryAt = time.Now().Add(h.backoff)
		h.failure = err
		return err
	}
	h.notifier, h.failure, h.backoff = n, nil, 0
	h.done = make(chan struct{})
	go h.loop(n, h.done)
	return nil
}

// closeNotifier closes the notifier and waits for its loop. Called with ops held.
func (h *Hub) closeNotifier() {
	if h.notifier == nil {
		return
	}
	_ = h.notifier.close() // it is not used again in any case
	<-h.done
	h.notifier = nil
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forgetAll()
	clear(h.stale)
	h.broken = false
	if h.hintTimer != nil {
		h.hintTimer.Stop()
		h.hintTimer = nil
	}
}

// loop turns events into hints until the notifier is closed.
func (h *Hub) loop(n *notifier, done chan struct{}) {
	defer close(done)
	errs := n.errors
	for {
		select {
		case event, ok := <-n.events:
			if !ok {
				h.notifierEnded(n)
				return
			}
			h.dispatch(n, event)
		case err, ok := <-errs:
			if !ok {
				errs = nil
				continue
			}
			h.fault(n, err)
		}
	}
}

// dispatch hints the watches that depend on the event's file. The kind of event matters only
// for whether the watch still exists after it.
func (h *Hub) dispatch(from *notifier, event fsnotify.Event) {
	if event.Name == "" {
		return
	}
	path := filepath.Clean(event.Name) // below the root, inotify events begin with "//"
	dir, name := filepath.Split(path)
	h.mu.Lock()
	defer h.mu.Unlock()
	if from.abandoned {
		return
	}
	if n := h.byPath[filepath.Clean(dir)]; n != nil && name != "" {
		for w := range n.names[name] {
			w.hint()
		}
		for w := range n.names[source.AnyName] {
			w.hint()
		}
	}
	n := h.byPath[path]
	if n == nil {
		return
	}
	if event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename) {
		// The inode has left this path. Its number may be reused at once, so
		// the next walk must not mistake a new inode for it.
		h.forget(n)
		return
	}
	if event.Has(fsnotify.Chmod) || n.names[""] != nil {
		for _, watches := range n.names {
			for w := range watches {
				w.hint()
			}
		}
	}
}

// fault handles an error of the notifier. After lost events no watch is trusted: one of them
// may have been the end of a watch.
func (h *Hub) fault(from *notifier, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if from.abandoned {
		return
	}
	if errors.Is(err, fsnotify.ErrEventOverflow) {
		h.forgetAll()
	}
	h.hintAllSoon()
}

// notifierEnded handles the end of the notifier's events, which is a fault unless
// closeNotifier caused it.
func (h *Hub) notifierEnded(n *notifier) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !n.abandoned {
		h.broken = true
		h.hintAllSoon()
	}
}

// hintAllSoon hints every watch after faultDelay. Called with mu held.
func (h *Hub) hintAllSoon() {
	if h.hintTimer != nil {
		return
	}
	h.hintTimer = time.AfterFunc(faultDelay, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.hintTimer = nil
		for w := range h.watches {
			w.hint()
		}
	})
}

// forget removes a node whose watch has ended or is in doubt, and hints all watches that
// depend on it, so that they arm again. Called with mu held.
func (h *Hub) forget(n *node) {
	h.removeNode(n)
	h.stale[n.path] = true
	for _, watches := range n.names {
		for w := range watches {
			w.lost = true
			w.hint()
		}
	}
}

// addNode is called with mu held.
func (h *Hub) addNode(n *node) {
	h.byID[n.id], h.byPath[n.path] = n, n
	dir := filepath.Dir(n.path)
	if h.byDir[dir] == nil {
		h.byDir[dir] = map[*node]bool{}
	}
	h.byDir[dir][n] = true
}

// removeNode is called with mu held.
func (h *Hub) removeNode(n *node) {
	dir := filepath.Dir(n.path)
	if delete(h.byDir[dir], n); len(h.byDir[dir]) == 0 {
		delete(h.byDir, dir)
	}
	if h.byID[n.id] == n {
		delete(h.byID, n.id)
	}
	if h.byPath[n.path] == n {
		delete(h.byPath, n.path)
	}
}

// forgetAll is forget for all nodes, without hints. Called with mu held.
func (h *Hub) forgetAll() {
	for _, n := range h.byID {
		if h.byPath[n.path] == n {
			delete(h.byPath, n.path)
		}
		h.stale[n.path] = true
	}
	clear(h.byID)
	clear(h.byDir)
	for w := range h.watches {
		w.lost = true
	}
}
