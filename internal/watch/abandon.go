package watch

import (
	"errors"
	"time"

	"example.com/lastgood/internal/guard"
)

// addLimit is for how long adding a watch may hold up the other watches of the process.
// It takes microseconds.
const addLimit = 500 * time.Millisecond

// errHung is why nothing is watched on a device.
var errHung = errors.New("adding a watch there does not return")

// add has the notifier watch path, which lies on a device. On a mount that hangs that
// may never return, and fsnotify holds its own lock meanwhile: nothing can be watched
// with that notifier any more, and it gives no events. So it is abandoned, all watches
// move on to a new one, and nothing on the device is watched until the call returns.
// Called with ops held.
func (h *Hub) add(path string, device uint64) error {
	if h.isHung(device) {
		return errHung
	}
	if err := h.ensureNotifier(); err != nil { // the last one may have been abandoned
		return err
	}
	n := h.notifier
	var err error
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		err = n.add(path)
	}()
	if _, ok := guard.Within(returned, addLimit); ok {
		return err
	}
	h.abandon(n, device)
	go func() {
		<-returned
		_ = n.close()
		h.deviceAnswered(device)
	}()
	return errHung
}

func (h *Hub) isHung(device uint64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hung[device]
}

// abandon leaves a notifier to itself. Called with ops held.
func (h *Hub) abandon(n *notifier, device uint64) {
	h.notifier = nil
	h.mu.Lock()
	defer h.mu.Unlock()
	n.abandoned = true
	h.hung[device] = true
	h.forgetAll()
	clear(h.stale) // that is what n watches
	h.hintAllSoon()
}

// answered has what is on the device watched again.
func (h *Hub) deviceAnswered(device uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.hung, device)
	h.hintAllSoon()
}
