package watch

import (
	"errors"
	"time"

	"example.com/lastgood/internal/guard"
)

// addLimit bounds how long adding one watch, which takes microseconds, delays the other
// watches of the process.
const addLimit = 500 * time.Millisecond

// errHung is why nothing is watched on a device.
var errHung = errors.New("adding a watch there does not return")

// add adds a watch for path, which is on device, to the notifier. On a mount that hangs, that
// may never return; fsnotify holds its lock meanwhile, so that the notifier can neither add
// watches nor deliver events. Therefore add abandons the notifier after addLimit: all watches
// move to a new one, and nothing on the device is watched until the call returns. Called with
// ops held.
func (h *Hub) add(path string, device uint64) error {
	if h.isHung(device) {
		return errHung
	}
	if err := h.ensureNotifier(); err != nil { // the previous one may have been abandoned
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

// abandon stops using a notifier, without closing it. Called with ops held.
func (h *Hub) abandon(n *notifier, device uint64) {
	h.notifier = nil
	h.mu.Lock()
	defer h.mu.Unlock()
	n.abandoned = true
	h.hung[device] = true
	h.forgetAll()
	clear(h.stale) // these are watches of n
	h.hintAllSoon()
}

// deviceAnswered allows watches on the device again.
func (h *Hub) deviceAnswered(device uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.hung, device)
	h.hintAllSoon()
}
