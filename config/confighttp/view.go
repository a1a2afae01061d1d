package confighttp

import "example.com/lastgood/config"

// view is the state of a store at one moment.
type view struct {
	*namedStore
	status   config.Status
	settings []config.Setting
	history  []config.Version // oldest first
}

// maxViewAttempts bounds how often the state of a store is read that changes meanwhile.
const maxViewAttempts = 5

// view returns a part of the state of the store. Status, settings and history are read one after
// the other, and again if a reload happened in between, so that they are of the same version.
func (s *namedStore) view(only part) view {
	for n := 1; ; n++ {
		before := s.Status()
		v := view{namedStore: s}
		if only == all {
			v.settings, v.history = s.Settings(), s.History()
		}
		v.status = s.Status()
		if n == maxViewAttempts || v.isConsistent(before) {
			return v
		}
	}
}

// isConsistent reports whether all of v is of the version that the store had before.
func (v view) isConsistent(before config.Status) bool {
	now := v.status
	if before.Version != now.Version || before.Digests.Content != now.Digests.Content || !before.LastAttempt.Equal(now.LastAttempt) {
		return false
	}
	newest := len(v.history) - 1
	return newest < 0 || v.history[newest].Version == now.Version
}
