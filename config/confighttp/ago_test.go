package confighttp_test

import (
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/config/confighttp"
)

// aged is a store that was loaded some time ago.
type aged struct {
	confighttp.Store
	age time.Duration
}

func (a aged) Status() config.Status {
	st := a.Store.Status()
	st.LoadedAt = time.Now().Add(-a.age)
	return st
}

func TestThePageShowsHowLongAgoTheVersionWasLoaded(t *testing.T) {
	store, _ := follow(t, good)
	for want, age := range map[string]time.Duration{
		"just now": 0, "60 s ago": time.Minute, "90 min ago": 90 * time.Minute, "5 h ago": 5*time.Hour + time.Minute, "3 days ago": 80 * time.Hour, "in 5 min": -5*time.Minute - 30*time.Second,
	} {
		if page := get(t, named(aged{store, age})); !strings.Contains(string(page), want) {
			t.Errorf("a version of %v ago is not shown as %q", age, want)
		}
	}
}
