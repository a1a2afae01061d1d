package notify

// The methods of this file are what makes a Topic deliverable.

func (t *Topic[V]) rewind() {
	t.queued = false
	t.cursor = t.hooks.first
}

func (t *Topic[V]) take() bool {
	if t.batch == nil {
		t.batch = new([batchSize]*hook[V])
	}
	clear(t.batch[:]) // a stopped hook must not be kept
	for i := 0; i < batchSize && t.cursor != nil; i++ {
		t.batch[i] = t.cursor
		t.cursor = t.cursor.next
	}
	return t.batch[0] != nil
}

func (t *Topic[V]) label(place int64) label {
	return label{topic: t.name, pc: t.batch[place].entry}
}

// run is the hot path. A call is announced in d.place before the last look at
// stopped and closed: whoever sets these either prevents the call or finds it
// running.
func (t *Topic[V]) run(place int64) {
	changes, newest := t.load()
	batch := t.batch
	for ; place < batchSize && batch[place] != nil; place++ {
		h := batch[place]
		if t.changes.Load() != changes {
			changes, newest = t.load()
		}
		if h.seen == changes {
			continue
		}
		t.d.place.Store(place)
		if h.stopped.Load() || t.d.closed.Load() {
			continue
		}
		old := h.last
		h.seen, h.last = changes, newest
		h.fn(old, newest)
	}
}

// load returns the newest value and the change that brought it.
func (t *Topic[V]) load() (changes uint64, newest V) {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	return t.changes.Load(), t.newest
}
