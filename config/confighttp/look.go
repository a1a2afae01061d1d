package confighttp

import "example.com/lastgood/config"

// view is what is known of a store at one moment.
type view struct {
	*namedStore
	status   config.Status
	settings []config.Setting
	history  []config.Version // the newest last
}

// mostLooks is how often a store is asked that changes while it is asked.
const mostLooks = 5

// look asks the store for a part. Its answers are taken one after the other, and again if a
// reload came between, so that the settings are those of the version that is shown.
func (s *namedStore) look(only part) view {
	for n := 1; ; n++ {
		before := s.Status()
		v := view{namedStore: s}
		if only == all {
			v.settings, v.history = s.Settings(), s.History()
		}
		v.status = s.Status()
		if n == mostLooks || v.belongsTogether(before) {
			return v
		}
	}
}

func (v view) belongsTogether(before config.Status) bool {
	now := v.status
	if before.Version != now.Version || before.Digests.Content != now.Digests.Content || !before.LastAttempt.Equal(now.LastAttempt) {
		return false
	}
	newest := len(v.history) - 1
	return newest < 0 || v.history[newest].Version == now.Version
}
